//! What a small fully connected network and its head are made of, as few operations on rows of numbers.
//!
//! On Flex with `f32` each is one kernel of ours, forwards and backwards, whose sums have the same order on every
//! machine: a run in a browser and one on a server end with the same bits. Everywhere else they are burn's own
//! operations. B is the number of rows.

mod autodiff;
mod flex;
mod loss;
mod norm;
mod product;
mod step;
#[cfg(test)]
mod tests;
mod unit;
mod vectors;

use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm, batch_norm_train, linear as burn_linear};
use burn::tensor::{Tensor, TensorData};

use crate::Affine;
use flex::ByClass;
use loss::{Measure, Target};
pub use step::Descent;

/// B x K by K x N, plus a bias of N.
#[must_use]
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    if flex::has_kernels(&x) {
        return flex::affine(x, weight, bias);
    }
    burn_linear(x, weight, Some(bias))
}

/// The products of all rows of `a` (B x K) with all rows of `b` (N x K): B x N.
#[must_use]
pub fn products(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    if flex::has_kernels(&a) {
        return flex::products(a, b);
    }
    a.matmul(b.transpose())
}

/// Divides each row (B x K) by its length, to whose square `floor` is added, so that a row of zeros stays zero.
#[must_use]
pub fn unit_rows(rows: Tensor<2>, floor: f64) -> Tensor<2> {
    if flex::has_kernels(&rows) {
        return flex::of_unit_length(rows, floor);
    }
    let squared = rows.clone().powi_scalar(2).sum_dim(1);
    rows / squared.add_scalar(floor).sqrt()
}

/// Rows that have been normalised.
#[derive(Clone, Debug)]
pub struct NormalisedRows {
    /// B x N.
    pub outputs: Tensor<2>,
    /// Mean of each column of the batch (N), without gradient.
    pub mean: Tensor<1>,
    /// Biased variance of each column of the batch (N), without gradient.
    pub variance: Tensor<1>,
}

/// What follows a normalisation of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing.
    Nothing,
    /// Negative numbers become 0.
    Relu,
}

impl After {
    fn apply(self, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Nothing => x,
            Self::Relu => relu(x),
        }
    }
}

/// Normalises B x N by the mean and the biased variance of each of its columns.
#[must_use]
pub fn normalise_rows(x: Tensor<2>, affine: Affine, after: After) -> NormalisedRows {
    if flex::has_kernels(&x) {
        return flex::normalise_rows(x, affine, after);
    }
    let Affine {
        weight,
        bias,
        epsilon,
    } = affine;
    let made = batch_norm_train(x, weight, bias, epsilon);
    NormalisedRows {
        outputs: after.apply(made.output),
        mean: made.mean.detach(),
        variance: made.variance.detach(),
    }
}

/// Normalises B x N by a given mean and variance of each column (N).
#[must_use]
pub fn normalise_rows_by(
    x: Tensor<2>,
    affine: Affine,
    mean: Tensor<1>,
    variance: Tensor<1>,
    after: After,
) -> Tensor<2> {
    if flex::has_kernels(&x) && !x.device().is_autodiff() {
        return flex::normalise_rows_by(x, affine, mean, variance, after);
    }
    let Affine {
        weight,
        bias,
        epsilon,
    } = affine;
    after.apply(batch_norm(x, weight, bias, mean, variance, epsilon))
}

/// The mean cross-entropy of `softmax(scale * cosines)` (B x c) against a label each, `smoothing` of each label's
/// weight spread over all classes; `None` where there is no kernel of ours.
#[must_use]
pub fn cross_entropy(
    cosines: &Tensor<2>,
    labels: &[u32],
    scale: f64,
    smoothing: f64,
) -> Option<Tensor<1>> {
    let measure = Measure::CrossEntropy {
        scale: scale as f32,
        smoothing: smoothing as f32,
    };
    measured(cosines, labels, measure)
}

/// The sum over rows of a weight times `(1 - cosine of the label)^2`; `None` where there is no kernel of ours.
#[must_use]
pub fn squared_misses(cosines: &Tensor<2>, labels: &[u32], weights: Vec<f32>) -> Option<Tensor<1>> {
    measured(cosines, labels, Measure::SquaredMisses { weights })
}

fn measured(cosines: &Tensor<2>, labels: &[u32], measure: Measure) -> Option<Tensor<1>> {
    let target = || Target {
        labels: labels.to_vec(),
        measure,
    };
    flex::has_kernels(cosines).then(|| flex::loss(cosines.clone(), target()))
}

/// For each of `classes`, the sum of its rows (of B x d, without autodiff), each times its weight: c x d.
#[must_use]
pub fn class_sums(rows: Tensor<2>, labels: &[u32], weights: Vec<f32>, classes: usize) -> Tensor<2> {
    if flex::has_kernels(&rows) {
        let by = ByClass {
            labels: labels.to_vec(),
            weights,
            classes,
        };
        return flex::sums_by_class(rows, by);
    }
    let batch = labels.len();
    let mut of_class = vec![0.0_f32; classes * batch];
    for (row, (&label, weight)) in labels.iter().zip(weights).enumerate() {
        of_class[label as usize * batch + row] = weight;
    }
    let of_class = TensorData::new(of_class, [classes, batch]);
    Tensor::<2>::from_data(of_class, &rows.device()).matmul(rows)
}

/// A step of gradient descent, without autodiff: the new value, and the new velocity.
#[must_use]
pub fn descend<const D: usize>(
    value: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Tensor<D>,
    by: Descent,
) -> [Tensor<D>; 2] {
    if flex::has_kernels(&value) {
        return flex::descend(value, gradient, velocity, by);
    }
    let decayed = value.clone().mul_scalar(by.weight_decay) + gradient;
    let velocity = decayed + velocity.mul_scalar(by.momentum);
    [value - velocity.clone().mul_scalar(by.lr), velocity]
}
