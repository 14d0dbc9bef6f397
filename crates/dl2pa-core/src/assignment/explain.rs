//! Why labels moved: who took whose prototype, and what each gained by it.

use serde::{Deserialize, Serialize};

use super::error::AssignmentError;
use super::fixed_point::Score;
use super::pairs::{Assignment, check_shape, check_size};

/// One class that has another prototype than before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// The class.
    pub class: u32,
    /// Its prototype before.
    pub from: u32,
    /// Its prototype now.
    pub to: u32,
    /// Score now minus score before, for this class alone; negative if it gave way to others.
    pub gain: f64,
}

/// Classes that passed their prototypes on among themselves; undone, they leave all others as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passing {
    /// Each takes the prototype that the next one had, and the last that of the first (or a free one).
    pub moves: Vec<Move>,
    /// What all of them gain together: never negative (but for rounding) if the assignment is the best one.
    pub gain: f64,
    /// Whether it ends at a prototype that nobody had, instead of where it began.
    pub ends_at_free: bool,
}

/// What an assignment changed, split into parts that do not depend on each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// The parts, in the order of [`cycles`]. Classes that stay are in none.
    pub passings: Vec<Passing>,
    /// The sum of their gains: total score now minus total score before.
    pub gain: f64,
}

/// Splits the change from `before` to `after` into its cycles, with what each class gains under `scores`
/// (c x p, row-major).
///
/// # Errors
/// The assignments differ in the number of classes or prototypes, or `scores` has another size.
pub fn explain<S: Score>(
    before: &Assignment,
    after: &Assignment,
    scores: &[S],
) -> Result<Explanation, AssignmentError> {
    let lists = cycles(before, after)?;
    let prototypes = before.prototypes();
    check_size(scores.len(), before.classes(), prototypes)?;
    let owner_before = before.classes_of_prototypes();
    let score = |class: u32, prototype: u32| -> f64 {
        scores[class as usize * prototypes + prototype as usize].into()
    };
    let move_of = |class: u32| {
        let (from, to) = (
            before.as_slice()[class as usize],
            after.as_slice()[class as usize],
        );
        Move {
            class,
            from,
            to,
            gain: score(class, to) - score(class, from),
        }
    };
    let passings: Vec<Passing> = lists
        .into_iter()
        .map(|list| {
            let moves: Vec<Move> = list.into_iter().map(move_of).collect();
            Passing {
                gain: moves.iter().map(|step| step.gain).sum(),
                ends_at_free: moves
                    .last()
                    .is_some_and(|step| owner_before[step.to as usize].is_none()),
                moves,
            }
        })
        .collect();
    Ok(Explanation {
        gain: passings.iter().map(|passing| passing.gain).sum(),
        passings,
    })
}

/// How labels pass from hand to hand between two assignments of the same classes.
///
/// Each list reads: its first class takes the prototype that its second class had, that one takes the
/// third's, and so on. The last takes the first's (a cycle of `after o before^-1`), or, where there are
/// more prototypes than classes, one that nobody had. Classes that stay are left out; every class that
/// moves is in one list. Lists begin with their lowest class, except those that end at a free prototype.
///
/// # Errors
/// The assignments differ in the number of classes or prototypes.
pub fn cycles(before: &Assignment, after: &Assignment) -> Result<Vec<Vec<u32>>, AssignmentError> {
    check_shape(before, after.classes(), after.prototypes())?;
    let owner_before = before.classes_of_prototypes();
    let owner_after = after.classes_of_prototypes();
    let mut done: Vec<bool> = before
        .as_slice()
        .iter()
        .zip(after.as_slice())
        .map(|(before, after)| before == after)
        .collect();
    // Chains to a free prototype begin at a class whose own prototype nobody takes; the rest are cycles.
    let chain_heads = (0..before.classes())
        .filter(|&class| owner_after[before.as_slice()[class] as usize].is_none());
    let mut lists = Vec::new();
    for head in chain_heads.chain(0..before.classes()) {
        let mut list = Vec::new();
        let mut next = Some(head as u32);
        while let Some(class) = next.filter(|&class| !done[class as usize]) {
            done[class as usize] = true;
            list.push(class);
            next = owner_before[after.as_slice()[class as usize] as usize];
        }
        if !list.is_empty() {
            lists.push(list);
        }
    }
    Ok(lists)
}
