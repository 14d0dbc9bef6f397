//! What the best total would be if one label were held back.

use super::certificate::check_prices;
use super::error::AssignmentError;
use super::fixed_point::{Dense, Score};
use super::matcher::{Matching, Prices};
use super::pairs::{Assignment, check_size, score};
use super::shortest_path::ShortestPaths;
use super::shortlist::Rows;
use super::ties;

/// What a class is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restraint {
    /// It must have this prototype.
    Keep(u32),
    /// It must not have this prototype.
    Avoid(u32),
}

/// The best assignment in which `class` is held to `restraint`, found from the prices of `matching`, which
/// is the best one without it. After one look at all scores one or two shortest paths decide it. Of several
/// best assignments the one nearest to that of `matching` is taken.
///
/// The prices that come back are those of the problem with the restraint: the pairs that it rules out may
/// break them.
///
/// # Errors
/// `scores` of another size than the matching, a NaN or infinite score, a class or prototype that does not
/// exist, or no assignment left.
pub fn counterfactual<S: Score>(
    scores: &[S],
    matching: &Matching,
    class: usize,
    restraint: Restraint,
) -> Result<Matching, AssignmentError> {
    let (classes, prototypes) = (
        matching.assignment.classes(),
        matching.assignment.prototypes(),
    );
    check_size(scores.len(), classes, prototypes)?;
    check_prices(&matching.prices, &matching.assignment)?;
    let (Restraint::Keep(prototype) | Restraint::Avoid(prototype)) = restraint;
    if class >= classes || prototype as usize >= prototypes {
        return Err(AssignmentError::OutOfRange {
            class,
            prototype,
            prototypes,
        });
    }
    let inner = Dense::new(scores, classes, prototypes)?;
    let units = inner.units;
    let rows = Restrained {
        inner,
        class,
        restraint,
    };
    let prices = &matching.prices.prototypes;
    let column_of = matching.assignment.as_slice().to_vec();
    let mut paths = ShortestPaths::at(
        prices.iter().map(|&price| units.of(price)).collect(),
        column_of,
    );
    let fit = paths
        .prices
        .iter()
        .all(|&price| price >= 0.0 && units.fits(price));
    let solved = if fit {
        paths.resume(&rows)
    } else {
        paths.solve_cold(&rows)
    };
    let solved =
        solved.and_then(|()| ties::keep_present(&mut paths, &rows, matching.assignment.as_slice()));
    if solved.is_err() {
        return Err(AssignmentError::NoAlternative { class });
    }
    let prices = Prices::of_paths(&paths);
    let assignment = Assignment::from_solver(paths.column_of, prototypes);
    Ok(Matching {
        score: score(scores, &assignment)?,
        certificate_gap: prices.gap(&rows, &assignment) / units.scale,
        prices: prices.in_scores(units),
        assignment,
    })
}

/// The scores, with the pairs that a restraint rules out at `-inf`.
struct Restrained<'a, S: Score> {
    inner: Dense<'a, S>,
    class: usize,
    restraint: Restraint,
}

impl<S: Score> Rows for Restrained<'_, S> {
    fn rows(&self) -> usize {
        self.inner.rows()
    }

    fn columns(&self) -> usize {
        self.inner.columns()
    }

    fn score(&self, row: usize, column: usize) -> f64 {
        let allowed = row != self.class
            || match self.restraint {
                Restraint::Keep(kept) => column == kept as usize,
                Restraint::Avoid(avoided) => column != avoided as usize,
            };
        if allowed {
            self.inner.score(row, column)
        } else {
            f64::NEG_INFINITY
        }
    }

    fn values(&self, row: usize, first: usize, prices: &[f64], out: &mut [f64]) {
        self.inner.values(row, first, prices, out);
        if row == self.class {
            for (column, value) in (first..).zip(out) {
                if self.score(row, column) == f64::NEG_INFINITY {
                    *value = f64::NEG_INFINITY;
                }
            }
        }
    }

    fn whole(&self, value: f64) -> f64 {
        self.inner.whole(value)
    }

    fn scale(&self) -> f64 {
        self.inner.units.scale
    }

    fn coarse_error(&self) -> Option<f64> {
        self.inner.coarse_error()
    }

    fn coarse_price(&self, price: f64) -> f32 {
        self.inner.coarse_price(price)
    }

    fn coarse_maxima(&self, row: usize, prices: &[f32], width: usize, out: &mut Vec<f32>) {
        if row != self.class {
            return self.inner.coarse_maxima(row, prices, width, out);
        }
        let scale = self.inner.units.scale;
        let value = |(column, &price)| (self.score(row, column) - f64::from(price) * scale) as f32;
        let values: Vec<f32> = prices.iter().enumerate().map(value).collect();
        let maxima = values
            .chunks(width)
            .map(|group| group.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        out.extend(maxima);
    }
}
