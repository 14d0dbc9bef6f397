//! Scores in fixed point: numbers whose sums and differences are exact in double precision.

use std::borrow::Cow;

use rayon::prelude::*;

use super::error::AssignmentError;
use super::shortlist::{FEW_SCORES, LANES, Rows};

/// A number that scores can be given in.
pub trait Score: Copy + Into<f64> + Send + Sync {
    /// The nearest number in single precision.
    fn coarse(self) -> f32;
}

impl Score for f32 {
    #[inline]
    fn coarse(self) -> f32 {
        self
    }
}

impl Score for f64 {
    #[inline]
    fn coarse(self) -> f32 {
        self as f32
    }
}

/// Units in the greatest magnitude, as a power of two. Prices stay below 8 times the greatest magnitude
/// and lengths of paths below 16 times, and double precision holds 53 bits.
const BITS: i32 = 46;

/// How scores become whole multiples of a unit: multiplied so that the greatest magnitude is at most 1,
/// then rounded to 2^-46.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Units {
    /// A power of two.
    pub(super) scale: f64,
    /// Adding this and subtracting it again rounds to whole units.
    rounder: f64,
}

impl Default for Units {
    fn default() -> Self {
        Self {
            scale: 1.0,
            rounder: 1.5 * power_of_two(52 - BITS),
        }
    }
}

impl Units {
    /// Units for scores of magnitude `largest` at most.
    pub(super) fn for_largest(largest: f64) -> Self {
        if largest == 0.0 {
            return Self::default();
        }
        // largest < 2^exponent, by the layout of double precision.
        let exponent = match (largest.to_bits() >> 52) as i32 {
            0 => -1010 - largest.to_bits().leading_zeros() as i32,
            biased => biased - 1022,
        };
        // 2^1074 does not exist, so the smallest scores keep a smaller unit instead.
        let scale_exponent = (-exponent).min(1023);
        Self {
            scale: power_of_two(scale_exponent),
            rounder: 1.5 * power_of_two(52 - BITS + exponent + scale_exponent),
        }
    }

    /// One unit.
    pub(super) fn unit(self) -> f64 {
        self.rounder / 1.5 * power_of_two(-52)
    }

    /// Whether a price is far enough below where sums of prices would be rounded.
    pub(super) fn fits(self, price: f64) -> bool {
        price.abs() <= self.unit() * power_of_two(BITS + 2)
    }

    /// A score in whole units.
    #[inline]
    pub(super) fn of(self, score: f64) -> f64 {
        self.whole(score * self.scale)
    }

    /// The nearest whole number of units.
    #[inline]
    pub(super) fn whole(self, value: f64) -> f64 {
        (value + self.rounder) - self.rounder
    }
}

/// 2^exponent, exact down to the smallest subnormal number.
fn power_of_two(exponent: i32) -> f64 {
    let half = exponent.div_euclid(2);
    2.0_f64.powi(half) * 2.0_f64.powi(exponent - half)
}

/// A score matrix in memory (rows x columns, row-major), rounded as it is read.
#[derive(Clone, Debug)]
pub(super) struct Dense<'a, S: Score> {
    scores: Cow<'a, [S]>,
    rows: usize,
    columns: usize,
    pub(super) units: Units,
}

impl<'a, S: Score> Dense<'a, S> {
    /// Reads all scores once to see that they are finite. `scores` holds rows x columns.
    pub(super) fn new(
        scores: &'a [S],
        rows: usize,
        columns: usize,
    ) -> Result<Self, AssignmentError> {
        let largest = if scores.len() < FEW_SCORES {
            greatest_magnitude(scores)
        } else {
            let parts = scores.par_chunks(FEW_SCORES).map(greatest_magnitude);
            parts.try_reduce(|| 0.0, |a, b| Some(a.max(b)))
        };
        let Some(largest) = largest else {
            let index = scores
                .iter()
                .position(|&score| !score.into().is_finite())
                .unwrap_or_default();
            return Err(AssignmentError::NotFinite {
                class: index / columns,
                prototype: index % columns,
                value: scores[index].into(),
            });
        };
        Ok(Self::in_units(
            scores,
            rows,
            columns,
            Units::for_largest(largest),
        ))
    }

    /// Takes scores that are known to be finite and to fit `units`.
    pub(super) fn in_units(
        scores: impl Into<Cow<'a, [S]>>,
        rows: usize,
        columns: usize,
        units: Units,
    ) -> Self {
        Self {
            scores: scores.into(),
            rows,
            columns,
            units,
        }
    }
}

/// Greatest magnitude, or none if a score is NaN or infinite.
fn greatest_magnitude<S: Score>(scores: &[S]) -> Option<f64> {
    let mut lanes = [0.0_f64; LANES];
    // Each stays zero, or becomes NaN where a score is not finite.
    let mut checks = [0.0_f64; LANES];
    let (whole, rest) = scores.as_chunks::<LANES>();
    for chunk in whole {
        for ((lane, check), &score) in lanes.iter_mut().zip(&mut checks).zip(chunk) {
            let value: f64 = score.into();
            let magnitude = value.abs();
            *check += value * 0.0;
            *lane = if magnitude > *lane { magnitude } else { *lane };
        }
    }
    for ((lane, check), &score) in lanes.iter_mut().zip(&mut checks).zip(rest) {
        let value: f64 = score.into();
        *check += value * 0.0;
        *lane = lane.max(value.abs());
    }
    let finite = checks.iter().sum::<f64>() == 0.0;
    finite.then(|| lanes.into_iter().fold(0.0, f64::max))
}

impl<S: Score> Rows for Dense<'_, S> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn score(&self, row: usize, column: usize) -> f64 {
        self.units
            .of(self.scores[row * self.columns + column].into())
    }

    fn values(&self, row: usize, first: usize, prices: &[f64], out: &mut [f64]) {
        let scores = &self.scores[row * self.columns + first..][..out.len()];
        for ((out, &score), price) in out.iter_mut().zip(scores).zip(prices) {
            *out = self.units.of(score.into()) - price;
        }
    }

    fn whole(&self, value: f64) -> f64 {
        self.units.whole(value)
    }

    fn scale(&self) -> f64 {
        self.units.scale
    }

    fn coarse_error(&self) -> Option<f64> {
        let (smallest, largest) = (2.0_f64.powi(-60), 2.0_f64.powi(60));
        let fits = (smallest..largest).contains(&self.units.scale);
        // A score of at most 1, a price of at most 8 and their difference are each rounded to 24 bits.
        fits.then(|| (1.0 + 8.0 + 9.0) * 2.0_f64.powi(-24))
    }

    fn coarse_price(&self, price: f64) -> f32 {
        (price / self.units.scale) as f32
    }

    fn coarse_maxima(&self, row: usize, prices: &[f32], width: usize, out: &mut Vec<f32>) {
        let scores = &self.scores[row * self.columns..][..self.columns];
        let scale = self.units.scale as f32;
        for (scores, prices) in scores.chunks(width).zip(prices.chunks(width)) {
            let mut lanes = [f32::NEG_INFINITY; LANES];
            let (whole_scores, rest_scores) = scores.as_chunks::<LANES>();
            let (whole_prices, rest_prices) = prices.as_chunks::<LANES>();
            for (scores, prices) in whole_scores.iter().zip(whole_prices) {
                for ((lane, score), price) in lanes.iter_mut().zip(scores).zip(prices) {
                    let value = score.coarse() - price;
                    *lane = if value > *lane { value } else { *lane };
                }
            }
            for ((lane, score), price) in lanes.iter_mut().zip(rest_scores).zip(rest_prices) {
                *lane = lane.max(score.coarse() - price);
            }
            out.push(lanes.into_iter().fold(f32::NEG_INFINITY, f32::max) * scale);
        }
    }
}
