//! First weights, drawn on the host so that every device starts from the same numbers.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_core::streams::StreamRng;
use rand::RngExt as _;
use rand_distr::{Distribution as _, StandardNormal};

fn drawn<const D: usize>(
    shape: [usize; D],
    draw: impl FnMut() -> f32,
    device: &Device,
) -> Param<Tensor<D>> {
    let values: Vec<f32> = std::iter::repeat_with(draw)
        .take(shape.iter().product())
        .collect();
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device).require_grad())
}

/// Uniform in +-1/sqrt(fan in), as PyTorch draws the weights and biases of its layers.
pub(crate) fn uniform<const D: usize>(
    shape: [usize; D],
    fan_in: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Param<Tensor<D>> {
    let bound = 1.0 / (fan_in as f32).sqrt();
    drawn(shape, || rng.random_range(-bound..bound), device)
}

/// Normal around 0.
pub(crate) fn normal<const D: usize>(
    shape: [usize; D],
    std: f32,
    rng: &mut StreamRng,
    device: &Device,
) -> Param<Tensor<D>> {
    let draw = || {
        let z: f32 = StandardNormal.sample(rng);
        std * z
    };
    drawn(shape, draw, device)
}

/// A linear layer with bias.
pub(crate) fn linear(
    inputs: usize,
    outputs: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Linear {
    let mut layer = linear_without_bias(inputs, outputs, rng, device);
    layer.bias = Some(uniform([outputs], inputs, rng, device));
    layer
}

/// A linear layer without bias.
pub(crate) fn linear_without_bias(
    inputs: usize,
    outputs: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Linear {
    Linear {
        weight: uniform([inputs, outputs], inputs, rng, device),
        bias: None,
    }
}

/// A linear layer with weights of standard deviation 0.02 and, if it has one, a bias of 0, as
/// transformers start.
pub(crate) fn narrow_linear(
    [inputs, outputs]: [usize; 2],
    bias: bool,
    rng: &mut StreamRng,
    device: &Device,
) -> Linear {
    let zeros = || Param::from_tensor(Tensor::zeros([outputs], device).require_grad());
    Linear {
        weight: normal([inputs, outputs], NARROW_STD, rng, device),
        bias: bias.then(zeros),
    }
}

/// Standard deviation of a transformer's first weights. (torchvision cuts the normal distribution at
/// +-2, a hundred standard deviations away.)
pub(crate) const NARROW_STD: f32 = 0.02;
