//! How far apart prototypes are: over all pairs, for any number of them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::prototypes::{RowSource, Unwatched, Watch};

use super::tiles::{Blocks, InMemory, Streamed, Unit, for_tiles};
use super::{MetricError, check_rows, square_distance};

/// Above this cosine an arc cosine has lost so many digits that the angle is taken from the chord.
const NEARLY_ALIGNED: f64 = 0.99;
/// Cosines are right to better than this, also in thousands of dimensions.
const ROUNDING: f64 = 1e-12;

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

/// Separation of `rows` (c x `dim`, row-major), over all pairs. Rows are normalised first; a row of zeros
/// has cosine 0 with every other. Takes c^2 d multiply-adds, on all cores, and little memory; the result
/// is the same on any number of threads.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn separation<S: Copy + Into<f64> + Sync>(
    rows: &[S],
    dim: usize,
) -> Result<Separation, MetricError> {
    check_rows(rows.len(), dim)?;
    // Nothing stops it, so there always is a result.
    measure(InMemory { rows, dim }, &Unwatched).ok_or(MetricError::NoPair { count: 0 })
}

/// [`separation`], with progress; `None` if `watch` said stop.
///
/// # Errors
/// Not whole rows, or fewer than two.
pub fn separation_watched<S: Copy + Into<f64> + Sync>(
    rows: &[S],
    dim: usize,
    watch: &dyn Watch,
) -> Result<Option<Separation>, MetricError> {
    check_rows(rows.len(), dim)?;
    Ok(measure(InMemory { rows, dim }, watch))
}

/// [`separation_watched`] of rows that are made when they are asked for: each is asked for about
/// c / 512 times.
///
/// # Errors
/// `source` has rows of no numbers, or fewer than two rows.
pub fn separation_of(
    source: &dyn RowSource,
    watch: &dyn Watch,
) -> Result<Option<Separation>, MetricError> {
    check_rows(source.rows().saturating_mul(source.dim()), source.dim())?;
    Ok(measure(Streamed(source), watch))
}

/// Smallest angle in degrees between two of `rows` (c x `dim`), as in [`Separation`]; 180, the greatest
/// there is, when there are not two whole rows.
#[must_use]
pub fn min_angle_deg<S: Copy + Into<f64> + Sync>(rows: &[S], dim: usize) -> f64 {
    separation(rows, dim).map_or(180.0, |figures| figures.min_angle_deg)
}

/// What one block of rows found.
struct Found {
    max_cos: f64,
    min_angle_rad: f64,
    cos_sum: f64,
    angle_sum_rad: f64,
}

fn measure(rows: impl Blocks, watch: &dyn Watch) -> Option<Separation> {
    let count = rows.rows();
    // Shared by all threads; a maximum does not depend on the order in which it is taken.
    let nearest: Vec<AtomicU64> = (0..count)
        .map(|_| AtomicU64::new(ordered(f64::NEG_INFINITY)))
        .collect();
    let offer = |row: usize, cos: f64| {
        nearest[row].fetch_max(ordered(cos), Ordering::Relaxed);
    };
    let begin = || Found {
        max_cos: f64::NEG_INFINITY,
        min_angle_rad: f64::INFINITY,
        cos_sum: 0.0,
        angle_sum_rad: 0.0,
    };
    let found = for_tiles(&Unit(rows), watch, begin, |found, tile| {
        let mut own_nearest = Vec::new();
        for (j, column) in tile.columns() {
            own_nearest.resize(column.len().max(own_nearest.len()), f64::NEG_INFINITY);
            let (mut largest, mut cos_sum, mut angle_sum_rad) = (f64::NEG_INFINITY, 0.0, 0.0);
            for (&cos, nearest) in column.iter().zip(&mut own_nearest) {
                largest = largest.max(cos);
                *nearest = nearest.max(cos);
                cos_sum += cos;
                angle_sum_rad += libm::acos(cos.clamp(-1.0, 1.0));
            }
            found.cos_sum += cos_sum;
            found.angle_sum_rad += angle_sum_rad;
            offer(tile.other_first + j, largest);
            if largest <= found.max_cos - ROUNDING {
                continue;
            }
            found.max_cos = found.max_cos.max(largest);
            if largest > NEARLY_ALIGNED {
                for (i, &cos) in column.iter().enumerate() {
                    if cos > found.max_cos - ROUNDING {
                        let angle_rad = small_angle_rad(tile.row(i), tile.other_row(j));
                        found.min_angle_rad = found.min_angle_rad.min(angle_rad);
                    }
                }
            } else {
                let angle_rad = libm::acos(largest.clamp(-1.0, 1.0));
                found.min_angle_rad = found.min_angle_rad.min(angle_rad);
            }
        }
        for (i, &cos) in own_nearest.iter().enumerate() {
            offer(tile.first + i, cos);
        }
    })?;
    let all = found.into_iter().fold(begin(), |all, found| Found {
        max_cos: all.max_cos.max(found.max_cos),
        min_angle_rad: all.min_angle_rad.min(found.min_angle_rad),
        cos_sum: all.cos_sum + found.cos_sum,
        angle_sum_rad: all.angle_sum_rad + found.angle_sum_rad,
    });
    let nearest_sum: f64 = nearest
        .into_iter()
        .map(|cos| cosine(cos.into_inner()))
        .sum();
    let pairs = count as f64 * (count as f64 - 1.0) / 2.0;
    Some(Separation {
        max_cos: all.max_cos,
        min_angle_deg: all.min_angle_rad.to_degrees(),
        mean_nearest_cos: nearest_sum / count as f64,
        mean_cos: all.cos_sum / pairs,
        mean_angle_deg: (all.angle_sum_rad / pairs).to_degrees(),
    })
}

/// Bits that compare as the numbers do.
fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The number of such bits.
fn cosine(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    })
}

/// Angle between unit vectors less than 60 degrees apart, exact to the last digits.
fn small_angle_rad(a: &[f64], b: &[f64]) -> f64 {
    2.0 * libm::asin(square_distance(a, b).sqrt() / 2.0)
}
