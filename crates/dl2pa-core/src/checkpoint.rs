//! The state of a run as named host arrays, ready to be written by whoever has a disk.

use serde::{Deserialize, Serialize};

use crate::config::RunConfig;
use crate::protocol::Evaluation;

/// Version of the header below; raised when a reader of the old form would misread the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// One array of a checkpoint, row-major `f32`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Dotted path of the parameter, or `prototypes`, `class_means`.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Vec<f32>,
}

/// What a checkpoint says of itself besides the arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointHeader {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The run's configuration.
    pub config: RunConfig,
    /// Epochs done.
    pub epoch: usize,
    /// Optimiser steps done.
    pub step: u64,
    /// Prototype of each class: the assignment under which `top1` was measured.
    pub assignment: Vec<u32>,
    /// Labels moved by each matching so far.
    pub labels_moved: Vec<u32>,
    /// Top-1 on the test split, 0 to 1, under `assignment`; `None` before the first evaluation.
    pub top1: Option<f64>,
    /// Names of the random streams with the number of epochs drawn from each.
    pub random_streams: Vec<(String, u64)>,
}

/// The state of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// What it says of itself.
    pub header: CheckpointHeader,
    /// Network parameters, optimiser-free; prototypes; class means.
    pub arrays: Vec<NamedArray>,
    /// The evaluation that belongs to this state, if one was made.
    pub evaluation: Option<Evaluation>,
}
