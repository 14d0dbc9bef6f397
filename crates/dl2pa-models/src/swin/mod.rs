//! Swin-T (Liu et al. 2021) as torchvision builds it: attention within windows that shift between blocks.

mod block;
mod drop_path;
mod windows;

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;

use crate::conv::Conv;
use crate::cost::Count;
use crate::init::narrow_linear;
use crate::precision::{apply, in_f32};
use block::{BlockShape, SwinBlock};
use drop_path::DropPath;
use windows::Windows;

/// Side of a patch, in pixels: the patches are the first tokens.
pub(crate) const PATCH: usize = 4;
/// Channels of the first stage; each stage doubles them.
const CHANNELS: usize = 96;
/// Blocks of each stage.
const BLOCKS: [usize; 4] = [2, 2, 6, 2];
/// Heads of each stage: 32 channels each.
const HEADS: [usize; 4] = [3, 6, 12, 24];

/// What a [`SwinT`] ends in and how it trains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwinConfig {
    /// Dimension d of the metric space.
    pub dim: usize,
    /// Stochastic depth: the chance that a sample skips the last block's branches in training, at least 0
    /// and below 1; it rises to this from 0 for the first block. 0.2 in the authors' recipe for ImageNet.
    pub drop_path: f64,
}

/// The Swin-T network, with a linear layer to the metric space for the classifier.
///
/// Patches of 4 x 4 pixels become tokens of 96 channels; four stages of blocks attend within windows of
/// 7 x 7 tokens; between stages 2 x 2 tokens merge into one of twice as many channels; the mean over the
/// tokens goes through the linear layer. Images need not be whole windows: tokens of zeros fill them up.
#[derive(Module, Debug)]
pub struct SwinT {
    patch_embed: PatchEmbed,
    layers: Vec<Stage>,
    norm: LayerNorm,
    head: Linear,
    #[module(skip)]
    drop_path: Option<DropPath>,
    channels: usize,
    height: usize,
    width: usize,
}

/// The first tokens.
#[derive(Module, Debug)]
struct PatchEmbed {
    proj: Conv,
    norm: LayerNorm,
}

/// The blocks between two mergings of tokens, and the merging before them.
#[derive(Module, Debug)]
struct Stage {
    downsample: Option<PatchMerging>,
    blocks: Vec<SwinBlock>,
}

impl SwinT {
    /// A network for images of `channels` x `height` x `width` pixels (at least 4 x 4).
    #[must_use]
    pub fn new(
        [channels, height, width]: [usize; 3],
        config: SwinConfig,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let patch_embed = PatchEmbed {
            proj: Conv::with_bias([channels, CHANNELS], PATCH, PATCH, 0, rng, device),
            norm: LayerNormConfig::new(CHANNELS).init(device),
        };
        let mut tokens = [height / PATCH, width / PATCH];
        let mut width_now = CHANNELS;
        let layers = BLOCKS
            .into_iter()
            .zip(HEADS)
            .enumerate()
            .map(|(stage, (blocks, heads))| {
                let downsample = (stage > 0).then(|| {
                    let merging = PatchMerging::new(width_now, rng, device);
                    width_now *= 2;
                    tokens = tokens.map(|side| side.div_ceil(2));
                    merging
                });
                let blocks = (0..blocks).map(|index| {
                    let shape = BlockShape {
                        channels: width_now,
                        heads,
                        windows: Windows::new(tokens, index % 2 == 1),
                    };
                    SwinBlock::new(shape, rng, device)
                });
                Stage {
                    downsample,
                    blocks: blocks.collect(),
                }
            })
            .collect();
        let head = narrow_linear([width_now, config.dim], true, rng, device);
        let drop_path = (config.drop_path > 0.0)
            .then(|| DropPath::new(config.drop_path, BLOCKS.iter().sum(), rng));
        Self {
            patch_embed,
            layers,
            norm: LayerNormConfig::new(width_now).init(device),
            head,
            drop_path,
            channels,
            height,
            width,
        }
    }

    /// Makes the stochastic depth of the next training step that of step `step` (the first is 0), for a run
    /// that is resumed.
    pub fn set_step(&self, step: u64) {
        if let Some(drop_path) = &self.drop_path {
            drop_path.set_step(step);
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`].
    pub(crate) fn multiply_adds(&self) -> u64 {
        let patches = Count::before([self.height, self.width]).conv(&self.patch_embed.proj);
        let count = self.layers.iter().fold(patches, |count, stage| {
            let merged = stage.downsample.iter().fold(count, |count, merging| {
                let count = count.pool(2);
                let tokens = count.image[0] * count.image[1];
                count.linear(&merging.reduction, tokens)
            });
            let blocks = stage.blocks.iter();
            blocks.fold(merged, |count, block| block.counted(count))
        });
        count.linear(&self.head, 1).multiply_adds
    }

    /// Flattened images (B x channels*height*width) to features (B x d).
    #[must_use]
    pub fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        self.forward_watched(inputs, &mut |_, _| ())
    }

    /// As [`Self::forward`]; shows `watch` what comes out of the patch embedding, of each merging and of
    /// each block (B x H x W x C), by the names of their parameters.
    pub fn forward_watched(
        &self,
        inputs: Tensor<2>,
        watch: &mut dyn FnMut(&str, &Tensor<4>),
    ) -> Tensor<2> {
        let [rows, _] = inputs.dims();
        let device = inputs.device();
        let images = inputs.reshape([rows, self.channels, self.height, self.width]);
        let keep = self
            .drop_path
            .as_ref()
            .filter(|_| device.is_autodiff())
            .map(|drop_path| drop_path.draw(rows, &device));
        let mut x = self.patch_embed.forward(images);
        watch("patch_embed", &x);
        let mut branch = 0;
        for (stage, layer) in self.layers.iter().enumerate() {
            if let Some(merging) = &layer.downsample {
                x = merging.forward(x);
                watch(&format!("layers.{stage}.downsample"), &x);
            }
            for (index, block) in layer.blocks.iter().enumerate() {
                let factors = keep
                    .as_ref()
                    .map(|all| all.clone().slice([branch..branch + 2, 0..rows]));
                branch += 2;
                x = block.forward(x, factors.as_ref());
                watch(&format!("layers.{stage}.blocks.{index}"), &x);
            }
        }
        let x = in_f32(x, |x| self.norm.forward(x));
        let [_, height, width, channels] = x.dims();
        let tokens = x.reshape([rows, height * width, channels]);
        let features = in_f32(tokens, |tokens| {
            tokens.mean_dim(1).reshape([rows, channels])
        });
        apply(&self.head, features)
    }
}

impl PatchEmbed {
    /// B x channels x H x W pixels to B x H/4 x W/4 x 96 tokens.
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let tokens = self.proj.forward(images).permute([0, 2, 3, 1]);
        in_f32(tokens, |tokens| self.norm.forward(tokens))
    }
}

/// Merges 2 x 2 tokens into one of twice as many channels.
#[derive(Module, Debug)]
struct PatchMerging {
    reduction: Linear,
    norm: LayerNorm,
}

impl PatchMerging {
    fn new(channels: usize, rng: &mut StreamRng, device: &Device) -> Self {
        Self {
            reduction: narrow_linear([4 * channels, 2 * channels], false, rng, device),
            norm: LayerNormConfig::new(4 * channels).init(device),
        }
    }

    /// B x H x W x C to B x H/2 x W/2 x 2C; an odd side gains tokens of zeros.
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [rows, height, width, channels] = x.dims();
        let around = [(0, 0), (0, height % 2), (0, width % 2), (0, 0)];
        let x = if height % 2 + width % 2 > 0 {
            x.pad(around, PadMode::Constant(0.0))
        } else {
            x
        };
        let (height, width) = (height.div_ceil(2), width.div_ceil(2));
        // The four tokens in the order top left, bottom left, top right, bottom right.
        let merged = x
            .reshape([rows, height, 2, width, 2, channels])
            .permute([0, 1, 3, 4, 2, 5])
            .reshape([rows, height, width, 4 * channels]);
        apply(&self.reduction, in_f32(merged, |x| self.norm.forward(x)))
    }
}
