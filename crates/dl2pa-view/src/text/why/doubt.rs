//! What is said to someone who doubts a matching: what a barred move costs, and the proof by prices.

use dl2pa_core::assignment::{Move, WhatIf};

use super::{MOST_MOVES, score, size, tidy};
use crate::text::words::doubt as say;
use crate::text::{Sentence, sentence};

pub(crate) use crate::text::words::doubt::*;

/// A sum in the proof, with more figures.
pub(crate) fn price_sum(sum: f64) -> String {
    tidy(&format!("{sum:.4}"))
}

/// The button that bars a pair.
pub(crate) fn forbid(name: &str, prototype: u32) -> String {
    say::forbid_pair(name, prototype + 1)
}

/// What barring a pair leads to.
pub(crate) fn forbidden<'a>(what_if: &WhatIf, name: impl Fn(u32) -> &'a str) -> Sentence {
    let moves: Vec<&Move> = what_if
        .passings
        .iter()
        .flat_map(|part| &part.moves)
        .collect();
    let own = moves.iter().find(|step| step.class == what_if.class);
    let cost = if what_if.cost < 5e-5 {
        say::costs_nothing().to_owned()
    } else {
        say::would_cost(size(what_if.cost))
    };
    let mut told: Vec<String> = own
        .iter()
        .map(|step| say::would_go(name(step.class), step.to + 1))
        .collect();
    let others: Vec<&&Move> = moves
        .iter()
        .filter(|step| step.class != what_if.class)
        .collect();
    let followers = others.iter().take(MOST_MOVES);
    told.extend(followers.map(|step| say::would_follow(name(step.class), step.to + 1)));
    let more = others.len().saturating_sub(MOST_MOVES);
    let rest = say::best_without(score(what_if.score), told.join(", "), more);
    (cost, rest)
}

/// What the proof comes to.
pub(crate) fn verdict(gap: f64, is_best: bool, dealt: bool, best: f64) -> Sentence {
    if is_best && gap.abs() < 1e-6 {
        sentence(say::proven(), say::proven_then())
    } else if dealt {
        sentence(say::not_best(), &say::not_best_then(score(best)))
    } else {
        sentence(say::not_proven(), &say::not_proven_then(size(gap)))
    }
}

/// Names of the rows of the proof.
pub(crate) fn proof_rows() -> [&'static str; 4] {
    [
        say::class_prices(),
        say::prototype_prices(),
        say::bound(),
        say::total(),
    ]
}

/// "Smallest slack of 625 pairs".
pub(crate) fn proof_least(pairs: usize) -> String {
    say::least_slack(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proof_is_called_one() {
        assert_eq!(verdict(0.0, true, false, 3.0).0, "Proven:");
        assert_eq!(verdict(0.1, false, true, 3.0).0, "Not the best:");
        assert_eq!(verdict(0.1, false, false, 3.0).0, "Not proven:");
        assert_eq!(verdict(0.1, true, false, 3.0).0, "Not proven:");
    }
}
