//! The ResNets of ImageNet: 50, 101 and 152 layers, as torchvision builds them.

use burn::module::Module;
use burn::nn::Linear;
use burn::nn::PaddingConfig2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;

use crate::blocks::{Bottleneck, channel_means, counted_stages, stem, through_stages};
use crate::conv::{Conv, Fan};
use crate::cost::Count;
use crate::init::{linear, linear_without_bias};
use crate::norm::BatchNorm;
use crate::precision::apply;

/// Channels after the stem.
const STEM: usize = 64;

/// How many layers a [`ResNet`] has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 50.
    D50,
    /// 101.
    D101,
    /// 152.
    D152,
}

impl Depth {
    /// Blocks in each stage (He et al. 2016, table 1).
    const fn blocks(self) -> [usize; 4] {
        match self {
            Self::D50 => [3, 4, 6, 3],
            Self::D101 => [3, 4, 23, 3],
            Self::D152 => [3, 8, 36, 3],
        }
    }
}

/// A residual network of bottleneck blocks, with a linear layer to the metric space for the classifier.
///
/// A 7 x 7 convolution and a pooling, each of stride 2, four stages of [`Depth`]'s many blocks, all but the
/// first halving the image, the mean over what is left, and the linear layer from 2,048 channels.
#[derive(Module, Debug)]
pub struct ResNet {
    conv1: Conv,
    bn1: BatchNorm,
    pool: MaxPool2d,
    layer1: Vec<Bottleneck>,
    layer2: Vec<Bottleneck>,
    layer3: Vec<Bottleneck>,
    layer4: Vec<Bottleneck>,
    fc: Linear,
    channels: usize,
    height: usize,
    width: usize,
}

/// What a [`ResNet`] ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastLayer {
    /// Dimension d of the metric space.
    pub dim: usize,
    /// Whether the linear layer adds a bias. The authors' does not.
    pub bias: bool,
}

impl ResNet {
    /// A network for images of `channels` x `height` x `width`.
    #[must_use]
    pub fn new(
        depth: Depth,
        [channels, height, width]: [usize; 3],
        last: LastLayer,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let conv1 = Conv::he([channels, STEM], 7, 2, Fan::Out, rng, device);
        let [blocks1, blocks2, blocks3, blocks4] = depth.blocks();
        let mut channels_in = STEM;
        let mut stage = |blocks, width, first_stride| -> Vec<Bottleneck> {
            (0..blocks)
                .map(|block| {
                    let stride = if block == 0 { first_stride } else { 1 };
                    let made = Bottleneck::new(channels_in, width, stride, rng, device);
                    channels_in = Bottleneck::EXPANSION * width;
                    made
                })
                .collect()
        };
        let layer1 = stage(blocks1, STEM, 1);
        let layer2 = stage(blocks2, 2 * STEM, 2);
        let layer3 = stage(blocks3, 4 * STEM, 2);
        let layer4 = stage(blocks4, 8 * STEM, 2);
        let make_last = if last.bias {
            linear
        } else {
            linear_without_bias
        };
        Self {
            conv1,
            bn1: BatchNorm::new(STEM, device),
            pool: MaxPool2dConfig::new([3, 3])
                .with_strides([2, 2])
                .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                .init(),
            layer1,
            layer2,
            layer3,
            layer4,
            fc: make_last(channels_in, last.dim, rng, device),
            channels,
            height,
            width,
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`].
    pub(crate) fn multiply_adds(&self) -> u64 {
        let stem = Count::before([self.height, self.width]).conv(&self.conv1);
        let count = counted_stages(stem.pool(2), &self.stages());
        count.linear(&self.fc, 1).multiply_adds
    }

    const fn stages(&self) -> [&Vec<Bottleneck>; 4] {
        [&self.layer1, &self.layer2, &self.layer3, &self.layer4]
    }

    /// Flattened images (B x channels*height*width) to features (B x d).
    #[must_use]
    pub fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        self.forward_watched(inputs, &mut |_, _| ())
    }

    /// As [`Self::forward`]; shows `watch` what comes out of the stem and of each block (B x C x H x W),
    /// by the names of its parameters.
    pub fn forward_watched(
        &self,
        inputs: Tensor<2>,
        watch: &mut dyn FnMut(&str, &Tensor<4>),
    ) -> Tensor<2> {
        let image = [self.channels, self.height, self.width];
        let x = stem(inputs, image, (&self.conv1, &self.bn1), watch);
        let x = through_stages(self.pool.forward(x), &self.stages(), watch);
        apply(&self.fc, channel_means(x))
    }
}
