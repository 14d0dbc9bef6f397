//! `metrics.jsonl`: every event of the run as one JSON object a line; the playground replays it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Evaluation, Event, FinishReason, Provenance, Relabelling, RunInfo};
use serde::Serialize;

use super::RunFolderError;

/// The line of one event.
#[derive(Serialize)]
struct Line<'a> {
    elapsed_secs: f64,
    #[serde(flatten)]
    record: Record<'a>,
}

/// An event without what belongs into other files (the arrays of a checkpoint).
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Record<'a> {
    Started {
        config: &'a RunConfig,
        info: &'a RunInfo,
    },
    Spread {
        prototypes: &'a [f32],
        min_angle_deg: f64,
        provenance: &'a Provenance,
    },
    Compared {
        min_angle_deg: f64,
        provenance: &'a Provenance,
    },
    Relabelled {
        relabelling: &'a Relabelling,
    },
    Evaluated {
        evaluation: &'a Evaluation,
    },
    Exported {
        is_best: bool,
        epoch: usize,
        step: u64,
    },
    Warning {
        message: &'a str,
    },
    Finished {
        reason: FinishReason,
    },
    Failed {
        message: &'a str,
        diverged: bool,
    },
}

impl<'a> From<&'a Event> for Record<'a> {
    fn from(event: &'a Event) -> Self {
        match event {
            Event::Started { config, info, .. } => Self::Started { config, info },
            Event::Spread {
                prototypes,
                min_angle_deg,
                provenance,
                ..
            } => Self::Spread {
                prototypes,
                min_angle_deg: *min_angle_deg,
                provenance,
            },
            Event::Compared { comparison, .. } => Self::Compared {
                min_angle_deg: comparison.min_angle_deg,
                provenance: &comparison.provenance,
            },
            Event::Relabelled { relabelling, .. } => Self::Relabelled { relabelling },
            Event::Evaluated { evaluation, .. } => Self::Evaluated { evaluation },
            Event::Exported {
                is_best,
                checkpoint,
                ..
            } => Self::Exported {
                is_best: *is_best,
                epoch: checkpoint.header.epoch,
                step: checkpoint.header.step,
            },
            Event::Warning { message, .. } => Self::Warning { message },
            Event::Finished { reason, .. } => Self::Finished { reason: *reason },
            Event::Failed {
                message, diverged, ..
            } => Self::Failed {
                message,
                diverged: *diverged,
            },
        }
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct MetricsLog {
    path: PathBuf,
    file: File,
}

impl MetricsLog {
    pub(super) fn create(path: &Path) -> Result<Self, RunFolderError> {
        let file = File::create_new(path).map_err(|cause| RunFolderError::file(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Adds a line in one write, so that a reader who follows the file sees whole lines.
    pub(super) fn append(
        &mut self,
        event: &Event,
        elapsed_secs: f64,
    ) -> Result<(), RunFolderError> {
        let line = Line {
            elapsed_secs,
            record: event.into(),
        };
        let mut bytes =
            serde_json::to_vec(&line).map_err(|cause| RunFolderError::file(&self.path, cause))?;
        bytes.push(b'\n');
        self.file
            .write_all(&bytes)
            .map_err(|cause| RunFolderError::file(&self.path, cause))
    }
}
