//! How much work the annealing does: numbers of starts, stages and steps, all fixed beforehand.
//!
//! Sharpness is given as *hardness*, sharpness x (1 - the bound on the greatest cosine): the same hardness
//! smooths the same share of the gap between touching points, whatever their number and dimension.

use super::smooth_max::evaluation_work;
use crate::prototypes::{Effort, bound_max_cos};

/// Each stage is this much harder than that before.
pub(super) const HARDNESS_FACTOR: f64 = 2.0;
/// The stage that is at least so hard is the last of a start.
pub(super) const LAST_HARDNESS: f64 = 2e4;
/// Clumps open at this hardness, for so many steps: enough to surround the sphere, too few to settle
/// what the first stage shall find.
pub(super) const OPENING_HARDNESS: f64 = 1.0;
pub(super) const OPENING_STEPS: usize = 6;
/// A stage ends after so many steps in a row that lower sharpness x value by less than `small_decrease`.
pub(super) const PATIENCE: usize = 3;
const MOST_STAGE_STEPS: usize = 300;
/// Small decreases for one dimension; valleys are longer where there are more of them.
const SMALL_DECREASE: f64 = 5e-4;
/// Evaluations of one start in many dimensions, roughly; half as many in 5.
const START_EVALUATIONS: f64 = 2_500.0;
/// Multiply-adds that all starts together may take, roughly; at least one start is made. A core of a
/// desktop makes 4e9 in a second.
const QUICK_WORK: f64 = 0.8e9;
const THOROUGH_WORK: f64 = 1.2e10;
/// Starts at most.
const QUICK_STARTS: usize = 64;
const THOROUGH_STARTS: usize = 4_000;
/// Multiply-adds that polishing may add.
const QUICK_POLISHING_WORK: f64 = 2e8;
const THOROUGH_POLISHING_WORK: f64 = 2.5e9;

/// The work to be done.
#[derive(Clone, Copy, Debug)]
pub(in crate::prototypes) struct Plan {
    pub count: usize,
    pub dim: usize,
    /// The greatest cosine cannot be smaller.
    pub bound: f64,
    /// Starts; `usize::MAX` for as many as there is time for.
    pub starts: usize,
    pub stage_steps: usize,
    pub small_decrease: f64,
    /// Multiply-adds of the polishing.
    pub polishing_work: f64,
}

impl Plan {
    pub fn new(count: usize, dim: usize, effort: Effort) -> Self {
        let (work, polishing_work) = match effort {
            Effort::Quick => (QUICK_WORK, QUICK_POLISHING_WORK),
            Effort::Thorough | Effort::UntilStopped => (THOROUGH_WORK, THOROUGH_POLISHING_WORK),
        };
        let start_work = start_work(count, dim);
        // Where one start is too much already, it hurries.
        let haste = (start_work / work).clamp(1.0, 30.0);
        let starts = (work / start_work).round() as usize;
        let starts = match effort {
            Effort::Quick => starts.clamp(1, QUICK_STARTS),
            Effort::Thorough => starts.clamp(1, THOROUGH_STARTS),
            Effort::UntilStopped => usize::MAX,
        };
        Self {
            count,
            dim,
            bound: bound_max_cos(count, dim),
            starts,
            stage_steps: (MOST_STAGE_STEPS as f64 / haste) as usize,
            small_decrease: SMALL_DECREASE / dim as f64 * haste,
            polishing_work,
        }
    }

    /// The angle between neighbours that the bound allows.
    pub fn spacing_rad(&self) -> f64 {
        libm::acos(self.bound)
    }

    /// What the last stage of a start smooths away, at most: `log` of the number of touching pairs /
    /// sharpness, generously.
    pub fn smoothing_at_end(&self) -> f64 {
        let pairs = (self.count * self.dim) as f64;
        (1.0 + libm::log(pairs)) / self.sharpness(LAST_HARDNESS)
    }

    /// The sharpness of a hardness.
    pub fn sharpness(&self, hardness: f64) -> f64 {
        hardness / (1.0 - self.bound)
    }
}

/// Multiply-adds of one start, roughly.
pub(super) fn start_work(count: usize, dim: usize) -> f64 {
    let d = dim as f64;
    START_EVALUATIONS * d / (d + 5.0) * evaluation_work(count, dim)
}

/// Whether at least one start can be made with the care it needs.
pub(in crate::prototypes) fn is_affordable(count: usize, dim: usize, effort: Effort) -> bool {
    let work = match effort {
        Effort::Quick => QUICK_WORK,
        Effort::Thorough | Effort::UntilStopped => THOROUGH_WORK,
    };
    start_work(count, dim) <= 4.0 * work
}
