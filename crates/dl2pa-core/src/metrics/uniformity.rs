//! The paper's uniformity, its gradient, for any number of prototypes.

use crate::prototypes::{RowSource, Unwatched, Watch};

use super::tiles::{Blocks, InMemory, Streamed, for_tiles};
use super::{MetricError, check_rows, dot, square_distance};

/// Uniformity `L_uni(W; t) = log mean_{i<j} exp(-t |w_i - w_j|^2)` of `rows` (c x `dim`), lower is more
/// uniform (paper eq. 4-5 with t = 2; Wang & Isola 2020). Over all pairs, on all cores; the result is the
/// same on any number of threads.
///
/// Rows are taken as they are, not normalised.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn uniformity<S: Copy + Into<f64> + Sync>(
    rows: &[S],
    dim: usize,
    t: f64,
) -> Result<f64, MetricError> {
    check_rows(rows.len(), dim)?;
    // Nothing stops it, so there always is a result.
    log_sum_exp(&InMemory { rows, dim }, t, &Unwatched)
        .map(|log_sum| log_sum - libm::log(pairs(rows.len() / dim)))
        .ok_or(MetricError::NoPair { count: 0 })
}

/// [`uniformity`], with progress; `None` if `watch` said stop.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn uniformity_watched<S: Copy + Into<f64> + Sync>(
    rows: &[S],
    dim: usize,
    t: f64,
    watch: &dyn Watch,
) -> Result<Option<f64>, MetricError> {
    check_rows(rows.len(), dim)?;
    let log_sum = log_sum_exp(&InMemory { rows, dim }, t, watch);
    Ok(log_sum.map(|log_sum| log_sum - libm::log(pairs(rows.len() / dim))))
}

/// [`uniformity_watched`] of rows that are made when they are asked for.
///
/// # Errors
/// `source` has rows of no numbers, or fewer than two rows.
pub fn uniformity_of(
    source: &dyn RowSource,
    t: f64,
    watch: &dyn Watch,
) -> Result<Option<f64>, MetricError> {
    check_rows(source.rows().saturating_mul(source.dim()), source.dim())?;
    let log_sum = log_sum_exp(&Streamed(source), t, watch);
    Ok(log_sum.map(|log_sum| log_sum - libm::log(pairs(source.rows()))))
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
    let value = uniformity(rows, dim, t)?;
    let count = rows.len() / dim;
    let log_sum = value + libm::log(pairs(count));
    let mut gradient = vec![0.0; rows.len()];
    for (i, a) in rows.chunks_exact(dim).enumerate() {
        for (j, b) in rows.chunks_exact(dim).take(i).enumerate() {
            let share = libm::exp(-t * square_distance(a, b) - log_sum);
            for k in 0..dim {
                let push = 2.0 * t * share * (a[k] - b[k]);
                gradient[i * dim + k] -= push;
                gradient[j * dim + k] += push;
            }
        }
    }
    Ok((value, gradient))
}

fn pairs(count: usize) -> f64 {
    count as f64 * (count as f64 - 1.0) / 2.0
}

/// A sum of exponentials, kept as `sum * exp(largest)` so that it neither overflows nor vanishes.
#[derive(Clone, Copy)]
struct ExpSum {
    largest: f64,
    sum: f64,
}

impl ExpSum {
    const NOTHING: Self = Self {
        largest: f64::NEG_INFINITY,
        sum: 0.0,
    };

    fn and(self, other: Self) -> Self {
        let largest = self.largest.max(other.largest);
        if largest == f64::NEG_INFINITY {
            return Self::NOTHING;
        }
        let scaled = |part: Self| part.sum * libm::exp(part.largest - largest);
        Self {
            largest,
            sum: scaled(self) + scaled(other),
        }
    }
}

/// Log of the sum over pairs of `exp(-t |w_i - w_j|^2)`.
fn log_sum_exp(rows: &impl Blocks, t: f64, watch: &dyn Watch) -> Option<f64> {
    let begin = || ExpSum::NOTHING;
    let sums = for_tiles(rows, watch, begin, |sum, tile| {
        let mut squares = Vec::new();
        for (j, column) in tile.columns() {
            let b = tile.other_row(j);
            let b_square = dot(b, b);
            for i in squares.len()..column.len() {
                squares.push(dot(tile.row(i), tile.row(i)));
            }
            // Rounding must not make a distance negative.
            let exponent =
                |(product, square): (&f64, &f64)| -t * (square + b_square - 2.0 * product).max(0.0);
            let exponents = || column.iter().zip(&squares).map(exponent);
            let largest = exponents().fold(f64::NEG_INFINITY, f64::max);
            *sum = sum.and(ExpSum {
                largest,
                sum: exponents().map(|value| libm::exp(value - largest)).sum(),
            });
        }
    })?;
    let all = sums.into_iter().fold(ExpSum::NOTHING, ExpSum::and);
    Some(all.largest + libm::log(all.sum))
}
