//! `summary.csv`: one row an epoch, for spreadsheets and data frames.

use std::fs::File;
use std::path::{Path, PathBuf};

use dl2pa_core::protocol::Event;
use serde::Serialize;

use super::RunFolderError;

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
