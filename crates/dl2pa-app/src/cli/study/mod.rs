//! `--study NAME`: makes a study's runs, says what they show, and keeps table, figures and plot.

mod files;
mod plot;
mod runs;

use std::path::Path;
use std::time::SystemTime;

use dl2pa_core::studies::{Outcome, Plan, Study};
use dl2pa_runtime::now_secs;

use super::arguments::{CommonFlags, RunFlags};
use super::error::CliError;
use super::signals::Interrupts;
use super::voice::Voice;

/// Where studies go unless told otherwise.
const STUDIES: &str = "runs";

/// Runs the study called `name` and writes a folder.
///
/// # Errors
/// An unknown name, flags that a study does not take, a run that fails, or a folder that cannot be made.
pub(super) fn study(
    name: &str,
    flags: &RunFlags,
    common: &CommonFlags,
    voice: Voice,
) -> Result<(), CliError> {
    let study = Study::from_name(name).ok_or_else(|| unknown(name))?;
    refuse_other_flags(flags, common)?;
    let output = common.output.as_deref().unwrap_or(Path::new(STUDIES));
    let folder = files::StudyFolder::create(output, study.name(), SystemTime::now())?;
    voice.say(&format!("{}: {}", study.name(), study.question()));
    let made = match study.plan() {
        Plan::Training(training) => {
            let interrupts = Interrupts::install()?;
            runs::outcome(study, &training, &interrupts, voice)
        }
        Plan::Computed(computed) => computed
            .outcome(now_secs)
            .map_err(|error| CliError::Failed(error.to_string())),
    };
    let outcome = made.inspect_err(|_| folder.remove())?;
    let plot = plot::svg(&outcome, study.has_log_x())?;
    let path = folder.write(&outcome, &plot)?;
    let words = format!("{}written to {}", in_words(&outcome), path.display());
    voice.result(&outcome, &words)
}

fn unknown(name: &str) -> CliError {
    let names: Vec<&str> = Study::ALL.iter().map(|study| study.name()).collect();
    CliError::Usage(format!(
        "There is no study `{name}`; the studies are {}.",
        names.join(", ")
    ))
}

/// A study brings its own settings; what would be without effect is refused.
fn refuse_other_flags(flags: &RunFlags, common: &CommonFlags) -> Result<(), CliError> {
    let given = toml::Table::try_from(flags)
        .map_err(|error| CliError::Failed(error.to_string()))?
        .into_iter()
        .map(|(key, _)| key.replace('_', "-"))
        .next();
    let other = given.or_else(|| common.config.is_some().then(|| "config".to_owned()));
    match other {
        None => Ok(()),
        Some(flag) => Err(CliError::Usage(format!(
            "--{flag} means nothing to --study, which brings its own settings and seeds."
        ))),
    }
}

/// The table and the findings, as lines.
fn in_words(outcome: &Outcome) -> String {
    let mut lines = String::new();
    let widest = outcome
        .series
        .iter()
        .map(|series| series.label.chars().count())
        .max()
        .unwrap_or(0);
    lines.push_str(&format!(
        "{:widest$}  {:>12}  {}\n",
        "", outcome.x_label, outcome.y_label
    ));
    for series in &outcome.series {
        // Curves over epochs are for the plot; a table of a hundred lines tells nobody anything.
        for point in sampled(&series.points) {
            lines.push_str(&format!(
                "{:widest$}  {:>12}  {} ± {} ({} runs)\n",
                series.label,
                short(point.x),
                short(point.mean),
                short(point.deviation),
                point.runs
            ));
        }
    }
    for finding in &outcome.findings {
        lines.push_str(finding);
        lines.push('\n');
    }
    lines
}

/// At most about ten of `points`, evenly spaced, with the last.
fn sampled<T>(points: &[T]) -> impl Iterator<Item = &T> {
    const MOST: usize = 12;
    let step = points.len().div_ceil(MOST).max(1);
    let last = points.len().saturating_sub(1);
    points
        .iter()
        .enumerate()
        .filter(move |(index, _)| index % step == 0 || *index == last)
        .map(|(_, point)| point)
}

/// Four significant digits.
fn short(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || (0.01..100_000.0).contains(&magnitude) {
        let decimals = if magnitude >= 10.0 { 1 } else { 3 };
        let text = format!("{value:.decimals$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    } else {
        format!("{value:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_right() {
        assert_eq!(short(0.0), "0");
        assert_eq!(short(3.0), "3");
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(89.94), "89.9");
        assert_eq!(short(-0.0101), "-0.01");
        assert_eq!(short(0.000_012), "1.20e-5");
        assert_eq!(short(100.0), "100");
    }

    #[test]
    fn long_curves_are_sampled_with_their_ends() {
        let points: Vec<usize> = (0..40).collect();
        let shown: Vec<usize> = sampled(&points).copied().collect();
        assert!(shown.len() <= 13 && shown[0] == 0 && shown.last() == Some(&39));
        assert_eq!(sampled(&points[..5]).count(), 5);
        assert_eq!(sampled(&points[..0]).count(), 0);
    }
}
