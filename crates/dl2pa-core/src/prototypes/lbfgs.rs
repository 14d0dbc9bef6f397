//! A small L-BFGS that does one step at a time, so that whoever runs it may stop between any two.

use std::collections::VecDeque;

/// Corrections kept.
const MEMORY: usize = 12;
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

/// Limited-memory BFGS (Nocedal & Wright, algorithms 7.4 and 7.5) with the bisecting line search of
/// Lewis & Overton (2013), which copes with the nearly kinked functions of the last stages.
#[derive(Debug)]
pub(super) struct Lbfgs {
    x: Vec<f64>,
    gradient: Vec<f64>,
    value: f64,
    corrections: VecDeque<Correction>,
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
        let mut gradient = vec![0.0; x.len()];
        let value = objective.evaluate(&x, &mut gradient);
        Self {
            x,
            gradient,
            value,
            corrections: VecDeque::with_capacity(MEMORY),
        }
    }

    /// The present point.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// Ends the search and gives the present point back.
    pub fn into_x(self) -> Vec<f64> {
        self.x
    }

    /// One line search along one direction. Without any correction yet the first trial moves by
    /// `first_length` in all.
    pub fn step(&mut self, objective: &mut impl Objective, first_length: f64) -> Step {
        let mut direction = self.direction();
        let mut slope = dot(&direction, &self.gradient);
        if slope >= 0.0 {
            // Rounding spoiled the curvature estimate: fall back to steepest descent.
            self.corrections.clear();
            direction = self.direction();
            slope = dot(&direction, &self.gradient);
        }
        let length = dot(&direction, &direction).sqrt();
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
        let mut x = vec![0.0; self.x.len()];
        let mut gradient = vec![0.0; self.x.len()];
        let mut evaluations = 0;
        let mut best = None;
        while evaluations < SEARCH_EVALUATIONS {
            for ((x, old), direction) in x.iter_mut().zip(&self.x).zip(&direction) {
                *x = old + scale * direction;
            }
            let value = objective.evaluate(&x, &mut gradient);
            evaluations += 1;
            // A NaN fails this comparison and shortens the step.
            let lower = value < self.value && value <= self.value + DECREASE * scale * slope;
            if !lower {
                too_long = scale;
            } else if dot(&gradient, &direction) < CURVATURE * slope {
                // Still steeply down: keep it in hand and go on.
                best = Some((x.clone(), gradient.clone(), value));
                too_short = scale;
            } else {
                best = Some((x, gradient, value));
                break;
            }
            scale = if too_long.is_finite() {
                f64::midpoint(too_short, too_long)
            } else {
                2.0 * too_short
            };
        }
        let Some((x, gradient, value)) = best else {
            return Step {
                evaluations,
                decrease: 0.0,
            };
        };
        let decrease = self.value - value;
        self.learn(&x, &gradient);
        self.x = x;
        self.gradient = gradient;
        self.value = value;
        Step {
            evaluations,
            decrease,
        }
    }

    fn learn(&mut self, x: &[f64], gradient: &[f64]) {
        let step: Vec<f64> = x.iter().zip(&self.x).map(|(new, old)| new - old).collect();
        let change: Vec<f64> = gradient
            .iter()
            .zip(&self.gradient)
            .map(|(new, old)| new - old)
            .collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-14 * dot(&change, &change).sqrt() * dot(&step, &step).sqrt() {
            if self.corrections.len() == MEMORY {
                self.corrections.pop_front();
            }
            self.corrections.push_back(Correction {
                step,
                change,
                rho: 1.0 / curvature,
            });
        }
    }

    /// Minus the inverse Hessian's estimate times the gradient.
    fn direction(&self) -> Vec<f64> {
        let mut q: Vec<f64> = self.gradient.iter().map(|value| -value).collect();
        let mut weights = Vec::with_capacity(self.corrections.len());
        for correction in self.corrections.iter().rev() {
            let weight = correction.rho * dot(&correction.step, &q);
            add_scaled(&mut q, -weight, &correction.change);
            weights.push(weight);
        }
        if let Some(last) = self.corrections.back() {
            let scale = 1.0 / (last.rho * dot(&last.change, &last.change));
            for value in &mut q {
                *value *= scale;
            }
        }
        for (correction, weight) in self.corrections.iter().zip(weights.iter().rev()) {
            let back = correction.rho * dot(&correction.change, &q);
            add_scaled(&mut q, weight - back, &correction.step);
        }
        q
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add_scaled(target: &mut [f64], scale: f64, source: &[f64]) {
    for (target, source) in target.iter_mut().zip(source) {
        *target += scale * source;
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
