//! What is matched: ready scores, or class means and prototypes that give them.

use std::path::Path;

use dl2pa_core::alignment::products;
use dl2pa_core::assignment::{
    Assignment, AssignmentError, Matcher, Matching, Solver, SparseEffort, match_means_sparsely,
};

use crate::array_files::{self, Matrix};

use super::super::error::CliError;
use super::super::prototype_file;
use super::error::AssignInputError;

/// Most scores that are worked out and kept in memory, 2 GiB of them.
const MOST_SCORES: usize = 1 << 28;

/// One assignment problem.
#[derive(Debug)]
pub(super) struct Problem {
    source: Source,
    classes: usize,
    prototypes: usize,
}

#[derive(Debug)]
enum Source {
    /// c x p.
    Scores(Vec<f32>),
    Directions(Directions),
}

/// Class means and prototypes, whose cosines are the scores.
#[derive(Debug)]
pub(super) struct Directions {
    /// c x d, unit rows, or zeros for a class never seen.
    pub(super) means: Vec<f32>,
    /// p x d, unit rows.
    pub(super) prototypes: Vec<f32>,
    pub(super) dim: usize,
}

impl Problem {
    /// Reads a ready score matrix.
    ///
    /// # Errors
    /// A missing or broken file, a number that is not finite, or fewer columns than rows.
    pub(super) fn read_scores(path: &Path) -> Result<Self, AssignInputError> {
        let matrix = read_finite(path)?;
        enough_prototypes(matrix.rows, matrix.columns)?;
        Ok(Self {
            classes: matrix.rows,
            prototypes: matrix.columns,
            source: Source::Scores(matrix.values),
        })
    }

    /// Reads class means and prototypes; each becomes unit, and a person should know the notes.
    ///
    /// # Errors
    /// A missing or broken file, a number that is not finite, prototypes of which two are alike or one is
    /// zero, rows of different lengths, or fewer prototypes than means.
    pub(super) fn read_directions(
        means_path: &Path,
        prototypes_path: &Path,
    ) -> Result<(Self, Vec<String>), CliError> {
        let mut means = read_finite(means_path)?;
        let (prototypes, note) = prototype_file::read_all(prototypes_path)?;
        if means.columns != prototypes.columns {
            let error = AssignInputError::OtherDim {
                means: means_path.to_owned(),
                means_dim: means.columns,
                prototypes: prototypes_path.to_owned(),
                prototypes_dim: prototypes.columns,
            };
            return Err(error.into());
        }
        enough_prototypes(means.rows, prototypes.rows)?;
        let mut notes = set_to_unit(means_path, &mut means);
        notes.extend(note);
        let problem = Self {
            classes: means.rows,
            prototypes: prototypes.rows,
            source: Source::Directions(Directions {
                means: means.values,
                prototypes: prototypes.values,
                dim: means.columns,
            }),
        };
        Ok((problem, notes))
    }

    pub(super) const fn classes(&self) -> usize {
        self.classes
    }

    pub(super) const fn prototypes(&self) -> usize {
        self.prototypes
    }

    /// d, where there is one.
    pub(super) const fn dim(&self) -> Option<usize> {
        match &self.source {
            Source::Scores(_) => None,
            Source::Directions(directions) => Some(directions.dim),
        }
    }

    /// Means and prototypes, to turn.
    pub(super) const fn directions_mut(&mut self) -> Option<&mut Directions> {
        match &mut self.source {
            Source::Scores(_) => None,
            Source::Directions(directions) => Some(directions),
        }
    }

    /// Whether the scores have still to be worked out and are too many to be kept.
    pub(super) fn is_large(&self) -> bool {
        let is_ready = matches!(self.source, Source::Scores(_));
        let scores = self.classes.checked_mul(self.prototypes);
        !is_ready && scores.is_none_or(|scores| scores > MOST_SCORES)
    }

    /// What all scores take.
    pub(super) fn matrix_bytes(&self) -> f64 {
        self.classes as f64 * self.prototypes as f64 * size_of::<f64>() as f64
    }

    /// What `class` gains from `prototype`.
    pub(super) fn score(&self, class: usize, prototype: usize) -> f64 {
        match &self.source {
            Source::Scores(scores) => f64::from(scores[class * self.prototypes + prototype]),
            Source::Directions(directions) => {
                let dim = directions.dim;
                let mean = &directions.means[class * dim..][..dim];
                let row = &directions.prototypes[prototype * dim..][..dim];
                let pairs = mean.iter().zip(row);
                pairs.map(|(&m, &w)| f64::from(m) * f64::from(w)).sum()
            }
        }
    }

    /// Solves by `solver`; ties keep the pairs of `present`, but for [`Solver::Sparse`].
    ///
    /// # Errors
    /// A `present` of another shape.
    pub(super) fn solve(
        &self,
        solver: Solver,
        present: Option<&Assignment>,
    ) -> Result<Matching, AssignmentError> {
        let (classes, prototypes) = (self.classes, self.prototypes);
        let mut matcher = Matcher::new(solver);
        match (&self.source, solver) {
            (Source::Scores(scores), _) => matcher.solve(scores, classes, prototypes, present),
            (Source::Directions(it), Solver::Sparse) => {
                match_means_sparsely(&it.means, &it.prototypes, it.dim, SparseEffort::default())
            }
            (Source::Directions(it), _) => {
                let scores = products(&it.means, &it.prototypes, it.dim);
                matcher.solve(&scores, classes, prototypes, present)
            }
        }
    }
}

fn enough_prototypes(classes: usize, prototypes: usize) -> Result<(), AssignmentError> {
    if classes > prototypes {
        return Err(AssignmentError::TooFewPrototypes {
            classes,
            prototypes,
        });
    }
    Ok(())
}

fn read_finite(path: &Path) -> Result<Matrix, AssignInputError> {
    let matrix = array_files::read(path)?;
    match matrix.values.iter().position(|value| !value.is_finite()) {
        None => Ok(matrix),
        Some(at) => Err(AssignInputError::NotFinite {
            path: path.to_owned(),
            row: at / matrix.columns + 1,
            column: at % matrix.columns + 1,
            value: matrix.values[at],
        }),
    }
}

/// Sets every mean to length 1 but those of zeros; what a person should know of that.
fn set_to_unit(path: &Path, means: &mut Matrix) -> Vec<String> {
    let (mut shortest, mut longest, mut unseen) = (f64::INFINITY, 0.0_f64, 0);
    for mean in means.values.chunks_exact_mut(means.columns) {
        let length = prototype_file::normalise(mean);
        if length > 0.0 {
            (shortest, longest) = (shortest.min(length), longest.max(length));
        } else {
            unseen += 1;
        }
    }
    let mut notes = Vec::new();
    if longest > 0.0 {
        notes.extend(prototype_file::length_note(path, shortest, longest));
    }
    if unseen > 0 {
        notes.push(format!(
            "{unseen} of the {} rows of `{}` are zero, so these classes were never seen; they score 0 and take what is left",
            means.rows,
            path.display()
        ));
    }
    notes
}
