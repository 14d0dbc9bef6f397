//! The eight lessons of the playground: what each shows, asks, runs and checks, in words for people who have
//! not read the paper. The page and the window go through the same ones.
//!
//! A lesson is a plan (`lessons/plan`, one for all languages) and its words (`lessons/en`, `lessons/de`, ...).
//! [`Walk`] is the way through it: it takes what the learner does and what sessions report, and gives what the
//! playground has to do. Checks hold bounds against what was run ([`check()`]); the paper's own figures come
//! from one table ([`paper_figures`]) and are never mixed with them.

mod asks;
mod check;
mod error;
mod exercise;
mod fill;
mod language;
mod lesson;
mod measure;
mod paper;
mod plan;
mod puzzle;
mod reading;
mod terms;
#[cfg(test)]
mod tests;
mod walk;
#[cfg(test)]
mod walk_tests;
mod words;

pub use asks::{Ask, LaneSetup, Prediction, Stage};
pub use check::{Finding, Notebook, Verdict, check, say};
pub use error::LessonError;
pub use exercise::{Exercise, ExerciseError, Points, Solved, Work};
pub use language::Language;
pub use lesson::{LaneContent, Lesson, MOST_LANES, all, lesson};
pub use measure::{Figures, Measure, Unit};
pub use paper::{PaperFigure, paper_figures};
pub use plan::{
    Act, BeatPlan, Claim, Control, LanePlan, MatchingTimePlan, Panel, PaperRow, Plan, PointsPlan,
    PuzzlesPlan, Reading, Show,
};
pub use puzzle::{PUZZLE_SIZE, PUZZLES, Puzzle, PuzzleError};
pub use terms::{CardTerms, Terms};
pub use walk::Walk;
pub use words::{BeatWords, ChoiceWords, PaperWords, Words};
