//! Prototypes of the methods that the paper compares itself with: drawn, of HPN, of the random simplex (ETF).

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use nalgebra::DMatrix;
use rand::RngExt as _;

use super::anneal::{Candidate, SLICE_WORK};
use super::exact;
use super::rows::{add_scaled, dot, max_cosine, normalise_rows};
use super::trajectory::Recorder;

/// HPN's steps, and its learning rate. Its optimiser is made anew for each step, so that its momentum never
/// acts (paper.md 3).
const HPN_STEPS: usize = 10_000;
const HPN_RATE: f64 = 0.1;
/// Steps between two pictures of the movement.
const PICTURED_EVERY: usize = 25;

/// Directions (count x dim, unit rows) drawn evenly from the sphere.
pub(super) fn drawn(count: usize, dim: usize, rng: &mut StreamRng) -> Vec<f64> {
    let mut rows: Vec<f64> = (0..count * dim).map(|_| standard_normal(rng)).collect();
    normalise_rows(&mut rows, dim);
    rows
}

/// The simplex turned at random, as Yang et al. (2022) draw their equiangular tight frame: the corners are
/// multiplied by the Q of the QR decomposition of numbers that are uniform in 0..1. `count` <= `dim` + 1.
pub(super) fn turned_simplex(count: usize, dim: usize, rng: &mut StreamRng) -> Vec<f64> {
    let draws = DMatrix::from_fn(dim, dim, |_, _| rng.random::<f64>());
    let turn = draws.qr().q();
    let corners = DMatrix::from_row_slice(count, dim, &exact::simplex(count, dim));
    let turned = corners * turn.transpose();
    // nalgebra stores columns; rows are wanted one after the other.
    turned.transpose().as_slice().to_vec()
}

/// Hyperspherical prototype networks (Mettes et al. 2019): each prototype is pushed from its nearest one.
#[derive(Debug)]
pub(super) struct Hpn {
    dim: usize,
    rows: Vec<f64>,
    steps_done: usize,
    recorder: Option<Recorder>,
}

impl Hpn {
    /// Starts from drawn directions.
    pub fn new(count: usize, dim: usize, mut rng: StreamRng) -> Self {
        let rows = drawn(count, dim, &mut rng);
        Self {
            dim,
            recorder: Some(Recorder::new(rows.clone(), dim, None)),
            rows,
            steps_done: 0,
        }
    }

    pub fn forget_trajectory(&mut self) {
        self.recorder = None;
    }

    pub fn progress(&self) -> f32 {
        self.steps_done as f32 / HPN_STEPS as f32
    }

    /// Works for one slice; true when all is done.
    pub fn advance(&mut self) -> bool {
        let work_of_step = self.rows.len() as f64 * self.count() as f64;
        let mut work = 0.0;
        while self.steps_done < HPN_STEPS && work < SLICE_WORK {
            self.step();
            work += work_of_step;
        }
        self.steps_done == HPN_STEPS
    }

    fn count(&self) -> usize {
        self.rows.len() / self.dim
    }

    /// One step down the mean over i of the greatest cosine with another prototype.
    fn step(&mut self) {
        let (count, dim) = (self.count(), self.dim);
        let row = |rows: &[f64], index: usize| rows[index * dim..][..dim].to_vec();
        let rate = HPN_RATE / count as f64;
        let mut moved = self.rows.clone();
        for one in 0..count {
            let own = row(&self.rows, one);
            let nearest = (0..count).filter(|&other| other != one).max_by(|&a, &b| {
                let cosine = |other: usize| dot(&own, &self.rows[other * dim..][..dim]);
                cosine(a).total_cmp(&cosine(b))
            });
            if let Some(nearest) = nearest {
                let other = row(&self.rows, nearest);
                // The cosine of a pair has the other row as its gradient, for both.
                add_scaled(&mut moved[one * dim..][..dim], -rate, &other);
                add_scaled(&mut moved[nearest * dim..][..dim], -rate, &own);
            }
        }
        normalise_rows(&mut moved, dim);
        self.rows = moved;
        self.steps_done += 1;
        if let Some(recorder) = &mut self.recorder
            && self.steps_done.is_multiple_of(PICTURED_EVERY)
        {
            recorder.offer(&self.rows, None);
        }
    }

    pub fn into_candidate(self) -> Candidate {
        Candidate {
            start: 0,
            t: None,
            max_cos: max_cosine(&self.rows, self.dim),
            rows: self.rows,
            recorder: self.recorder,
        }
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_data::streams::{PROTOTYPES, Streams};

    use super::*;

    fn rng() -> StreamRng {
        Streams::new(7).rng(PROTOTYPES)
    }

    #[test]
    fn the_turned_simplex_is_a_simplex_elsewhere() {
        let (count, dim) = (10, 12);
        let rows = turned_simplex(count, dim, &mut rng());
        assert_ne!(rows, exact::simplex(count, dim));
        for one in 0..count {
            for other in 0..count {
                let cosine = dot(&rows[one * dim..][..dim], &rows[other * dim..][..dim]);
                let expected = if one == other { 1.0 } else { -1.0 / 9.0 };
                assert!(
                    (cosine - expected).abs() < 1e-12,
                    "{one}, {other}: {cosine}"
                );
            }
        }
    }

    #[test]
    fn hpn_s_step_is_the_gradient_of_its_loss() {
        // The loss as HPN states it; its gradient by differences.
        let (count, dim) = (6, 3);
        let loss = |rows: &[f64]| {
            let nearest = (0..count).map(|one| {
                let others = (0..count).filter(|&other| other != one);
                others
                    .map(|other| dot(&rows[one * dim..][..dim], &rows[other * dim..][..dim]))
                    .fold(f64::NEG_INFINITY, f64::max)
            });
            nearest.sum::<f64>() / count as f64
        };
        let mut hpn = Hpn::new(count, dim, rng());
        let start = hpn.rows.clone();
        let mut expected = start.clone();
        for index in 0..start.len() {
            let at = |shift: f64| {
                let mut moved = start.clone();
                moved[index] += shift;
                loss(&moved)
            };
            expected[index] -= HPN_RATE * (at(1e-6) - at(-1e-6)) / 2e-6;
        }
        normalise_rows(&mut expected, dim);
        hpn.step();
        for (found, expected) in hpn.rows.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
    }

    #[test]
    fn hpn_pushes_prototypes_apart_but_not_as_far_as_they_can_go() {
        let mut hpn = Hpn::new(12, 3, rng());
        let before = max_cosine(&hpn.rows, 3);
        while !hpn.advance() {}
        let angle_deg = hpn.into_candidate().max_cos.acos().to_degrees();
        // The icosahedron has 63.43 degrees.
        assert!(angle_deg > 50.0 && angle_deg < 63.44, "{angle_deg}");
        assert!(angle_deg > before.acos().to_degrees());
    }
}
