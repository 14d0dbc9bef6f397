//! Proof from outside that an assignment is the best one.

use rayon::prelude::*;

use super::error::AssignmentError;
use super::fixed_point::Score;
use super::matcher::{Matching, Prices};
use super::pairs::{Assignment, check_size, score};

/// What prices say about an assignment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// No assignment's total is above this: the sum of all prices, made valid where they were not.
    pub bound: f64,
    /// `bound` minus the assignment's total: 0 but for rounding if it is the best.
    pub gap: f64,
    /// The greatest `score - class price - prototype price`, at most 0 but for rounding.
    pub worst_violation: f64,
}

/// Looks at every score once: with prices `v_k >= 0` of the prototypes, `sum_k v_k + sum_y max_k (s_yk - v_k)`
/// bounds every assignment from above (duality of linear programs). Prototypes' prices are shifted to be at
/// least 0 when all prototypes are taken; otherwise negative ones count as 0.
///
/// # Errors
/// `scores` or the prices have another size than the assignment.
pub fn certify<S: Score>(
    scores: &[S],
    matching: &Matching,
) -> Result<Certificate, AssignmentError> {
    let Matching {
        assignment, prices, ..
    } = matching;
    let (classes, prototypes) = (assignment.classes(), assignment.prototypes());
    check_size(scores.len(), classes, prototypes)?;
    check_prices(prices, assignment)?;
    let rows = scores.par_chunks(prototypes).zip(&prices.classes);
    let per_class: Vec<(f64, f64)> = rows
        .map(|(row, class_price)| {
            let values = row
                .iter()
                .zip(&prices.prototypes)
                .map(|(&score, price)| score.into() - price.max(0.0));
            let best = values.fold(f64::NEG_INFINITY, f64::max);
            (best, best - class_price)
        })
        .collect();
    let of_prototypes: f64 = prices.prototypes.iter().map(|price| price.max(0.0)).sum();
    let bound = of_prototypes + per_class.iter().map(|(best, _)| best).sum::<f64>();
    Ok(Certificate {
        bound,
        gap: bound - score(scores, assignment)?,
        worst_violation: per_class
            .iter()
            .map(|&(_, violation)| violation)
            .fold(f64::NEG_INFINITY, f64::max),
    })
}

pub(super) fn check_prices(
    prices: &Prices,
    assignment: &Assignment,
) -> Result<(), AssignmentError> {
    let (classes, prototypes) = (prices.classes.len(), prices.prototypes.len());
    super::pairs::check_shape(assignment, classes, prototypes)
}
