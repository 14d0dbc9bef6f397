//! The crate `pathfinding`'s Kuhn-Munkres algorithm behind the same interface, for comparison.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use super::fixed_point::{Dense, Score};
use super::matcher::Prices;
use super::pairs::Assignment;
use super::shortlist::Rows as _;

/// The best assignment, of several the one that keeps most of the present pairs, and prices in units.
pub(super) fn solve<S: Score>(
    rows: &Dense<'_, S>,
    present: Option<&Assignment>,
) -> (Prices, Assignment) {
    let (count, columns) = (rows.rows(), rows.columns());
    // Ties: all scores are multiplied by c + 1 and present pairs get 1 more. At most c of them can be
    // kept, so the bonus never outweighs a unit of score. The numbers are wide enough for any c.
    let tie_factor = count as i128 + 1;
    let mut weights = Matrix::new(count, columns, 0_i128);
    for row in 0..count {
        for column in 0..columns {
            let units = (rows.score(row, column) / rows.units.unit()) as i128;
            weights[(row, column)] = units * tie_factor;
        }
        if let Some(column) = present.and_then(|present| present.prototype_of(row)) {
            weights[(row, column as usize)] += 1;
        }
    }
    let (_, columns_of) = kuhn_munkres(&weights);
    let columns_of = columns_of.into_iter().map(|column| column as u32).collect();
    let assignment = Assignment::from_solver(columns_of, columns);
    (prices(rows, &assignment), assignment)
}

/// Prices that prove an optimal assignment: each prototype costs as much as it takes to keep away whoever
/// else wants it (the method of Bellman and Ford, at most c times round).
fn prices<S: Score>(rows: &Dense<'_, S>, assignment: &Assignment) -> Prices {
    let mut prices = Prices {
        classes: vec![0.0; rows.rows()],
        prototypes: vec![0.0; rows.columns()],
    };
    let mut values = vec![0.0; rows.columns()];
    for _ in 0..=rows.rows() {
        let mut changed = false;
        for (class, &prototype) in assignment.as_slice().iter().enumerate() {
            rows.values(class, 0, &prices.prototypes, &mut values);
            let own = values[prototype as usize];
            prices.classes[class] = own;
            for (price, value) in prices.prototypes.iter_mut().zip(&values) {
                if *value > own {
                    *price += value - own;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    prices
}
