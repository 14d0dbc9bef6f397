//! A state of a run that other runs can go on from, and the wish for such a run.

use std::sync::Arc;

use crate::checkpoint::Checkpoint;
use crate::config::RunConfig;
use crate::protocol::{History, Provenance};

/// The state of a run at its start or at an epoch's end, after the matching that belongs there.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Everything that decides how the run goes on.
    pub checkpoint: Checkpoint,
    /// How its prototypes were made.
    pub provenance: Provenance,
    /// The last point of each curve, where those of a branch begin.
    pub curve_ends: History,
}

impl Kept {
    /// Epochs done.
    #[must_use]
    pub const fn epoch(&self) -> usize {
        self.checkpoint.header.epoch
    }

    /// Optimiser steps done.
    #[must_use]
    pub const fn step(&self) -> u64 {
        self.checkpoint.header.step
    }

    /// Settings of the run that it is a state of.
    #[must_use]
    pub const fn config(&self) -> &RunConfig {
        &self.checkpoint.header.config
    }

    /// Bytes that its arrays take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let arrays = self.checkpoint.arrays.iter();
        arrays.map(|array| size_of_val(&*array.values)).sum()
    }
}

/// A run that begins as an exact copy of another one at a moment of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its settings. They may differ from those of the state as [`crate::config::GoingOn::Branched`] says.
    pub config: RunConfig,
    /// The moment.
    pub from: Arc<Kept>,
}
