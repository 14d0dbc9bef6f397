//! The ResNet-32s of small images: HPN's for balanced data, and the long-tail literature's.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;
use dl2pa_kernels::rows::After;

use crate::blocks::{BasicBlock, Shortcut, channel_means, counted_stages, stem, through_stages};
use crate::conv::{Conv, Fan};
use crate::cost::Count;
use crate::init::linear;
use crate::norm::BatchNorm;
use crate::precision::apply;

/// Blocks in each of the three stages: 1 + 3 x 5 x 2 + 1 = 32 layers.
const BLOCKS: usize = 5;
/// Channels of the first stage of HPN's network; each stage doubles them.
const HPN_WIDTH: usize = 16;

/// A residual network of 32 layers for small images (32 x 32, 64 x 64, 96 x 96).
///
/// A 3 x 3 convolution, three stages of five blocks, the second and third of which halve the image, and
/// the mean over what is left of it. What follows depends on the variant:
///
/// - [`ResNet32::balanced`] is that of hyperspherical prototype networks (Mettes et al. 2019), which the
///   paper uses for CIFAR-100 and ImageNet-200: 16, 32 and 64 channels, shortcuts between stages by 3 x 3
///   convolutions, and a linear layer to the metric space;
/// - [`ResNet32::long_tail`] is that of the paper's long-tail experiments: shortcuts without parameters, no
///   linear layer (the channels of the last stage are the metric space), and last a batch normalisation,
///   which the released code keeps in its classifier as `BN_H`.
#[derive(Module, Debug)]
pub struct ResNet32 {
    conv1: Conv,
    bn1: BatchNorm,
    layer1: Vec<BasicBlock>,
    layer2: Vec<BasicBlock>,
    layer3: Vec<BasicBlock>,
    fc: Option<Linear>,
    bn_h: Option<BatchNorm>,
    channels: usize,
    height: usize,
    width: usize,
}

impl ResNet32 {
    /// The network of the balanced experiments, for images of `channels` x `height` x `width`.
    #[must_use]
    pub fn balanced(image: [usize; 3], dim: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let mut network = Self::trunk(
            image,
            HPN_WIDTH,
            Shortcut::Convolution,
            Fan::Out,
            rng,
            device,
        );
        network.fc = Some(linear(4 * HPN_WIDTH, dim, rng, device));
        network
    }

    /// The network of the long-tail experiments: `first_width` channels in its first stage (16 or 32 in the
    /// paper), and features of four times as many dimensions.
    #[must_use]
    pub fn long_tail(
        image: [usize; 3],
        first_width: usize,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let mut network = Self::trunk(
            image,
            first_width,
            Shortcut::ZeroPadded,
            Fan::In,
            rng,
            device,
        );
        network.bn_h = Some(BatchNorm::new(4 * first_width, device));
        network
    }

    fn trunk(
        [channels, height, width]: [usize; 3],
        first_width: usize,
        shortcut: Shortcut,
        fan: Fan,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let conv1 = Conv::he([channels, first_width], 3, 1, fan, rng, device);
        let mut stage = |first: [usize; 2], first_stride| -> Vec<BasicBlock> {
            (0..BLOCKS)
                .map(|block| {
                    let (channels, stride) = if block == 0 {
                        (first, first_stride)
                    } else {
                        ([first[1]; 2], 1)
                    };
                    BasicBlock::new(channels, stride, shortcut, fan, rng, device)
                })
                .collect()
        };
        Self {
            conv1,
            bn1: BatchNorm::new(first_width, device),
            layer1: stage([first_width, first_width], 1),
            layer2: stage([first_width, 2 * first_width], 2),
            layer3: stage([2 * first_width, 4 * first_width], 2),
            fc: None,
            bn_h: None,
            channels,
            height,
            width,
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`].
    pub(crate) fn multiply_adds(&self) -> u64 {
        let stem = Count::before([self.height, self.width]).conv(&self.conv1);
        let count = counted_stages(stem, &self.stages());
        let last = self.fc.as_ref();
        last.map_or(count, |layer| count.linear(layer, 1))
            .multiply_adds
    }

    const fn stages(&self) -> [&Vec<BasicBlock>; 3] {
        [&self.layer1, &self.layer2, &self.layer3]
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
        let features = channel_means(through_stages(x, &self.stages(), watch));
        let features = match &self.fc {
            Some(layer) => apply(layer, features),
            None => features,
        };
        match &self.bn_h {
            Some(norm) => norm.forward_rows(features, After::Nothing),
            None => features,
        }
    }
}
