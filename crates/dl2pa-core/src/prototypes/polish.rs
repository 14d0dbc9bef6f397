//! Polishing: the last digits of a local optimum, by Newton steps along a path of growing sharpness.
//!
//! The smoothed greatest cosine is followed until what it smooths away is lost in rounding. Each Newton
//! equation is solved by conjugate gradients with products of the Hessian alone, over the pairs that
//! count, so a step costs some hundred evaluations' worth of neighbours and no matrix. Quasi-Newton
//! steps stall there: the curvature across the touching pairs is then 1e8 times that along the rest.

use super::rows::{add_scaled, dot, longest_row, max_cosine, normalise_rows, project_across};

/// Each stage is this much sharper than that before.
const FACTOR: f64 = 2.0;
/// The last stage smooths away less than this share of 1 - cosine, for each of e^1 pairs.
const LAST_HARDNESS: f64 = 1e9;
/// A stage ends when the gradient is this short; a single pair's has length sqrt(2).
const SHORT_GRADIENT: f64 = 1e-2;
const MOST_STEPS: usize = 15;
/// Conjugate-gradient steps for one Newton step at most, and the decrease of the squared residual.
const MOST_INNER_STEPS: usize = 200;
const INNER_DECREASE: f64 = 1e-8;
/// Armijo's sufficient decrease, and how often a step is halved to get it.
const DECREASE: f64 = 1e-4;
const HALVINGS: usize = 25;
/// No point moves farther than this share of the spacing in a step.
const LONGEST_STEP: f64 = 0.02;
/// Pairs are listed up to this share of the spacing beyond what counts.
const MARGIN: f64 = 0.5;
/// Terms smaller than exp(-this) of the largest are left out.
const NEGLIGIBLE: f64 = 40.0;

/// Pair (i, j) with its share of the gradient.
#[derive(Clone, Copy, Debug)]
struct Contact {
    i: usize,
    j: usize,
    share: f64,
}

/// The path-following, one Newton step at a time.
#[derive(Debug)]
pub(super) struct Polish {
    dim: usize,
    /// 1 - the cosine between neighbours that the bound allows.
    gap: f64,
    hardness: f64,
    rows: Vec<f64>,
    list: Vec<(usize, usize)>,
    steps: usize,
    best: Vec<f64>,
    best_max_cos: f64,
    is_done: bool,
}

impl Polish {
    /// Starts at `rows` (c x `dim`, unit rows), left by a descent of the given hardness for points whose
    /// greatest cosine is at least `bound`.
    pub fn new(rows: Vec<f64>, dim: usize, bound: f64, hardness: f64) -> Self {
        let mut polish = Self {
            dim,
            gap: 1.0 - bound,
            hardness,
            best: rows.clone(),
            best_max_cos: max_cosine(&rows, dim),
            rows,
            list: Vec::new(),
            steps: 0,
            is_done: false,
        };
        polish.relist();
        polish
    }

    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// The sharpness of this stage.
    pub fn sharpness(&self) -> f64 {
        self.hardness / self.gap
    }

    /// The best arrangement so far and its greatest cosine.
    pub fn into_best(self) -> (Vec<f64>, f64) {
        (self.best, self.best_max_cos)
    }

    /// One Newton step, or the passage to the next stage. Gives the multiply-adds it took, roughly.
    pub fn step(&mut self) -> f64 {
        let (value, cosines) = self.value(&self.rows);
        let contacts = self.contacts(value, &cosines);
        let mut gradient = self.gradient(&contacts);
        project_across(&mut gradient, &self.rows, self.dim);
        let length = dot(&gradient, &gradient).sqrt();
        let mut work = self.pairs_work(self.list.len());
        let is_over = length < SHORT_GRADIENT || self.steps >= MOST_STEPS;
        let has_moved = !is_over && {
            let (direction, inner_steps) = self.newton_direction(&contacts, &gradient, length);
            work += inner_steps as f64 * self.pairs_work(contacts.len());
            self.search(&direction, &gradient, value)
        };
        self.steps += 1;
        if !has_moved {
            self.end_stage();
            let count = (self.rows.len() / self.dim) as f64;
            work += count * count / 2.0 * self.dim as f64;
        }
        work
    }

    fn end_stage(&mut self) {
        let max_cos = max_cosine(&self.rows, self.dim);
        if max_cos < self.best_max_cos {
            self.best_max_cos = max_cos;
            self.best.copy_from_slice(&self.rows);
        }
        self.hardness *= FACTOR;
        self.steps = 0;
        self.is_done = self.hardness > LAST_HARDNESS;
        if !self.is_done {
            self.relist();
        }
    }

    /// Lists the pairs that may count in this stage.
    fn relist(&mut self) {
        let spacing_rad = libm::acos((1.0 - self.gap).clamp(-1.0, 1.0));
        let largest = max_cosine(&self.rows, self.dim);
        let needed = largest - NEGLIGIBLE / self.sharpness();
        let reach_rad = libm::acos(needed.clamp(-1.0, 1.0)) + MARGIN * spacing_rad;
        let cut = if reach_rad < std::f64::consts::PI {
            libm::cos(reach_rad)
        } else {
            -2.0
        };
        self.list.clear();
        for (i, a) in self.rows.chunks_exact(self.dim).enumerate() {
            for (j, b) in self.rows.chunks_exact(self.dim).take(i).enumerate() {
                if dot(a, b) > cut {
                    self.list.push((i, j));
                }
            }
        }
    }

    fn row<'a>(&self, rows: &'a [f64], i: usize) -> &'a [f64] {
        &rows[i * self.dim..][..self.dim]
    }

    /// The smoothed greatest cosine of `rows`, and the listed pairs' cosines.
    fn value(&self, rows: &[f64]) -> (f64, Vec<f64>) {
        let pairs = self.list.iter();
        let cosines: Vec<f64> = pairs
            .map(|&(i, j)| dot(self.row(rows, i), self.row(rows, j)))
            .collect();
        let largest = cosines.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sharpness = self.sharpness();
        let terms = cosines.iter().map(|c| libm::exp(sharpness * (c - largest)));
        (largest + libm::log(terms.sum::<f64>()) / sharpness, cosines)
    }

    fn contacts(&self, value: f64, cosines: &[f64]) -> Vec<Contact> {
        let sharpness = self.sharpness();
        let pairs = self.list.iter().zip(cosines);
        pairs
            .filter_map(|(&(i, j), cosine)| {
                let exponent = sharpness * (cosine - value);
                (exponent > -NEGLIGIBLE).then(|| Contact {
                    i,
                    j,
                    share: libm::exp(exponent),
                })
            })
            .collect()
    }

    fn gradient(&self, contacts: &[Contact]) -> Vec<f64> {
        let dim = self.dim;
        let mut gradient = vec![0.0; self.rows.len()];
        for &Contact { i, j, share } in contacts {
            add_scaled(
                &mut gradient[i * dim..][..dim],
                share,
                self.row(&self.rows, j),
            );
            add_scaled(
                &mut gradient[j * dim..][..dim],
                share,
                self.row(&self.rows, i),
            );
        }
        gradient
    }

    /// Solves (Hessian + a little) x direction = -gradient by conjugate gradients, preconditioned by each
    /// point's mean stiffness. Where the Hessian turns out to curve downwards the search ends early. Gives
    /// the direction and the products taken.
    fn newton_direction(
        &self,
        contacts: &[Contact],
        gradient: &[f64],
        gradient_length: f64,
    ) -> (Vec<f64>, usize) {
        let dim = self.dim;
        let count = self.rows.len() / dim;
        let (mut stiffness, mut bend) = (vec![0.0; count], vec![0.0; count]);
        for contact in contacts {
            let cosine = dot(
                self.row(&self.rows, contact.i),
                self.row(&self.rows, contact.j),
            );
            let across = (1.0 - cosine * cosine) / (dim as f64 - 1.0).max(1.0);
            for point in [contact.i, contact.j] {
                stiffness[point] += self.sharpness() * contact.share * across;
                bend[point] += contact.share * cosine;
            }
        }
        let mean = stiffness.iter().sum::<f64>() / count as f64;
        let shift = 1e-7 * mean + 1e-3 * gradient_length;
        for stiffness in &mut stiffness {
            // Points that nothing touches have none of their own.
            *stiffness = stiffness.max(1e-4 * mean) + shift;
        }
        let soften = |residual: &[f64]| -> Vec<f64> {
            let rows = residual.chunks_exact(dim).zip(&stiffness);
            rows.flat_map(|(row, stiffness)| row.iter().map(move |value| value / stiffness))
                .collect()
        };

        let mut solution = vec![0.0; gradient.len()];
        let mut residual: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let mut softened = soften(&residual);
        let mut direction = softened.clone();
        let mut square = dot(&residual, &softened);
        let target = INNER_DECREASE * square;
        let mut inner_steps = 0;
        while inner_steps < MOST_INNER_STEPS && square > target {
            let product = self.hessian_times(&direction, contacts, &bend, shift);
            inner_steps += 1;
            let curvature = dot(&direction, &product);
            if curvature <= 0.0 {
                if inner_steps == 1 {
                    // Downhill and curving down: as far as steps may go.
                    let longest = longest_row(&direction, dim);
                    add_scaled(&mut solution, self.longest_step_rad() / longest, &direction);
                }
                break;
            }
            let length = square / curvature;
            add_scaled(&mut solution, length, &direction);
            add_scaled(&mut residual, -length, &product);
            softened = soften(&residual);
            let next_square = dot(&residual, &softened);
            let turn = next_square / square;
            square = next_square;
            for (direction, softened) in direction.iter_mut().zip(&softened) {
                *direction = softened + turn * *direction;
            }
        }
        (solution, inner_steps)
    }

    /// The Hessian on the product of spheres, without its small rank-one part, times `vector` (rows across
    /// those of the points).
    fn hessian_times(
        &self,
        vector: &[f64],
        contacts: &[Contact],
        bend: &[f64],
        shift: f64,
    ) -> Vec<f64> {
        let dim = self.dim;
        let sharpness = self.sharpness();
        let mut product = vec![0.0; vector.len()];
        for &Contact { i, j, share } in contacts {
            let (a, b) = (self.row(&self.rows, i), self.row(&self.rows, j));
            let (move_a, move_b) = (self.row(vector, i), self.row(vector, j));
            let stiff = sharpness * share * (dot(b, move_a) + dot(a, move_b));
            add_scaled(&mut product[i * dim..][..dim], stiff, b);
            add_scaled(&mut product[i * dim..][..dim], share, move_b);
            add_scaled(&mut product[j * dim..][..dim], stiff, a);
            add_scaled(&mut product[j * dim..][..dim], share, move_a);
        }
        let rows = product.chunks_exact_mut(dim).zip(vector.chunks_exact(dim));
        for ((product, vector), bend) in rows.zip(bend) {
            add_scaled(product, shift - bend, vector);
        }
        project_across(&mut product, &self.rows, dim);
        product
    }

    fn longest_step_rad(&self) -> f64 {
        LONGEST_STEP * libm::acos((1.0 - self.gap).clamp(-1.0, 1.0))
    }

    /// Moves along `direction` as far as the value falls enough; false where it never does.
    fn search(&mut self, direction: &[f64], gradient: &[f64], value: f64) -> bool {
        let slope = dot(direction, gradient);
        if slope.is_nan() || slope >= 0.0 {
            return false;
        }
        let mut scale = (self.longest_step_rad() / longest_row(direction, self.dim)).min(1.0);
        for _ in 0..HALVINGS {
            let mut trial = self.rows.clone();
            add_scaled(&mut trial, scale, direction);
            normalise_rows(&mut trial, self.dim);
            if self.value(&trial).0 < value + DECREASE * scale * slope {
                self.rows = trial;
                return true;
            }
            scale /= 2.0;
        }
        false
    }

    fn pairs_work(&self, pairs: usize) -> f64 {
        (pairs * (6 * self.dim + 4) + 10 * self.rows.len()) as f64
    }
}
