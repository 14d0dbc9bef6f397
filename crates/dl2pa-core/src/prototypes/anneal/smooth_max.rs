//! The smoothed greatest cosine, `log(sum_{i<j} exp(s w_i . w_j)) / s` at the sharpness s.

use crate::prototypes::lbfgs::Objective;

/// Terms smaller than exp(-this) of the largest are left out of sums in double precision.
const NEGLIGIBLE: f64 = 40.0;

/// The smoothed greatest cosine as a function of unnormalised rows.
#[derive(Debug)]
pub(in crate::prototypes) struct SmoothMax {
    dim: usize,
    /// The sharpness s: twice the temperature t of the uniformity.
    pub sharpness: f64,
    unit: Vec<f64>,
    norms: Vec<f64>,
    cosines: Vec<f64>,
}

impl SmoothMax {
    pub fn new(count: usize, dim: usize, sharpness: f64) -> Self {
        Self {
            dim,
            sharpness,
            unit: vec![0.0; count * dim],
            norms: vec![0.0; count],
            cosines: vec![0.0; count * (count - 1) / 2],
        }
    }
}

impl Objective for SmoothMax {
    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let dim = self.dim;
        for ((row, unit), norm) in x
            .chunks_exact(dim)
            .zip(self.unit.chunks_exact_mut(dim))
            .zip(&mut self.norms)
        {
            *norm = dot(row, row).sqrt();
            for (unit, value) in unit.iter_mut().zip(row) {
                *unit = value / *norm;
            }
        }

        let mut largest = f64::NEG_INFINITY;
        let mut cosines = self.cosines.iter_mut();
        for (i, a) in self.unit.chunks_exact(dim).enumerate() {
            for (b, slot) in self.unit.chunks_exact(dim).take(i).zip(&mut cosines) {
                *slot = dot(a, b);
                largest = largest.max(*slot);
            }
        }

        gradient.fill(0.0);
        let cut = largest - NEGLIGIBLE / self.sharpness;
        let mut sum = 0.0;
        let mut cosines = self.cosines.iter();
        for (i, a) in self.unit.chunks_exact(dim).enumerate() {
            let (before, own) = gradient.split_at_mut(i * dim);
            let own = &mut own[..dim];
            let others = self
                .unit
                .chunks_exact(dim)
                .zip(before.chunks_exact_mut(dim));
            for ((b, other), &cos) in others.zip(&mut cosines) {
                if cos > cut {
                    let weight = (self.sharpness * (cos - largest)).exp();
                    sum += weight;
                    for k in 0..dim {
                        own[k] += weight * b[k];
                        other[k] += weight * a[k];
                    }
                }
            }
        }

        // Only the part across each row turns it.
        for ((push, unit), norm) in gradient
            .chunks_exact_mut(dim)
            .zip(self.unit.chunks_exact(dim))
            .zip(&self.norms)
        {
            let along = dot(push, unit);
            for (push, unit) in push.iter_mut().zip(unit) {
                *push = (*push - along * unit) / (sum * norm);
            }
        }
        largest + sum.ln() / self.sharpness
    }
}

/// The greatest cosine of two of `rows` (c x `dim`, unit rows).
pub(in crate::prototypes) fn max_cosine(rows: &[f64], dim: usize) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for (i, a) in rows.chunks_exact(dim).enumerate() {
        for b in rows.chunks_exact(dim).take(i) {
            largest = largest.max(dot(a, b));
        }
    }
    largest
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Multiply-adds of one evaluation, roughly: a cosine and its exponential for each pair.
pub(in crate::prototypes) fn evaluation_work(count: usize, dim: usize) -> usize {
    count * (count - 1) / 2 * (dim + 8)
}
