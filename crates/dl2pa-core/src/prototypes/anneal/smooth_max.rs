//! The smoothed greatest cosine, `log(sum_{i<j} exp(s w_i . w_j)) / s` at the sharpness s.

use super::pairs::Pairs;
use crate::prototypes::lbfgs::Objective;
use crate::prototypes::rows::{add_scaled, dot, project_across};

/// The smoothed greatest cosine as a function of unnormalised rows.
#[derive(Debug)]
pub(in crate::prototypes) struct SmoothMax {
    dim: usize,
    sharpness: f64,
    unit: Vec<f64>,
    norms: Vec<f64>,
    pairs: Pairs,
    cosines: Vec<f64>,
}

impl SmoothMax {
    /// For `count` rows about `spacing_rad` apart when well spread.
    pub fn new(count: usize, dim: usize, spacing_rad: f64, sharpness: f64) -> Self {
        Self {
            dim,
            sharpness,
            unit: vec![0.0; count * dim],
            norms: vec![0.0; count],
            pairs: Pairs::new(dim, spacing_rad),
            cosines: Vec::new(),
        }
    }

    /// The sharpness s: twice the temperature t of the uniformity.
    pub fn sharpness(&self) -> f64 {
        self.sharpness
    }

    pub fn set_sharpness(&mut self, sharpness: f64) {
        self.sharpness = sharpness;
        self.pairs.forget();
    }

    fn normalise(&mut self, x: &[f64]) {
        let rows = x.chunks_exact(self.dim);
        let outs = self.unit.chunks_exact_mut(self.dim).zip(&mut self.norms);
        for (row, (unit, norm)) in rows.zip(outs) {
            *norm = dot(row, row).sqrt();
            for (unit, value) in unit.iter_mut().zip(row) {
                *unit = value / *norm;
            }
        }
    }

    /// Fills in the listed pairs' cosines and gives the greatest.
    fn take_cosines(&mut self) -> f64 {
        let (list, unit, dim) = (self.pairs.list(), &self.unit, self.dim);
        self.cosines.resize(list.len(), 0.0);
        match dim {
            3 => fixed_cosines::<3>(list, unit, &mut self.cosines),
            4 => fixed_cosines::<4>(list, unit, &mut self.cosines),
            5 => fixed_cosines::<5>(list, unit, &mut self.cosines),
            _ => {
                for (&(i, j), cosine) in list.iter().zip(&mut self.cosines) {
                    let (i, j) = (i as usize * dim, j as usize * dim);
                    *cosine = dot(&unit[i..i + dim], &unit[j..j + dim]);
                }
            }
        }
        self.cosines
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// Turns the cosines to weights relative to that of the `largest`; gives their sum.
    fn take_weights(&mut self, largest: f64) -> f64 {
        let sharpness = self.sharpness;
        let mut sum = 0.0;
        for cosine in &mut self.cosines {
            *cosine = libm::exp(sharpness * (*cosine - largest));
            sum += *cosine;
        }
        sum
    }

    /// Adds to each row of `gradient` its partners by their weights.
    fn push(&self, gradient: &mut [f64]) {
        let (list, unit, dim) = (self.pairs.list(), &self.unit, self.dim);
        match dim {
            3 => fixed_push::<3>(list, &self.cosines, unit, gradient),
            4 => fixed_push::<4>(list, &self.cosines, unit, gradient),
            5 => fixed_push::<5>(list, &self.cosines, unit, gradient),
            _ => {
                for (&(i, j), &weight) in list.iter().zip(&self.cosines) {
                    if weight > 0.0 {
                        let (i, j) = (i as usize * dim, j as usize * dim);
                        add_scaled(&mut gradient[i..i + dim], weight, &unit[j..j + dim]);
                        add_scaled(&mut gradient[j..j + dim], weight, &unit[i..i + dim]);
                    }
                }
            }
        }
    }
}

impl Objective for SmoothMax {
    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.normalise(x);
        let mut largest = self.take_cosines();
        if !self.pairs.are_enough(&self.unit, largest, self.sharpness) {
            self.pairs.rebuild(&self.unit, self.sharpness);
            largest = self.take_cosines();
        }
        let sum = self.take_weights(largest);
        gradient.fill(0.0);
        self.push(gradient);
        // Only the part across each row turns it.
        project_across(gradient, &self.unit, self.dim);
        for (push, norm) in gradient.chunks_exact_mut(self.dim).zip(&self.norms) {
            for push in push {
                *push /= sum * norm;
            }
        }
        largest + libm::log(sum) / self.sharpness
    }
}

fn fixed_cosines<const D: usize>(list: &[(u32, u32)], unit: &[f64], cosines: &mut [f64]) {
    let (rows, _) = unit.as_chunks::<D>();
    for (&(i, j), cosine) in list.iter().zip(cosines) {
        let (a, b) = (&rows[i as usize], &rows[j as usize]);
        *cosine = (0..D).map(|k| a[k] * b[k]).sum();
    }
}

fn fixed_push<const D: usize>(
    list: &[(u32, u32)],
    weights: &[f64],
    unit: &[f64],
    gradient: &mut [f64],
) {
    let (rows, _) = unit.as_chunks::<D>();
    let (pushes, _) = gradient.as_chunks_mut::<D>();
    for (&(i, j), &weight) in list.iter().zip(weights) {
        let (i, j) = (i as usize, j as usize);
        for k in 0..D {
            pushes[i][k] += weight * rows[j][k];
            pushes[j][k] += weight * rows[i][k];
        }
    }
}

/// What an evaluation costs, in multiply-adds, roughly: for each listed pair a cosine, an exponential and
/// two pushes, and the steps of the search for each number. Neighbours are few in few dimensions.
pub(in crate::prototypes) fn evaluation_work(count: usize, dim: usize) -> f64 {
    let (c, d) = (count as f64, dim as f64);
    let all = c * (c - 1.0) / 2.0;
    let listed = all.min(c * 0.6 * d.exp2());
    // A list is made anew once in some 40 evaluations.
    listed * (2.0 * d + 10.0) + all * (d + 2.0) / 40.0 + c * d * 60.0
}
