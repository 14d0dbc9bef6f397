//! `--study NAME`: makes a study's runs, says what they show, and keeps table, figures and plot.

mod files;
mod plot;
mod runs;

use std::path::Path;
use std::time::SystemTime;

use dl2pa_core::studies::{Outcome, Plan, Series, Study};
use dl2pa_runtime::now_secs;

use super::arguments::CommonFlags;
use super::error::CliError;
use super::run_flags::RunFlags;
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
    let mut lines = table(outcome);
    for finding in &outcome.findings {
        lines.push_str(finding);
        lines.push('\n');
    }
    lines
}

/// A column a series and a row an x; a row a series where there is but one x.
fn table(outcome: &Outcome) -> String {
    let mut xs: Vec<f64> = outcome
        .series
        .iter()
        .flat_map(|series| series.points.iter().map(|point| point.x))
        .collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let cell = |series: &Series, x: f64| {
        let point = series.points.iter().find(|point| point.x == x);
        point.map_or_else(String::new, |point| {
            format!("{} ± {}", short(point.mean), short(point.deviation))
        })
    };
    let labels = || outcome.series.iter().map(|series| series.label.clone());
    let rows: Vec<Vec<String>> = if let [x] = xs[..] {
        let head = vec![String::new(), outcome.y_label.to_owned()];
        let rows = outcome.series.iter();
        std::iter::once(head)
            .chain(rows.map(|series| vec![series.label.clone(), cell(series, x)]))
            .collect()
    } else {
        let head = std::iter::once(outcome.x_label.to_owned()).chain(labels());
        // Curves of many epochs are for the plot; a hundred rows tell nobody anything.
        let rows = sampled(&xs).map(|&x| {
            let cells = outcome.series.iter().map(|series| cell(series, x));
            std::iter::once(short(x)).chain(cells).collect()
        });
        std::iter::once(head.collect()).chain(rows).collect()
    };
    aligned(&rows)
}

/// Columns as wide as their widest cell; the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = String::new();
    for row in rows {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            if column == 0 {
                lines.push_str(&format!("{cell:<width$}"));
            } else {
                lines.push_str(&format!("  {cell:>width$}"));
            }
        }
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
    fn tables_line_up() {
        let rows = [
            ["x", "dynamic", "psc"],
            ["2", "50 ± 1", ""],
            ["10", "9 ± 0.1", "7 ± 2"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            aligned(&rows),
            "x   dynamic    psc\n2    50 ± 1       \n10  9 ± 0.1  7 ± 2\n"
        );
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
