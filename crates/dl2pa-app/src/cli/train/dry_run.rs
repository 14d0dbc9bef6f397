//! `--dry-run`: every part of a run once, on one batch, without a trace.

use dl2pa_core::config::RunConfig;
use serde::Serialize;

use crate::run_folder::{LAST, hash_text, read_checkpoint};

use super::super::error::CliError;
use super::super::signals::Interrupts;
use super::Request;
use super::one_run::{self, Plan};

/// What a dry run says.
#[derive(Debug, Serialize)]
struct DryRun {
    /// Top-1 in percent after one batch, which says nothing but that it could be measured.
    top1: Option<f64>,
    parameters_and_state: usize,
    seconds: f64,
    ok: bool,
}

/// Trains on one batch, measures, matches, writes a checkpoint, reads it back and goes on from it for a
/// second epoch; the exit code is that of the signal that stopped it, or 0.
///
/// # Errors
/// Whatever a real run would fail with.
pub(super) fn dry_run(
    config: &RunConfig,
    prototypes: Option<Vec<f32>>,
    request: &Request<'_>,
    interrupts: &Interrupts,
) -> Result<u8, CliError> {
    let failed = |cause: std::io::Error| {
        CliError::Failed(format!(
            "A folder for the dry run cannot be made ({cause})."
        ))
    };
    let place = tempfile::tempdir().map_err(failed)?;
    let mut config = config.clone();
    config.epochs = 1;
    config.assign_period = 1.0;
    config.recipe.limit_train_batches = 1;
    let plan = Plan {
        config: &config,
        prototypes,
        resume: None,
        output: place.path(),
    };
    let first = one_run::train(plan, request, interrupts)?;
    if let (true, Some(code)) = (first.is_stopped, interrupts.exit_code()) {
        return Ok(code);
    }
    let checkpoint = read_checkpoint(&first.run_dir.join(LAST))?;
    let numbers = checkpoint
        .arrays
        .iter()
        .map(|array| array.values.len())
        .sum();
    let before = hash_text(&checkpoint);
    config.epochs = 2;
    let plan = Plan {
        config: &config,
        prototypes: None,
        resume: Some((checkpoint.into(), first.run_dir)),
        output: place.path(),
    };
    let second = one_run::train(plan, request, interrupts)?;
    if let (true, Some(code)) = (second.is_stopped, interrupts.exit_code()) {
        return Ok(code);
    }
    let after = hash_text(&read_checkpoint(&second.run_dir.join(LAST))?);
    if before == after {
        return Err(CliError::Failed(
            "The second epoch changed nothing; this is a fault of the program.".to_owned(),
        ));
    }
    let report = DryRun {
        top1: second.report.top1,
        parameters_and_state: numbers,
        seconds: first.report.seconds + second.report.seconds,
        ok: true,
    };
    let words = format!(
        "all parts work: trained, measured, matched, kept a checkpoint of {numbers} numbers and went on from it, in {:.1} s",
        report.seconds
    );
    request.voice.result(&report, &words)?;
    Ok(0)
}
