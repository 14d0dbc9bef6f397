//! `--prototypes`: spreads points on a sphere, says how well, and writes them if asked.

use std::path::Path;

use dl2pa_core::metrics::{separation, uniformity};
use dl2pa_core::prototypes::{bound_max_cos, spread};
use dl2pa_core::streams::Streams;
use dl2pa_runtime::now_secs;
use serde::Serialize;

use crate::array_files::{self, Format, Matrix};
use crate::run_folder::check_place;

use super::arguments::{CommonFlags, RunFlags};
use super::error::CliError;
use super::voice::Voice;

/// Temperature of the uniformity in the paper.
const UNIFORMITY_T: f64 = 2.0;
/// Seed unless told otherwise.
const SEED: u64 = 42;

/// The line of `--prototypes --json`.
#[derive(Debug, Serialize)]
struct PrototypeReport {
    classes: usize,
    dim: usize,
    max_cos: f64,
    min_angle_deg: f64,
    /// Mean over the prototypes of the nearest neighbour's cosine.
    mean_max_cos: f64,
    mean_cos: f64,
    /// Mean angle of all pairs.
    apad_deg: f64,
    l_uni: f64,
    seconds: f64,
    method: &'static str,
    proven_optimal: bool,
    /// No arrangement has a smaller greatest cosine.
    bound_max_cos: f64,
}

/// Spreads, reports, writes.
///
/// # Errors
/// Flags that make no sense, or a file that cannot be written (nothing is then left of it).
pub(super) fn prototypes(
    flags: &RunFlags,
    common: &CommonFlags,
    voice: Voice,
) -> Result<(), CliError> {
    let (classes, dim) = size(flags)?;
    refuse_other_flags(flags, common)?;
    let seed = flags.seed.unwrap_or(SEED);
    if let Some(path) = &common.output {
        Format::to_write(path)?;
        check_place(path)?;
    }
    let began_secs = now_secs();
    let spread = spread(classes, dim, &Streams::new(seed))?;
    let seconds = now_secs() - began_secs;

    let found = separation(&spread.prototypes, dim).map_err(|e| failed(&e))?;
    let report = PrototypeReport {
        classes,
        dim,
        max_cos: found.max_cos,
        min_angle_deg: found.min_angle_deg,
        mean_max_cos: found.mean_nearest_cos,
        mean_cos: found.mean_cos,
        apad_deg: found.mean_angle_deg,
        l_uni: uniformity(&spread.prototypes, dim, UNIFORMITY_T).map_err(|e| failed(&e))?,
        seconds,
        method: spread.method.name(),
        proven_optimal: spread.proven_optimal,
        bound_max_cos: bound_max_cos(classes, dim),
    };
    if let Some(path) = &common.output {
        let matrix = Matrix {
            rows: classes,
            columns: dim,
            values: spread.prototypes,
        };
        array_files::write(path, &matrix)?;
    }
    voice.result(&report, &in_words(&report, common.output.as_deref()))
}

fn failed(error: &dyn std::error::Error) -> CliError {
    CliError::Failed(error.to_string())
}

/// The number of prototypes and their dimension.
fn size(flags: &RunFlags) -> Result<(usize, usize), CliError> {
    flags.classes.zip(flags.dim).ok_or_else(|| {
        CliError::Usage(
            "--prototypes needs to know how many and where: --classes C --dim D.".into(),
        )
    })
}

/// Refuses what would be silently without effect.
fn refuse_other_flags(flags: &RunFlags, common: &CommonFlags) -> Result<(), CliError> {
    let given = toml::Table::try_from(flags)
        .map_err(|error| CliError::Failed(error.to_string()))?
        .into_iter()
        .map(|(key, _)| key)
        .find(|key| !["classes", "dim", "seed"].contains(&key.as_str()));
    let other = match given {
        Some(key) => key.replace('_', "-"),
        None if common.config.is_some() => "config".to_owned(),
        None => return Ok(()),
    };
    Err(CliError::Usage(format!(
        "--{other} means nothing to --prototypes, which takes --classes, --dim, --seed and --output."
    )))
}

fn in_words(report: &PrototypeReport, output: Option<&Path>) -> String {
    let optimal = if report.proven_optimal {
        ", proven optimal"
    } else {
        ""
    };
    let mut words = format!(
        "{} prototypes in {} dimensions ({}{optimal}) in {:.2} s\n\
         smallest angle {:.3} degrees; greatest cosine {:.6}, which no arrangement has below {:.6}\n\
         mean nearest cosine {:.6}, mean cosine {:.6}, mean angle {:.3} degrees, uniformity {:.6}",
        report.classes,
        report.dim,
        report.method,
        report.seconds,
        report.min_angle_deg,
        report.max_cos,
        report.bound_max_cos,
        report.mean_max_cos,
        report.mean_cos,
        report.apad_deg,
        report.l_uni,
    );
    if let Some(path) = output {
        words.push_str(&format!("\nwritten to {}", path.display()));
    }
    words
}
