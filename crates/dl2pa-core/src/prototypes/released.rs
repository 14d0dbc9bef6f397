//! What the authors' released script does, for comparison: plain stochastic gradient descent on the
//! uniformity at t = 2.
//!
//! The start is uniform in the cube and then normalised, which slightly favours the cube's diagonals. The
//! norm is taken inside the loss and the rows are not projected back. With more than [`BATCH`] prototypes
//! each step sees only a random batch of them, so that a pair is repelled once in c / `BATCH` epochs.
//! The random numbers are ours, so it is the same method but not the same file.

use dl2pa_data::StreamRng;
use rand::RngExt;
use rand::seq::SliceRandom;

use super::anneal::smooth_max::{SmoothMax, evaluation_work};
use super::anneal::{Candidate, SLICE_WORK};
use super::lbfgs::Objective;
use super::rows::{max_cosine, normalise_rows};
use super::trajectory::Recorder;

/// Temperature t of the script's uniformity.
const T: f64 = 2.0;
const LEARNING_RATE: f64 = 0.1;
const EPOCHS: usize = 1_000;
/// Prototypes in one batch.
const BATCH: usize = 100;

/// The script's run, a slice at a time.
#[derive(Debug)]
pub(super) struct Script {
    dim: usize,
    rng: StreamRng,
    /// c x d, not normalised.
    weights: Vec<f64>,
    /// The prototypes in this epoch's random order, and how many of them have had their step.
    order: Vec<usize>,
    order_done: usize,
    epochs_done: usize,
    recorder: Option<Recorder>,
}

impl Script {
    pub fn new(count: usize, dim: usize, mut rng: StreamRng) -> Self {
        let mut weights: Vec<f64> = (0..count * dim)
            .map(|_| rng.random_range(-1.0..1.0))
            .collect();
        normalise_rows(&mut weights, dim);
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut rng);
        Self {
            dim,
            rng,
            recorder: Some(Recorder::new(weights.clone(), dim, Some(T))),
            weights,
            order,
            order_done: 0,
            epochs_done: 0,
        }
    }

    pub fn forget_trajectory(&mut self) {
        self.recorder = None;
    }

    pub fn progress(&self) -> f32 {
        self.epochs_done as f32 / EPOCHS as f32
    }

    /// Works for one slice; true when all is done.
    pub fn advance(&mut self) -> bool {
        let mut work = 0.0;
        while self.epochs_done < EPOCHS && work < SLICE_WORK {
            work += self.step();
        }
        self.epochs_done == EPOCHS
    }

    /// One batch. Gives the multiply-adds it took.
    fn step(&mut self) -> f64 {
        let dim = self.dim;
        let end = (self.order_done + BATCH).min(self.order.len());
        let batch = &self.order[self.order_done..end];
        // The script's loss of a last batch of one is no number; here that one waits for the next epoch.
        if batch.len() > 1 {
            let rows: Vec<f64> = batch
                .iter()
                .flat_map(|&row| &self.weights[row * dim..][..dim])
                .copied()
                .collect();
            let sharpness = 2.0 * T;
            let mut gradient = vec![0.0; rows.len()];
            // At this temperature every pair counts, however far.
            let mut function = SmoothMax::new(batch.len(), dim, std::f64::consts::PI, sharpness);
            function.evaluate(&rows, &mut gradient);
            for (&row, gradient) in batch.iter().zip(gradient.chunks_exact(dim)) {
                let weights = &mut self.weights[row * dim..][..dim];
                for (weight, slope) in weights.iter_mut().zip(gradient) {
                    *weight -= LEARNING_RATE * sharpness * slope;
                }
            }
        }
        let work = evaluation_work(end - self.order_done, dim);
        self.order_done = end;
        if end == self.order.len() {
            self.end_epoch();
        }
        work
    }

    fn end_epoch(&mut self) {
        self.epochs_done += 1;
        self.order_done = 0;
        self.order.shuffle(&mut self.rng);
        if let Some(recorder) = &mut self.recorder {
            let mut rows = self.weights.clone();
            normalise_rows(&mut rows, self.dim);
            recorder.offer(&rows, Some(T));
        }
    }

    pub fn into_candidate(self) -> Candidate {
        let mut rows = self.weights;
        normalise_rows(&mut rows, self.dim);
        Candidate {
            start: 0,
            t: Some(T),
            max_cos: max_cosine(&rows, self.dim),
            rows,
            recorder: self.recorder,
        }
    }
}
