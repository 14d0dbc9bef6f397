//! Problems whose scores do not fit in memory: only the best candidates of each class are looked at.
//!
//! Scores are worked out block by block from class means and prototypes, each class keeps a short list, and
//! the problem on the lists is solved exactly. One more pass over all scores then tells how far the outcome
//! may be from the best one, and finds the candidates that the next round needs.

use nalgebra::{DMatrix, DMatrixView};

use super::error::AssignmentError;
use super::fixed_point::{Dense, Units};
use super::matcher::{Matching, Prices};
use super::pairs::{Assignment, check_counts};
use super::shortest_path::{Infeasible, ShortestPaths};
use super::shortlist::Rows;

/// Rows of one block: enough that packing the prototypes is a small part of a product.
const BLOCK_ROWS: usize = 256;
/// Rows of the smallest product. A single row would be summed in another order and differ in its last bit.
const LEAST_ROWS: usize = 8;

/// How long to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseEffort {
    /// Passes over all scores, at least 2: one to choose candidates, one to measure the gap.
    pub passes: usize,
    /// Good enough: gap divided by the number of classes, in the units of the scores.
    pub mean_gap: f64,
}

impl Default for SparseEffort {
    fn default() -> Self {
        Self {
            passes: 4,
            mean_gap: 1e-7,
        }
    }
}

/// Matches `means` (c x `dim`, row-major) to `prototypes` (p x `dim`) by their dot products, without ever
/// holding c x p scores: memory is c x 600 bytes, the prototypes once more, and one block per thread.
///
/// [`Matching::certificate_gap`] says by how much the best assignment may be better. Scores are rounded to
/// single precision, so a gap of some 1e-8 for each class, even a little below 0, means none. Ties are not
/// broken for any present assignment.
///
/// # Errors
/// No class, fewer prototypes than classes, numbers that are not rows of `dim`, or a NaN or infinite one.
pub fn match_means_sparsely(
    means: &[f32],
    prototypes: &[f32],
    dim: usize,
    effort: SparseEffort,
) -> Result<Matching, AssignmentError> {
    for numbers in [means, prototypes] {
        if dim == 0 || numbers.len() % dim != 0 {
            return Err(AssignmentError::NotRows {
                got: numbers.len(),
                dim,
            });
        }
    }
    check_counts(means.len() / dim, prototypes.len() / dim)?;
    let rows = Products::new(means, prototypes, dim)?;
    let mut paths = ShortestPaths::default();
    if solve(&mut paths, &rows, effort).is_err() {
        return Err(AssignmentError::NoAlternative { class: 0 });
    }
    let prices = Prices::of_paths(&paths).in_scores(rows.units);
    let pairs = means.chunks_exact(dim).zip(&paths.column_of);
    let score: f64 = pairs
        .map(|(mean, &column)| {
            let prototype = &prototypes[column as usize * dim..][..dim];
            mean.iter()
                .zip(prototype)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum::<f64>()
        })
        .sum();
    let bound = prices.classes.iter().sum::<f64>() + prices.prototypes.iter().sum::<f64>();
    Ok(Matching {
        assignment: Assignment::from_solver(paths.column_of, prototypes.len() / dim),
        score,
        prices,
        certificate_gap: bound - score,
    })
}

/// Solves on short lists in rounds; the profits that are left in `paths` are valid for all scores.
pub(super) fn solve(
    paths: &mut ShortestPaths,
    rows: &impl Rows,
    effort: SparseEffort,
) -> Result<(), Infeasible> {
    paths.begin(rows);
    paths.lists_only = true;
    let mut solved = Ok(());
    for pass in 1.. {
        paths.lists.make_all(rows, &paths.prices);
        let gap = paths.gap_to_lists();
        let good = gap <= effort.mean_gap * rows.rows() as f64 * rows.scale();
        if pass > 1 && (good || pass >= effort.passes) {
            break;
        }
        paths.keep_listed();
        solved = paths.finish(rows);
        if solved.is_err() {
            break;
        }
    }
    paths.take_profits_from_lists();
    paths.lists_only = false;
    solved
}

/// Scores as products of means and prototypes.
struct Products<'a> {
    /// dim x c, a class in each column.
    means: DMatrixView<'a, f32>,
    /// p x dim.
    prototypes: DMatrix<f32>,
    units: Units,
}

impl<'a> Products<'a> {
    fn new(means: &'a [f32], prototypes: &[f32], dim: usize) -> Result<Self, AssignmentError> {
        let mut largest = 1.0;
        for (is_mean, numbers) in [(true, means), (false, prototypes)] {
            let mut longest = 0.0_f64;
            for (row, numbers) in numbers.chunks_exact(dim).enumerate() {
                let norm = numbers
                    .iter()
                    .map(|&value| f64::from(value).powi(2))
                    .sum::<f64>()
                    .sqrt();
                if !norm.is_finite() {
                    let (class, prototype) = if is_mean { (row, 0) } else { (0, row) };
                    return Err(AssignmentError::NotFinite {
                        class,
                        prototype,
                        value: norm,
                    });
                }
                longest = longest.max(norm);
            }
            // The rounding of single precision may make a product a little longer.
            largest *= longest * 1.001;
        }
        let prototypes = DMatrixView::from_slice(prototypes, dim, prototypes.len() / dim);
        Ok(Self {
            means: DMatrixView::from_slice(means, dim, means.len() / dim),
            prototypes: prototypes.transpose(),
            units: Units::for_largest(largest),
        })
    }
}

impl Rows for Products<'_> {
    fn rows(&self) -> usize {
        self.means.ncols()
    }

    fn columns(&self) -> usize {
        self.prototypes.nrows()
    }

    fn score(&self, row: usize, column: usize) -> f64 {
        let product = self
            .prototypes
            .row(column)
            .transpose()
            .dot(&self.means.column(row));
        self.units.of(f64::from(product))
    }

    fn values(&self, row: usize, first: usize, prices: &[f64], out: &mut [f64]) {
        if let Some(computed) = self.computed(row, 1) {
            computed.values(0, first, prices, out);
        }
    }

    fn whole(&self, value: f64) -> f64 {
        self.units.whole(value)
    }

    fn scale(&self) -> f64 {
        self.units.scale
    }

    fn rows_per_task(&self) -> usize {
        BLOCK_ROWS
    }

    fn computed(&self, first: usize, count: usize) -> Option<Dense<'static, f32>> {
        let wide = count.max(LEAST_ROWS).min(self.rows());
        let start = first.min(self.rows() - wide);
        let products = &self.prototypes * self.means.columns(start, wide);
        let mut products: Vec<f32> = products.data.into();
        products.drain(..(first - start) * self.columns());
        products.truncate(count * self.columns());
        Some(Dense::in_units(products, count, self.columns(), self.units))
    }
}
