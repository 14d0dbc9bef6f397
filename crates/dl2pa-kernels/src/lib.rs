//! Layers and losses that are quick on burn's CPU backend as well.
//!
//! On Flex they run kernels of ours, forwards and backwards; everywhere else (GPUs, other numbers) burn's own
//! operations. The two differ by rounding only. Convolutions of images have their kernels natively, the
//! operations of [`rows`] in a browser as well, with the same bits.
//!
//! Inputs of 16-bit floats give outputs of the same, while parameters and statistics stay `f32` (mixed precision):
//! a convolution multiplies 16-bit numbers, a normalisation computes in `f32`.

#[cfg(not(target_family = "wasm"))]
mod autodiff;
#[cfg(not(target_family = "wasm"))]
mod conv;
#[cfg(not(target_family = "wasm"))]
mod flex;
#[cfg(not(target_family = "wasm"))]
mod grid;
#[cfg(not(target_family = "wasm"))]
mod input_gradient;
#[cfg(not(target_family = "wasm"))]
mod micro;
#[cfg(not(target_family = "wasm"))]
mod norm;
pub mod rows;
#[cfg(all(test, not(target_family = "wasm")))]
mod tests;

use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm, batch_norm_train, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Tensor};

/// Whether these are 16-bit floats.
const fn is_narrow(numbers: DType) -> bool {
    matches!(numbers, DType::F16 | DType::BF16)
}

/// How a convolution moves over its input, along both sides alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Pixels from one position to the next.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
}

/// The convolution of B x C x H x W by O x C x K x L weights, plus a bias for each of the O outputs. Weights and
/// bias are rounded to the numbers of `x`.
#[must_use]
pub fn convolution(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    steps: Steps,
) -> Tensor<4> {
    let numbers = x.dtype();
    let weight = weight.cast(numbers);
    let bias = bias.map(|bias| bias.cast(numbers));
    #[cfg(not(target_family = "wasm"))]
    if flex::has_kernels(&x) {
        let channels = weight.dims()[0];
        // Sums in f32 of products of 16-bit numbers, rounded once: what a GPU's matrix units make of them.
        let (x, weight) = (x.cast(DType::F32), weight.cast(DType::F32));
        let outputs = flex::convolution(x, weight, steps).cast(numbers);
        return match bias {
            Some(bias) => outputs + bias.reshape([1, channels, 1, 1]),
            None => outputs,
        };
    }
    let Steps { stride, padding } = steps;
    let options = ConvOptions::new([stride; 2], [padding; 2], [1; 2], 1);
    conv2d(x, weight, bias, options)
}

/// What follows a normalisation.
#[expect(
    clippy::large_enum_variant,
    reason = "one is made a call and never kept"
)]
#[derive(Clone, Debug)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// Negative numbers become 0.
    Relu,
    /// These numbers (B x C x H x W) are added, and then negative ones become 0.
    AddRelu(Tensor<4>),
}

impl Then {
    fn apply(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Nothing => x,
            Self::Relu => relu(x),
            Self::AddRelu(added) => relu(x + added),
        }
    }

    /// The same in `f32`.
    fn widened(self) -> Self {
        match self {
            Self::AddRelu(added) => Self::AddRelu(added.cast(DType::F32)),
            other => other,
        }
    }
}

/// What a normalisation makes of each channel once its mean is 0 and its variance 1.
#[derive(Clone, Debug)]
pub struct Affine {
    /// Scale of each channel (C).
    pub weight: Tensor<1>,
    /// Shift of each channel (C).
    pub bias: Tensor<1>,
    /// Added to the variance.
    pub epsilon: f64,
}

/// A batch that has been normalised.
#[derive(Clone, Debug)]
pub struct Normalised {
    /// B x C x H x W.
    pub outputs: Tensor<4>,
    /// Mean of each channel of the batch (C), without gradient.
    pub mean: Tensor<1>,
    /// Biased variance of each channel of the batch (C), without gradient.
    pub variance: Tensor<1>,
}

/// Normalises B x C x H x W by the mean and the biased variance of each of its channels.
#[must_use]
pub fn normalise_batch(x: Tensor<4>, affine: Affine, then: Then) -> Normalised {
    let numbers = x.dtype();
    if is_narrow(numbers) {
        let made = normalise_batch(x.cast(DType::F32), affine, then.widened());
        return Normalised {
            outputs: made.outputs.cast(numbers),
            ..made
        };
    }
    #[cfg(not(target_family = "wasm"))]
    if flex::has_kernels(&x) {
        return flex::normalise_batch(x, affine, then);
    }
    let Affine {
        weight,
        bias,
        epsilon,
    } = affine;
    let made = batch_norm_train(x, weight, bias, epsilon);
    Normalised {
        outputs: then.apply(made.output),
        mean: made.mean.detach(),
        variance: made.variance.detach(),
    }
}

/// Normalises B x C x H x W by a given mean and variance of each channel (C).
#[must_use]
pub fn normalise_by(
    x: Tensor<4>,
    affine: Affine,
    mean: Tensor<1>,
    variance: Tensor<1>,
    then: Then,
) -> Tensor<4> {
    let numbers = x.dtype();
    if is_narrow(numbers) {
        let x = x.cast(DType::F32);
        return normalise_by(x, affine, mean, variance, then.widened()).cast(numbers);
    }
    #[cfg(not(target_family = "wasm"))]
    if flex::has_kernels(&x) && !x.device().is_autodiff() {
        return flex::normalise_by(x, affine, mean, variance, then);
    }
    let Affine {
        weight,
        bias,
        epsilon,
    } = affine;
    then.apply(batch_norm(x, weight, bias, mean, variance, epsilon))
}
