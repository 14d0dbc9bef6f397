//! The training session: an async state machine that takes commands, emits events and publishes a
//! latest-value snapshot. The window, the browser page and `--train` all read this one stream.
//!
//! [`open`] makes the two ends. The reader keeps the [`SessionHandle`]; the [`SessionPorts`] go to
//! [`Session::run`], natively on a thread of its own (burn orders work by thread, so one run stays on
//! one thread), in a browser on the event loop.

mod abreast;
mod branching;
mod commands;
mod control;
mod driver;
mod feed;
mod host;
mod matching;
mod measure;
mod meter;
mod network;
mod publishing;
mod readback;
mod run;
mod saving;
mod spreading;

use std::sync::Arc;

use async_channel::{Receiver, Sender};
use burn::tensor::ExecutionError;
use dl2pa_data::{Dataset, Inputs};

pub use abreast::{Abreast, Member};
pub use driver::Session;
pub use host::Host;

use crate::assignment::AssignmentError;
use crate::augment::AugmentError;
use crate::backbone::BackboneError;
use crate::checkpoint::Checkpoint;
use crate::config::ConfigError;
use crate::precision::PrecisionError;
use crate::protocol::{Command, Event, FailureCause, Latest, Pace, Snapshot};
use crate::prototypes::PrototypeError;

/// The reader's end of a session.
#[derive(Clone, Debug)]
pub struct SessionHandle {
    /// Commands to the session. When the last sender is gone, the session ends.
    pub commands: Sender<Command>,
    /// Events from the session, lossless and in order.
    pub events: Receiver<Event>,
    /// The latest snapshot.
    pub latest: Latest<Snapshot>,
}

/// The session's end.
#[derive(Debug)]
pub struct SessionPorts {
    commands: Receiver<Command>,
    events: Sender<Event>,
    latest: Latest<Snapshot>,
}

/// What a session does besides training.
#[derive(Debug)]
pub struct SessionOptions {
    /// How quickly it goes at first.
    pub pace: Pace,
    /// Emit [`Event::Exported`] after each epoch's evaluation and when a run is stopped.
    pub keeps_checkpoints: bool,
    /// Return from [`Session::run`] after one run instead of waiting for the next start.
    pub ends_after_run: bool,
    /// Ready prototypes (c x d, unit rows) instead of spread ones.
    pub prototypes: Option<Vec<f32>>,
    /// The first run's data, where they have been loaded already.
    pub data: Option<Dataset<Inputs>>,
    /// Emit [`Event::Exported`] as well whenever so many seconds have passed since the last.
    pub checkpoint_every_secs: Option<f64>,
    /// The state from which the first run goes on, made by a run of the same configuration.
    pub resume: Option<Arc<Checkpoint>>,
    /// Threads that decode picture files; 0 for one on each core.
    pub workers: usize,
    /// Measure the state that is resumed, emit [`Event::Judged`], and train nothing.
    pub judges_only: bool,
    /// Its place among sessions whose runs go side by side.
    pub abreast: Option<Member>,
    /// Emit [`Event::Kept`] when training begins and at each epoch's end but the last, where the state is small
    /// enough to be read back unnoticed.
    pub keeps_states: bool,
}

impl Default for SessionOptions {
    /// Full speed, no checkpoints, one start after the other.
    fn default() -> Self {
        Self {
            pace: Pace::FULL_SPEED,
            keeps_checkpoints: false,
            ends_after_run: false,
            prototypes: None,
            data: None,
            checkpoint_every_secs: None,
            resume: None,
            workers: 0,
            judges_only: false,
            abreast: None,
            keeps_states: false,
        }
    }
}

/// Makes the two ends of a session.
#[must_use]
pub fn open() -> (SessionHandle, SessionPorts) {
    let (command_sender, command_receiver) = async_channel::unbounded();
    let (event_sender, event_receiver) = async_channel::unbounded();
    let latest = Latest::default();
    let handle = SessionHandle {
        commands: command_sender,
        events: event_receiver,
        latest: latest.clone(),
    };
    let ports = SessionPorts {
        commands: command_receiver,
        events: event_sender,
        latest,
    };
    (handle, ports)
}

/// Why a run ended badly. Each is one sentence for the person.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SessionError {
    /// The configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data set cannot be had.
    #[error(transparent)]
    Data(#[from] dl2pa_data::DataError),
    /// There are no such prototypes.
    #[error(transparent)]
    Prototypes(#[from] PrototypeError),
    /// The ready prototypes do not fit the run.
    #[error(
        "The given prototypes hold {found} numbers, but {classes} classes in {dim} dimensions need {}: choose --classes and --dim to match the file.",
        classes * dim
    )]
    PrototypeShape {
        /// Numbers given.
        found: usize,
        /// Classes of the run.
        classes: usize,
        /// Dimension of the run.
        dim: usize,
    },
    /// The network cannot be built.
    #[error(transparent)]
    Backbone(#[from] BackboneError),
    /// The matching failed, which needs numbers that are not finite.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// The loss is not finite any more.
    #[error(
        "The loss is not finite any more at step {step}: the training diverged. Lower the learning rate (it was {lr})."
    )]
    Diverged {
        /// The step at which it was noticed.
        step: u64,
        /// The learning rate then.
        lr: f64,
    },
    /// Gradients of 16 bits overflow however little the loss is scaled.
    #[error(
        "The gradients no longer fit f16 at step {step}, and so the last ones were skipped: use --amp bf16 or --amp off, or lower the learning rate."
    )]
    Overflowing {
        /// The step at which it was noticed.
        step: u64,
    },
    /// The device lacks the numbers of 16 bits that were asked for.
    #[error(transparent)]
    Precision(#[from] PrecisionError),
    /// Pictures cannot be changed as asked.
    #[error(transparent)]
    Augment(#[from] AugmentError),
    /// There is nothing to go on from.
    #[error(
        "The checkpoint cannot be gone on from: {reason}. Choose one of the same configuration, or begin a new run."
    )]
    Resume {
        /// What is wrong with it.
        reason: String,
    },
    /// The device failed.
    #[error("The device failed ({0}). Train on the CPU instead, or lower the batch size.")]
    Device(String),
}

impl SessionError {
    /// Of what kind it is.
    fn cause(&self) -> FailureCause {
        match self {
            Self::Diverged { .. } | Self::Overflowing { .. } => FailureCause::Diverged,
            Self::Data(_) | Self::Resume { .. } => FailureCause::Data,
            Self::Device(_) | Self::Precision(_) => FailureCause::Device,
            _ => FailureCause::Other,
        }
    }
}

impl From<ExecutionError> for SessionError {
    fn from(error: ExecutionError) -> Self {
        Self::Device(error.to_string())
    }
}
