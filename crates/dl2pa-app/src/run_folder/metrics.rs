//! `metrics.jsonl`: every event of the run as one JSON object a line; the playground replays it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{
    Evaluation, Event, FailureCause, FinishReason, Provenance, Relabelling, RunInfo,
};
use serde::Serialize;

use super::{RunFolderError, hash_text};

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
    Judged {
        samples: usize,
    },
    Exported {
        is_best: bool,
        epoch: usize,
        step: u64,
        /// Equal hashes of two runs mean equal states.
        state_hash: String,
    },
    Resumed {
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
        cause: FailureCause,
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
            Event::Judged { verdicts, .. } => Self::Judged {
                samples: verdicts.len(),
            },
            Event::Exported {
                is_best,
                checkpoint,
                ..
            } => Self::Exported {
                is_best: *is_best,
                epoch: checkpoint.header.epoch,
                step: checkpoint.header.step,
                state_hash: hash_text(checkpoint),
            },
            Event::Warning { message, .. } => Self::Warning { message },
            Event::Finished { reason, .. } => Self::Finished { reason: *reason },
            Event::Failed { message, cause, .. } => Self::Failed {
                message,
                cause: *cause,
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

    /// Goes on with the file of a run that was cut short, after the last whole line.
    pub(super) fn reopen(path: &Path, checkpoint: &Checkpoint) -> Result<Self, RunFolderError> {
        let failed = |cause| RunFolderError::file(path, cause);
        let bytes = std::fs::read(path).map_err(failed)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        let file = File::options().append(true).open(path).map_err(failed)?;
        file.set_len(whole.map_or(0, |end| end as u64 + 1))
            .map_err(failed)?;
        let mut log = Self {
            path: path.to_owned(),
            file,
        };
        log.write(&Line {
            elapsed_secs: 0.0,
            record: Record::Resumed {
                epoch: checkpoint.header.epoch,
                step: checkpoint.header.step,
            },
        })?;
        Ok(log)
    }

    /// Adds the line of an event.
    pub(super) fn append(
        &mut self,
        event: &Event,
        elapsed_secs: f64,
    ) -> Result<(), RunFolderError> {
        self.write(&Line {
            elapsed_secs,
            record: event.into(),
        })
    }

    /// One write a line, so that a reader who follows the file sees whole lines.
    fn write(&mut self, line: &Line<'_>) -> Result<(), RunFolderError> {
        let mut bytes =
            serde_json::to_vec(line).map_err(|cause| RunFolderError::file(&self.path, cause))?;
        bytes.push(b'\n');
        self.file
            .write_all(&bytes)
            .map_err(|cause| RunFolderError::file(&self.path, cause))
    }
}
