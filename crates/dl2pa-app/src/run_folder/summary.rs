//! `summary.csv`: one row an epoch, for spreadsheets and data frames.

use std::fs::File;
use std::path::{Path, PathBuf};

use dl2pa_core::protocol::Event;
use serde::Serialize;

use super::{RunFolderError, write_beside};

/// One row; shares are 0 to 1.
#[derive(Debug, Serialize)]
struct Row {
    epoch: usize,
    step: u64,
    train_loss: f64,
    train_accuracy: f64,
    test_loss: f64,
    top1: f64,
    top5: f64,
    ece: f64,
    lr: f64,
    /// Labels moved by matchings since the row before.
    labels_moved: usize,
    elapsed_secs: f64,
}

/// The open file.
#[derive(Debug)]
pub(super) struct Summary {
    path: PathBuf,
    writer: csv::Writer<File>,
    labels_moved: usize,
}

impl Summary {
    pub(super) fn create(path: &Path) -> Result<Self, RunFolderError> {
        let file = File::create_new(path).map_err(|cause| RunFolderError::file(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            writer: csv::Writer::from_writer(file),
            labels_moved: 0,
        })
    }

    /// Goes on with the file of a run that was cut short: rows after step `step` will be made again.
    pub(super) fn reopen(path: &Path, step: u64) -> Result<Self, RunFolderError> {
        let failed = |cause: csv::Error| RunFolderError::file(path, cause);
        let mut reader = csv::Reader::from_path(path).map_err(failed)?;
        let header = reader.headers().map_err(failed)?.clone();
        let column = header.iter().position(|name| name == "step");
        let mut kept = csv::Writer::from_writer(Vec::new());
        if !header.is_empty() {
            kept.write_record(&header).map_err(failed)?;
        }
        for row in reader.records() {
            // The last row may have been cut short.
            let Ok(row) = row else { break };
            let of_row = column.and_then(|column| row.get(column)?.parse::<u64>().ok());
            if of_row.is_some_and(|of_row| of_row <= step) {
                kept.write_record(&row).map_err(failed)?;
            }
        }
        let bytes = kept
            .into_inner()
            .map_err(|error| RunFolderError::file(path, error.into_error()))?;
        write_beside(path, &bytes)?;
        let file = File::options()
            .append(true)
            .open(path)
            .map_err(|cause| RunFolderError::file(path, cause))?;
        let writer = csv::WriterBuilder::new()
            .has_headers(header.is_empty())
            .from_writer(file);
        Ok(Self {
            path: path.to_owned(),
            writer,
            labels_moved: 0,
        })
    }

    /// Adds a row for an evaluation; counts the labels of a matching.
    pub(super) fn record(
        &mut self,
        event: &Event,
        elapsed_secs: f64,
    ) -> Result<(), RunFolderError> {
        match event {
            Event::Relabelled { relabelling, .. } => {
                self.labels_moved += relabelling.moved.len();
                Ok(())
            }
            Event::Evaluated { evaluation, .. } => {
                let row = Row {
                    epoch: evaluation.epoch,
                    step: evaluation.step,
                    train_loss: evaluation.train_loss,
                    train_accuracy: evaluation.train_accuracy,
                    test_loss: evaluation.test_loss,
                    top1: evaluation.top1,
                    top5: evaluation.top5,
                    ece: evaluation.ece,
                    lr: evaluation.lr,
                    labels_moved: std::mem::take(&mut self.labels_moved),
                    elapsed_secs,
                };
                self.writer
                    .serialize(row)
                    .map_err(|cause| RunFolderError::file(&self.path, cause))?;
                self.writer
                    .flush()
                    .map_err(|cause| RunFolderError::file(&self.path, cause))
            }
            _ => Ok(()),
        }
    }
}
