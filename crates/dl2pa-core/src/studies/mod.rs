//! Named experiments: what is varied, what is read off, and what was found.
//!
//! A study is a plan (which runs, or which figures) and an outcome (curves with means and deviations over
//! seeds, and sentences that say what they show). The command line and the playground run the same plans;
//! how a run is made is theirs.

mod catalogue;
mod computed;
mod findings;
mod outcome;

use crate::config::RunConfig;

pub use computed::Computed;
pub use outcome::{Outcome, Point, Series};

/// A study of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Study {
    /// Mean pairwise cosine of Gaussian and of spread prototypes (paper, figure 2).
    Fig2Apad,
    /// Cosines between prototypes while they are learned, at d = c (paper, figure 3a).
    Fig3aIntercosine,
    /// Accuracy over the matching period (paper, figure 3b).
    Fig3bPeriod,
    /// Seconds of a matching over the number of classes (paper, figure 3c).
    Fig3cTime,
    /// Learned prototypes pushed apart by the uniformity (paper, figure 3d).
    Fig3dPscUniform,
    /// Accuracy of the three heads over the dimension (paper, figure 4a).
    Fig4aDimension,
    /// Share of labels that move at each matching (paper, figure 4b).
    Fig4bMoves,
    /// Where the first assignment comes from.
    Init,
    /// The paper's loss against cross-entropy.
    Loss,
}

/// What makes a study's figures.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Training runs.
    Training(Training),
    /// A computation without training.
    Computed(Computed),
}

/// Training runs and what is read off them.
#[derive(Clone, Debug)]
pub struct Training {
    /// The runs without their seeds, in the order of the table.
    pub arms: Vec<Arm>,
    /// Each arm runs once with each.
    pub seeds: Vec<u64>,
    /// What is read off a run.
    pub reading: Reading,
}

/// One point or curve of a training study.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The series it belongs to.
    pub series: String,
    /// Where it stands on the x axis; unused where x is the epoch.
    pub x: f64,
    /// The run.
    pub config: RunConfig,
}

/// What is read off a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Test top-1 in percent after the last epoch.
    Top1,
    /// Share of labels that move, in percent, at each matching.
    LabelsMoved,
    /// Mean over the prototypes of the nearest one's cosine, after each epoch.
    NearestCos,
}

/// What a study needs to know of a run that is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    /// Test top-1 (0 to 1) after each epoch.
    pub top1: Vec<f64>,
    /// Labels moved at each matching.
    pub labels_moved: Vec<usize>,
    /// Prototypes (c x d) after each epoch. Empty unless [`Reading::NearestCos`] asks for them.
    pub prototypes: Vec<Vec<f32>>,
}
