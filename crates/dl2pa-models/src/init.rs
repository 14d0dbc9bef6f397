//! Layers with their first weights, drawn on the host so that every device starts from the same numbers.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};
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
fn uniform<const D: usize>(
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

/// Which count He et al. (2015) put under the root of sqrt(2 / fan), the standard deviation of the
/// weights before a ReLU.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fan {
    /// Kernel area x input channels.
    In,
    /// Kernel area x output channels.
    Out,
}

/// A convolution without bias, its `kernel` x `kernel` weights (`kernel` odd) drawn by He's rule. The input
/// is padded so that `stride` 1 keeps its size.
pub(crate) fn conv(
    [channels_in, channels_out]: [usize; 2],
    kernel: usize,
    stride: usize,
    fan: Fan,
    rng: &mut StreamRng,
    device: &Device,
) -> Conv2d {
    let channels = match fan {
        Fan::In => channels_in,
        Fan::Out => channels_out,
    };
    let std = (2.0 / (kernel * kernel * channels) as f32).sqrt();
    let shape = [channels_out, channels_in, kernel, kernel];
    convolution(normal(shape, std, rng, device), None, stride, kernel / 2)
}

/// A 3 x 3 convolution with bias, same size, stride 1, drawn as PyTorch draws it.
pub(crate) fn conv3x3_with_bias(
    channels_in: usize,
    channels_out: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Conv2d {
    let fan_in = channels_in * 9;
    let weight = uniform([channels_out, channels_in, 3, 3], fan_in, rng, device);
    let bias = uniform([channels_out], fan_in, rng, device);
    convolution(weight, Some(bias), 1, 1)
}

/// A convolution with bias of `side` x `side` patches that do not overlap, drawn as PyTorch draws it.
pub(crate) fn patches(
    channels_in: usize,
    channels_out: usize,
    side: usize,
    rng: &mut StreamRng,
    device: &Device,
) -> Conv2d {
    let fan_in = channels_in * side * side;
    let shape = [channels_out, channels_in, side, side];
    let weight = uniform(shape, fan_in, rng, device);
    let bias = uniform([channels_out], fan_in, rng, device);
    convolution(weight, Some(bias), side, 0)
}

fn convolution(
    weight: Param<Tensor<4>>,
    bias: Option<Param<Tensor<1>>>,
    stride: usize,
    padding: usize,
) -> Conv2d {
    let [_, _, height, width] = weight.dims();
    Conv2d {
        weight,
        bias,
        stride: [stride; 2],
        kernel_size: [height, width],
        dilation: [1; 2],
        groups: 1,
        padding: PaddingConfig2d::Explicit(padding, padding, padding, padding),
    }
}
