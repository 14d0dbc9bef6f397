//! Follows one run's events to its end: to disk, to the person, and into the figures of the report.

use async_channel::Receiver;
use dl2pa_core::protocol::{Evaluation, Event, FinishReason, Latest, Snapshot};

use crate::run_folder::{RunFolder, RunFolderError};

use super::progress::Progress;

/// Where a run's events go.
pub(super) struct Sinks<'a> {
    pub(super) folder: &'a mut RunFolder,
    pub(super) progress: &'a mut Progress,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All epochs are done.
    Completed,
    /// It was asked to stop.
    Stopped,
    /// The loss was not finite; the sentence says where.
    Diverged(String),
    /// Another error, in one sentence.
    Failed(String),
    /// The session went away without a word, which only a panic does.
    Lost,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) ending: Ending,
    /// The last one made.
    pub(super) evaluation: Option<Evaluation>,
    /// One entry a matching.
    pub(super) labels_moved: Vec<usize>,
    /// At the end of the run, in degrees.
    pub(super) min_angle_deg: Option<f64>,
    /// Training images a second from the first step to the last evaluation.
    pub(super) images_per_sec: Option<f64>,
}

/// Reads `events` until the run has ended. `now_secs` is a clock that starts near 0.
///
/// # Errors
/// When the run folder cannot be written any more.
pub(super) fn consume(
    events: &Receiver<Event>,
    latest: &Latest<Snapshot>,
    sinks: Sinks<'_>,
    now_secs: impl Fn() -> f64,
) -> Result<Outcome, RunFolderError> {
    let Sinks { folder, progress } = sinks;
    let mut outcome = Outcome {
        ending: Ending::Lost,
        evaluation: None,
        labels_moved: Vec::new(),
        min_angle_deg: None,
        images_per_sec: None,
    };
    let mut train_samples = 0;
    let mut training_since_secs = now_secs();
    while let Ok(event) = events.recv_blocking() {
        let elapsed_secs = now_secs();
        folder.record(&event, elapsed_secs)?;
        match event {
            Event::Started { info, .. } => {
                train_samples = info.train_samples;
                progress.started(&info, latest);
            }
            Event::Spread { min_angle_deg, .. } => {
                training_since_secs = elapsed_secs;
                outcome.min_angle_deg = Some(min_angle_deg);
                progress.spread(min_angle_deg);
            }
            Event::Relabelled { relabelling, .. } => {
                outcome.labels_moved.push(relabelling.moved.len());
                progress.relabelled(&relabelling);
            }
            Event::Evaluated { evaluation, .. } => {
                let images = (train_samples * evaluation.epoch) as f64;
                let secs = elapsed_secs - training_since_secs;
                outcome.images_per_sec = (secs > 0.0).then(|| images / secs);
                outcome.evaluation = Some(evaluation);
                progress.evaluated(&evaluation, outcome.images_per_sec);
            }
            Event::Exported { .. } => {}
            Event::Warning { message, .. } => progress.warning(&message),
            Event::Finished { reason, .. } => {
                outcome.ending = match reason {
                    FinishReason::Completed => Ending::Completed,
                    FinishReason::Stopped => Ending::Stopped,
                };
                break;
            }
            Event::Failed {
                message, diverged, ..
            } => {
                outcome.ending = if diverged {
                    Ending::Diverged(message)
                } else {
                    Ending::Failed(message)
                };
                break;
            }
        }
    }
    progress.end();
    if let Some(last) = latest.get() {
        // Learned prototypes have moved since they were first seen.
        outcome.min_angle_deg = Some(last.min_angle_deg);
    }
    Ok(outcome)
}
