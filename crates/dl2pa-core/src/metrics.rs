//! Figures that judge prototypes (separation, uniformity) and predictions (top-k, calibration).
//!
//! All on the host, summed in `f64`.

use thiserror::Error;

/// Figures cannot be taken of such arrays.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetricError {
    /// Not whole rows.
    #[error("{len} numbers do not make whole rows of {dim}; give c x d of them, with d at least 1")]
    NotRows {
        /// Length of the array.
        len: usize,
        /// Length of a row.
        dim: usize,
    },
    /// Fewer than two prototypes.
    #[error("{count} prototypes have no pair to measure; give at least 2")]
    NoPair {
        /// Number of prototypes.
        count: usize,
    },
}

/// How far apart prototypes are (paper, figure 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Separation {
    /// `max_{i != j} w_i . w_j`.
    pub max_cos: f64,
    /// Smallest angle between two prototypes, in degrees.
    pub min_angle_deg: f64,
    /// Mean over the prototypes of the cosine with the nearest other one (paper, figure 2c).
    pub mean_nearest_cos: f64,
    /// Mean cosine over pairs, "APAD" as plotted in figure 2a. At least -1/(c-1); any set that sums to
    /// zero reaches this, collapsed or not.
    pub mean_cos: f64,
    /// Mean angle over pairs, in degrees.
    pub mean_angle_deg: f64,
}

/// Separation of `rows` (c x `dim`, row-major). Rows are normalised first; a row of zeros has cosine 0
/// with every other.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn separation<S: Copy + Into<f64>>(rows: &[S], dim: usize) -> Result<Separation, MetricError> {
    let unit = unit_rows(rows, dim)?;
    let count = unit.len() / dim;
    let mut nearest = vec![f64::NEG_INFINITY; count];
    let (mut cos_sum, mut angle_sum_rad, mut min_angle_rad) = (0.0, 0.0, f64::INFINITY);
    for_pairs(&unit, dim, |i, j, cos| {
        nearest[i] = nearest[i].max(cos);
        nearest[j] = nearest[j].max(cos);
        cos_sum += cos;
        let angle_rad = cos.clamp(-1.0, 1.0).acos();
        angle_sum_rad += angle_rad;
        // The arc cosine loses half its digits near 1, just where the figure matters.
        if cos > 0.99 {
            min_angle_rad =
                min_angle_rad.min(small_angle_rad(row(&unit, dim, i), row(&unit, dim, j)));
        } else {
            min_angle_rad = min_angle_rad.min(angle_rad);
        }
    });
    let pairs = (count * (count - 1) / 2) as f64;
    Ok(Separation {
        max_cos: nearest.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        min_angle_deg: min_angle_rad.to_degrees(),
        mean_nearest_cos: nearest.iter().sum::<f64>() / count as f64,
        mean_cos: cos_sum / pairs,
        mean_angle_deg: (angle_sum_rad / pairs).to_degrees(),
    })
}

/// Smallest angle in degrees between two of `rows` (c x `dim`), as in [`Separation`]; 180, the greatest
/// there is, when there are not two whole rows.
#[must_use]
pub fn min_angle_deg<S: Copy + Into<f64>>(rows: &[S], dim: usize) -> f64 {
    separation(rows, dim).map_or(180.0, |figures| figures.min_angle_deg)
}

/// Uniformity `L_uni(W; t) = log mean_{i<j} exp(-t |w_i - w_j|^2)` of `rows` (c x `dim`), lower is more
/// uniform (paper eq. 4-5 with t = 2; Wang & Isola 2020).
///
/// Rows are taken as they are, not normalised.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn uniformity<S: Copy + Into<f64>>(rows: &[S], dim: usize, t: f64) -> Result<f64, MetricError> {
    let rows: Vec<f64> = rows.iter().map(|&value| value.into()).collect();
    check_rows(rows.len(), dim)?;
    Ok(log_mean_exp(&rows, dim, t).0)
}

/// [`uniformity`] and its gradient with respect to each number of `rows` (c x `dim`).
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn uniformity_gradient(
    rows: &[f64],
    dim: usize,
    t: f64,
) -> Result<(f64, Vec<f64>), MetricError> {
    check_rows(rows.len(), dim)?;
    let (value, log_sum) = log_mean_exp(rows, dim, t);
    let mut gradient = vec![0.0; rows.len()];
    let count = rows.len() / dim;
    for i in 0..count {
        for j in 0..i {
            let share =
                (-t * square_distance(row(rows, dim, i), row(rows, dim, j)) - log_sum).exp();
            for k in 0..dim {
                let push = 2.0 * t * share * (rows[i * dim + k] - rows[j * dim + k]);
                gradient[i * dim + k] -= push;
                gradient[j * dim + k] += push;
            }
        }
    }
    Ok((value, gradient))
}

/// Log of the mean, and log of the sum, over pairs of `exp(-t |w_i - w_j|^2)`.
fn log_mean_exp(rows: &[f64], dim: usize, t: f64) -> (f64, f64) {
    let count = rows.len() / dim;
    let mut exponents = Vec::with_capacity(count * (count - 1) / 2);
    for i in 0..count {
        for j in 0..i {
            exponents.push(-t * square_distance(row(rows, dim, i), row(rows, dim, j)));
        }
    }
    let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = exponents
        .iter()
        .map(|exponent| (exponent - largest).exp())
        .sum();
    let log_sum = largest + sum.ln();
    (log_sum - (exponents.len() as f64).ln(), log_sum)
}

/// Share of samples (0 to 1) whose class is among the `k` with the greatest scores.
///
/// `scores` is n x `classes`, row-major. Among equal scores the lower class counts as greater. A NaN
/// score of the true class and a label that is no class count as wrong. 0 when there is no sample.
#[must_use]
pub fn top_k_accuracy<S: Copy + Into<f64>>(
    scores: &[S],
    classes: usize,
    labels: &[u32],
    k: usize,
) -> f64 {
    let right = scores
        .chunks_exact(classes.max(1))
        .zip(labels)
        .filter(|(row, label)| {
            let own = **label as usize;
            let Some(&own_score) = row.get(own) else {
                return false;
            };
            let own_score: f64 = own_score.into();
            let ahead = row.iter().enumerate().filter(|&(class, &score)| {
                let score: f64 = score.into();
                score > own_score || (class < own && score == own_score)
            });
            !own_score.is_nan() && ahead.count() < k
        })
        .count();
    right as f64 / labels.len().max(1) as f64
}

/// Expected calibration error (0 to 1) of softmax(`scale` x score) in `bins` bins of equal width: the
/// mean over samples of |accuracy - confidence| of the bin they fall into (Guo et al. 2017; 15 bins).
///
/// `scores` is n x `classes`, row-major. 0 when there is no sample; NaN when a score is not finite.
#[must_use]
pub fn expected_calibration_error<S: Copy + Into<f64>>(
    scores: &[S],
    classes: usize,
    labels: &[u32],
    scale: f64,
    bins: usize,
) -> f64 {
    let bins = bins.max(1);
    // Of each bin: right answers less confidence, summed.
    let mut excess = vec![0.0_f64; bins];
    for (row, &label) in scores.chunks_exact(classes.max(1)).zip(labels) {
        let logit = |&score: &S| scale * score.into();
        let (mut best, mut largest) = (0, f64::NEG_INFINITY);
        for (class, score) in row.iter().enumerate() {
            if logit(score) > largest {
                (best, largest) = (class, logit(score));
            }
        }
        let confidence = 1.0
            / row
                .iter()
                .map(|score| (logit(score) - largest).exp())
                .sum::<f64>();
        // Bins are closed above: a confidence of 1 belongs to the last.
        let bin = ((confidence * bins as f64).ceil() as usize).clamp(1, bins) - 1;
        excess[bin] += f64::from(u8::from(best == label as usize)) - confidence;
    }
    excess.iter().map(|sum| sum.abs()).sum::<f64>() / labels.len().max(1) as f64
}

fn check_rows(len: usize, dim: usize) -> Result<(), MetricError> {
    if dim == 0 || !len.is_multiple_of(dim) {
        Err(MetricError::NotRows { len, dim })
    } else if len / dim < 2 {
        Err(MetricError::NoPair { count: len / dim })
    } else {
        Ok(())
    }
}

fn unit_rows<S: Copy + Into<f64>>(rows: &[S], dim: usize) -> Result<Vec<f64>, MetricError> {
    check_rows(rows.len(), dim)?;
    let mut unit: Vec<f64> = rows.iter().map(|&value| value.into()).collect();
    for row in unit.chunks_exact_mut(dim) {
        let norm = dot(row, row).sqrt();
        if norm > 0.0 {
            for value in row {
                *value /= norm;
            }
        }
    }
    Ok(unit)
}

fn for_pairs(unit: &[f64], dim: usize, mut visit: impl FnMut(usize, usize, f64)) {
    for i in 0..unit.len() / dim {
        for j in 0..i {
            visit(i, j, dot(row(unit, dim, i), row(unit, dim, j)));
        }
    }
}

fn row(rows: &[f64], dim: usize, index: usize) -> &[f64] {
    &rows[index * dim..(index + 1) * dim]
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn square_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Angle between unit vectors less than 60 degrees apart, exact to the last digits.
fn small_angle_rad(a: &[f64], b: &[f64]) -> f64 {
    2.0 * (square_distance(a, b).sqrt() / 2.0).asin()
}

#[cfg(test)]
#[path = "metrics_tests.rs"]
mod tests;
