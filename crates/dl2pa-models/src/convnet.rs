//! A small convolutional network: two 3 x 3 convolutions, a pooling, a linear layer.

use burn::module::Module;
use burn::nn::Linear;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;
use dl2pa_kernels::Then;

use crate::conv::Conv;
use crate::cost::Count;
use crate::init::linear;
use crate::norm::BatchNorm;
use crate::precision::apply;

/// Channels of the two convolutions.
const CHANNELS: [usize; 2] = [16, 32];

/// Convolution, normalisation, ReLU, twice; 2 x 2 max pooling; linear to the metric space.
#[derive(Module, Debug)]
pub struct Convnet {
    conv1: Conv,
    norm1: BatchNorm,
    conv2: Conv,
    norm2: BatchNorm,
    pool: MaxPool2d,
    last: Linear,
    channels: usize,
    height: usize,
    width: usize,
}

impl Convnet {
    /// A network for images of `channels` x `height` x `width` (height and width at least 2).
    #[must_use]
    pub fn new(
        [channels, height, width]: [usize; 3],
        dim: usize,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let pooled = CHANNELS[1] * (height / 2) * (width / 2);
        Self {
            conv1: Conv::with_bias([channels, CHANNELS[0]], 3, 1, 1, rng, device),
            norm1: BatchNorm::new(CHANNELS[0], device),
            conv2: Conv::with_bias(CHANNELS, 3, 1, 1, rng, device),
            norm2: BatchNorm::new(CHANNELS[1], device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            last: linear(pooled, dim, rng, device),
            channels,
            height,
            width,
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`].
    pub(crate) fn multiply_adds(&self) -> u64 {
        let count = Count::before([self.height, self.width]);
        let count = count.conv(&self.conv1).conv(&self.conv2);
        count.linear(&self.last, 1).multiply_adds
    }

    /// Flattened images (B x channels*height*width) to features (B x dim).
    #[must_use]
    pub fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let [rows, _] = inputs.dims();
        let images = inputs.reshape([rows, self.channels, self.height, self.width]);
        let x = self.norm1.forward(self.conv1.forward(images), Then::Relu);
        let x = self.norm2.forward(self.conv2.forward(x), Then::Relu);
        let pooled = self.pool.forward(x);
        apply(&self.last, pooled.flatten(1, 3))
    }
}
