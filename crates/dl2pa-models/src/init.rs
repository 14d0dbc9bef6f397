//! First weights, drawn on the host as PyTorch draws them: uniform in +-1/sqrt(fan in).

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, LinearConfig, conv::Conv2dConfig};
use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_core::streams::StreamRng;
use rand::RngExt as _;

fn uniform<const D: usize>(
    shape: [usize; D],
    fan_in: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Param<Tensor<D>> {
    let bound = 1.0 / (fan_in as f32).sqrt();
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device).require_grad())
}

/// A linear layer with bias.
pub(crate) fn linear(
    inputs: usize,
    outputs: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Linear {
    let mut layer = LinearConfig::new(inputs, outputs).init(device);
    layer.weight = uniform([inputs, outputs], inputs, rng, device);
    layer.bias = Some(uniform([outputs], inputs, rng, device));
    layer
}

/// A 3 x 3 convolution with bias, same size, stride 1.
pub(crate) fn conv3x3(
    channels_in: usize,
    channels_out: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Conv2d {
    let fan_in = channels_in * 9;
    let mut layer = Conv2dConfig::new([channels_in, channels_out], [3, 3])
        .with_padding(burn::nn::PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(device);
    layer.weight = uniform([channels_out, channels_in, 3, 3], fan_in, rng, device);
    layer.bias = Some(uniform([channels_out], fan_in, rng, device));
    layer
}
