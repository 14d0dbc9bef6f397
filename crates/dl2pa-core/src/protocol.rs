//! What a session and its readers say to each other: commands in, events and snapshots out.
//!
//! Three lanes with three delivery rules. **Commands** are ordered and drained between steps.
//! **Events** are rare and lossless. The **snapshot** is a latest value: a reader that is slow sees
//! fewer of them, never a queue. Everything here is host data; no tensor crosses to a reader.

mod relabelling;

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoint;
use crate::config::RunConfig;
use crate::datasets::Table;
use crate::kept::{Branch, Kept};
use crate::prototypes::{Frame, Method};

pub use relabelling::Relabelling;

/// Numbers the runs of one session, so that a reader can drop what belongs to an older run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub u64);

/// How far one press of "step" goes before the session pauses again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepSize {
    /// One batch.
    Batch,
    /// To the end of the present epoch.
    Epoch,
    /// To the next matching of labels and prototypes.
    Matching,
}

/// How quickly a session goes, for readers that watch. `--train` uses [`Pace::FULL_SPEED`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Upper bound on optimiser steps a second; `None` is as fast as the device goes.
    pub steps_per_sec: Option<f64>,
    /// How long the spreading of the prototypes is shown, in seconds; 0 shows only its result.
    pub spread_secs: f64,
    /// How long training waits after a matching that moved labels, in seconds.
    pub relabel_dwell_secs: f64,
    /// The same for the first such matching of a run, which a newcomer has to understand.
    pub first_relabel_dwell_secs: f64,
    /// Upper bound on snapshots a second while training; 0 publishes only at epoch ends.
    pub snapshot_hz: f64,
    /// How many test samples a snapshot carries at most; 0 leaves them out.
    pub max_samples: usize,
}

impl Pace {
    /// Nothing is slowed down and nothing is published for the eye.
    pub const FULL_SPEED: Self = Self {
        steps_per_sec: None,
        spread_secs: 0.0,
        relabel_dwell_secs: 0.0,
        first_relabel_dwell_secs: 0.0,
        snapshot_hz: 0.0,
        max_samples: 0,
    };
}

/// Hyper-parameters that may change while a run goes on. `None` leaves a value as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HyperPatch {
    /// Learning rate before the schedule's factor.
    pub lr: Option<f64>,
    /// Matching period tau' in epochs, above 0.
    pub assign_period: Option<f64>,
}

/// A disturbance that shows what the matching does about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perturbation {
    /// Deal the labels to the prototypes at random again.
    DealAgain,
}

/// What a reader asks of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Begin a new run; the present one ends.
    Start(Box<RunConfig>),
    /// Begin a new run that goes on from a state of another one; the present one ends.
    #[serde(skip)]
    Branch(Box<Branch>),
    /// Keep a table of the person's own at hand, for runs that start from now on; nothing else changes.
    #[serde(skip)]
    Bring(Arc<Table>),
    /// Stop stepping until [`Command::Resume`] or [`Command::Step`].
    Pause,
    /// Go on.
    Resume,
    /// Go on for so much and pause.
    Step(StepSize),
    /// Go on as fast as the device goes until so many optimiser steps of the run are done, and pause there; a
    /// run that is past them pauses at once.
    GoTo {
        /// Steps since the start of the run.
        step: u64,
    },
    /// End the run: a last checkpoint (if the run keeps any), then [`Event::Finished`].
    Stop,
    /// Change hyper-parameters from the next step on.
    SetHyper(HyperPatch),
    /// Change the pace.
    SetPace(Pace),
    /// Match labels and prototypes now. Only the `dynamic` head has a matching.
    RematchNow,
    /// Disturb the run.
    Perturb(Perturbation),
    /// Make the run's prototypes by another method as well, for the eye, and emit [`Event::Compared`].
    Compare {
        /// The other method.
        method: Method,
        /// Its temperature t, where it keeps one.
        t: f64,
    },
    /// Measure the test split now and emit [`Event::Evaluated`].
    Evaluate,
    /// Emit [`Event::Exported`] with the state of the run.
    Export,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The prototypes are moving apart; `progress` in 0..=1.
    Spreading {
        /// Share of the spreading that has been shown.
        progress: f32,
    },
    /// The network trains.
    Training,
    /// All epochs are done, or the run was stopped.
    Finished,
    /// The run ended with an error ([`Event::Failed`] says which).
    Failed,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinishReason {
    /// All epochs are done.
    Completed,
    /// [`Command::Stop`], [`Command::Start`], [`Command::Branch`], or every command sender is gone.
    Stopped,
}

/// The data set and the network of a run, for titles and legends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Name of the data set as in [`RunConfig::dataset`].
    pub dataset: String,
    /// One name a class; its length is the number of classes.
    pub class_names: Vec<String>,
    /// The group ("superclass") of each class, where the data has such.
    pub class_groups: Option<Vec<u32>>,
    /// Samples in the training split.
    pub train_samples: usize,
    /// The same of each class.
    #[serde(default)]
    pub train_counts: Vec<usize>,
    /// Training samples that an epoch takes.
    #[serde(default)]
    pub epoch_samples: usize,
    /// Samples in the test split.
    pub test_samples: usize,
    /// Trainable numbers of the network and, for `psc`, of the prototypes.
    pub parameters: usize,
    /// Optimiser steps in one epoch.
    pub steps_per_epoch: usize,
    /// Plane coordinates (n x 2) and labels of some training samples, where the data lives in the plane.
    pub input_plane: Option<InputPlane>,
    /// Where the tensors live, as a person would say it ("CPU", or the adapter's name).
    pub device: String,
}

/// Training samples of a two-dimensional data set, for the small picture of the inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputPlane {
    /// n x 2, row-major.
    pub points: Vec<f32>,
    /// n labels.
    pub labels: Vec<u32>,
}

/// How prototypes were made, and how near they come to what is possible.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// How they were spread; `None` for those of a file and for learned ones.
    pub method: Option<Method>,
    /// Temperature t of the uniformity, for the methods that keep it fixed.
    pub t: Option<f64>,
    /// No arrangement of as many in as many dimensions has its closest pair further apart, in degrees.
    pub bound_angle_deg: f64,
    /// Whether nothing better is possible, by proof.
    pub proven_optimal: bool,
}

/// The run's prototypes made by another method from the same seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How they were made.
    pub provenance: Provenance,
    /// c x d, unit rows.
    pub prototypes: Vec<f32>,
    /// Smallest angle between two of them, in degrees.
    pub min_angle_deg: f64,
    /// How they moved apart; empty where the pace shows no spreading.
    pub frames: Vec<Frame>,
}

/// Reads what JSON writes for a number that is none.
fn or_not_a_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Option::<f64>::deserialize(deserializer).map(|number| number.unwrap_or(f64::NAN))
}

/// What was measured on the whole test split. Of a network whose running statistics have not settled, losses may
/// not be finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Epochs done.
    pub epoch: usize,
    /// Optimiser steps done.
    pub step: u64,
    /// Mean training loss a sample over the epoch so far.
    #[serde(deserialize_with = "or_not_a_number")]
    pub train_loss: f64,
    /// Share of training samples that were right when their batch came, 0 to 1.
    #[serde(deserialize_with = "or_not_a_number")]
    pub train_accuracy: f64,
    /// Mean loss a test sample.
    #[serde(deserialize_with = "or_not_a_number")]
    pub test_loss: f64,
    /// Share of test samples whose nearest class prototype is right, 0 to 1.
    #[serde(deserialize_with = "or_not_a_number")]
    pub top1: f64,
    /// Share whose class is among the five nearest, 0 to 1.
    #[serde(deserialize_with = "or_not_a_number")]
    pub top5: f64,
    /// Expected calibration error of softmax(scale x cosine), 15 bins, 0 to 1.
    #[serde(deserialize_with = "or_not_a_number")]
    pub ece: f64,
    /// Learning rate of the epoch's last step.
    #[serde(deserialize_with = "or_not_a_number")]
    pub lr: f64,
    /// Share of the epoch's training time that went by waiting for data, 0 to 1.
    #[serde(default)]
    pub data_wait: f64,
}

/// What is rare and must not be lost.
#[derive(Clone, Debug)]
pub enum Event {
    /// A run has its data, its network and its prototypes' number.
    Started {
        /// The run.
        run: RunId,
        /// The configuration, resolved.
        config: Arc<RunConfig>,
        /// Data set and network.
        info: Arc<RunInfo>,
    },
    /// The prototypes are spread and final.
    Spread {
        /// The run.
        run: RunId,
        /// c x d, unit rows.
        prototypes: Arc<[f32]>,
        /// Prototype of each class, with which training begins.
        assignment: Arc<[u32]>,
        /// Smallest angle between two prototypes, in degrees.
        min_angle_deg: f64,
        /// How they were made.
        provenance: Provenance,
    },
    /// What [`Command::Compare`] asked for.
    Compared {
        /// The run.
        run: RunId,
        /// The other prototypes.
        comparison: Arc<Comparison>,
    },
    /// A matching took place (also when no label moved).
    Relabelled {
        /// The run.
        run: RunId,
        /// What it did.
        relabelling: Arc<Relabelling>,
    },
    /// The test split was measured.
    Evaluated {
        /// The run.
        run: RunId,
        /// The figures.
        evaluation: Evaluation,
    },
    /// What the network said of each test sample, where only that was asked for
    /// ([`crate::session::SessionOptions::judges_only`]).
    Judged {
        /// The run.
        run: RunId,
        /// True and predicted class of each test sample.
        verdicts: Arc<[(u32, u32)]>,
    },
    /// The state of the run, asked for by [`Command::Export`] or kept by the checkpoint policy.
    Exported {
        /// The run.
        run: RunId,
        /// Whether this is the best state so far.
        is_best: bool,
        /// The state.
        checkpoint: Arc<Checkpoint>,
    },
    /// A state from which other runs can go on ([`crate::session::SessionOptions::keeps_states`]).
    Kept {
        /// The run.
        run: RunId,
        /// The state.
        state: Arc<Kept>,
    },
    /// Something survivable.
    Warning {
        /// The run.
        run: RunId,
        /// One sentence.
        message: String,
    },
    /// The run has ended well.
    Finished {
        /// The run.
        run: RunId,
        /// Why.
        reason: FinishReason,
    },
    /// The run has ended with an error.
    Failed {
        /// The run.
        run: RunId,
        /// One sentence with the cause and the remedy.
        message: String,
        /// Of what kind.
        cause: FailureCause,
    },
}

/// What kind of error ended a run; programs end with another exit code for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCause {
    /// The loss was not finite.
    Diverged,
    /// Data or a checkpoint are missing or damaged.
    Data,
    /// The device failed.
    Device,
    /// The request makes no sense, or anything else.
    Other,
}

/// Where some test samples lie on the sphere.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleCloud {
    /// n x d, unit rows.
    pub embeddings: Vec<f32>,
    /// n labels.
    pub labels: Vec<u32>,
    /// Size of the split they were taken from ("showing n of so many").
    pub out_of: usize,
}

/// The curves of a run; each point is `[epoch, value]` with a fractional epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Mean training loss a sample since the point before.
    pub loss: Vec<[f64; 2]>,
    /// Train accuracy since the point before, 0 to 1.
    pub train_accuracy: Vec<[f64; 2]>,
    /// Test accuracy, 0 to 1.
    pub test_accuracy: Vec<[f64; 2]>,
    /// Smallest angle between two prototypes, in degrees (it moves only with the `psc` head).
    pub min_angle_deg: Vec<[f64; 2]>,
    /// Labels moved by each matching.
    pub labels_moved: Vec<[f64; 2]>,
    /// How the closest pair came apart while the prototypes were spread, in degrees, over the share of
    /// the spreading (0 to 1) instead of the epoch.
    pub spread_angle_deg: Vec<[f64; 2]>,
}

/// The present state of a run, replaced whole.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The run.
    pub run: RunId,
    /// Rises by one with each snapshot of the session.
    pub seq: u64,
    /// What the run is doing.
    pub phase: Phase,
    /// True while the session waits for [`Command::Resume`] or [`Command::Step`].
    pub paused: bool,
    /// Optimiser steps done.
    pub step: u64,
    /// Epochs done, with the fraction of the present one.
    pub epoch: f64,
    /// Learning rate of the last step.
    pub lr: f64,
    /// Mean training loss a sample, lately; `None` before the first step.
    pub loss: Option<f64>,
    /// Train accuracy lately, 0 to 1.
    pub train_accuracy: Option<f64>,
    /// Test accuracy at the last evaluation, 0 to 1.
    pub test_accuracy: Option<f64>,
    /// Dimension d of the metric space.
    pub dim: usize,
    /// c x d, unit rows.
    pub prototypes: Arc<[f32]>,
    /// c x d; a row of zeros is a class not seen yet. `None` for heads that keep no class means.
    pub class_means: Option<Arc<[f32]>>,
    /// Prototype of each class.
    pub assignment: Arc<[u32]>,
    /// Some test samples.
    pub samples: Option<Arc<SampleCloud>>,
    /// Smallest angle between two prototypes, in degrees.
    pub min_angle_deg: f64,
    /// How the final prototypes were made.
    pub provenance: Provenance,
    /// Temperature t that the prototypes shown are being spread at; `None` after the spreading and where
    /// nothing is minimised.
    pub spread_t: Option<f64>,
    /// Labels moved, one entry a matching.
    pub labels_moved: Arc<[u32]>,
    /// The curves so far.
    pub history: Arc<History>,
    /// Optimiser steps a second, lately.
    pub steps_per_sec: f64,
    /// [`Checkpoint::state_hash`] of a run that is completed; `None` before.
    pub state_hash: Option<u64>,
}

/// A slot that holds the latest value only.
#[derive(Debug)]
pub struct Latest<T> {
    slot: Arc<Mutex<Option<Arc<T>>>>,
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        Self {
            slot: Arc::clone(&self.slot),
        }
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            slot: Arc::new(Mutex::new(None)),
        }
    }
}

impl<T> Latest<T> {
    /// Replaces the value.
    pub fn put(&self, value: T) {
        *self.lock() = Some(Arc::new(value));
    }

    /// The latest value, which stays in the slot.
    #[must_use]
    pub fn get(&self) -> Option<Arc<T>> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<T>>> {
        // A reader that panicked leaves a whole value behind: replacing an Arc cannot stop half-way.
        self.slot
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
