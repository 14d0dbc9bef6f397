//! Batch normalisation that counts as PyTorch's does.

use burn::module::{Module, Param, RunningState};
use burn::tensor::module::{batch_norm, batch_norm_train};
use burn::tensor::{Device, Tensor};

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

    /// Maps B x C x ... to the same shape.
    #[must_use]
    pub fn forward<const D: usize>(&self, inputs: Tensor<D>) -> Tensor<D> {
        if !inputs.device().is_autodiff() {
            let mean = self.running_mean.value();
            let var = self.running_var.value();
            return batch_norm(
                inputs,
                self.weight.val(),
                self.bias.val(),
                mean,
                var,
                EPSILON,
            );
        }
        let dims = inputs.dims();
        let result = batch_norm_train(inputs, self.weight.val(), self.bias.val(), EPSILON);
        self.track(result.mean, result.variance, dims);
        result.output
    }

    /// Moves the running statistics towards those of a batch of shape `dims`.
    fn track<const D: usize>(&self, mean: Tensor<1>, biased_var: Tensor<1>, dims: [usize; D]) {
        let channels = dims[1].max(1);
        let samples = (dims.iter().product::<usize>() / channels) as f64;
        // One sample has no unbiased variance; PyTorch refuses such a batch, we keep the biased one.
        let unbiased = samples / (samples - 1.0).max(1.0);
        move_towards(&self.running_mean, mean.detach());
        move_towards(&self.running_var, biased_var.detach().mul_scalar(unbiased));
    }
}

fn move_towards(state: &RunningState<Tensor<1>>, batch: Tensor<1>) {
    let old = state.value_sync();
    state.update(old.mul_scalar(1.0 - MOMENTUM) + batch.mul_scalar(MOMENTUM));
    // An update waits for the next `value_sync`, and visitors (checkpoints) read without one.
    state.value_sync();
}
