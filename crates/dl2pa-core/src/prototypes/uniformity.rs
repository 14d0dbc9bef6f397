//! The paper's objective: the uniformity at one temperature (eq. 4-5), minimised until it stands still.
//!
//! `L_uni(W; t) = log mean_{i<j} exp(-t |w_i - w_j|^2)` is the smoothed greatest cosine at sharpness 2t
//! but for constants, so its minimum is where that one's is.

use dl2pa_data::StreamRng;

use super::anneal::smooth_max::{SmoothMax, evaluation_work};
use super::anneal::{Candidate, SLICE_WORK};
use super::bound_max_cos;
use super::lbfgs::Lbfgs;
use super::rows::{max_cosine, normalise_rows};
use super::trajectory::{Recorder, clump};

/// The search ends after so many steps in a row that lower the uniformity by less than `SMALL_DECREASE`.
const PATIENCE: usize = 5;
const SMALL_DECREASE: f64 = 1e-13;
const MOST_STEPS: usize = 3_000;
/// The first trial step moves each point by so much, in radians (root mean square).
const FIRST_STEP_RAD: f64 = 0.3;

/// The descent from one clump, a slice at a time.
#[derive(Debug)]
pub(super) struct Descent {
    count: usize,
    dim: usize,
    t: f64,
    function: SmoothMax,
    lbfgs: Lbfgs,
    recorder: Option<Recorder>,
    steps: usize,
    small_steps: usize,
    is_done: bool,
}

impl Descent {
    pub fn new(count: usize, dim: usize, t: f64, mut rng: StreamRng) -> Self {
        let start = clump(count, dim, &mut rng);
        let spacing_rad = libm::acos(bound_max_cos(count, dim));
        let mut function = SmoothMax::new(count, dim, spacing_rad, 2.0 * t);
        Self {
            count,
            dim,
            t,
            recorder: Some(Recorder::new(start.clone(), dim, Some(t))),
            lbfgs: Lbfgs::new(start, &mut function),
            function,
            steps: 0,
            small_steps: 0,
            is_done: false,
        }
    }

    pub fn forget_trajectory(&mut self) {
        self.recorder = None;
    }

    pub fn progress(&self) -> f32 {
        if self.is_done {
            1.0
        } else {
            self.steps as f32 / MOST_STEPS as f32
        }
    }

    /// Works for one slice; true when all is done.
    pub fn advance(&mut self) -> bool {
        let mut work = 0.0;
        while !self.is_done && work < SLICE_WORK {
            work += self.step() as f64 * evaluation_work(self.count, self.dim);
        }
        self.is_done
    }

    /// One L-BFGS step. Gives the evaluations it took.
    fn step(&mut self) -> usize {
        let first_length = (self.count as f64).sqrt() * FIRST_STEP_RAD;
        let step = self.lbfgs.step(&mut self.function, first_length);
        self.steps += 1;
        if step.decrease * self.function.sharpness() < SMALL_DECREASE {
            self.small_steps += 1;
        } else {
            self.small_steps = 0;
        }
        if let Some(recorder) = &mut self.recorder {
            let mut rows = self.lbfgs.x().to_vec();
            normalise_rows(&mut rows, self.dim);
            recorder.offer(&rows, Some(self.t));
        }
        self.is_done =
            step.decrease == 0.0 || self.small_steps >= PATIENCE || self.steps >= MOST_STEPS;
        step.evaluations.max(1)
    }

    pub fn into_candidate(self) -> Candidate {
        let mut rows = self.lbfgs.into_x();
        normalise_rows(&mut rows, self.dim);
        Candidate {
            start: 0,
            t: Some(self.t),
            max_cos: max_cosine(&rows, self.dim),
            rows,
            recorder: self.recorder,
        }
    }
}
