//! `--compare`: several runs side by side, with the settings in which they differ.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::CliError;
use super::voice::Voice;

/// What is compared of one run.
#[derive(Debug, Serialize)]
struct Compared {
    run: String,
    /// The settings in which the runs differ.
    settings: toml::Table,
    epochs: usize,
    /// Top-1 in percent, last and best.
    top1: f64,
    best_top1: f64,
    ece: f64,
    labels_moved: usize,
    seconds: f64,
}

/// A row of `summary.csv`, as far as it is compared.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    epoch: usize,
    top1: f64,
    ece: f64,
    labels_moved: usize,
    elapsed_secs: f64,
}

/// Why a run cannot be compared.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is no run folder with a finished epoch ({cause}); name folders that --train made.", path.display())]
pub(super) struct NoRun {
    path: PathBuf,
    cause: String,
}

/// Prints a table of `runs`.
///
/// # Errors
/// When one of them is no run folder.
pub(super) fn compare(runs: &[PathBuf], voice: Voice) -> Result<(), CliError> {
    let read: Vec<(toml::Table, Vec<Row>)> = runs
        .iter()
        .map(|run| read(run))
        .collect::<Result<_, NoRun>>()?;
    let differing = differing(read.iter().map(|(config, _)| config));
    let compared: Vec<Compared> = runs
        .iter()
        .zip(&read)
        .filter_map(|(run, (config, rows))| {
            let last = rows.last()?;
            let best = rows.iter().map(|row| row.top1).fold(0.0, f64::max);
            let settings = config.iter().filter(|(key, _)| differing.contains(*key));
            Some(Compared {
                run: run.display().to_string(),
                settings: settings.map(|(k, v)| (k.clone(), v.clone())).collect(),
                epochs: last.epoch,
                top1: 100.0 * last.top1,
                best_top1: 100.0 * best,
                ece: 100.0 * last.ece,
                labels_moved: rows.iter().map(|row| row.labels_moved).sum(),
                seconds: last.elapsed_secs,
            })
        })
        .collect();
    voice.result(&compared, &table(&compared, &differing))
}

fn read(run: &Path) -> Result<(toml::Table, Vec<Row>), NoRun> {
    let refused = |cause: String| NoRun {
        path: run.to_owned(),
        cause,
    };
    let name = |file: &str, cause: &dyn std::fmt::Display| refused(format!("{file}: {cause}"));
    let config = std::fs::read_to_string(run.join("config.toml"))
        .map_err(|cause| name("config.toml", &cause))?;
    let config = config
        .parse()
        .map_err(|cause: toml::de::Error| name("config.toml", &cause.message()))?;
    let rows: Vec<Row> = csv::Reader::from_path(run.join("summary.csv"))
        .and_then(|reader| reader.into_deserialize().collect())
        .map_err(|cause| name("summary.csv", &cause))?;
    if rows.is_empty() {
        return Err(refused("summary.csv has no row".to_owned()));
    }
    Ok((config, rows))
}

/// The keys whose values are not the same everywhere.
fn differing<'a>(mut configs: impl Iterator<Item = &'a toml::Table>) -> BTreeSet<String> {
    let Some(first) = configs.next() else {
        return BTreeSet::new();
    };
    let mut keys = BTreeSet::new();
    for other in configs {
        let both = first.keys().chain(other.keys());
        keys.extend(
            both.filter(|key| first.get(*key) != other.get(*key))
                .cloned(),
        );
    }
    keys
}

/// Columns as wide as their widest entry.
fn table(compared: &[Compared], differing: &BTreeSet<String>) -> String {
    let figures = ["epochs", "top-1", "best", "ECE", "moved", "seconds"];
    let mut rows = vec![
        std::iter::once("run")
            .chain(differing.iter().map(String::as_str))
            .chain(figures)
            .map(str::to_owned)
            .collect::<Vec<String>>(),
    ];
    for run in compared {
        let mut row = vec![run.run.clone()];
        for key in differing {
            let value = run.settings.get(key);
            row.push(value.map_or_else(String::new, |value| match value {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            }));
        }
        row.extend([
            run.epochs.to_string(),
            format!("{:.2} %", run.top1),
            format!("{:.2} %", run.best_top1),
            format!("{:.2} %", run.ece),
            run.labels_moved.to_string(),
            format!("{:.1}", run.seconds),
        ]);
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..rows[0].len()).filter_map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        line.join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}
