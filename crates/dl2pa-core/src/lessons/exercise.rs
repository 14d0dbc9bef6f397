//! What lessons compute without training, a slice of work at a time so that a page can draw in between.

use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::measure::{Figures, Measure};
use super::plan::{MatchingTimePlan, PointsPlan, PuzzlesPlan};
use super::puzzle::{self, Puzzle, PuzzleError};
use super::reading::separation_into;
use crate::assignment::{AssignmentError, match_labels};
use crate::prototypes::{
    self, Method, PAPER_T, PrototypeError, Spreader, UnknownMethod, bound_max_cos,
};

/// The arrangement that the mean angle takes for perfect.
const TWO_DOTS: &str = "two-dots";
/// Class means and prototypes whose matching is timed have at most so many dimensions, as in the study.
const MOST_TIMED_DIMS: usize = 512;
const MILLIS: f64 = 1_000.0;

/// Something to compute.
#[derive(Clone, Debug, PartialEq)]
pub enum Exercise {
    /// Place points and measure how far apart they are.
    Points(PointsPlan),
    /// Solve puzzles greedily and well.
    Puzzles(PuzzlesPlan),
    /// Time a matching.
    MatchingTime(MatchingTimePlan),
}

/// What an exercise came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solved {
    /// Its numbers.
    pub figures: Figures,
    /// The points to show, if it placed any.
    pub points: Option<Points>,
    /// The puzzles, if it solved any.
    pub puzzles: Vec<Puzzle>,
}

/// Points on a sphere.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// n x `dim`, row-major, unit rows.
    pub rows: Vec<f32>,
    /// Their dimension.
    pub dim: usize,
}

/// Why an exercise cannot be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExerciseError {
    /// There are no such points.
    #[error(transparent)]
    Prototypes(#[from] PrototypeError),
    /// There is no such method.
    #[error(transparent)]
    Method(#[from] UnknownMethod),
    /// A puzzle cannot be made.
    #[error(transparent)]
    Puzzle(#[from] PuzzleError),
    /// Labels could not be matched.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// Nothing is asked for.
    #[error("A matching that is timed needs at least one class and one round; ask for more.")]
    NothingToTime,
}

/// An exercise under way.
#[derive(Debug)]
pub struct Work {
    task: Task,
}

#[derive(Debug)]
enum Task {
    Done(Solved),
    Spreading {
        spreader: Box<Spreader>,
        plan: PointsPlan,
    },
    Timing {
        plan: MatchingTimePlan,
        seed: u64,
        millis: Vec<f64>,
        gap: f64,
    },
}

impl Exercise {
    /// Prepares it. Points are placed with `seed`; puzzles are the same for every seed.
    ///
    /// # Errors
    /// Points, puzzles or matchings that there are not.
    pub fn begin(&self, seed: u64) -> Result<Work, ExerciseError> {
        let task = match self {
            Self::Points(plan) if plan.method == TWO_DOTS => {
                Task::Done(placed(two_dots(plan)?, plan))
            }
            Self::Points(plan) => {
                let method: Method = plan.method.parse()?;
                let t = plan.t.unwrap_or(PAPER_T);
                let streams = Streams::new(seed);
                let spreader = Spreader::new(plan.count, plan.dim, method, t, &streams)?;
                Task::Spreading {
                    spreader: Box::new(spreader.with_trajectory(false)),
                    plan: plan.clone(),
                }
            }
            Self::Puzzles(PuzzlesPlan { first, last }) => {
                let puzzles: Result<Vec<Puzzle>, PuzzleError> =
                    (*first..=*last).map(Puzzle::new).collect();
                let puzzles = puzzles?;
                Task::Done(Solved {
                    figures: puzzle::figures(&puzzles),
                    points: None,
                    puzzles,
                })
            }
            Self::MatchingTime(plan) if plan.classes == 0 || plan.rounds == 0 => {
                return Err(ExerciseError::NothingToTime);
            }
            Self::MatchingTime(plan) => Task::Timing {
                plan: *plan,
                seed,
                millis: Vec::new(),
                gap: 0.0,
            },
        };
        Ok(Work { task })
    }
}

impl Work {
    /// Works for one slice; true when all is done. `now_secs` is the clock of what is timed.
    ///
    /// # Errors
    /// None that a program without faults meets.
    pub fn advance(&mut self, now_secs: impl Fn() -> f64) -> Result<bool, ExerciseError> {
        Ok(match &mut self.task {
            Task::Done(_) => true,
            Task::Spreading { spreader, .. } => spreader.advance(),
            Task::Timing {
                plan,
                seed,
                millis,
                gap,
            } => {
                let scores = random_scores(plan.classes, *seed, millis.len() as u64);
                let began_secs = now_secs();
                let matching = match_labels(&scores, plan.classes, plan.classes, None)?;
                millis.push(MILLIS * (now_secs() - began_secs));
                *gap = gap.max(matching.certificate_gap);
                millis.len() >= plan.rounds
            }
        })
    }

    /// What it came to; of an exercise that is not done, as far as it went.
    #[must_use]
    pub fn finish(self) -> Solved {
        match self.task {
            Task::Done(solved) => solved,
            Task::Spreading { spreader, plan } => placed(spreader.finish().prototypes, &plan),
            Task::Timing {
                mut millis, gap, ..
            } => {
                millis.sort_by(f64::total_cmp);
                let median = millis.get(millis.len() / 2).copied();
                let mut figures = Figures::from([(Measure::ProofGap, gap)]);
                figures.extend(median.map(|median| (Measure::MatchingTime, median)));
                Solved {
                    figures,
                    ..Solved::default()
                }
            }
        }
    }
}

fn placed(rows: Vec<f32>, plan: &PointsPlan) -> Solved {
    let mut figures = Figures::new();
    separation_into(&mut figures, &rows, plan.dim);
    let bound = bound_max_cos(plan.count, plan.dim).clamp(-1.0, 1.0);
    figures.insert(Measure::BoundAngle, bound.acos().to_degrees());
    Solved {
        figures,
        points: Some(Points {
            rows,
            dim: plan.dim,
        }),
        puzzles: Vec::new(),
    }
}

/// Points by turns on the two poles of the last axis, which stands upright on the stage.
fn two_dots(plan: &PointsPlan) -> Result<Vec<f32>, PrototypeError> {
    let &PointsPlan { count, dim, .. } = plan;
    if dim == 0 {
        return Err(PrototypeError::NoDimension);
    }
    let axis = dim - 1;
    let mut rows = vec![0.0; count * dim];
    for (index, row) in rows.chunks_exact_mut(dim).enumerate() {
        row[axis] = if index % 2 == 0 { 1.0 } else { -1.0 };
    }
    Ok(rows)
}

/// Cosines of drawn class means and drawn prototypes (c x c).
fn random_scores(classes: usize, seed: u64, round: u64) -> Vec<f32> {
    let dim = classes.min(MOST_TIMED_DIMS);
    let mut rng = Streams::new(seed.wrapping_add(round)).rng(PROTOTYPES);
    let means = prototypes::random(classes, dim, &mut rng);
    let rows = prototypes::random(classes, dim, &mut rng);
    let dot = |mean: &[f32], row: &[f32]| mean.iter().zip(row).map(|(m, w)| m * w).sum();
    means
        .chunks_exact(dim)
        .flat_map(|mean| rows.chunks_exact(dim).map(move |row| dot(mean, row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn solve(exercise: &Exercise) -> Solved {
        let mut work = exercise.begin(1).unwrap();
        while !work.advance(|| 0.0).unwrap() {}
        work.finish()
    }

    fn points(method: &str, count: usize, dim: usize) -> Exercise {
        Exercise::Points(PointsPlan {
            method: method.to_owned(),
            count,
            dim,
            t: None,
        })
    }

    /// Half of n points on each pole have n/2 opposite ones each: a mean angle of 180 n / (2 (n - 1)).
    #[test]
    fn two_dots_have_the_greatest_mean_angle_and_touch() {
        for count in [4, 10, 100] {
            let figures = solve(&points(TWO_DOTS, count, 3)).figures;
            let n = count as f64;
            let expected = 180.0 * n / (2.0 * (n - 1.0));
            assert!((figures[&Measure::MeanAngle] - expected).abs() < 1e-9);
            assert!(figures[&Measure::MinAngle].abs() < 1e-9);
            assert!((figures[&Measure::MeanCos] + 1.0 / (n - 1.0)).abs() < 1e-9);
        }
    }

    #[test]
    fn points_are_placed_by_their_method_and_shown() {
        let solved = solve(&points("auto", 12, 3));
        assert!((solved.figures[&Measure::MinAngle] - 63.434_95).abs() < 1e-3);
        assert!((solved.figures[&Measure::BoundAngle] - 63.434_95).abs() < 1e-3);
        assert_eq!(solved.points.unwrap().rows.len(), 36);
    }

    #[test]
    fn the_median_of_the_rounds_counts() {
        let exercise = Exercise::MatchingTime(MatchingTimePlan {
            classes: 8,
            rounds: 3,
        });
        // A clock that is read twice a round and goes on by 1, 5 and 2 seconds in between.
        let readings = [0.0, 1.0, 1.0, 6.0, 6.0, 8.0];
        let next = Cell::new(0);
        let clock = || {
            let at = next.replace(next.get() + 1);
            readings[at]
        };
        let mut work = exercise.begin(1).unwrap();
        while !work.advance(clock).unwrap() {}
        let figures = work.finish().figures;
        assert!((figures[&Measure::MatchingTime] - 2_000.0).abs() < 1e-9);
        assert_eq!(figures[&Measure::ProofGap], 0.0);
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        assert!(matches!(
            points("nowhere", 4, 3).begin(1),
            Err(ExerciseError::Method(_))
        ));
        assert!(matches!(
            points(TWO_DOTS, 4, 0).begin(1),
            Err(ExerciseError::Prototypes(PrototypeError::NoDimension))
        ));
        let nothing = Exercise::MatchingTime(MatchingTimePlan {
            classes: 0,
            rounds: 1,
        });
        assert!(matches!(
            nothing.begin(1),
            Err(ExerciseError::NothingToTime)
        ));
    }
}
