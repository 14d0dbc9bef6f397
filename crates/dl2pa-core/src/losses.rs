//! The two losses, as functions of the cosines between samples and class prototypes.
//!
//! Both take `cosines` (B x c), where column k belongs to the prototype that class k is assigned to,
//! and `labels` (B).

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

use crate::config::LossKind;

/// Keeps the normalisation of a zero row finite; far below any real squared norm.
const SQUARED_NORM_FLOOR: f64 = 1e-12;

/// Divides each row (n x d) by its length. A row of zeros stays zero.
#[must_use]
pub fn unit_rows(rows: Tensor<2>) -> Tensor<2> {
    let squared = rows.clone().powi_scalar(2).sum_dim(1);
    rows / squared.add_scalar(SQUARED_NORM_FLOOR).sqrt()
}

/// Cosines (B x c) of unit samples `z` (B x d) and unit class prototypes (c x d).
#[must_use]
pub fn cosines(z: Tensor<2>, class_prototypes: Tensor<2>) -> Tensor<2> {
    z.matmul(class_prototypes.transpose())
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

/// Mean cross-entropy of `softmax(scale * cosines)`.
#[must_use]
pub fn cross_entropy(cosines: Tensor<2>, labels: Tensor<1, Int>, scale: f64) -> Tensor<1> {
    of_labels(log_softmax(cosines.mul_scalar(scale), 1), labels)
        .mean()
        .neg()
}

/// The loss that is minimised, and the factor that turns it into a mean a sample.
#[must_use]
pub fn training_loss(
    kind: LossKind,
    cosines: Tensor<2>,
    labels: Tensor<1, Int>,
    scale: f64,
) -> Tensor<1> {
    match kind {
        LossKind::Paper => paper_loss(cosines, labels),
        LossKind::CrossEntropy => cross_entropy(cosines, labels, scale),
    }
}

/// The loss of one sample on the host, for evaluation: `cosines` holds one value a class.
#[must_use]
pub fn sample_loss(kind: LossKind, cosines: &[f64], label: usize, scale: f64) -> f64 {
    match kind {
        LossKind::Paper => (1.0 - cosines[label]).powi(2),
        LossKind::CrossEntropy => {
            let top = cosines.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = cosines
                .iter()
                .map(|cosine| (scale * (cosine - top)).exp())
                .sum();
            sum.ln() - scale * (cosines[label] - top)
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
