//! `--seeds`: the same run from several seeds, with mean and deviation.

use dl2pa_core::config::RunConfig;
use serde::Serialize;

use super::super::error::CliError;
use super::super::report::TrainReport;
use super::super::signals::Interrupts;
use super::Request;
use super::one_run::{self, Plan};

/// What several runs say together; shares in percent.
#[derive(Debug, Serialize)]
struct Several<'a> {
    top1_mean: f64,
    /// Sample deviation; 0 for one seed.
    top1_deviation: f64,
    seeds: &'a [u64],
    runs: Vec<TrainReport>,
}

/// Makes a run for each seed, one after the other; the exit code is that of the signal that stopped them,
/// or 0. What was done until then is told.
///
/// # Errors
/// Whatever keeps one of them from its end.
pub(super) fn train(
    config: &RunConfig,
    seeds: &[u64],
    prototypes: Option<&Vec<f32>>,
    request: &Request<'_>,
    interrupts: &Interrupts,
) -> Result<u8, CliError> {
    let mut runs = Vec::with_capacity(seeds.len());
    let mut is_stopped = false;
    for &seed in seeds {
        let config = RunConfig {
            seed,
            ..config.clone()
        };
        let plan = Plan {
            config: &config,
            prototypes: prototypes.cloned(),
            resume: None,
            output: request.output(),
        };
        let done = one_run::train(plan, request, interrupts)?;
        if done.is_stopped {
            is_stopped = true;
            break;
        }
        request.voice.say(&format!(
            "seed {seed}: {}",
            done.report.in_words().replace('\n', "; ")
        ));
        runs.push(done.report);
    }
    let top1: Vec<f64> = runs.iter().filter_map(|run| run.top1).collect();
    let (mean, deviation) = mean_and_deviation(&top1);
    let words = format!(
        "top-1 {mean:.2} +- {deviation:.2} % over {} of {} seeds",
        top1.len(),
        seeds.len()
    );
    let several = Several {
        top1_mean: mean,
        top1_deviation: deviation,
        seeds: &seeds[..runs.len()],
        runs,
    };
    request.voice.result(&several, &words)?;
    Ok(if is_stopped {
        interrupts.exit_code().unwrap_or(0)
    } else {
        0
    })
}

/// Mean and sample deviation.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count.max(1.0);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let (mean, deviation) = mean_and_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert!((mean - 5.0).abs() < 1e-12);
        // Squares sum to 32; 32 / 7.
        assert!((deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(mean_and_deviation(&[3.0]), (3.0, 0.0));
    }
}
