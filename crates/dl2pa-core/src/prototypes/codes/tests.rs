//! The codes against their published cosines, bounds and uniformities.

use std::f64::consts::GOLDEN_RATIO;

use dl2pa_data::streams::{self, Streams};
use rand::RngExt;

use super::*;
use crate::metrics::{separation, uniformity};
use crate::prototypes::bound::general_bound;

/// Codes of which every pair is compared.
const SMALL: usize = 5000;

fn small_codes() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|code| code.len() <= SMALL)
}

/// The whole code in `f64`.
fn rows(code: Code) -> Vec<f64> {
    if code.quadratic_bits().is_none() {
        return code.all();
    }
    let mut rows = block(&*code.source(code.len()), 0, code.len());
    without_rounding(&mut rows, code.dim());
    rows
}

/// 1/sqrt(d) is rounded to `f32` where d is no power of 4.
fn without_rounding(rows: &mut [f64], dim: usize) {
    for row in rows.chunks_exact_mut(dim) {
        let length = cos(row, row).sqrt();
        assert!((length - 1.0).abs() < 1e-7);
        for value in row {
            *value /= length;
        }
    }
}

fn block(source: &dyn RowSource, first_row: usize, count: usize) -> Vec<f64> {
    let mut rows = vec![0.0_f32; count * source.dim()];
    source.fill(first_row, &mut rows);
    rows.into_iter().map(f64::from).collect()
}

fn cos(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// All cosines between different points as they are published: Cohn & Kumar 2007, table 1; for the graphs
/// the cosines of the eigenspace of the least eigenvalue.
fn published_cosines(code: Code) -> Vec<f64> {
    match code {
        Code::Icosahedron => vec![1.0 / 5.0_f64.sqrt(), -1.0 / 5.0_f64.sqrt(), -1.0],
        Code::Petersen => vec![1.0 / 6.0, -2.0 / 3.0],
        Code::Cell24 | Code::E7 | Code::E8 | Code::E6 => vec![0.5, 0.0, -0.5, -1.0],
        Code::Cell600 => {
            let (long, short) = (GOLDEN_RATIO / 2.0, 0.5 / GOLDEN_RATIO);
            vec![long, 0.5, short, 0.0, -short, -0.5, -long, -1.0]
        }
        Code::Clebsch => vec![1.0 / 5.0, -3.0 / 5.0],
        Code::Schlafli => vec![1.0 / 4.0, -1.0 / 2.0],
        Code::E7Dual => vec![1.0 / 3.0, -1.0 / 3.0, -1.0],
        Code::Kerdock16 => vec![0.25, 0.0, -0.25, -1.0],
        Code::Gewirtz => vec![1.0 / 15.0, -2.0 / 5.0],
        Code::HoffmanSingleton => vec![1.0 / 21.0, -3.0 / 7.0],
        Code::M22 => vec![1.0 / 12.0, -3.0 / 8.0],
        Code::Gq39 => vec![1.0 / 9.0, -1.0 / 3.0],
        Code::U43 => vec![1.0 / 7.0, -2.0 / 7.0],
        Code::HigmanSims => vec![1.0 / 11.0, -4.0 / 11.0],
        Code::McLaughlin => vec![1.0 / 6.0, -1.0 / 4.0],
        Code::Leech891 => vec![1.0 / 4.0, -1.0 / 8.0, -1.0 / 2.0],
        Code::Equiangular => vec![1.0 / 5.0, -1.0 / 5.0, -1.0],
        Code::Leech4600 => vec![1.0 / 3.0, 0.0, -1.0 / 3.0, -1.0],
        Code::Leech | Code::BarnesWall16 => vec![0.5, 0.25, 0.0, -0.25, -0.5, -1.0],
        Code::Kerdock64 => vec![0.125, 0.0, -0.125, -1.0],
        Code::Kerdock256 => vec![0.0625, 0.0, -0.0625, -1.0],
        Code::Kerdock1024 => vec![0.031_25, 0.0, -0.031_25, -1.0],
        // Two bases: 0 and +-2^(-rank/2); a basis and the axes: +-1/sqrt(d).
        Code::Gold32 => vec![
            0.25,
            32.0_f64.powf(-0.5),
            0.0,
            -(32.0_f64.powf(-0.5)),
            -0.25,
            -1.0,
        ],
        Code::Gold128 => {
            let axes = 128.0_f64.powf(-0.5);
            vec![0.125, axes, 0.0, -axes, -0.125, -1.0]
        }
        Code::Gold512 => {
            let axes = 512.0_f64.powf(-0.5);
            vec![0.0625, axes, 0.0, -axes, -0.0625, -1.0]
        }
        Code::DelsarteGoethals64 => vec![0.25, 0.125, 0.0, -0.125, -0.25, -1.0],
        Code::DelsarteGoethals128 => {
            let axes = 128.0_f64.powf(-0.5);
            vec![0.25, 0.125, axes, 0.0, -axes, -0.125, -0.25, -1.0]
        }
        Code::DelsarteGoethals256 => vec![0.125, 0.0625, 0.0, -0.0625, -0.125, -1.0],
    }
}

/// Checks that the cosine is a published one and marks it as seen.
fn mark(code: Code, cosine: f64, expected: &[f64], seen: &mut [bool]) {
    let level = expected
        .iter()
        .position(|level| (level - cosine).abs() < 1e-12);
    assert!(level.is_some(), "{}: a cosine of {cosine}", code.name());
    if let Some(level) = level {
        seen[level] = true;
    }
}

#[test]
fn small_codes_have_the_published_cosines_and_no_others() {
    for code in small_codes() {
        let dim = code.dim();
        let points = rows(code);
        assert_eq!(points.len(), code.len() * dim, "{}", code.name());
        let expected = published_cosines(code);
        let mut seen = vec![false; expected.len()];
        for (number, row) in points.chunks_exact(dim).enumerate() {
            assert!((cos(row, row) - 1.0).abs() < 1e-12, "{}", code.name());
            // A cosine of 1 is in no list: no point comes twice.
            for other in points[..number * dim].chunks_exact(dim) {
                mark(code, cos(row, other), &expected, &mut seen);
            }
        }
        assert!(seen.iter().all(|&seen| seen), "{}: {seen:?}", code.name());
        assert_eq!(code.max_cos(), expected[0], "{}", code.name());
    }
}

#[test]
fn whole_codes_are_balanced() {
    for code in small_codes().chain([Code::Leech]) {
        let dim = code.dim();
        let points = rows(code);
        for axis in 0..dim {
            let sum: f64 = points.iter().skip(axis).step_by(dim).sum();
            assert!(sum.abs() < 1e-9, "{}: {sum} on axis {axis}", code.name());
        }
    }
}

#[test]
fn uniformities_are_those_of_the_literature() {
    // Values at t = 2, computed from the published cosines and how often they come.
    let known = [
        (Code::Icosahedron, -2.971_451),
        (Code::Petersen, -3.721_119),
        (Code::Cell24, -2.942_611),
        (Code::Cell600, -2.504_416),
        (Code::Clebsch, -3.585_289),
        (Code::Schlafli, -3.454_865),
        (Code::E7Dual, -3.310_820),
        (Code::E8, -3.171_313),
        (Code::U43, -3.764_303),
        (Code::HigmanSims, -3.842_344),
        (Code::McLaughlin, -3.736_134),
    ];
    for (code, value) in known {
        let found = uniformity(&rows(code), code.dim(), 2.0).unwrap();
        assert!((found - value).abs() < 1e-6, "{}: {found}", code.name());
    }
}

#[test]
fn sharp_codes_meet_levenshteins_bound_and_none_is_below_it() {
    // All but these; for them the proof is another.
    let apart = [
        Code::Petersen,
        Code::Cell24,
        Code::Cell600,
        Code::E6,
        Code::E7,
        Code::BarnesWall16,
        Code::Gewirtz,
        Code::HoffmanSingleton,
        Code::M22,
    ];
    for &code in Code::ALL {
        let (bound, _) = general_bound(code.len(), code.dim());
        let above = code.max_cos() - bound;
        if apart.contains(&code) || code.quadratic_bits().is_some() {
            assert!(above > 1e-6, "{}: {bound}", code.name());
        } else {
            assert!(above.abs() < 1e-9, "{}: {bound}", code.name());
        }
    }
}

#[test]
fn large_codes_have_the_published_cosines_in_random_blocks() {
    let mut rng = Streams::new(7).rng("blocks");
    let size = 128;
    for &code in Code::ALL.iter().filter(|code| code.len() > SMALL) {
        let dim = code.dim();
        let source = code.source(code.len());
        assert_eq!((source.rows(), source.dim()), (code.len(), dim));
        let expected = published_cosines(code);
        let mut seen = vec![false; expected.len()];
        let held = code.all();
        let read = |first: usize| {
            if let Some(rows) = held.get(first * dim..(first + size) * dim) {
                return rows.to_vec();
            }
            let mut rows = block(&*source, first, size);
            without_rounding(&mut rows, dim);
            rows
        };
        let axes = read(0);
        for _ in 0..6 {
            let first = rng.random_range(2 * dim..code.len() - size);
            let second = rng.random_range(2 * dim..code.len() - size);
            let left = read(first);
            let right = read(second);
            for (i, a) in left.chunks_exact(dim).enumerate() {
                for b in axes
                    .chunks_exact(dim)
                    .chain(left[..i * dim].chunks_exact(dim))
                {
                    mark(code, cos(a, b), &expected, &mut seen);
                }
                for (j, b) in right.chunks_exact(dim).enumerate() {
                    if first + i != second + j {
                        mark(code, cos(a, b), &expected, &mut seen);
                    }
                }
            }
        }
        assert!(seen.iter().all(|&seen| seen), "{}: {seen:?}", code.name());
    }
}

/// Conway & Sloane 1999, ch. 10: how many of the shortest vectors have which product with one of them.
#[test]
fn every_leech_vector_sees_the_others_at_the_published_angles() {
    let points = Code::Leech.all();
    let mut rng = Streams::new(7).rng("poles");
    for _ in 0..5 {
        let pole = rng.random_range(0..Code::Leech.len());
        let mut counts = [0; 9];
        for row in points.chunks_exact(24) {
            let product = 4.0 * cos(row, &points[24 * pole..24 * (pole + 1)]);
            assert!((product - product.round()).abs() < 1e-12);
            counts[(product.round() + 4.0) as usize] += 1;
        }
        assert_eq!(counts, [1, 0, 4600, 47_104, 93_150, 47_104, 4600, 0, 1]);
    }
}

#[test]
fn leech_and_quadratic_codes_come_as_cross_polytopes() {
    let mut rng = Streams::new(7).rng("frames");
    for &code in Code::ALL {
        if code.quadratic_bits().is_none() && code != Code::Leech {
            continue;
        }
        let dim = code.dim();
        let source = code.source(code.len());
        for _ in 0..3 {
            let frame = rng.random_range(0..code.len() / (2 * dim));
            let points = block(&*source, frame * 2 * dim, 2 * dim);
            for (i, a) in points.chunks_exact(dim).enumerate() {
                for (j, b) in points.chunks_exact(dim).enumerate().take(i) {
                    let expected = if i == j + 1 && i % 2 == 1 { -1.0 } else { 0.0 };
                    assert!((cos(a, b) - expected).abs() < 1e-6, "{}", code.name());
                }
            }
        }
    }
}

#[test]
fn rows_are_the_same_however_they_are_split() {
    let sizes = [
        (Code::Kerdock16, 288),
        (Code::Kerdock64, 1001),
        (Code::Kerdock1024, 1_050_624),
        (Code::HigmanSims, 60),
    ];
    let turned = [(Code::McLaughlin, 275, 30), (Code::Gold32, 700, 1030)];
    let sources = sizes
        .map(|(code, count)| (code, code.source(count)))
        .into_iter()
        .chain(turned.map(|(code, count, dim)| {
            let mut rng = Streams::new(1).rng(streams::PROTOTYPES);
            (code, code.source_in(count, dim, &mut rng).unwrap())
        }));
    for (code, source) in sources {
        let (count, dim) = (source.rows(), source.dim());
        let first = count.saturating_sub(700);
        let whole = block(&*source, first, count - first);
        for size in [1, 7, 64, 333] {
            let mut rows = Vec::new();
            let mut at = first;
            while at < count {
                let size = size.min(count - at);
                rows.extend(block(&*source, at, size));
                at += size;
            }
            assert!(rows == whole, "{} in blocks of {size}", code.name());
        }
        // Past the end nothing is written.
        let mut out = vec![9.0_f32; 3 * dim];
        source.fill(count - 1, &mut out);
        assert!(out[..dim].iter().all(|&value| value != 9.0));
        assert!(out[dim..].iter().all(|&value| value == 9.0));
        source.fill(count + 5, &mut out[dim..]);
        assert!(out[dim..].iter().all(|&value| value == 9.0));
    }
}

#[test]
fn parts_are_no_closer_than_the_code_and_stay_balanced() {
    for code in small_codes().filter(|code| code.len() <= 600) {
        let dim = code.dim();
        for count in [dim, code.len() / 2, code.len() - 1] {
            let source = code.source(count);
            assert_eq!(source.rows(), count);
            let points = block(&*source, 0, count);
            let figures = separation(&points, dim).unwrap();
            assert!(figures.max_cos <= code.max_cos() + 1e-6, "{}", code.name());
            // |sum|^2 = n + n (n - 1) mean cosine; points at random have n.
            let sum_squared = count as f64 * (1.0 + (count - 1) as f64 * figures.mean_cos);
            assert!(
                sum_squared < 0.5 * count as f64,
                "{count} of {}: {sum_squared}",
                code.name()
            );
        }
    }
}

#[test]
fn small_parts_of_root_systems_are_cross_polytopes() {
    for code in [Code::Cell24, Code::E8, Code::Kerdock16, Code::Leech] {
        let count = 2 * code.dim();
        let points = block(&*code.source(count), 0, count);
        let figures = separation(&points, code.dim()).unwrap();
        assert!(figures.max_cos.abs() < 1e-6, "{}", code.name());
    }
}

#[test]
fn more_dimensions_keep_the_cosines_and_use_every_axis() {
    let sizes = [
        (Code::HigmanSims, 100, 25),
        (Code::McLaughlin, 200, 1024),
        (Code::Clebsch, 16, 6),
        (Code::Kerdock64, 300, 1500),
    ];
    for (code, count, dim) in sizes {
        let points = |seed| {
            code.points(count, dim, &mut Streams::new(seed).rng(streams::PROTOTYPES))
                .unwrap()
        };
        let turned = points(1);
        assert_eq!(turned.len(), count * dim);
        for row in turned.chunks_exact(dim) {
            let length: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
            assert!((length - 1.0).abs() < 1e-6);
        }
        let straight = block(&*code.source(count), 0, count);
        for (i, row) in turned.chunks_exact(dim).enumerate() {
            let row: Vec<f64> = row.iter().map(|&value| f64::from(value)).collect();
            let first: Vec<f64> = turned[..dim]
                .iter()
                .map(|&value| f64::from(value))
                .collect();
            let before = cos(
                &straight[..code.dim()],
                &straight[i * code.dim()..(i + 1) * code.dim()],
            );
            assert!((cos(&first, &row) - before).abs() < 1e-6);
        }
        // A random subspace takes about its share of every axis; padding would leave axes empty.
        for axis in 0..dim {
            let share: f64 = turned
                .iter()
                .skip(axis)
                .step_by(dim)
                .map(|&value| f64::from(value).powi(2))
                .sum();
            assert!(share > 1e-3 * count as f64 / dim as f64, "axis {axis}");
        }
        assert_eq!(turned, points(1));
        assert_ne!(turned, points(2));
    }
}

#[test]
fn what_a_code_lacks_is_refused_in_a_sentence() {
    let mut rng = Streams::new(1).rng(streams::PROTOTYPES);
    let error = Code::E8.points(241, 8, &mut rng).unwrap_err().to_string();
    assert_eq!(
        error,
        "the code e8 has 240 points, not 241; ask for at most as many, or choose another method"
    );
    let error = Code::E8.points(240, 7, &mut rng).unwrap_err().to_string();
    assert_eq!(
        error,
        "the code e8 does not fit in 7 dimensions; choose at least 8, or another method"
    );
    assert_eq!(
        Code::E8.points(240, usize::MAX, &mut rng),
        Err(CodeError::TooLarge {
            count: 240,
            dim: usize::MAX
        })
    );
}
