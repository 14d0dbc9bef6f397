//! The convolution of all our networks.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;
use dl2pa_kernels::{Steps, convolution};

use crate::init::{normal, uniform};

/// Which count He et al. (2015) put under the root of sqrt(2 / fan), the standard deviation of the
/// weights before a ReLU.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fan {
    /// Kernel area x input channels.
    In,
    /// Kernel area x output channels.
    Out,
}

/// A convolution of B x C x H x W with square kernels, the same stride and padding along both sides.
#[derive(Module, Debug)]
pub(crate) struct Conv {
    /// O x C x K x K.
    weight: Param<Tensor<4>>,
    bias: Option<Param<Tensor<1>>>,
    stride: usize,
    padding: usize,
}

impl Conv {
    /// Without bias, its `kernel` x `kernel` weights (`kernel` odd) drawn by He's rule; padded so that
    /// `stride` 1 keeps the size of its input.
    pub(crate) fn he(
        [channels_in, channels_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        fan: Fan,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let channels = match fan {
            Fan::In => channels_in,
            Fan::Out => channels_out,
        };
        let std = (2.0 / (kernel * kernel * channels) as f32).sqrt();
        let shape = [channels_out, channels_in, kernel, kernel];
        Self {
            weight: normal(shape, std, rng, device),
            bias: None,
            stride,
            padding: kernel / 2,
        }
    }

    /// With bias, drawn as PyTorch draws its convolutions.
    pub(crate) fn with_bias(
        [channels_in, channels_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: usize,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let fan_in = channels_in * kernel * kernel;
        let shape = [channels_out, channels_in, kernel, kernel];
        Self {
            weight: uniform(shape, fan_in, rng, device),
            bias: Some(uniform([channels_out], fan_in, rng, device)),
            stride,
            padding,
        }
    }

    /// Height and width after it, of an image that it fits into.
    pub(crate) fn image_after(&self, image: [usize; 2]) -> [usize; 2] {
        let [_, _, kernel, _] = self.weight.dims();
        image.map(|side| (side + 2 * self.padding).saturating_sub(kernel) / self.stride + 1)
    }

    /// Number of its weights without the bias.
    pub(crate) fn weights(&self) -> usize {
        self.weight.dims().into_iter().product()
    }

    /// B x C x H x W to B x O x H' x W'.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let bias = self.bias.as_ref().map(Param::val);
        let steps = Steps {
            stride: self.stride,
            padding: self.padding,
        };
        convolution(x, self.weight.val(), bias, steps)
    }
}
