//! The matching: one interface over the solvers, which remembers prices from one matching to the next.

use std::fmt;
use std::str::FromStr;

use super::error::AssignmentError;
use super::fixed_point::{Dense, Score, Units};
use super::kuhn_munkres;
use super::pairs::{Assignment, check_counts, check_shape, check_size, score};
use super::shortest_path::{Infeasible, ShortestPaths};
use super::shortlist::Rows;
use super::sparse::{self, SparseEffort};
use super::ties;

/// How the assignment problem is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// Whatever is best: for scores in memory this is [`Self::ShortestPath`] at every size.
    #[default]
    Auto,
    /// The Kuhn-Munkres algorithm of the crate `pathfinding`: from nothing each time, for comparison.
    KuhnMunkres,
    /// Shortest augmenting paths over short lists of candidates; exact, and starts from the last prices.
    ShortestPath,
    /// Only the best candidates of each class, in rounds: perhaps not optimal, and says by how much.
    Sparse,
}

impl Solver {
    /// All solvers, in the order of their documentation.
    pub const ALL: [Self; 4] = [
        Self::Auto,
        Self::KuhnMunkres,
        Self::ShortestPath,
        Self::Sparse,
    ];

    /// As on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::KuhnMunkres => "kuhn-munkres",
            Self::ShortestPath => "shortest-path",
            Self::Sparse => "sparse",
        }
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Solver {
    type Err = AssignmentError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|solver| solver.name() == name);
        found.ok_or_else(|| AssignmentError::UnknownSolver {
            name: name.to_owned(),
        })
    }
}

/// Prices that prove a matching: in the units of the scores, `classes[y] + prototypes[k] >= scores[y][k]`.
///
/// `prototypes` are what the prototypes cost (at least 0, and 0 for one without a class), `classes` what
/// each class still gains from its best one. Their sum bounds every assignment's total from above.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    /// One for each class (c).
    pub classes: Vec<f64>,
    /// One for each prototype (p).
    pub prototypes: Vec<f64>,
}

impl Prices {
    /// The prices of a solution, in units, with the lowest at 0.
    pub(super) fn of_paths(paths: &ShortestPaths) -> Self {
        let lowest = paths.lowest_price();
        Self {
            classes: paths.profits.iter().map(|profit| profit + lowest).collect(),
            prototypes: paths.prices.iter().map(|price| price - lowest).collect(),
        }
    }

    /// Sum of the prices minus the score, all in units; each class and each free prototype adds its part,
    /// so that nothing is rounded where the parts are 0.
    pub(super) fn gap(&self, rows: &impl Rows, assignment: &Assignment) -> f64 {
        let mut free = self.prototypes.clone();
        let mut gap = 0.0;
        for (class, (&prototype, profit)) in
            assignment.as_slice().iter().zip(&self.classes).enumerate()
        {
            let price = std::mem::take(&mut free[prototype as usize]);
            gap += profit + price - rows.score(class, prototype as usize);
        }
        gap + free.iter().sum::<f64>()
    }

    /// From units to the measure of the scores.
    pub(super) fn in_scores(mut self, units: Units) -> Self {
        for price in self.classes.iter_mut().chain(&mut self.prototypes) {
            *price /= units.scale;
        }
        self
    }
}

/// The outcome of a matching.
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// The best assignment.
    pub assignment: Assignment,
    /// Its total score, the sum of c entries of the matrix.
    pub score: f64,
    /// The prices that prove it.
    pub prices: Prices,
    /// By how much some other assignment may be better: the sum of all prices minus the score, in fixed
    /// point. 0 from the exact solvers. [`super::certify`] finds it from outside.
    pub certificate_gap: f64,
}

/// Solves one assignment problem after another, each from the prices and pairs of the last.
///
/// Where it starts does not change the total that it finds, only the time; where several assignments are
/// best and keep as many pairs, it may decide between them.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    solver: Solver,
    paths: ShortestPaths,
    /// Of the last problem.
    units: Units,
    shape: (usize, usize),
}

impl Matcher {
    /// A matcher that has seen nothing.
    #[must_use]
    pub fn new(solver: Solver) -> Self {
        Self {
            solver,
            ..Self::default()
        }
    }

    /// The solver it was made with.
    #[must_use]
    pub const fn solver(&self) -> Solver {
        self.solver
    }

    /// Forgets prices and pairs: the next problem is solved from nothing.
    pub fn forget(&mut self) {
        self.shape = (0, 0);
    }

    /// The assignment of `classes` classes to `prototypes` prototypes with the greatest total score.
    ///
    /// `scores` is c x p, row-major: `scores[y * p + k]` is what class y gains from prototype k. Of several
    /// best assignments the one that keeps most pairs of `present` is taken, so that a label never moves
    /// for nothing; a class whose row is all zero (never seen) thus stays where it is if it can.
    ///
    /// Scores are rounded to fixed point: the largest magnitude becomes at most 2^46 units. In that fixed
    /// point the outcome is exact.
    ///
    /// # Errors
    /// No class, fewer prototypes than classes, a matrix of another size, a NaN or infinite score, or a
    /// `present` of another shape.
    pub fn solve<S: Score>(
        &mut self,
        scores: &[S],
        classes: usize,
        prototypes: usize,
        present: Option<&Assignment>,
    ) -> Result<Matching, AssignmentError> {
        check_counts(classes, prototypes)?;
        check_size(scores.len(), classes, prototypes)?;
        if let Some(present) = present {
            check_shape(present, classes, prototypes)?;
        }
        let rows = Dense::new(scores, classes, prototypes)?;
        let (prices, assignment) = match self.solver {
            Solver::KuhnMunkres => kuhn_munkres::solve(&rows, present),
            Solver::Sparse => {
                sparse::solve(&mut self.paths, &rows, SparseEffort::default())
                    .map_err(infeasible)?;
                self.shape = (0, 0);
                self.outcome()
            }
            Solver::Auto | Solver::ShortestPath => {
                self.solve_by_paths(&rows, present).map_err(infeasible)?;
                self.outcome()
            }
        };
        Ok(Matching {
            score: score(scores, &assignment)?,
            certificate_gap: prices.gap(&rows, &assignment) / rows.units.scale,
            prices: prices.in_scores(rows.units),
            assignment,
        })
    }

    fn solve_by_paths<S: Score>(
        &mut self,
        rows: &Dense<'_, S>,
        present: Option<&Assignment>,
    ) -> Result<(), Infeasible> {
        let shape = (rows.rows(), rows.columns());
        let known = std::mem::take(&mut self.shape) == shape;
        if known && self.take_prices_over(rows.units) {
            self.paths.solve_warm(rows)?;
        } else {
            self.paths.solve_cold(rows)?;
        }
        if let Some(present) = present {
            ties::keep_present(&mut self.paths, rows, present.as_slice())?;
        }
        (self.shape, self.units) = (shape, rows.units);
        Ok(())
    }

    fn outcome(&self) -> (Prices, Assignment) {
        let assignment =
            Assignment::from_solver(self.paths.column_of.clone(), self.paths.prices.len());
        (Prices::of_paths(&self.paths), assignment)
    }

    /// Brings the last prices to other units; false if they are lost in them.
    fn take_prices_over(&mut self, units: Units) -> bool {
        let ratio = units.scale / self.units.scale;
        let fit = self
            .paths
            .prices
            .iter()
            .all(|price| units.fits(price * ratio));
        if fit {
            for price in &mut self.paths.prices {
                *price = units.whole(*price * ratio);
            }
        }
        fit
    }
}

/// Of a problem in which every pair is allowed nothing can be in the way.
const fn infeasible(_: Infeasible) -> AssignmentError {
    AssignmentError::NoAlternative { class: 0 }
}

/// One matching from nothing; see [`Matcher::solve`].
///
/// # Errors
/// As [`Matcher::solve`].
pub fn match_labels<S: Score>(
    scores: &[S],
    classes: usize,
    prototypes: usize,
    present: Option<&Assignment>,
) -> Result<Matching, AssignmentError> {
    Matcher::new(Solver::Auto).solve(scores, classes, prototypes, present)
}
