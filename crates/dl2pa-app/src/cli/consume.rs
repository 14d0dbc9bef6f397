//! Follows one run's events to its end: to disk, to the person, and into the figures of the report.

use async_channel::Receiver;
use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::protocol::{Evaluation, Event, FailureCause, FinishReason, Latest, Snapshot};

use crate::run_folder::{RunFolder, RunFolderError, hash_text};

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
    /// With an error, in one sentence.
    Failed {
        message: String,
        cause: FailureCause,
    },
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
    /// Of the last checkpoint.
    pub(super) state_hash: Option<String>,
    /// At the end of the run, in degrees.
    pub(super) min_angle_deg: Option<f64>,
    /// Training images a second from the first step to the last evaluation.
    pub(super) images_per_sec: Option<f64>,
}

/// Reads `events` until the run has ended. `now_secs` is a clock that starts near 0; `resumed` is what the run
/// goes on from.
///
/// # Errors
/// When the run folder cannot be written any more.
pub(super) fn consume(
    events: &Receiver<Event>,
    latest: &Latest<Snapshot>,
    sinks: Sinks<'_>,
    resumed: Option<&Checkpoint>,
    now_secs: impl Fn() -> f64,
) -> Result<Outcome, RunFolderError> {
    let Sinks { folder, progress } = sinks;
    let mut outcome = Outcome {
        ending: Ending::Lost,
        evaluation: resumed.and_then(|checkpoint| checkpoint.evaluation),
        labels_moved: resumed.map_or_else(Vec::new, |checkpoint| {
            checkpoint
                .header
                .labels_moved
                .iter()
                .map(|&moved| moved as usize)
                .collect()
        }),
        // A run that was over already ends as it was.
        state_hash: resumed.map(hash_text),
        min_angle_deg: None,
        images_per_sec: None,
    };
    let epochs_before = resumed.map_or(0, |checkpoint| checkpoint.header.epoch);
    let mut epoch_samples = 0;
    let mut training_since_secs = now_secs();
    while let Ok(event) = events.recv_blocking() {
        let elapsed_secs = now_secs();
        folder.record(&event, elapsed_secs)?;
        match event {
            Event::Started { info, .. } => {
                epoch_samples = info.epoch_samples;
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
                let epochs = evaluation.epoch.saturating_sub(epochs_before);
                let images = (epoch_samples * epochs) as f64;
                let secs = elapsed_secs - training_since_secs;
                outcome.images_per_sec = (secs > 0.0).then(|| images / secs);
                outcome.evaluation = Some(evaluation);
                progress.evaluated(&evaluation, outcome.images_per_sec);
            }
            Event::Compared { .. } | Event::Judged { .. } | Event::Kept { .. } => {}
            Event::Exported { checkpoint, .. } => outcome.state_hash = Some(hash_text(&checkpoint)),
            Event::Warning { message, .. } => progress.warning(&message),
            Event::Finished { reason, .. } => {
                outcome.ending = match reason {
                    FinishReason::Completed => Ending::Completed,
                    FinishReason::Stopped => Ending::Stopped,
                };
                break;
            }
            Event::Failed { message, cause, .. } => {
                outcome.ending = Ending::Failed { message, cause };
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;
    use std::time::SystemTime;

    use dl2pa_core::checkpoint::{self, CheckpointHeader, SCHEMA_VERSION};
    use dl2pa_core::config::RunConfig;
    use dl2pa_core::protocol::{Provenance, Relabelling, RunId, RunInfo};
    use dl2pa_core::prototypes::Method;

    use crate::run_folder::Environment;

    use super::super::voice::Voice;
    use super::*;

    const RUN: RunId = RunId(1);

    fn started() -> Event {
        Event::Started {
            run: RUN,
            config: Arc::new(RunConfig::default()),
            info: Arc::new(RunInfo {
                dataset: "digits".to_owned(),
                class_names: vec!["0".to_owned(), "1".to_owned()],
                class_groups: None,
                train_samples: 100,
                epoch_samples: 100,
                train_counts: vec![50, 50],
                test_samples: 20,
                parameters: 5,
                steps_per_epoch: 4,
                input_plane: None,
                device: "CPU".to_owned(),
            }),
        }
    }

    fn spread() -> Event {
        Event::Spread {
            run: RUN,
            prototypes: vec![1.0, 0.0, -1.0, 0.0].into(),
            assignment: vec![0, 1].into(),
            min_angle_deg: 180.0,
            provenance: Provenance {
                method: Some(Method::Simplex),
                t: None,
                bound_angle_deg: 180.0,
                proven_optimal: true,
            },
        }
    }

    fn relabelled(moved: &[u32]) -> Event {
        Event::Relabelled {
            run: RUN,
            relabelling: Arc::new(Relabelling {
                epoch: 1,
                step: 4,
                before: vec![0, 1].into(),
                after: vec![1, 0].into(),
                moved: moved.to_vec(),
                score_before: 0.5,
                score_after: 1.5,
                passings: Vec::new(),
                certificate_gap: Some(0.0),
                turned: false,
                dealt: false,
                class_means: None,
                prototypes: [].into(),
            }),
        }
    }

    fn evaluated(epoch: usize, top1: f64) -> Event {
        Event::Evaluated {
            run: RUN,
            evaluation: Evaluation {
                epoch,
                step: 4 * epoch as u64,
                train_loss: 0.5,
                train_accuracy: 0.9,
                test_loss: 0.6,
                top1,
                top5: 1.0,
                ece: 0.1,
                lr: 0.05,
                data_wait: 0.0,
            },
        }
    }

    fn exported(epoch: usize, is_best: bool) -> Event {
        Event::Exported {
            run: RUN,
            is_best,
            checkpoint: Arc::new(Checkpoint {
                header: CheckpointHeader {
                    schema_version: SCHEMA_VERSION,
                    config: RunConfig::default(),
                    epoch,
                    step: 4 * epoch as u64,
                    assignment: vec![0, 1],
                    labels_moved: vec![],
                    top1: None,
                    random_streams: vec![],
                    class_names: vec![],
                    progress: checkpoint::Progress::default(),
                },
                arrays: vec![],
                evaluation: None,
            }),
        }
    }

    /// Sends the events, hangs up, and consumes; each look at the clock is a second later.
    fn follow(events: Vec<Event>) -> (tempfile::TempDir, RunFolder, Outcome) {
        let place = tempfile::tempdir().unwrap();
        let now = SystemTime::UNIX_EPOCH;
        let environment = Environment::new("CPU", 42, &[], now);
        let mut folder =
            RunFolder::create(place.path(), &RunConfig::default(), &environment, now).unwrap();
        let voice = Voice {
            json: true,
            quiet: true,
        };
        let mut progress = Progress::new(voice, false, 2, 32);
        let (sender, receiver) = async_channel::unbounded();
        for event in events {
            sender.try_send(event).unwrap();
        }
        drop(sender);
        let seconds = Cell::new(0.0);
        let sinks = Sinks {
            folder: &mut folder,
            progress: &mut progress,
        };
        let outcome = consume(&receiver, &Latest::default(), sinks, None, || {
            seconds.set(seconds.get() + 1.0);
            seconds.get()
        })
        .unwrap();
        (place, folder, outcome)
    }

    #[test]
    fn a_whole_run_is_told_and_written() {
        let (_place, folder, outcome) = follow(vec![
            started(),
            spread(),
            evaluated(1, 0.8),
            exported(1, true),
            relabelled(&[0, 1]),
            evaluated(2, 0.7),
            exported(2, false),
            relabelled(&[]),
            Event::Finished {
                run: RUN,
                reason: FinishReason::Completed,
            },
        ]);
        assert_eq!(outcome.ending, Ending::Completed);
        assert_eq!(
            outcome.evaluation.unwrap().top1,
            0.7,
            "the last, not the best"
        );
        assert_eq!(outcome.labels_moved, [2, 0]);
        assert_eq!(outcome.min_angle_deg, Some(180.0));
        // 200 images between the spreading (3 s) and the last evaluation (7 s).
        assert_eq!(outcome.images_per_sec, Some(50.0));
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let lines = String::from_utf8(read("metrics.jsonl")).unwrap();
        assert_eq!(lines.lines().count(), 9);
        let summary = String::from_utf8(read("summary.csv")).unwrap();
        assert_eq!(summary.lines().count(), 3, "{summary}");
        let epoch_of = |name: &str| {
            let bytes = read(name);
            let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
            let header = &metadata.metadata().as_ref().unwrap()["dl2pa_header"];
            serde_json::from_str::<CheckpointHeader>(header)
                .unwrap()
                .epoch
        };
        assert_eq!(epoch_of("checkpoints/best.safetensors"), 1);
        assert_eq!(epoch_of("checkpoints/last.safetensors"), 2);
    }

    #[test]
    fn each_end_is_told_apart() {
        let end = |event: Option<Event>| {
            let events = [started()].into_iter().chain(event).collect();
            follow(events).2.ending
        };
        let failed = |cause| Event::Failed {
            run: RUN,
            message: "why".to_owned(),
            cause,
        };
        assert_eq!(
            end(Some(Event::Finished {
                run: RUN,
                reason: FinishReason::Stopped
            })),
            Ending::Stopped
        );
        for cause in [
            FailureCause::Diverged,
            FailureCause::Data,
            FailureCause::Other,
        ] {
            let message = "why".to_owned();
            assert_eq!(end(Some(failed(cause))), Ending::Failed { message, cause });
        }
        assert_eq!(end(None), Ending::Lost);
    }
}
