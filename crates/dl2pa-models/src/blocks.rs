//! What the residual networks share: shortcuts, the two kinds of block, the way through stem and stages, and the
//! pooling at the end.

use burn::module::Module;
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor, s};
use dl2pa_core::streams::StreamRng;
use dl2pa_kernels::Then;

use crate::conv::{Conv, Fan};
use crate::cost::Count;
use crate::norm::BatchNorm;
use crate::precision::in_f32;

/// A residual block of B x C x H x W.
pub(crate) trait Block {
    fn forward(&self, inputs: Tensor<4>) -> Tensor<4>;

    /// With the multiply-adds of its convolutions.
    fn counted(&self, before: Count) -> Count;
}

/// What comes out of a network's stem: flattened images (B x channels*height*width) through a convolution, its
/// normalisation and a ReLU. `watch` sees it as "bn1".
pub(crate) fn stem(
    inputs: Tensor<2>,
    [channels, height, width]: [usize; 3],
    (conv, norm): (&Conv, &BatchNorm),
    watch: &mut dyn FnMut(&str, &Tensor<4>),
) -> Tensor<4> {
    let [rows, _] = inputs.dims();
    let images = inputs.reshape([rows, channels, height, width]);
    let x = norm.forward(conv.forward(images), Then::Relu);
    watch("bn1", &x);
    x
}

/// Through the blocks of all stages. `watch` sees what comes out of block b (from 0) of stage s (from 1) as
/// "layer<s>.<b>".
pub(crate) fn through_stages<B: Block>(
    mut x: Tensor<4>,
    stages: &[&Vec<B>],
    watch: &mut dyn FnMut(&str, &Tensor<4>),
) -> Tensor<4> {
    for (stage, blocks) in (1..).zip(stages) {
        for (index, block) in blocks.iter().enumerate() {
            x = block.forward(x);
            watch(&format!("layer{stage}.{index}"), &x);
        }
    }
    x
}

/// With the multiply-adds of the blocks of all stages.
pub(crate) fn counted_stages<B: Block>(before: Count, stages: &[&Vec<B>]) -> Count {
    let blocks = stages.iter().copied().flatten();
    blocks.fold(before, |count, block| block.counted(count))
}

/// A strided convolution and its normalisation, for a shortcut between blocks of different shapes.
pub(crate) type Downsample = (Conv, BatchNorm);

/// Two 3 x 3 convolutions beside a shortcut (He et al. 2016, figure 5 left).
#[derive(Module, Debug)]
pub(crate) struct BasicBlock {
    conv1: Conv,
    bn1: BatchNorm,
    conv2: Conv,
    bn2: BatchNorm,
    downsample: Option<Downsample>,
    stride: usize,
}

/// How a [`BasicBlock`] that changes its shape takes its input past its convolutions.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shortcut {
    /// A strided 3 x 3 convolution and a normalisation.
    Convolution,
    /// Every other pixel, and zeros for half of the new channels before and after the old ones ("option
    /// A" of He et al. 2016).
    ZeroPadded,
}

impl BasicBlock {
    pub(crate) fn new(
        [channels_in, channels_out]: [usize; 2],
        stride: usize,
        shortcut: Shortcut,
        fan: Fan,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let conv1 = Conv::he([channels_in, channels_out], 3, stride, fan, rng, device);
        let conv2 = Conv::he([channels_out; 2], 3, 1, fan, rng, device);
        let changes_shape = stride != 1 || channels_in != channels_out;
        let downsample = (changes_shape && matches!(shortcut, Shortcut::Convolution)).then(|| {
            (
                Conv::he([channels_in, channels_out], 3, stride, fan, rng, device),
                BatchNorm::new(channels_out, device),
            )
        });
        Self {
            conv1,
            bn1: BatchNorm::new(channels_out, device),
            conv2,
            bn2: BatchNorm::new(channels_out, device),
            downsample,
            stride,
        }
    }
}

impl Block for BasicBlock {
    fn counted(&self, before: Count) -> Count {
        let beside = beside(before, self.downsample.as_ref());
        before.conv(&self.conv1).conv(&self.conv2).plus(beside)
    }

    fn forward(&self, inputs: Tensor<4>) -> Tensor<4> {
        let x = self
            .bn1
            .forward(self.conv1.forward(inputs.clone()), Then::Relu);
        let x = self.conv2.forward(x);
        let past = match &self.downsample {
            Some((conv, norm)) => norm.forward(conv.forward(inputs), Then::Nothing),
            None => zero_padded(inputs, self.stride, x.dims()[1]),
        };
        self.bn2.forward(x, Then::AddRelu(past))
    }
}

/// Every `stride`-th pixel of B x C x H x W, with zeros around its channels to make `channels`.
fn zero_padded(inputs: Tensor<4>, stride: usize, channels: usize) -> Tensor<4> {
    let kept = if stride == 1 {
        inputs
    } else {
        let step = stride as isize;
        inputs.slice(s![.., .., ..;step, ..;step])
    };
    let missing = channels.saturating_sub(kept.dims()[1]);
    if missing == 0 {
        return kept;
    }
    let before = missing / 2;
    let around = [(0, 0), (before, missing - before), (0, 0), (0, 0)];
    kept.pad(around, PadMode::Constant(0.0))
}

/// Convolutions of 1 x 1, 3 x 3 and 1 x 1 beside a shortcut, four times as wide outside as inside (He et
/// al. 2016, figure 5 right); the 3 x 3 one takes the stride, as torchvision's does ("v1.5").
#[derive(Module, Debug)]
pub(crate) struct Bottleneck {
    conv1: Conv,
    bn1: BatchNorm,
    conv2: Conv,
    bn2: BatchNorm,
    conv3: Conv,
    bn3: BatchNorm,
    downsample: Option<Downsample>,
}

impl Bottleneck {
    /// Channels outside for each channel inside.
    pub(crate) const EXPANSION: usize = 4;

    pub(crate) fn new(
        channels_in: usize,
        width: usize,
        stride: usize,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let channels_out = Self::EXPANSION * width;
        let mut draw =
            |channels, kernel, stride| Conv::he(channels, kernel, stride, Fan::Out, rng, device);
        let norm = |channels| BatchNorm::new(channels, device);
        let changes_shape = stride != 1 || channels_in != channels_out;
        Self {
            conv1: draw([channels_in, width], 1, 1),
            bn1: norm(width),
            conv2: draw([width; 2], 3, stride),
            bn2: norm(width),
            conv3: draw([width, channels_out], 1, 1),
            bn3: norm(channels_out),
            downsample: changes_shape.then(|| {
                (
                    draw([channels_in, channels_out], 1, stride),
                    norm(channels_out),
                )
            }),
        }
    }
}

impl Block for Bottleneck {
    fn counted(&self, before: Count) -> Count {
        let beside = beside(before, self.downsample.as_ref());
        let count = before.conv(&self.conv1).conv(&self.conv2);
        count.conv(&self.conv3).plus(beside)
    }

    fn forward(&self, inputs: Tensor<4>) -> Tensor<4> {
        let x = self
            .bn1
            .forward(self.conv1.forward(inputs.clone()), Then::Relu);
        let x = self.bn2.forward(self.conv2.forward(x), Then::Relu);
        let x = self.conv3.forward(x);
        let past = match &self.downsample {
            Some((conv, norm)) => norm.forward(conv.forward(inputs), Then::Nothing),
            None => inputs,
        };
        self.bn3.forward(x, Then::AddRelu(past))
    }
}

/// Multiply-adds of a shortcut.
fn beside(before: Count, downsample: Option<&Downsample>) -> u64 {
    downsample.map_or(0, |(conv, _)| {
        Count::before(before.image).conv(conv).multiply_adds
    })
}

/// The mean of each channel: B x C x H x W to B x C.
pub(crate) fn channel_means(x: Tensor<4>) -> Tensor<2> {
    let [rows, channels, height, width] = x.dims();
    let pixels = x.reshape([rows, channels, height * width]);
    in_f32(pixels, |pixels| {
        pixels.mean_dim(2).reshape([rows, channels])
    })
}
