//! Codes that are written row by row, since they may be larger than memory.

use std::path::Path;

use dl2pa_core::metrics::separation;
use dl2pa_core::prototypes::codes::Code;
use dl2pa_core::prototypes::{Method, Progress, RowSource, Watch as _, bound_max_cos};
use dl2pa_core::streams::Streams;
use rand::RngExt as _;
use rayon::prelude::*;

use crate::array_files::RowWriter;

use super::super::error::CliError;
use super::follow::Follow;
use super::report::{Figures, Source};

/// More numbers c x d than this are not held in memory.
const MOST_HELD: usize = 1 << 24;
/// The pairs of more prototypes than this are not all compared unasked: it would take minutes.
const MOST_COMPARED: usize = 1 << 16;
/// How far above the bound `auto` accepts a code without a search; the Kerdock codes are within a few
/// per cent, the Leech lattice in more dimensions than its 24 is far off.
const GOOD_SHARE_OF_BOUND: f64 = 1.5;
/// Numbers made at once.
const BLOCK_NUMBERS: usize = 1 << 22;
/// Numbers made at once by one thread.
const PART_NUMBERS: usize = 1 << 16;
/// Blocks whose products are checked, and rows in each.
const CHECKED_BLOCKS: usize = 32;
const CHECKED_ROWS: usize = 64;
/// How far a product of rows in `f32` may be from the one known.
const MAX_ERROR: f64 = 1e-5;
/// The stream that the checked blocks are drawn from.
const CHECKED: &str = "checked prototypes";

/// The code to write row by row for this request, its figures taken from its construction; `None` where
/// the prototypes are made in memory and all their pairs compared.
pub(super) fn code(method: Method, count: usize, dim: usize) -> Option<Code> {
    if count <= MOST_COMPARED && count.saturating_mul(dim) <= MOST_HELD {
        return None;
    }
    let fits = |code: &Code| count <= code.len() && dim >= code.dim();
    match method {
        Method::Code(code) => Some(code).filter(fits),
        Method::Auto => Code::for_size(count, dim).filter(|code| {
            let bound = bound_max_cos(count, dim);
            fits(code) && code.max_cos() <= GOOD_SHARE_OF_BOUND * bound
        }),
        _ => None,
    }
}

/// Writes the rows to `output`, if given, and returns the mean cosine of all pairs.
///
/// # Errors
/// When the disk does not take them, or a signal comes; nothing is left of the file then.
pub(super) fn write(
    rows: &dyn RowSource,
    output: Option<&Path>,
    follow: &Follow<'_>,
) -> Result<f64, CliError> {
    let (count, dim) = (rows.rows(), rows.dim());
    let mut writer = output
        .map(|path| RowWriter::create(path, count, dim))
        .transpose()?;
    let block_rows = (BLOCK_NUMBERS / dim).max(1);
    let part = dim * (PART_NUMBERS / dim).max(1);
    let mut block = vec![0.0; block_rows.min(count) * dim];
    let (mut sum, mut squares) = (vec![0.0_f64; dim], 0.0);
    for first in (0..count).step_by(block_rows) {
        if let Some(code) = follow.exit_code() {
            let before = "all prototypes were written, so there is no file";
            return Err(CliError::Stopped { before, code });
        }
        let block = &mut block[..block_rows.min(count - first) * dim];
        block
            .par_chunks_mut(part)
            .enumerate()
            .for_each(|(index, out)| rows.fill(first + index * (part / dim), out));
        for row in block.chunks_exact(dim) {
            for (sum, &value) in sum.iter_mut().zip(row) {
                *sum += f64::from(value);
                squares += f64::from(value) * f64::from(value);
            }
        }
        if let Some(writer) = &mut writer {
            writer.write(block)?;
        }
        follow.progress(Progress {
            share: (first + block.len() / dim) as f32 / count as f32,
            best_max_cos: None,
        });
    }
    if let Some(writer) = writer {
        writer.finish()?;
    }
    // The square of the sum of all rows has every pair twice and every row with itself.
    let of_pairs = sum.iter().map(|value| value * value).sum::<f64>() - squares;
    Ok(of_pairs / (count as f64 * (count as f64 - 1.0)))
}

/// The figures that the code's construction gives, held against the products of random blocks.
///
/// # Errors
/// When a product contradicts the construction.
pub(super) fn figures(
    rows: &dyn RowSource,
    code: Code,
    mean_cos: f64,
    streams: &Streams,
) -> Result<Figures, CliError> {
    let (count, dim) = (rows.rows(), rows.dim());
    let mut rng = streams.rng(CHECKED);
    let block_rows = CHECKED_ROWS.min(count / CHECKED_BLOCKS).max(1);
    // One block from each part of the rows, so that no row is drawn twice.
    let part = count / CHECKED_BLOCKS;
    let mut drawn = vec![0.0; CHECKED_BLOCKS * block_rows * dim];
    for (index, out) in drawn.chunks_exact_mut(block_rows * dim).enumerate() {
        let begins = index * part + rng.random_range(0..=part - block_rows);
        rows.fill(begins, out);
    }
    let found = separation(&drawn, dim).map_err(|error| CliError::Failed(error.to_string()))?;
    let are_unit = drawn.chunks_exact(dim).all(|row| {
        let square: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
        (square - 1.0).abs() <= MAX_ERROR
    });
    if found.max_cos > code.max_cos() + MAX_ERROR || !are_unit {
        return Err(CliError::Failed(format!(
            "Points of the code {} have the cosine {} and not at most {}; this is a fault of the program.",
            code.name(),
            found.max_cos,
            code.max_cos()
        )));
    }
    let checked = (CHECKED_BLOCKS * block_rows) as u64;
    Ok(Figures {
        max_cos: code.max_cos(),
        min_angle_deg: code.max_cos().acos().to_degrees(),
        mean_max_cos: None,
        mean_cos,
        apad_deg: None,
        l_uni: None,
        source: Source::Construction {
            checked_pairs: checked * (checked - 1) / 2,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::signals::Interrupts;
    use super::super::super::voice::Voice;
    use super::*;
    use crate::array_files::{self, Matrix};
    use dl2pa_core::streams::PROTOTYPES;

    fn quietly<T>(then: impl FnOnce(&Follow<'_>) -> T) -> T {
        let voice = Voice {
            json: true,
            quiet: true,
        };
        let interrupts = Interrupts::install().unwrap();
        then(&Follow::new("writing", voice, false, &interrupts))
    }

    #[test]
    fn a_streamed_file_is_the_one_from_memory_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        for (code, count, dim) in [
            (Code::Cell24, 24, 4),
            (Code::E8, 240, 8),
            (Code::Kerdock16, 288, 16),
            (Code::Kerdock64, 4_000, 64),
            (Code::Kerdock64, 1_000, 67),
        ] {
            let mut rng = Streams::new(1).rng(CHECKED);
            let matrix = Matrix {
                rows: count,
                columns: dim,
                values: code.points(count, dim, &mut rng.clone()).unwrap(),
            };
            let rows = code.source_in(count, dim, &mut rng).unwrap();
            for extension in ["npy", "safetensors", "csv"] {
                let whole = folder.path().join(format!("whole.{extension}"));
                let streamed = folder.path().join(format!("streamed.{extension}"));
                array_files::write(&whole, &matrix).unwrap();
                let mean_cos = quietly(|follow| write(&*rows, Some(&streamed), follow)).unwrap();
                let same = std::fs::read(&whole).unwrap() == std::fs::read(&streamed).unwrap();
                assert!(same, "{} as {extension}", code.name());
                let measured = separation(&matrix.values, dim).unwrap();
                assert!((measured.mean_cos - mean_cos).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_figures_are_those_of_all_pairs() {
        let streams = Streams::new(1);
        for dim in [64, 70] {
            let mut rng = streams.rng(PROTOTYPES);
            let rows = Code::Kerdock64.source_in(4_224, dim, &mut rng).unwrap();
            let mean_cos = quietly(|follow| write(&*rows, None, follow)).unwrap();
            let told = figures(&*rows, Code::Kerdock64, mean_cos, &streams).unwrap();
            let mut values = vec![0.0; 4_224 * dim];
            rows.fill(0, &mut values);
            let measured = separation(&values, dim).unwrap();
            assert!((told.max_cos - measured.max_cos).abs() < 1e-6);
            assert!((told.min_angle_deg - measured.min_angle_deg).abs() < 1e-4);
            assert!((told.mean_cos - measured.mean_cos).abs() < 1e-9);
        }
    }

    #[test]
    fn rows_that_contradict_the_construction_are_found() {
        // Points of another code, with a greater cosine.
        let rows = Code::E8.source(240);
        let error = figures(&*rows, Code::Kerdock64, 0.0, &Streams::new(1)).unwrap_err();
        assert!(
            error.to_string().contains("fault of the program"),
            "{error}"
        );
    }

    #[test]
    fn only_sets_that_are_large_and_near_the_bound_are_streamed() {
        for (method, count, dim, expected) in [
            (Method::Auto, 1_050_624, 1024, Some(Code::Kerdock1024)),
            (Method::Auto, 66_048, 256, Some(Code::Kerdock256)),
            (Method::Code(Code::Leech), 196_560, 100, Some(Code::Leech)),
            // Half a million random directions are better than the Leech lattice's 60 degrees.
            (Method::Auto, 150_000, 200, None),
            (Method::Auto, 196_560, 24, Some(Code::Leech)),
            (Method::Auto, 4_224, 64, None),
            (Method::Annealed, 66_048, 256, None),
            (Method::Code(Code::Kerdock256), 66_049, 256, None),
        ] {
            assert_eq!(
                code(method, count, dim),
                expected,
                "{method}, {count} x {dim}"
            );
        }
    }
}
