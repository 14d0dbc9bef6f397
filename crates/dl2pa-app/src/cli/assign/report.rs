//! What `--assign` says: the JSON object that scripts read, and the same in words.

use std::path::{Path, PathBuf};

use dl2pa_core::assignment::{Assignment, AssignmentError, Matching, Solver, cycles};
use serde::Serialize;

use super::problem::Problem;

/// A gap this small, relative to the total, is rounding.
const PROVEN_WITHIN: f64 = 1e-9;
/// Most cycles that a person is shown.
const MOST_CYCLES: usize = 10;
/// Most classes of one that a person is shown.
const MOST_MEMBERS: usize = 8;
/// Most pairs that are put into words where no file takes them.
const MOST_PAIRS: usize = 20;

/// Classes that passed their prototypes on among themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Cycle {
    /// Each takes the prototype that the next one had, and the last that of the first or a free one.
    pub(super) classes: Vec<u32>,
    /// What they gain together.
    pub(super) gain: f64,
    /// Whether the last takes a prototype that no class had.
    ends_at_free: bool,
}

/// What is different from the assignment before.
#[derive(Debug)]
pub(super) struct Changes {
    score_before: f64,
    moved: Vec<u32>,
    cycles: Vec<Cycle>,
}

/// The line of `--assign --json`.
#[derive(Debug, Serialize)]
pub(super) struct AssignReport {
    /// Prototype of each class, both counted from 0.
    assignment: Vec<u32>,
    /// Sum over the classes.
    score: f64,
    /// By how much another assignment may be better.
    certificate_gap: f64,
    /// Of the matching, without reading and writing.
    seconds: f64,
    solver: &'static str,
    classes: usize,
    prototypes: usize,
    dim: Option<usize>,
    /// Of the assignment before, for the prototypes as they now lie.
    score_before: Option<f64>,
    /// Classes with another prototype than before.
    moved: Option<Vec<u32>>,
    cycles: Option<Vec<Cycle>>,
    rotation_file: Option<String>,
    /// Whether the prototypes were turned first, of which the gap says nothing.
    rotated: bool,
}

/// The parts of the change from `before` to `after`, with what each gains.
///
/// # Errors
/// Assignments of different shapes.
pub(super) fn cycles_of(
    problem: &Problem,
    before: &Assignment,
    after: &Assignment,
) -> Result<Vec<Cycle>, AssignmentError> {
    let owner_before = before.classes_of_prototypes();
    let (old, new) = (before.as_slice(), after.as_slice());
    let cycle = |classes: Vec<u32>| {
        let gain = |&class: &u32| {
            let class = class as usize;
            problem.score(class, new[class] as usize) - problem.score(class, old[class] as usize)
        };
        let takes = classes.last().map(|&last| new[last as usize] as usize);
        Cycle {
            gain: classes.iter().map(gain).sum(),
            ends_at_free: takes.is_some_and(|prototype| owner_before[prototype].is_none()),
            classes,
        }
    };
    Ok(cycles(before, after)?.into_iter().map(cycle).collect())
}

impl Changes {
    /// # Errors
    /// Assignments of different shapes.
    pub(super) fn new(
        problem: &Problem,
        before: &Assignment,
        matching: &Matching,
    ) -> Result<Self, AssignmentError> {
        let pairs = before.as_slice().iter().enumerate();
        Ok(Self {
            score_before: pairs
                .map(|(class, &prototype)| problem.score(class, prototype as usize))
                .sum(),
            moved: before.moved(&matching.assignment),
            cycles: cycles_of(problem, before, &matching.assignment)?,
        })
    }
}

impl AssignReport {
    /// `rotated` says whether the prototypes were turned; `seconds` is the time of that and the matching.
    pub(super) fn new(
        problem: &Problem,
        solver: Solver,
        matching: &Matching,
        changes: Option<Changes>,
        (rotated, rotation_file): (bool, Option<PathBuf>),
        seconds: f64,
    ) -> Self {
        let (score_before, moved, cycles) = match changes {
            Some(it) => (Some(it.score_before), Some(it.moved), Some(it.cycles)),
            None => (None, None, None),
        };
        Self {
            assignment: matching.assignment.as_slice().to_vec(),
            score: matching.score,
            certificate_gap: matching.certificate_gap,
            seconds,
            solver: solver.name(),
            classes: problem.classes(),
            prototypes: problem.prototypes(),
            dim: problem.dim(),
            score_before,
            moved,
            cycles,
            rotation_file: rotation_file.map(|path| path.display().to_string()),
            rotated,
        }
    }

    /// For people.
    pub(super) fn in_words(&self, output: Option<&Path>) -> String {
        let proof = if self.certificate_gap <= PROVEN_WITHIN * self.score.abs().max(1.0) {
            "proven the best".to_owned()
        } else {
            format!("at most {:.3e} below the best", self.certificate_gap)
        };
        let mut lines = vec![
            format!(
                "{} classes matched to {} prototypes ({}) in {:.2} s",
                self.classes, self.prototypes, self.solver, self.seconds
            ),
            format!(
                "total score {:.6}, {proof}{}; {:.6} a class",
                self.score,
                if self.rotated {
                    " for this rotation"
                } else {
                    ""
                },
                self.score / self.classes as f64
            ),
        ];
        lines.extend(self.changes_in_words());
        if output.is_none() && self.classes <= MOST_PAIRS {
            for (class, prototype) in self.assignment.iter().enumerate() {
                lines.push(format!("class {class} has prototype {prototype}"));
            }
        }
        if let Some(path) = output {
            lines.push(format!("written to {}", path.display()));
        }
        if let Some(path) = &self.rotation_file {
            lines.push(format!("rotation written to {path}"));
        }
        lines.join("\n")
    }

    fn changes_in_words(&self) -> Vec<String> {
        let (Some(moved), Some(cycles), Some(before)) =
            (&self.moved, &self.cycles, self.score_before)
        else {
            return Vec::new();
        };
        if moved.is_empty() {
            return vec!["no label moved".to_owned()];
        }
        let mut lines = vec![format!(
            "{} labels moved and gained {:.6}",
            moved.len(),
            self.score - before
        )];
        for cycle in cycles.iter().take(MOST_CYCLES) {
            lines.push(format!("  {}: {:+.6}", members(cycle), cycle.gain));
        }
        if cycles.len() > MOST_CYCLES {
            lines.push(format!("  and {} more", cycles.len() - MOST_CYCLES));
        }
        lines
    }
}

/// Who took whose prototype.
fn members(cycle: &Cycle) -> String {
    let classes = &cycle.classes;
    let pairs = classes
        .windows(2)
        .map(|pair| format!("{} took {}'s", pair[0], pair[1]));
    let mut steps: Vec<String> = pairs.take(MOST_MEMBERS).collect();
    if classes.len() > MOST_MEMBERS {
        steps.push(format!("and so on for {} classes", classes.len()));
    } else if let (Some(first), Some(last)) = (classes.first(), classes.last()) {
        steps.push(if cycle.ends_at_free {
            format!("{last} took a free one")
        } else {
            format!("{last} took {first}'s")
        });
    }
    steps.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_told_as_who_took_whose_place() {
        let cycle = |classes: std::ops::Range<u32>, ends_at_free| {
            members(&Cycle {
                classes: classes.collect(),
                gain: 0.5,
                ends_at_free,
            })
        };
        assert_eq!(cycle(3..6, false), "3 took 4's, 4 took 5's, 5 took 3's");
        assert_eq!(cycle(3..5, true), "3 took 4's, 4 took a free one");
        assert_eq!(cycle(7..8, true), "7 took a free one");
        assert!(cycle(0..30, false).ends_with("and so on for 30 classes"));
    }
}
