//! A small L-BFGS that does one step at a time, so that whoever runs it may stop between any two.

use std::collections::VecDeque;

use super::rows::{add_scaled, dot};

/// Corrections kept.
const MEMORY: usize = 8;
/// Weak Wolfe conditions: sufficient decrease and curvature.
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
/// Evaluations in one line search at most.
const SEARCH_EVALUATIONS: usize = 30;

/// A function of many variables that gives value and gradient.
pub(super) trait Objective {
    /// Value at `x`; the gradient is written to `gradient`, which is as long as `x`.
    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64;
}

#[derive(Debug)]
struct Correction {
    step: Vec<f64>,
    change: Vec<f64>,
    /// 1 / (step . change), positive.
    rho: f64,
}

/// A point with the function's value and gradient there.
#[derive(Debug)]
struct Point {
    x: Vec<f64>,
    gradient: Vec<f64>,
    value: f64,
}

impl Point {
    fn new(x: Vec<f64>) -> Self {
        Self {
            gradient: vec![0.0; x.len()],
            x,
            value: f64::INFINITY,
        }
    }

    fn evaluate(&mut self, objective: &mut impl Objective) {
        self.value = objective.evaluate(&self.x, &mut self.gradient);
    }
}

/// Limited-memory BFGS (Nocedal & Wright, algorithms 7.4 and 7.5) with the bisecting line search of
/// Lewis & Overton (2013), which copes with the nearly kinked functions of the last stages.
#[derive(Debug)]
pub(super) struct Lbfgs {
    now: Point,
    trial: Point,
    lowest: Point,
    direction: Vec<f64>,
    corrections: VecDeque<Correction>,
    /// Memory of corrections that were dropped, to be used again.
    spare: Vec<Correction>,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Evaluations of the function.
    pub evaluations: usize,
    /// By how much the value fell; 0 means that no lower point was found and none will be.
    pub decrease: f64,
}

impl Lbfgs {
    /// Starts at `x`, with one evaluation.
    pub fn new(x: Vec<f64>, objective: &mut impl Objective) -> Self {
        let size = x.len();
        let mut now = Point::new(x);
        now.evaluate(objective);
        Self {
            now,
            trial: Point::new(vec![0.0; size]),
            lowest: Point::new(vec![0.0; size]),
            direction: vec![0.0; size],
            corrections: VecDeque::with_capacity(MEMORY),
            spare: Vec::new(),
        }
    }

    /// The present point.
    pub fn x(&self) -> &[f64] {
        &self.now.x
    }

    /// Ends the search and gives the present point back.
    pub fn into_x(self) -> Vec<f64> {
        self.now.x
    }

    /// Goes on with a function that has changed a little: what was learnt of the curvature is kept.
    pub fn refresh(&mut self, objective: &mut impl Objective) {
        self.now.evaluate(objective);
    }

    /// One line search along one direction. Without any correction yet the first trial moves by
    /// `first_length` in all.
    pub fn step(&mut self, objective: &mut impl Objective, first_length: f64) -> Step {
        self.turn();
        let mut slope = dot(&self.direction, &self.now.gradient);
        if slope >= 0.0 {
            // Rounding spoiled the curvature estimate: fall back to steepest descent.
            self.spare.extend(self.corrections.drain(..));
            self.turn();
            slope = dot(&self.direction, &self.now.gradient);
        }
        let length = dot(&self.direction, &self.direction).sqrt();
        if slope >= 0.0 || !length.is_finite() || length == 0.0 {
            return Step {
                evaluations: 0,
                decrease: 0.0,
            };
        }

        let mut scale = if self.corrections.is_empty() {
            first_length / length
        } else {
            1.0
        };
        let (mut too_short, mut too_long) = (0.0, f64::INFINITY);
        let mut evaluations = 0;
        let mut has_lower = false;
        while evaluations < SEARCH_EVALUATIONS {
            let old = self.now.x.iter().zip(&self.direction);
            for (x, (old, direction)) in self.trial.x.iter_mut().zip(old) {
                *x = old + scale * direction;
            }
            self.trial.evaluate(objective);
            evaluations += 1;
            let value = self.trial.value;
            // A NaN fails this comparison and shortens the step.
            if value < self.now.value && value <= self.now.value + DECREASE * scale * slope {
                let is_steep = dot(&self.trial.gradient, &self.direction) < CURVATURE * slope;
                std::mem::swap(&mut self.trial, &mut self.lowest);
                has_lower = true;
                if !is_steep {
                    break;
                }
                // Still steeply down: keep it in hand and go on.
                too_short = scale;
            } else {
                too_long = scale;
            }
            scale = if too_long.is_finite() {
                f64::midpoint(too_short, too_long)
            } else {
                2.0 * too_short
            };
        }
        if !has_lower {
            return Step {
                evaluations,
                decrease: 0.0,
            };
        }
        let decrease = self.now.value - self.lowest.value;
        self.learn();
        std::mem::swap(&mut self.now, &mut self.lowest);
        Step {
            evaluations,
            decrease,
        }
    }

    /// Notes how the gradient changes from the present point to the lowest one found.
    fn learn(&mut self) {
        let size = self.direction.len();
        let oldest = if self.corrections.len() == MEMORY {
            self.corrections.pop_front()
        } else {
            self.spare.pop()
        };
        let mut correction = oldest.unwrap_or_else(|| Correction {
            step: vec![0.0; size],
            change: vec![0.0; size],
            rho: 0.0,
        });
        subtract(&mut correction.step, &self.lowest.x, &self.now.x);
        let change = &mut correction.change;
        subtract(change, &self.lowest.gradient, &self.now.gradient);
        let curvature = dot(&correction.step, change);
        let lengths = (dot(change, change) * dot(&correction.step, &correction.step)).sqrt();
        if curvature > 1e-14 * lengths {
            correction.rho = 1.0 / curvature;
            self.corrections.push_back(correction);
        } else {
            self.spare.push(correction);
        }
    }

    /// Turns the direction to minus the inverse Hessian's estimate times the gradient.
    fn turn(&mut self) {
        let q = &mut self.direction;
        for (q, slope) in q.iter_mut().zip(&self.now.gradient) {
            *q = -slope;
        }
        let mut weights = [0.0; MEMORY];
        for (correction, weight) in self.corrections.iter().zip(&mut weights).rev() {
            *weight = correction.rho * dot(&correction.step, q);
            add_scaled(q, -*weight, &correction.change);
        }
        if let Some(last) = self.corrections.back() {
            let scale = 1.0 / (last.rho * dot(&last.change, &last.change));
            for value in q.iter_mut() {
                *value *= scale;
            }
        }
        for (correction, weight) in self.corrections.iter().zip(&weights) {
            let back = correction.rho * dot(&correction.change, q);
            add_scaled(q, weight - back, &correction.step);
        }
    }
}

fn subtract(out: &mut [f64], a: &[f64], b: &[f64]) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = a - b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rosenbrock;

    impl Objective for Rosenbrock {
        fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            gradient[0] = -2.0 * a - 400.0 * x[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        }
    }

    #[test]
    fn the_banana_valley_is_followed_to_its_end() {
        let mut search = Lbfgs::new(vec![-1.2, 1.0], &mut Rosenbrock);
        let mut evaluations = 0;
        for _ in 0..60 {
            evaluations += search.step(&mut Rosenbrock, 0.1).evaluations;
        }
        assert!((search.x()[0] - 1.0).abs() < 1e-8 && (search.x()[1] - 1.0).abs() < 1e-8);
        assert!(evaluations < 200, "{evaluations}");
    }

    #[test]
    fn at_the_bottom_nothing_falls() {
        let mut search = Lbfgs::new(vec![1.0, 1.0], &mut Rosenbrock);
        assert_eq!(search.step(&mut Rosenbrock, 0.1).decrease, 0.0);
        assert_eq!(search.into_x(), [1.0, 1.0]);
    }
}
