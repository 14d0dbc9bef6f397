//! Annealing: a smooth stand-in for the greatest cosine is minimised while it grows sharper.
//!
//! The stand-in is `log(sum_{i<j} exp(t w_i . w_j)) / t`, which is the uniformity of the paper (eq. 4-5)
//! at temperature t/2 but for constants, since `|w_i - w_j|^2 = 2 - 2 w_i . w_j`, and tends to the
//! greatest cosine as t grows. Low t finds the large-scale arrangement, high t the last degrees.

use dl2pa_data::StreamRng;

use super::lbfgs::{Lbfgs, Objective};
use super::trajectory::{Recorder, clump};
use super::{PROVEN_WITHIN, bound_max_cos, normalise_rows};

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
/// Terms smaller than exp(-this) of the largest are left out of sums in double precision.
const NEGLIGIBLE: f64 = 40.0;

/// The smoothed greatest cosine as a function of unnormalised rows.
#[derive(Debug)]
struct SmoothMax {
    dim: usize,
    sharpness: f64,
    unit: Vec<f64>,
    norms: Vec<f64>,
    cosines: Vec<f64>,
}

impl SmoothMax {
    fn new(count: usize, dim: usize) -> Self {
        Self {
            dim,
            sharpness: FIRST_SHARPNESS,
            unit: vec![0.0; count * dim],
            norms: vec![0.0; count],
            cosines: vec![0.0; count * (count - 1) / 2],
        }
    }
}

impl Objective for SmoothMax {
    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let dim = self.dim;
        for ((row, unit), norm) in x
            .chunks_exact(dim)
            .zip(self.unit.chunks_exact_mut(dim))
            .zip(&mut self.norms)
        {
            *norm = dot(row, row).sqrt();
            for (unit, value) in unit.iter_mut().zip(row) {
                *unit = value / *norm;
            }
        }

        let mut largest = f64::NEG_INFINITY;
        let mut cosines = self.cosines.iter_mut();
        for (i, a) in self.unit.chunks_exact(dim).enumerate() {
            for (b, slot) in self.unit.chunks_exact(dim).take(i).zip(&mut cosines) {
                *slot = dot(a, b);
                largest = largest.max(*slot);
            }
        }

        gradient.fill(0.0);
        let cut = largest - NEGLIGIBLE / self.sharpness;
        let mut sum = 0.0;
        let mut cosines = self.cosines.iter();
        for (i, a) in self.unit.chunks_exact(dim).enumerate() {
            let (before, own) = gradient.split_at_mut(i * dim);
            let own = &mut own[..dim];
            let others = self
                .unit
                .chunks_exact(dim)
                .zip(before.chunks_exact_mut(dim));
            for ((b, other), &cos) in others.zip(&mut cosines) {
                if cos > cut {
                    let weight = (self.sharpness * (cos - largest)).exp();
                    sum += weight;
                    for k in 0..dim {
                        own[k] += weight * b[k];
                        other[k] += weight * a[k];
                    }
                }
            }
        }

        // Only the part across each row turns it.
        for ((push, unit), norm) in gradient
            .chunks_exact_mut(dim)
            .zip(self.unit.chunks_exact(dim))
            .zip(&self.norms)
        {
            let along = dot(push, unit);
            for (push, unit) in push.iter_mut().zip(unit) {
                *push = (*push - along * unit) / (sum * norm);
            }
        }
        largest + sum.ln() / self.sharpness
    }
}

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
struct Search {
    lbfgs: Lbfgs,
    steps: usize,
    small_steps: usize,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl Annealer {
    pub fn new(count: usize, dim: usize, rng: StreamRng) -> Self {
        let start_work = evaluation_work(count, dim) * START_EVALUATIONS;
        Self {
            count,
            dim,
            rng,
            is_recording: true,
            function: SmoothMax::new(count, dim),
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

    pub fn set_recording(&mut self, is_recording: bool) {
        self.is_recording = is_recording;
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

    pub fn into_best(self) -> Candidate {
        self.best
    }

    /// One L-BFGS step, or the passage to the next stage or start. Gives the evaluations it took.
    fn step(&mut self) -> usize {
        let Some(search) = &mut self.search else {
            let rows = clump(self.count, self.dim, &mut self.rng);
            self.recorder = self
                .is_recording
                .then(|| Recorder::new(rows.clone(), self.dim));
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
            recorder.offer(&rows);
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

/// Multiply-adds of one evaluation, roughly: a cosine and its exponential for each pair.
fn evaluation_work(count: usize, dim: usize) -> usize {
    count * (count - 1) / 2 * (dim + 8)
}

fn max_cosine(rows: &[f64], dim: usize) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for (i, a) in rows.chunks_exact(dim).enumerate() {
        for b in rows.chunks_exact(dim).take(i) {
            largest = largest.max(dot(a, b));
        }
    }
    largest
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
