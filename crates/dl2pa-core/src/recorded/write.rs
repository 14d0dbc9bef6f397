//! Events as lines.

use serde::Serialize;

use super::MOST_MEANS;
use crate::checkpoint::Checkpoint;
use crate::config::RunConfig;
use crate::protocol::{
    Evaluation, Event, FailureCause, FinishReason, Provenance, Relabelling, RunInfo,
};

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
        assignment: &'a [u32],
        min_angle_deg: f64,
        provenance: &'a Provenance,
    },
    Compared {
        min_angle_deg: f64,
        provenance: &'a Provenance,
    },
    Relabelled {
        relabelling: &'a Relabelling,
        /// c x d, where they are few enough.
        #[serde(skip_serializing_if = "Option::is_none")]
        class_means: Option<&'a [f32]>,
        /// c x d, where they have turned and are few enough.
        #[serde(skip_serializing_if = "Option::is_none")]
        prototypes: Option<&'a [f32]>,
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
    Kept {
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
                assignment,
                min_angle_deg,
                provenance,
                ..
            } => Self::Spread {
                prototypes,
                assignment,
                min_angle_deg: *min_angle_deg,
                provenance,
            },
            Event::Compared { comparison, .. } => Self::Compared {
                min_angle_deg: comparison.min_angle_deg,
                provenance: &comparison.provenance,
            },
            Event::Relabelled { relabelling, .. } => Self::Relabelled {
                relabelling,
                class_means: relabelling.class_means.as_deref().filter(|m| is_written(m)),
                prototypes: (relabelling.turned && is_written(&relabelling.prototypes))
                    .then_some(&*relabelling.prototypes),
            },
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
                state_hash: format!("{:016x}", checkpoint.state_hash()),
            },
            Event::Kept { state, .. } => Self::Kept {
                epoch: state.epoch(),
                step: state.step(),
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

/// JSON knows finite numbers only.
fn is_written(numbers: &[f32]) -> bool {
    let is_there = !numbers.is_empty() && numbers.len() <= MOST_MEANS;
    is_there && numbers.iter().all(|number| number.is_finite())
}

/// The line of an event, with its end. `elapsed_secs` counts from the run's start.
///
/// # Errors
/// When a configuration has no JSON form, which none has lacked.
pub fn line(event: &Event, elapsed_secs: f64) -> Result<Vec<u8>, serde_json::Error> {
    to_bytes(elapsed_secs, event.into())
}

/// The line that says from which state a run went on; what was recorded after it is made again.
///
/// # Errors
/// As [`line`].
pub fn resumed(checkpoint: &Checkpoint) -> Result<Vec<u8>, serde_json::Error> {
    let record = Record::Resumed {
        epoch: checkpoint.header.epoch,
        step: checkpoint.header.step,
    };
    to_bytes(0.0, record)
}

fn to_bytes(elapsed_secs: f64, record: Record<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(&Line {
        elapsed_secs,
        record,
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}
