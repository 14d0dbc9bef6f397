//! What is said to someone who doubts a matching: what a barred move costs, and the proof by prices.

use dl2pa_core::assignment::{Move, WhatIf};

use super::{MOST_MOVES, score, size, tidy};
use crate::text::Sentence;

pub(crate) const WHAT_IF: &str = "What if not?";
pub(crate) const ALLOW: &str = "Allow it again";

pub(crate) const PROOF: &str = "The proof";
pub(crate) const PROOF_NOTE: &str = "Give every class and every prototype a price, so that for each pair the two prices together are at least its cosine. Then no assignment can total more than all prices together.";

/// A sum in the proof, with more figures.
pub(crate) fn price_sum(sum: f64) -> String {
    tidy(&format!("{sum:.4}"))
}

/// The button that bars a pair.
pub(crate) fn forbid(name: &str, prototype: u32) -> String {
    format!("Forbid {name} → prototype {}", prototype + 1)
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
        "It would cost nothing: another assignment is as good.".to_owned()
    } else {
        format!("It would cost {}.", size(what_if.cost))
    };
    let mut told = Vec::new();
    if let Some(step) = own {
        told.push(format!(
            "{} would go to prototype {}",
            name(step.class),
            step.to + 1
        ));
    }
    let others: Vec<&&Move> = moves
        .iter()
        .filter(|step| step.class != what_if.class)
        .collect();
    told.extend(
        others
            .iter()
            .take(MOST_MOVES)
            .map(|step| format!("{} to {}", name(step.class), step.to + 1)),
    );
    let more = others.len().saturating_sub(MOST_MOVES);
    let more = if more > 0 {
        format!(" and {more} more would move")
    } else {
        String::new()
    };
    let rest = format!(
        "The best total without it is {}. {}{more}.",
        score(what_if.score),
        told.join(", ")
    );
    (cost, rest)
}

/// What the proof comes to.
pub(crate) fn verdict(gap: f64, is_best: bool, dealt: bool, best: f64) -> Sentence {
    if is_best && gap.abs() < 1e-6 {
        (
            "Proven:".to_owned(),
            "the total reaches the bound, so nothing scores higher.".to_owned(),
        )
    } else if dealt {
        (
            "Not the best:".to_owned(),
            format!("it was dealt at random. The best total is {}.", score(best)),
        )
    } else {
        (
            "Not proven:".to_owned(),
            format!("the total is {} below the bound.", size(gap)),
        )
    }
}

/// Names of the rows of the proof.
pub(crate) const PROOF_ROWS: [&str; 4] = [
    "Prices of all classes",
    "Prices of all prototypes",
    "Bound: both together",
    "Total of this assignment",
];
pub(crate) const PROOF_GAP: &str = "Bound − total";
pub(crate) const PROOF_CHOSEN: &str = "Largest slack of a chosen pair";

/// "Smallest slack of 625 pairs".
pub(crate) fn proof_least(pairs: usize) -> String {
    format!("Smallest slack of {pairs} pairs")
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
