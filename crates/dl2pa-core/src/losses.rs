//! The losses, as functions of the cosines between samples and class prototypes.
//!
//! All take `cosines` (B x c), where column k belongs to the prototype that class k is assigned to,
//! and `labels` (B).

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};
use dl2pa_kernels::rows;

use crate::config::LossKind;

/// Keeps the normalisation of a zero row finite; far below any real squared norm.
const SQUARED_NORM_FLOOR: f64 = 1e-12;

/// Divides each row (n x d) by its length. A row of zeros stays zero.
#[must_use]
pub fn unit_rows(x: Tensor<2>) -> Tensor<2> {
    rows::unit_rows(x, SQUARED_NORM_FLOOR)
}

/// Cosines (B x c) of unit samples `z` (B x d) and unit class prototypes (c x d).
#[must_use]
pub fn cosines(z: Tensor<2>, class_prototypes: Tensor<2>) -> Tensor<2> {
    rows::products(z, class_prototypes)
}

/// Uniformity `log mean_{i<j} exp(-t |w_i - w_j|^2)` of unit rows `w` (c x d, c >= 2) as a loss (paper
/// eq. 4-5): pushes learned prototypes apart.
#[must_use]
pub fn uniformity_loss(w: Tensor<2>, t: f64) -> Tensor<1> {
    let [count, _] = w.dims();
    let pairs = (count * count.saturating_sub(1)).max(1) as f64;
    let others = Tensor::<2>::ones([count, count], &w.device()) - Tensor::eye(count, &w.device());
    // For unit rows |w_i - w_j|^2 = 2 - 2 w_i . w_j.
    let cosines = w.clone().matmul(w.transpose());
    let terms = cosines.sub_scalar(1.0).mul_scalar(2.0 * t).exp() * others;
    terms.sum().div_scalar(pairs).log()
}

/// The paper's loss, `sum_b (1 - z_b . w_A(y_b))^2`: a sum over the batch, so that the learning rate
/// is tied to the batch size.
#[must_use]
pub fn paper_loss(cosines: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    of_labels(cosines, labels)
        .neg()
        .add_scalar(1.0)
        .powi_scalar(2)
        .sum()
}

/// Mean cross-entropy of `softmax(scale * cosines)`; `smoothing` of each label's weight is spread over all
/// classes (Szegedy et al. 2016, as PyTorch does it).
#[must_use]
pub fn cross_entropy(
    cosines: Tensor<2>,
    labels: Tensor<1, Int>,
    scale: f64,
    smoothing: f64,
) -> Tensor<1> {
    let log_shares = log_softmax(cosines.mul_scalar(scale), 1);
    let of_label = of_labels(log_shares.clone(), labels).mean().neg();
    if smoothing > 0.0 {
        of_label.mul_scalar(1.0 - smoothing) - log_shares.mean().mul_scalar(smoothing)
    } else {
        of_label
    }
}

/// `1/2 mean_b E_b^2 (1 - z_b . w_A(y_b))^2`, the dot-regression of Yang et al. (2022) as the authors' long-tail
/// code has it (paper.md 1.2 g); `balance` (B x 1) holds [`class_balance`] of the labels.
#[must_use]
pub fn dot_regression(cosines: Tensor<2>, labels: Tensor<1, Int>, balance: Tensor<2>) -> Tensor<1> {
    let misses = of_labels(cosines, labels).neg().add_scalar(1.0);
    (misses.powi_scalar(2) * balance).mean().mul_scalar(0.5)
}

/// `E_b^2 = B / (classes in the batch x samples of the class of b in it)` of each sample.
#[must_use]
pub fn class_balance(labels: &[u32]) -> Vec<f32> {
    let mut counts = std::collections::BTreeMap::new();
    for &label in labels {
        *counts.entry(label).or_insert(0_u32) += 1;
    }
    let gamma = labels.len() as f32 / counts.len().max(1) as f32;
    labels
        .iter()
        .map(|label| gamma / counts[label] as f32)
        .collect()
}

/// A loss with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Which.
    pub kind: LossKind,
    /// Scale of the cosines in the cross-entropy.
    pub scale: f64,
    /// Label smoothing of the cross-entropy.
    pub smoothing: f64,
}

impl Loss {
    /// What is minimised for `cosines` (B x c, with autodiff) and `labels` (B).
    #[must_use]
    pub fn of(&self, cosines: Tensor<2>, labels: &[u32]) -> Tensor<1> {
        if let Some(loss) = self.of_rows(&cosines, labels) {
            return loss;
        }
        let device = cosines.device();
        let indices: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
        let indices = TensorData::new(indices, [labels.len()]);
        let indices = Tensor::<1, Int>::from_data(indices, &device);
        match self.kind {
            LossKind::Paper => paper_loss(cosines, indices),
            LossKind::CrossEntropy => cross_entropy(cosines, indices, self.scale, self.smoothing),
            LossKind::DotRegression => {
                let balance = TensorData::new(class_balance(labels), [labels.len(), 1]);
                dot_regression(cosines, indices, Tensor::from_data(balance, &device))
            }
        }
    }

    /// By one kernel, where there is one.
    fn of_rows(&self, cosines: &Tensor<2>, labels: &[u32]) -> Option<Tensor<1>> {
        match self.kind {
            LossKind::Paper => rows::squared_misses(cosines, labels, vec![1.0; labels.len()]),
            LossKind::CrossEntropy => {
                rows::cross_entropy(cosines, labels, self.scale, self.smoothing)
            }
            LossKind::DotRegression => {
                let share = 0.5 / labels.len().max(1) as f32;
                let balance = class_balance(labels).into_iter();
                let weights = balance.map(|weight| weight * share).collect();
                rows::squared_misses(cosines, labels, weights)
            }
        }
    }

    /// Whether it is a sum over the batch rather than a mean.
    #[must_use]
    pub const fn is_sum(&self) -> bool {
        matches!(self.kind, LossKind::Paper)
    }

    /// The loss of one sample on the host, for evaluation: `cosines` holds one value a class. Labels are
    /// not smoothed and classes not balanced there.
    #[must_use]
    pub fn of_sample(&self, cosines: &[f64], label: usize) -> f64 {
        match self.kind {
            LossKind::Paper => (1.0 - cosines[label]).powi(2),
            LossKind::DotRegression => 0.5 * (1.0 - cosines[label]).powi(2),
            LossKind::CrossEntropy => {
                let scale = self.scale;
                let top = cosines.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = cosines
                    .iter()
                    .map(|cosine| libm::exp(scale * (cosine - top)))
                    .sum();
                libm::log(sum) - scale * (cosines[label] - top)
            }
        }
    }
}

/// The entry of each row (B x c) in the column of its label, as B x 1.
///
/// A gather and not a one-hot product: burn's `one_hot` reads the labels back, which a browser
/// cannot wait for.
fn of_labels(values: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<2> {
    let rows = labels.dims()[0];
    values.gather(1, labels.reshape([rows, 1]))
}
