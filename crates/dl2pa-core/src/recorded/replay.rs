//! A recorded run as the moments that a reader can go through.

use std::sync::Arc;

use super::error::RecordError;
use super::read::Recorded;
use crate::config::{HeadKind, RunConfig};
use crate::protocol::{Event, FinishReason, History, Phase, Provenance, RunId, RunInfo, Snapshot};

/// What a recording does not hold of its run and a picture therefore does not show. Where samples lay is never
/// recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Where class means lay at the matchings, which explains why labels moved.
    pub means: bool,
    /// Which label had which prototype, as older files of heads without matchings.
    pub labels: bool,
    /// Where learned prototypes moved to.
    pub prototypes: bool,
    /// How the run ended: the file was cut off.
    pub end: bool,
}

/// A recorded run, moment by moment.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Its number, as in its events.
    pub run: RunId,
    /// Its settings.
    pub config: Arc<RunConfig>,
    /// Its data and network.
    pub info: Arc<RunInfo>,
    /// All events, the last of them an end.
    pub events: Vec<Event>,
    /// A moment each for the beginning, every evaluation and every matching; the curves of all are the whole ones.
    pub moments: Vec<Snapshot>,
    /// What is missing.
    pub unknown: Unknown,
}

impl Replay {
    /// Goes through what was recorded.
    ///
    /// # Errors
    /// [`RecordError::NothingYet`] where not even the prototypes are there.
    pub fn of(recorded: Recorded) -> Result<Self, RecordError> {
        let Recorded {
            mut events,
            is_cut: _,
            has_first_assignment,
        } = recorded;
        let Some((run, config, info)) = events.iter().find_map(|event| match event {
            Event::Started { run, config, info } => {
                Some((*run, Arc::clone(config), Arc::clone(info)))
            }
            _ => None,
        }) else {
            return Err(RecordError::Empty);
        };
        let is_end = |event: &Event| matches!(event, Event::Finished { .. } | Event::Failed { .. });
        let mut unknown = Unknown {
            prototypes: config.head == HeadKind::Psc,
            end: !events.iter().any(is_end),
            ..Unknown::default()
        };
        if unknown.end {
            let reason = FinishReason::Stopped;
            events.push(Event::Finished { run, reason });
        }
        let course = Course::of(&events, info.steps_per_epoch, config.head)?;
        unknown.means = course.lacks_means;
        // The first matching tells what was before it.
        unknown.labels = !has_first_assignment && course.first_labels.is_none();
        let moments = course.moments(run, &config, has_first_assignment);
        Ok(Self {
            run,
            config,
            info,
            events,
            moments,
            unknown,
        })
    }
}

/// What changes from moment to moment.
#[derive(Clone)]
struct Moment {
    step: u64,
    epoch: f64,
    lr: f64,
    loss: Option<f64>,
    train_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    prototypes: Arc<[f32]>,
    class_means: Option<Arc<[f32]>>,
    assignment: Arc<[u32]>,
    matchings: usize,
}

struct Course {
    moments: Vec<Moment>,
    history: History,
    labels_moved: Vec<u32>,
    min_angle_deg: f64,
    provenance: Provenance,
    /// Before the first matching.
    first_labels: Option<Arc<[u32]>>,
    lacks_means: bool,
}

impl Course {
    fn of(events: &[Event], steps_per_epoch: usize, head: HeadKind) -> Result<Self, RecordError> {
        let mut course: Option<Self> = None;
        for event in events {
            match (event, &mut course) {
                (
                    Event::Spread {
                        prototypes,
                        assignment,
                        min_angle_deg,
                        provenance,
                        ..
                    },
                    None,
                ) => {
                    course = Some(Self {
                        moments: vec![Moment {
                            step: 0,
                            epoch: 0.0,
                            lr: 0.0,
                            loss: None,
                            train_accuracy: None,
                            test_accuracy: None,
                            prototypes: Arc::clone(prototypes),
                            class_means: None,
                            assignment: Arc::clone(assignment),
                            matchings: 0,
                        }],
                        history: History {
                            min_angle_deg: vec![[0.0, *min_angle_deg]],
                            ..History::default()
                        },
                        labels_moved: Vec::new(),
                        min_angle_deg: *min_angle_deg,
                        provenance: *provenance,
                        first_labels: None,
                        lacks_means: head != HeadKind::Dynamic,
                    });
                }
                (other, Some(course)) => course.go_on(other, steps_per_epoch.max(1) as f64),
                _ => {}
            }
        }
        course.ok_or(RecordError::NothingYet)
    }

    fn go_on(&mut self, event: &Event, steps_per_epoch: f64) {
        let Some(last) = self.moments.last().cloned() else {
            return;
        };
        match event {
            Event::Evaluated { evaluation, .. } => {
                let epoch = evaluation.step as f64 / steps_per_epoch;
                let finite = |value: f64| value.is_finite().then_some(value);
                let next = Moment {
                    step: evaluation.step,
                    epoch,
                    lr: evaluation.lr,
                    loss: finite(evaluation.train_loss),
                    train_accuracy: finite(evaluation.train_accuracy),
                    test_accuracy: finite(evaluation.top1),
                    ..last
                };
                let curves = [
                    (&mut self.history.loss, next.loss),
                    (&mut self.history.train_accuracy, next.train_accuracy),
                    (&mut self.history.test_accuracy, next.test_accuracy),
                    (&mut self.history.min_angle_deg, Some(self.min_angle_deg)),
                ];
                for (curve, value) in curves {
                    curve.extend(value.map(|value| [epoch, value]));
                }
                self.moments.push(next);
            }
            Event::Relabelled { relabelling, .. } => {
                if self.first_labels.is_none() {
                    self.first_labels = Some(Arc::clone(&relabelling.before));
                }
                let epoch = relabelling.step as f64 / steps_per_epoch;
                let moved = relabelling.moved.len();
                self.labels_moved.push(moved as u32);
                self.history.labels_moved.push([epoch, moved as f64]);
                self.lacks_means |= relabelling.class_means.is_none();
                let prototypes = match &relabelling.class_means {
                    Some(_) => Arc::clone(&relabelling.prototypes),
                    None => last.prototypes,
                };
                self.moments.push(Moment {
                    step: relabelling.step,
                    epoch,
                    prototypes,
                    class_means: relabelling.class_means.clone(),
                    assignment: Arc::clone(&relabelling.after),
                    matchings: self.labels_moved.len(),
                    ..last
                });
            }
            _ => {}
        }
    }

    fn moments(self, run: RunId, config: &RunConfig, has_first: bool) -> Vec<Snapshot> {
        let history = Arc::new(self.history);
        let count = self.moments.len();
        let first = self.first_labels.filter(|_| !has_first);
        let moments = self.moments.into_iter().enumerate();
        let shown = moments.map(|(place, moment)| Snapshot {
            run,
            seq: place as u64 + 1,
            phase: if place + 1 == count {
                Phase::Finished
            } else {
                Phase::Training
            },
            paused: false,
            step: moment.step,
            epoch: moment.epoch,
            lr: moment.lr,
            loss: moment.loss,
            train_accuracy: moment.train_accuracy,
            test_accuracy: moment.test_accuracy,
            dim: config.dim,
            // A turn of all prototypes changes no angle between them.
            min_angle_deg: self.min_angle_deg,
            prototypes: moment.prototypes,
            class_means: moment.class_means,
            assignment: match &first {
                Some(first) if moment.matchings == 0 => Arc::clone(first),
                _ => moment.assignment,
            },
            samples: None,
            provenance: self.provenance,
            spread_t: None,
            labels_moved: self.labels_moved[..moment.matchings].into(),
            history: Arc::clone(&history),
            state_hash: None,
            steps_per_sec: 0.0,
        });
        shown.collect()
    }
}
