//! A Swin block: attention within windows, then two linear layers, each on a branch of its own.

use burn::module::{Module, Param};
use burn::nn::{LayerNorm, LayerNormConfig, Linear};
use burn::tensor::activation::{gelu, softmax};
use burn::tensor::{Device, Int, Tensor};
use dl2pa_core::streams::StreamRng;

use super::windows::{OFFSETS, TOKENS, Windows, offsets};
use crate::cost::Count;
use crate::init::{NARROW_STD, narrow_linear, normal};
use crate::precision::{apply, in_f32};

/// How much wider the middle of a block's linear layers is.
const WIDENING: usize = 4;

/// What one block is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockShape {
    /// Channels C.
    pub(super) channels: usize,
    /// Heads of the attention; a divisor of C.
    pub(super) heads: usize,
    /// The windows over its image.
    pub(super) windows: Windows,
}

/// x + attention(norm1(x)), then x + mlp(norm2(x)).
#[derive(Module, Debug)]
pub(super) struct SwinBlock {
    norm1: LayerNorm,
    attn: WindowAttention,
    norm2: LayerNorm,
    mlp: Mlp,
}

impl SwinBlock {
    pub(super) fn new(shape: BlockShape, rng: &mut StreamRng, device: &Device) -> Self {
        let norm = || LayerNormConfig::new(shape.channels).init(device);
        Self {
            norm1: norm(),
            attn: WindowAttention::new(shape, rng, device),
            norm2: norm(),
            mlp: Mlp::new(shape.channels, rng, device),
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`]. Windows at the border are filled up with tokens of zeros,
    /// which are multiplied as well.
    pub(super) fn counted(&self, before: Count) -> Count {
        let WindowAttention {
            qkv, proj, windows, ..
        } = &self.attn;
        let in_windows = windows.count() * TOKENS;
        let channels = proj.weight.dims()[1];
        // Scores of all pairs of tokens of a window, and what they weigh together: each sums over all heads' channels.
        let pairs = 2 * in_windows * TOKENS * channels;
        let tokens = before.image[0] * before.image[1];
        before
            .linear(qkv, in_windows)
            .plus(pairs as u64)
            .linear(proj, in_windows)
            .linear(&self.mlp.fc1, tokens)
            .linear(&self.mlp.fc2, tokens)
    }

    /// B x H x W x C to the same. `keep` (2 x B) multiplies the branches of each sample.
    pub(super) fn forward(&self, x: Tensor<4>, keep: Option<&Tensor<2>>) -> Tensor<4> {
        let rows = x.dims()[0];
        let kept = |branch: Tensor<4>, index: usize| match keep {
            Some(factors) => {
                let factor = factors.clone().slice([index..index + 1, 0..rows]);
                let factor = factor.cast(branch.dtype());
                branch * factor.reshape([rows, 1, 1, 1])
            }
            None => branch,
        };
        let attended = self
            .attn
            .forward(in_f32(x.clone(), |x| self.norm1.forward(x)));
        let x = x + kept(attended, 0);
        let mixed = self
            .mlp
            .forward(in_f32(x.clone(), |x| self.norm2.forward(x)));
        x + kept(mixed, 1)
    }
}

/// Attention among the tokens of each window, with a learned score for each offset between two tokens.
#[derive(Module, Debug)]
struct WindowAttention {
    qkv: Linear,
    proj: Linear,
    relative_position_bias_table: Param<Tensor<2>>,
    offsets: Tensor<1, Int>,
    mask: Option<Tensor<5>>,
    heads: usize,
    #[module(skip)]
    windows: Windows,
}

impl WindowAttention {
    fn new(shape: BlockShape, rng: &mut StreamRng, device: &Device) -> Self {
        let BlockShape {
            channels,
            heads,
            windows,
        } = shape;
        Self {
            qkv: narrow_linear([channels, 3 * channels], true, rng, device),
            proj: narrow_linear([channels, channels], true, rng, device),
            relative_position_bias_table: normal([OFFSETS, heads], NARROW_STD, rng, device),
            offsets: offsets(device),
            mask: windows.mask(device),
            heads,
            windows,
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [rows, _, _, channels] = x.dims();
        let (heads, count) = (self.heads, self.windows.count());
        let width = channels / heads;
        let tokens = self.windows.split(x);
        let all = rows * count;

        let qkv = apply(&self.qkv, tokens)
            .reshape([all, TOKENS, 3, heads, width])
            .permute([2, 0, 3, 1, 4]);
        let part =
            |index: usize| -> Tensor<4> { qkv.clone().slice([index..index + 1]).squeeze_dim(0) };
        let query = part(0).mul_scalar((width as f64).powf(-0.5));
        let scores = query.matmul(part(1).transpose());

        let bias = self
            .relative_position_bias_table
            .val()
            .select(0, self.offsets.clone())
            .transpose()
            .reshape([1, 1, heads, TOKENS, TOKENS]);
        let bias = match &self.mask {
            Some(mask) => bias + mask.clone(),
            None => bias,
        };
        let scores = scores.reshape([rows, count, heads, TOKENS, TOKENS]);
        let weights = in_f32(scores, |scores| softmax(scores + bias, 4));
        let weights = weights.reshape([all, heads, TOKENS, TOKENS]);

        let mixed = weights
            .matmul(part(2))
            .swap_dims(1, 2)
            .reshape([all, TOKENS, channels]);
        self.windows.join(apply(&self.proj, mixed))
    }
}

/// Two linear layers with a GELU between them.
#[derive(Module, Debug)]
struct Mlp {
    fc1: Linear,
    fc2: Linear,
}

impl Mlp {
    fn new(channels: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let wide = WIDENING * channels;
        Self {
            fc1: narrow_linear([channels, wide], true, rng, device),
            fc2: narrow_linear([wide, channels], true, rng, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        apply(&self.fc2, in_f32(apply(&self.fc1, x), gelu))
    }
}
