//! Batch normalisation that counts as PyTorch's does.

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use dl2pa_kernels::rows::{After, normalise_rows, normalise_rows_by};
use dl2pa_kernels::{Affine, Then, normalise_batch, normalise_by};

use crate::precision::in_f32;

/// Weight of a batch in the running statistics (PyTorch's default).
const MOMENTUM: f64 = 0.1;
/// Added to the variance (PyTorch's default).
const EPSILON: f64 = 1e-5;

/// Normalises each channel of its input (B x C or B x C x H x W), then scales and shifts it.
///
/// On an autodiff device it trains: it normalises by the batch's mean and biased variance, and moves the
/// running statistics by a tenth towards the batch's mean and *unbiased* variance, as PyTorch's
/// `BatchNorm1d` and `BatchNorm2d` do (burn's own moves them towards the biased one). On a plain device,
/// such as the one that `valid()` moves a network to, it normalises by the running statistics.
#[derive(Module, Debug)]
pub struct BatchNorm {
    weight: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
    running_mean: RunningState<Tensor<1>>,
    running_var: RunningState<Tensor<1>>,
}

impl BatchNorm {
    /// For `channels` channels: scale 1, shift 0, running mean 0, running variance 1.
    #[must_use]
    pub fn new(channels: usize, device: &Device) -> Self {
        let ones = || Tensor::ones([channels], device);
        let zeros = || Tensor::zeros([channels], device);
        Self {
            weight: Param::from_tensor(ones().require_grad()),
            bias: Param::from_tensor(zeros().require_grad()),
            running_mean: RunningState::new(zeros()),
            running_var: RunningState::new(ones()),
        }
    }

    /// B x C to the same, and what follows.
    #[must_use]
    pub fn forward_rows(&self, inputs: Tensor<2>, after: After) -> Tensor<2> {
        in_f32(inputs, |inputs| self.wide_rows(inputs, after))
    }

    fn wide_rows(&self, inputs: Tensor<2>, after: After) -> Tensor<2> {
        if !inputs.device().is_autodiff() {
            let (mean, var) = (self.running_mean.value(), self.running_var.value());
            return normalise_rows_by(inputs, self.affine(), mean, var, after);
        }
        let samples = inputs.dims()[0];
        let made = normalise_rows(inputs, self.affine(), after);
        self.track(made.mean, made.variance, samples);
        made.outputs
    }

    /// B x C x H x W to the same, and what follows.
    #[must_use]
    pub fn forward(&self, inputs: Tensor<4>, then: Then) -> Tensor<4> {
        if !inputs.device().is_autodiff() {
            let (mean, var) = (self.running_mean.value(), self.running_var.value());
            return normalise_by(inputs, self.affine(), mean, var, then);
        }
        let [rows, _, height, width] = inputs.dims();
        let made = normalise_batch(inputs, self.affine(), then);
        self.track(made.mean, made.variance, rows * height * width);
        made.outputs
    }

    fn affine(&self) -> Affine {
        Affine {
            weight: self.weight.val(),
            bias: self.bias.val(),
            epsilon: EPSILON,
        }
    }

    /// Moves the running statistics towards those of a batch of so many samples of each channel.
    fn track(&self, mean: Tensor<1>, biased_var: Tensor<1>, samples: usize) {
        let samples = samples as f64;
        // One sample has no unbiased variance; PyTorch refuses such a batch, we keep the biased one.
        let unbiased = samples / (samples - 1.0).max(1.0);
        move_towards(&self.running_mean, mean);
        move_towards(&self.running_var, biased_var.mul_scalar(unbiased));
    }
}

fn move_towards(state: &RunningState<Tensor<1>>, batch: Tensor<1>) {
    let old = state.value_sync();
    state.update(old.mul_scalar(1.0 - MOMENTUM) + batch.mul_scalar(MOMENTUM));
    // An update waits for the next `value_sync`, and visitors (checkpoints) read without one.
    state.value_sync();
}
