//! Annealing: a smooth stand-in for the greatest cosine is minimised while it grows sharper.
//!
//! The stand-in is `log(sum_{i<j} exp(t w_i . w_j)) / t`, which is the uniformity of the paper (eq. 4-5)
//! at temperature t/2 but for constants, since `|w_i - w_j|^2 = 2 - 2 w_i . w_j`, and tends to the
//! greatest cosine as t grows. Low t finds the large-scale arrangement, high t the last degrees.

pub(super) mod smooth_max;

use dl2pa_data::StreamRng;

use super::lbfgs::Lbfgs;
use super::trajectory::{Recorder, clump};
use super::{PROVEN_WITHIN, bound_max_cos, normalise_rows};
use smooth_max::{SmoothMax, evaluation_work, max_cosine};

/// The sharpness t of each stage is this factor times that before.
const FIRST_SHARPNESS: f64 = 4.0;
const SHARPNESS_FACTOR: f64 = 4.0;
const STAGES: usize = 8;
/// Starts begin in turn at one of so many first stages: low ones nearly always lead to the same few
/// arrangements, which for some numbers (13 in 3 dimensions) are not the best.
const FIRST_STAGES: usize = 3;
/// Further stages that only the best of all starts goes through.
const POLISHING_STAGES: usize = 4;
/// L-BFGS steps of a stage at most, for each dimension; valleys are longer where there are more of them.
const STAGE_STEPS_PER_DIM: usize = 27;
const MOST_STAGE_STEPS: usize = 300;
/// A stage ends after so many steps in a row that lower t x value by less than `SMALL_DECREASE` / d.
const PATIENCE: usize = 3;
const SMALL_DECREASE: f64 = 3e-3;
/// Multiply-adds after which a slice of work ends: 1 to 3 milliseconds on a desktop core.
const SLICE_WORK: usize = 2_000_000;
/// Multiply-adds that all starts together may take, roughly; at least one start is made.
const TOTAL_WORK: usize = 600_000_000;
const MOST_STARTS: usize = 128;
/// Evaluations of one start, roughly.
const START_EVALUATIONS: usize = 500;
/// The outcome of one start.
#[derive(Debug)]
pub(super) struct Candidate {
    /// c x d, unit rows.
    pub rows: Vec<f64>,
    pub max_cos: f64,
    pub recorder: Option<Recorder>,
}

/// Runs the starts one after the other, a slice at a time, and polishes the best.
#[derive(Debug)]
pub(super) struct Annealer {
    count: usize,
    dim: usize,
    rng: StreamRng,
    is_recording: bool,
    function: SmoothMax,
    bound: f64,
    starts: usize,
    starts_done: usize,
    stage: usize,
    search: Option<Search>,
    recorder: Option<Recorder>,
    best: Candidate,
    is_polishing: bool,
    is_done: bool,
}

/// The descent of one stage.
#[derive(Debug)]
struct Search {
    lbfgs: Lbfgs,
    steps: usize,
    small_steps: usize,
}

impl Annealer {
    pub fn new(count: usize, dim: usize, rng: StreamRng) -> Self {
        let start_work = evaluation_work(count, dim) * START_EVALUATIONS;
        Self {
            count,
            dim,
            rng,
            is_recording: true,
            function: SmoothMax::new(count, dim, FIRST_SHARPNESS),
            bound: bound_max_cos(count, dim),
            starts: (TOTAL_WORK / start_work).clamp(1, MOST_STARTS),
            starts_done: 0,
            stage: 0,
            search: None,
            recorder: None,
            best: Candidate {
                rows: Vec::new(),
                max_cos: f64::INFINITY,
                recorder: None,
            },
            is_polishing: false,
            is_done: false,
        }
    }

    pub fn forget_trajectory(&mut self) {
        self.is_recording = false;
        self.recorder = None;
    }

    pub fn progress(&self) -> f32 {
        if self.is_done {
            return 1.0;
        }
        let start_stages = self.starts * STAGES;
        let done = if self.is_polishing {
            start_stages + self.stage - STAGES
        } else {
            self.starts_done * STAGES + self.stage
        };
        done as f32 / (start_stages + POLISHING_STAGES) as f32
    }

    /// Works for one slice; true when all is done.
    pub fn advance(&mut self) -> bool {
        let mut work = 0;
        while !self.is_done && work < SLICE_WORK {
            work += self.step() * evaluation_work(self.count, self.dim);
        }
        self.is_done
    }

    /// The best arrangement, and the temperature of the uniformity at which it was left.
    pub fn into_best(self) -> (Candidate, Option<f64>) {
        (self.best, Some(self.function.sharpness / 2.0))
    }

    /// One L-BFGS step, or the passage to the next stage or start. Gives the evaluations it took.
    fn step(&mut self) -> usize {
        let Some(search) = &mut self.search else {
            let rows = clump(self.count, self.dim, &mut self.rng);
            self.recorder = self
                .is_recording
                .then(|| Recorder::new(rows.clone(), self.dim, None));
            self.stage = self.starts_done % FIRST_STAGES;
            return self.begin_stage(rows);
        };
        // A quarter turn shared by all points: the first trial of a stage is a moderate one.
        let first_length = (self.count as f64).sqrt() * 0.3 / (1.0 + self.stage as f64).powi(2);
        let step = search.lbfgs.step(&mut self.function, first_length);
        search.steps += 1;
        if step.decrease * self.function.sharpness < SMALL_DECREASE / self.dim as f64 {
            search.small_steps += 1;
        } else {
            search.small_steps = 0;
        }
        if let Some(recorder) = &mut self.recorder {
            let mut rows = search.lbfgs.x().to_vec();
            normalise_rows(&mut rows, self.dim);
            recorder.offer(&rows, Some(self.function.sharpness / 2.0));
        }
        let most_steps = (STAGE_STEPS_PER_DIM * self.dim).min(MOST_STAGE_STEPS);
        let is_over =
            step.decrease == 0.0 || search.small_steps >= PATIENCE || search.steps >= most_steps;
        let evaluations = step.evaluations.max(1);
        if is_over {
            evaluations + self.end_stage()
        } else {
            evaluations
        }
    }

    fn begin_stage(&mut self, rows: Vec<f64>) -> usize {
        self.function.sharpness = FIRST_SHARPNESS * SHARPNESS_FACTOR.powi(self.stage as i32);
        self.search = Some(Search {
            lbfgs: Lbfgs::new(rows, &mut self.function),
            steps: 0,
            small_steps: 0,
        });
        1
    }

    fn end_stage(&mut self) -> usize {
        let Some(search) = self.search.take() else {
            return 0;
        };
        let mut rows = search.lbfgs.into_x();
        normalise_rows(&mut rows, self.dim);
        self.stage += 1;
        let last = if self.is_polishing {
            STAGES + POLISHING_STAGES
        } else {
            STAGES
        };
        if self.stage < last {
            return self.begin_stage(rows);
        }

        let max_cos = max_cosine(&rows, self.dim);
        if max_cos < self.best.max_cos {
            self.best = Candidate {
                rows,
                max_cos,
                recorder: self.recorder.take(),
            };
        }
        if self.is_polishing {
            self.is_done = true;
            return 0;
        }
        self.starts_done += 1;
        // What separates this from the bound is what polishing will remove.
        let is_proven = self.best.max_cos - self.bound < PROVEN_WITHIN * 100.0;
        if self.starts_done >= self.starts || is_proven {
            self.is_polishing = true;
            self.stage = STAGES;
            self.recorder = self.best.recorder.clone();
            return self.begin_stage(self.best.rows.clone());
        }
        0
    }
}
