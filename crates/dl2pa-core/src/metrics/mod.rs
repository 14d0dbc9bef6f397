//! Figures that judge prototypes (separation, uniformity) and predictions (top-k, calibration).
//!
//! All on the host, summed in `f64`.

mod predictions;
mod separation;
mod tiles;
mod uniformity;

use thiserror::Error;

pub use predictions::{expected_calibration_error, prediction, top_k_accuracy};
pub use separation::{Separation, min_angle_deg, separation, separation_of, separation_watched};
pub use uniformity::{uniformity, uniformity_gradient, uniformity_of, uniformity_watched};

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

fn check_rows(len: usize, dim: usize) -> Result<(), MetricError> {
    if dim == 0 || !len.is_multiple_of(dim) {
        Err(MetricError::NotRows { len, dim })
    } else if len / dim < 2 {
        Err(MetricError::NoPair { count: len / dim })
    } else {
        Ok(())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn square_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiles_tests;
