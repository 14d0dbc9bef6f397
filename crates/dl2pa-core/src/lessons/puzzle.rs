//! Puzzles of six classes and six prototypes: what taking the greatest score first collects, and what the
//! best assignment does, with the prices that prove it.

use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::measure::{Figures, Measure};
use crate::assignment::{
    Assignment, AssignmentError, Passing, Prices, explain, match_labels, score,
};
use crate::prototypes::{self, PrototypeError};

/// Classes, and prototypes, of a puzzle.
pub const PUZZLE_SIZE: usize = 6;
/// Number of puzzles.
pub const PUZZLES: usize = 20;
/// Dimension of the directions whose cosines the drawn puzzles are made of.
const DIM: usize = 3;
/// Scores are shown, and counted, in hundredths.
const HUNDREDTHS: f64 = 100.0;
/// Totals of six numbers in hundredths that differ by less are equal.
const EQUAL_WITHIN: f64 = 1e-9;

/// The first puzzle, made by hand: classes 0 and 1 want the same prototype, and so do 3, 4 and 5.
const FIRST: [[i32; PUZZLE_SIZE]; PUZZLE_SIZE] = [
    [95, 90, 10, -20, 0, 5],
    [92, 15, 5, 0, -30, 10],
    [10, 20, 80, 15, 5, -10],
    [0, -15, 10, 88, 81, 12],
    [-25, 5, 0, 86, 20, 74],
    [5, 0, 15, 70, 10, 30],
];

/// One puzzle and its two answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Puzzle {
    /// Number, from 0.
    pub number: usize,
    /// [`PUZZLE_SIZE`] x [`PUZZLE_SIZE`] similarities of class means (rows) and prototypes.
    pub scores: Vec<f64>,
    /// Prototype of each class when the greatest score is taken first.
    pub greedy: Assignment,
    /// Its total.
    pub greedy_total: f64,
    /// The best assignment.
    pub best: Assignment,
    /// Its total.
    pub best_total: f64,
    /// What proves it.
    pub prices: Prices,
    /// Who passes which prototype on, from greedy to best.
    pub passings: Vec<Passing>,
}

/// A puzzle cannot be made; none should.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PuzzleError {
    /// There are not so many.
    #[error("There is no puzzle {number}; choose one of the first {PUZZLES}.")]
    NoSuchPuzzle {
        /// What was asked for, from 0.
        number: usize,
    },
    /// Labels could not be matched.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// Directions could not be made.
    #[error(transparent)]
    Prototypes(#[from] PrototypeError),
}

impl Puzzle {
    /// Puzzle `number`, from 0, solved both ways. The first is made by hand; the others are cosines of drawn
    /// directions and the corners of an octahedron.
    ///
    /// # Errors
    /// A number of [`PUZZLES`] or above.
    pub fn new(number: usize) -> Result<Self, PuzzleError> {
        if number >= PUZZLES {
            return Err(PuzzleError::NoSuchPuzzle { number });
        }
        let scores = if number == 0 {
            let hundredths = FIRST.iter().flatten();
            hundredths
                .map(|&score| f64::from(score) / HUNDREDTHS)
                .collect()
        } else {
            drawn(number)?
        };
        let greedy = Assignment::from_vec(greedily(&scores), PUZZLE_SIZE)?;
        let matching = match_labels(&scores, PUZZLE_SIZE, PUZZLE_SIZE, Some(&greedy))?;
        Ok(Self {
            number,
            greedy_total: score(&scores, &greedy)?,
            passings: explain(&greedy, &matching.assignment, &scores)?.passings,
            best_total: matching.score,
            best: matching.assignment,
            prices: matching.prices,
            greedy,
            scores,
        })
    }

    /// By how much the best total is above the greedy one.
    #[must_use]
    pub fn advantage(&self) -> f64 {
        self.best_total - self.greedy_total
    }

    /// Sum of all prices, which no assignment's total is above.
    #[must_use]
    pub fn price_total(&self) -> f64 {
        let Prices {
            classes,
            prototypes,
        } = &self.prices;
        classes.iter().chain(prototypes).sum()
    }
}

/// Cosines, to hundredths, of six drawn directions and the six corners of an octahedron.
fn drawn(number: usize) -> Result<Vec<f64>, PuzzleError> {
    let streams = Streams::new(number as u64);
    let means = prototypes::random(PUZZLE_SIZE, DIM, &mut streams.rng(PROTOTYPES));
    let corners = prototypes::spread(PUZZLE_SIZE, DIM, &streams)?.prototypes;
    let cosines = means.chunks_exact(DIM).flat_map(|mean| {
        corners.chunks_exact(DIM).map(|corner| {
            let products = mean.iter().zip(corner).map(|(m, w)| f64::from(m * w));
            (products.sum::<f64>() * HUNDREDTHS).round() / HUNDREDTHS
        })
    });
    Ok(cosines.collect())
}

/// The greatest score of classes and prototypes that are still free, again and again; of equal ones the first.
fn greedily(scores: &[f64]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let mut prototype_of: Vec<Option<u32>> = vec![None; PUZZLE_SIZE];
    let mut taken = [false; PUZZLE_SIZE];
    for place in order {
        let (class, prototype) = (place / PUZZLE_SIZE, place % PUZZLE_SIZE);
        if prototype_of[class].is_none() && !taken[prototype] {
            prototype_of[class] = Some(prototype as u32);
            taken[prototype] = true;
        }
    }
    // Each class has met every prototype, so none is left over.
    prototype_of.into_iter().flatten().collect()
}

/// The figures of several puzzles together; totals are sums over them.
pub(super) fn figures(puzzles: &[Puzzle]) -> Figures {
    let sum = |of: fn(&Puzzle) -> f64| puzzles.iter().map(of).sum::<f64>();
    let least = |values: Vec<f64>| values.into_iter().reduce(f64::min);
    let advantages: Vec<f64> = puzzles.iter().map(Puzzle::advantage).collect();
    let improved = advantages
        .iter()
        .filter(|&&more| more > EQUAL_WITHIN)
        .count();
    let passings = || puzzles.iter().flat_map(|puzzle| &puzzle.passings);
    let gaps = puzzles
        .iter()
        .map(|puzzle| (puzzle.price_total() - puzzle.best_total).abs());
    let mut figures = Figures::from([
        (Measure::Puzzles, puzzles.len() as f64),
        (Measure::PuzzlesImproved, improved as f64),
        (Measure::GreedyTotal, sum(|puzzle| puzzle.greedy_total)),
        (Measure::BestTotal, sum(|puzzle| puzzle.best_total)),
        (Measure::PriceTotal, sum(Puzzle::price_total)),
        (Measure::ProofGap, gaps.fold(0.0, f64::max)),
    ]);
    let mut note = |measure, value: Option<f64>| {
        if let Some(value) = value {
            figures.insert(measure, value);
        }
    };
    note(
        Measure::GreatestAdvantage,
        advantages.iter().copied().reduce(f64::max),
    );
    note(Measure::LeastAdvantage, least(advantages));
    note(
        Measure::SmallestRingGain,
        least(passings().map(|ring| ring.gain).collect()),
    );
    let moves = passings().flat_map(|ring| &ring.moves);
    note(
        Measure::WorstMove,
        least(moves.map(|step| step.gain).collect()),
    );
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best total by trying all 720 assignments.
    fn best_by_trying(scores: &[f64]) -> f64 {
        fn go(scores: &[f64], class: usize, taken: u32) -> f64 {
            if class == PUZZLE_SIZE {
                return 0.0;
            }
            (0..PUZZLE_SIZE)
                .filter(|prototype| taken & (1 << prototype) == 0)
                .map(|prototype| {
                    scores[class * PUZZLE_SIZE + prototype]
                        + go(scores, class + 1, taken | (1 << prototype))
                })
                .fold(f64::NEG_INFINITY, f64::max)
        }
        go(scores, 0, 0)
    }

    #[test]
    fn no_assignment_of_any_puzzle_is_better_than_its_best() {
        for number in 0..PUZZLES {
            let puzzle = Puzzle::new(number).unwrap();
            let best = best_by_trying(&puzzle.scores);
            assert!((puzzle.best_total - best).abs() < 1e-9, "{number}: {best}");
            assert!(puzzle.greedy_total <= best + 1e-9, "{number}");
            assert!((puzzle.price_total() - best).abs() < 1e-9, "{number}");
            for ring in &puzzle.passings {
                assert!(ring.gain > 0.0, "{number}: a ring that gains nothing stays");
            }
        }
    }

    #[test]
    fn greedy_takes_the_greatest_first() {
        // 0.95, then 0.88, 0.80, 0.74, 0.10 (class 5, prototype 4) and 0.15 (class 1, prototype 1).
        let puzzle = Puzzle::new(0).unwrap();
        assert_eq!(puzzle.greedy.as_slice(), [0, 1, 2, 3, 5, 4]);
        assert!((puzzle.greedy_total - 3.62).abs() < 1e-9);
    }

    #[test]
    fn there_are_so_many_puzzles() {
        assert_eq!(
            Puzzle::new(PUZZLES),
            Err(PuzzleError::NoSuchPuzzle { number: PUZZLES })
        );
    }
}
