//! A study's folder: `outcome.json`, `outcome.csv` and `plot.svg`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dl2pa_core::studies::Outcome;

use super::super::error::CliError;
use crate::run_folder::{RunFolderError, write_beside};

/// How often a taken name is tried again with the next number.
const MAX_SAME_NAMES: usize = 10_000;

/// A folder that has just been made.
#[derive(Debug)]
pub(super) struct StudyFolder {
    path: PathBuf,
}

impl StudyFolder {
    /// Makes `<output>/<date-time>-study-<name>`, with `-2`, `-3` and so on where that is taken.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(super) fn create(
        output: &Path,
        name: &str,
        now: SystemTime,
    ) -> Result<Self, RunFolderError> {
        let folder = |path: &Path, cause| RunFolderError::Folder {
            path: path.to_owned(),
            cause,
        };
        fs::create_dir_all(output).map_err(|cause| folder(output, cause))?;
        let time = humantime::format_rfc3339_seconds(now).to_string();
        let stem = format!("{}-study-{name}", time.replace([':', 'Z'], ""));
        let mut number = 1;
        loop {
            let path = match number {
                1 => output.join(&stem),
                _ => output.join(format!("{stem}-{number}")),
            };
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(cause)
                    if cause.kind() == std::io::ErrorKind::AlreadyExists
                        && number < MAX_SAME_NAMES =>
                {
                    number += 1;
                }
                Err(cause) => return Err(folder(&path, cause)),
            }
        }
    }

    /// Takes the folder away again; for studies that came to nothing.
    pub(super) fn remove(&self) {
        // Only an empty folder goes; the error that is reported is the study's.
        fs::remove_dir(&self.path).ok();
    }

    /// Writes the three files and gives the folder's path.
    ///
    /// # Errors
    /// When one cannot be written.
    pub(super) fn write(self, outcome: &Outcome, plot: &str) -> Result<PathBuf, CliError> {
        let json = serde_json::to_vec_pretty(outcome)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        write_beside(&self.path.join("outcome.json"), &json)?;
        write_beside(&self.path.join("outcome.csv"), &csv(outcome)?)?;
        write_beside(&self.path.join("plot.svg"), plot.as_bytes())?;
        Ok(self.path)
    }
}

/// One line a point.
fn csv(outcome: &Outcome) -> Result<Vec<u8>, CliError> {
    let failed = |error: csv::Error| CliError::Failed(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "series",
        outcome.x_label,
        outcome.y_label,
        "deviation",
        "runs",
    ];
    writer.write_record(head).map_err(failed)?;
    for series in &outcome.series {
        for point in &series.points {
            let numbers = [point.x, point.mean, point.deviation].map(|value| value.to_string());
            let [x, mean, deviation] = numbers;
            let runs = point.runs.to_string();
            writer
                .write_record([&series.label, &x, &mean, &deviation, &runs])
                .map_err(failed)?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| CliError::Failed(error.to_string()))
}
