//! `--rotate`: the matching where all prototypes may turn together.

use dl2pa_core::alignment::{Aligner, Alignment};
use dl2pa_core::assignment::{Assignment, AssignmentError};
use dl2pa_core::streams::{ALIGNMENT, Streams};
use rayon::prelude::*;

use super::problem::Directions;

/// Multiplications that the random starts may take together, which keeps them to seconds.
const MOST_PRODUCTS: f64 = 5e9;
/// Rounds of matching and turning that a start takes, about.
const ROUNDS: f64 = 10.0;
/// What a matching costs, in multiplications for each of its scores, about.
const PRODUCTS_A_MATCHED_SCORE: f64 = 30.0;
/// Random starts unless told otherwise.
const STARTS: (f64, f64) = (4.0, 200.0);
/// What a start must gain over those before it, for each class: less is rounding, and another symmetry of
/// the prototypes would move labels for nothing.
const LEAST_GAIN: f64 = 1e-6;

/// Finds the best rotation and assignment from the pairs of `present`, from the prototypes as they lie, and
/// from `starts` random rotations; turns the prototypes by it.
///
/// # Errors
/// A `present` of another shape.
pub(super) fn turn(
    directions: &mut Directions,
    present: Option<&Assignment>,
    starts: Option<usize>,
    seed: u64,
) -> Result<Alignment, AssignmentError> {
    let starts = starts.unwrap_or_else(|| default_starts(directions));
    let aligner = || {
        let Directions {
            means,
            prototypes,
            dim,
        } = &*directions;
        Aligner::new(means.clone(), prototypes.clone(), *dim)
    };
    let mut found = Vec::new();
    if let Some(present) = present {
        let mut aligner = aligner();
        aligner.start_from_pairs(present)?;
        found.extend(aligner.into_best());
    }
    let mut as_they_lie = aligner();
    as_they_lie.start_as_they_lie(present)?;
    found.extend(as_they_lie.into_best());
    let streams = Streams::new(seed);
    let drawn: Result<Vec<_>, AssignmentError> = (0..starts as u64)
        .into_par_iter()
        .map(|start| {
            let mut aligner = aligner();
            aligner.start_anywhere(&mut streams.rng_at(ALIGNMENT, start))?;
            Ok(aligner.into_best())
        })
        .collect();
    found.extend(drawn?.into_iter().flatten());
    let classes = directions.means.len() / directions.dim;
    let least_gain = LEAST_GAIN * classes as f64;
    let best = found.into_iter().reduce(|best, next| {
        if next.score > best.score + least_gain {
            next
        } else {
            best
        }
    });
    let best = best.ok_or(AssignmentError::NoClasses)?;
    directions.prototypes = best.turn(&directions.prototypes, directions.dim);
    Ok(best)
}

/// As many as take some seconds.
fn default_starts(directions: &Directions) -> usize {
    let scores = (directions.means.len() / directions.dim) as f64
        * (directions.prototypes.len() / directions.dim) as f64;
    let products = scores * (directions.dim as f64 + PRODUCTS_A_MATCHED_SCORE) * ROUNDS;
    (MOST_PRODUCTS / products).clamp(STARTS.0, STARTS.1) as usize
}
