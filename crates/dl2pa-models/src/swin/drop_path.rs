//! Stochastic depth (Huang et al. 2016): in training some samples skip some branches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_core::streams::StreamRng;
use rand::{RngExt as _, SeedableRng as _};

/// Draws which samples skip which branches, on the host, so that a run with the same seed skips the same
/// ones on every device: the draws of step n depend on the key and on n alone.
#[derive(Clone, Debug)]
pub(super) struct DropPath {
    /// Chance of skipping each branch.
    rates: Vec<f64>,
    key: [u8; 32],
    /// Shared by the clones of a network, one of which the optimiser hands on at each step.
    step: Arc<AtomicU64>,
}

impl DropPath {
    /// Chances of 0 for the first block up to `rate` for the last of `blocks`, each of two branches.
    pub(super) fn new(rate: f64, blocks: usize, rng: &mut StreamRng) -> Self {
        let last = (blocks - 1).max(1) as f64;
        Self {
            rates: (0..2 * blocks)
                .map(|branch| rate * (branch / 2) as f64 / last)
                .collect(),
            key: rng.random(),
            step: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Makes the next draws those of `step`, for a run that goes on where another stopped.
    pub(super) fn set_step(&self, step: u64) {
        self.step.store(step, Ordering::Relaxed);
    }

    /// What to multiply each branch (first axis) of each sample (second) by: 0, or what makes up for the
    /// zeros of the others. Counts one step.
    pub(super) fn draw(&self, samples: usize, device: &Device) -> Tensor<2> {
        let mut rng = StreamRng::from_seed(self.key);
        rng.set_stream(self.step.fetch_add(1, Ordering::Relaxed));
        let mut factors = Vec::with_capacity(self.rates.len() * samples);
        for &rate in &self.rates {
            let kept = 1.0 - rate;
            let factor = || {
                if rng.random_bool(kept) {
                    (1.0 / kept) as f32
                } else {
                    0.0
                }
            };
            factors.extend(std::iter::repeat_with(factor).take(samples));
        }
        let shape = [self.rates.len(), samples];
        Tensor::from_data(TensorData::new(factors, shape), device)
    }
}
