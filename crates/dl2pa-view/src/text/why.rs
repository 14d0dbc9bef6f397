//! What is said about why labels moved: rings, the formula, the score matrix, the proof, what a barred pair costs.

pub(crate) mod doubt;

use dl2pa_core::assignment::{Move, Passing};
use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;

use super::Sentence;

pub(crate) const TAB: &str = "Why";
pub(crate) const TAB_HINT: &str =
    "Why labels moved: who took whose dot, what it was worth, and the proof";

pub(crate) const EARLIER: &str = "Earlier matching";
pub(crate) const LATER: &str = "Later matching";
pub(crate) const LAST_MOVING: &str = "Show the last one that moved labels";

pub(crate) const FORMULA: &str = "The rule";
pub(crate) const FORMULA_NOTE: &str = "Of all ways to give each class y a prototype A(y) of its own, take the one whose class means m and prototypes w agree most.";
pub(crate) const MATRIX: &str = "Every pair";
pub(crate) const MATRIX_NOTE: &str = "One row a class, one column a prototype.";
pub(crate) const BY_NUMBER: &str = "By number";
pub(crate) const BY_NUMBER_HINT: &str = "Prototypes in their own order.";
pub(crate) const DIAGONAL: &str = "Diagonal";
pub(crate) const DIAGONAL_HINT: &str =
    "Each class's present prototype on the diagonal, the labels that moved first.";
pub(crate) const COSINES: &str = "Cosine";
pub(crate) const COSINES_HINT: &str = "How alike class mean and prototype are.";
pub(crate) const SLACK: &str = "Slack";
pub(crate) const SLACK_HINT: &str = "Price of the class + price of the prototype − cosine: what taking the pair would waste at least.";
pub(crate) const BOX_NOW: &str = "now";
pub(crate) const BOX_BEFORE: &str = "before";

pub(crate) const NOW: &str = "now";
pub(crate) const AFTER: &str = "after";

/// Why there is nothing to explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nothing {
    /// The head never matches.
    Head(HeadKind),
    /// The first matching is still to come.
    NotYet,
    /// The class means of an old matching have been let go.
    Forgotten,
    /// There are more classes than can be drawn and solved in a frame.
    TooMany,
    /// What the session said does not fit together.
    Odd,
}

/// Headline and explanation of an empty panel.
pub(crate) fn nothing(why: Nothing, period: f64) -> (&'static str, String) {
    let (title, body) = match why {
        Nothing::Head(HeadKind::Psc) => (
            "Nothing to match",
            "With the learned head each class drags a dot of its own along, so no label ever changes its dot. Choose the dynamic head to see labels move.".to_owned(),
        ),
        Nothing::Head(_) => (
            "Labels stay where they were dealt",
            "The fixed head chooses once, before training, and never matches again. Choose the dynamic head with the same seed to see what it would change.".to_owned(),
        ),
        Nothing::NotYet => (
            "No matching yet",
            format!(
                "Every {} labels and dots are matched again. Then you read here which labels moved, what it was worth, and why nothing else would have been better.",
                super::matching::period(period)
            )
            .replace("Every 1 epoch ", "After every epoch "),
        ),
        Nothing::Forgotten => (
            "Too long ago",
            "Only the latest matchings keep what they saw, to save memory. Choose a later one.".to_owned(),
        ),
        Nothing::TooMany => (
            "Too many classes to lay out",
            "With more than 300 classes the matrix has no room here. The tick on the timeline tells what moved.".to_owned(),
        ),
        Nothing::Odd => (
            "This matching cannot be read",
            "Its class means or prototypes do not fit its labels. Run again with the same seed to make them anew.".to_owned(),
        ),
    };
    (title, body)
}

/// "After epoch 8".
pub(crate) fn after_epoch(epoch: f64) -> String {
    format!("After epoch {}", (epoch * 100.0).round() / 100.0)
}

/// "5 labels moved in 2 rings", or that none did.
pub(crate) fn what_happened(relabelling: &Relabelling) -> String {
    match (relabelling.dealt, relabelling.moved.len()) {
        (true, n) => format!("{n} labels dealt at random"),
        (false, 0) => "no label moved".to_owned(),
        (false, _) => super::matching::moved_in_rings(relabelling),
    }
}

/// A sum of cosines.
pub(crate) fn score(score: f64) -> String {
    tidy(&format!("{score:.2}"))
}

/// A cosine at a pin or in a row.
pub(crate) fn cosine(cosine: f64) -> String {
    tidy(&format!("{cosine:.2}"))
}

/// "+0.42"; with more figures where two would show nothing.
pub(crate) fn signed(gain: f64) -> String {
    let size = gain.abs();
    tidy(&if size >= 0.005 {
        format!("{gain:+.2}")
    } else if size >= 5e-5 {
        format!("{gain:+.4}")
    } else {
        "0".to_owned()
    })
}

/// A size without its sign, with figures as [`signed`].
fn size(value: f64) -> String {
    signed(value.abs()).trim_start_matches('+').to_owned()
}

/// A difference that should be nothing: 0, and whether that is but for rounding.
pub(crate) fn exact(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.abs() < 1e-9 {
        "0 (rounding)".to_owned()
    } else {
        signed(value)
    }
}

/// A true minus, and no minus before nothing.
fn tidy(number: &str) -> String {
    let is_nothing = number
        .trim_start_matches(['-', '+'])
        .chars()
        .all(|c| c == '0' || c == '.');
    if is_nothing {
        number.trim_start_matches(['-', '+']).to_owned()
    } else {
        number.replace('-', "−")
    }
}

/// Moves of a ring that are told one by one.
const MOST_MOVES: usize = 3;

/// "A7 → prototype 12, B3 → 4: together +0.42." and who loses by it. The moves are told from the first on.
pub(crate) fn ring<'a>(
    moves: &[Move],
    ring: &Passing,
    dealt: bool,
    name: impl Fn(u32) -> &'a str,
) -> Sentence {
    let told: Vec<String> = moves
        .iter()
        .take(MOST_MOVES)
        .enumerate()
        .map(|(i, step)| {
            let noun = if i == 0 { "prototype " } else { "" };
            format!("{} → {noun}{}", name(step.class), step.to + 1)
        })
        .collect();
    let more = moves.len().saturating_sub(MOST_MOVES);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let together = if moves.len() > 1 { "together " } else { "" };
    let stressed = format!(
        "{}{rest}: {together}{}.",
        told.join(", "),
        signed(ring.gain)
    );
    if dealt {
        return (
            stressed,
            "It was dealt, not chosen, so it may well lose.".to_owned(),
        );
    }
    let losers = moves.iter().filter(|step| step.gain < -5e-5);
    let most = losers.clone().min_by(|a, b| a.gain.total_cmp(&b.gain));
    let who = match (most, losers.count()) {
        (Some(step), 1) => format!(
            "{} alone loses {} by it, so that the others gain more.",
            name(step.class),
            size(step.gain)
        ),
        (Some(step), n) => format!(
            "{n} of them lose by it, {} most ({}), so that the others gain more.",
            name(step.class),
            signed(step.gain)
        ),
        (None, _) if ring.gain < 5e-5 => {
            "That is as good as nothing: the two ways are nearly the same.".to_owned()
        }
        (None, _) if moves.len() == 2 => "Both gain by it.".to_owned(),
        (None, _) => "Each of them gains by it.".to_owned(),
    };
    (stressed, who)
}

/// "Without this ring the total would be 15.38 instead of 15.80."
pub(crate) fn without_ring(without: f64, total: f64) -> String {
    format!(
        "Without this ring the total would be {} instead of {}.",
        score(without),
        score(total)
    )
}

/// What is said when no label moved.
pub(crate) fn no_ring(total: f64, is_best: bool) -> Sentence {
    let rest = if is_best {
        format!("No exchange of labels totals more than {}.", score(total))
    } else {
        format!("The total stays {}.", score(total))
    };
    ("No label moved.".to_owned(), rest)
}

/// "All dots turned together first: 14.90 → 15.38."
pub(crate) fn turned(before: f64, turned: f64) -> String {
    format!(
        "All dots turned together first, as one rigid body: {} → {}.",
        score(before),
        score(turned)
    )
}

/// About a class that kept its prototype.
pub(crate) fn stayed(name: &str, prototype: u32, cosine: f64) -> String {
    format!(
        "{name} stayed at prototype {} (cosine {}).",
        prototype + 1,
        self::cosine(cosine)
    )
}

/// What a class would like, and what it would cost the others.
pub(crate) fn favourite(name: &str, prototype: u32, cosine: f64, cost: f64) -> String {
    format!(
        "By itself {name} would take prototype {} (cosine {}). Then the best total is {} lower.",
        prototype + 1,
        self::cosine(cosine),
        size(cost)
    )
}

/// That a class has what it likes best.
pub(crate) fn has_favourite(name: &str) -> String {
    format!("No prototype is nearer to the mean of {name}.")
}

/// About a class of which the network has been shown nothing.
pub(crate) fn unseen(name: &str) -> String {
    format!("No example of {name} has been seen yet, so every prototype suits it alike.")
}

/// "4 → 12".
pub(crate) fn from_to(step: &Move) -> String {
    format!("{} → {}", step.from + 1, step.to + 1)
}

/// "0.61 → 0.83".
pub(crate) fn cosines(before: f64, after: f64) -> String {
    format!("{} → {}", cosine(before), cosine(after))
}

/// A move for those who cannot see its row.
pub(crate) fn move_name(name: &str, step: &Move, before: f64, after: f64) -> String {
    format!(
        "{name}: prototype {} to {}, cosine {} to {}",
        step.from + 1,
        step.to + 1,
        cosine(before),
        cosine(after)
    )
}

/// "and 7 more".
pub(crate) fn and_more(count: usize) -> String {
    format!("and {count} more")
}

/// Words of the button of a ring: its gain and its labels.
pub(crate) fn ring_button(gain: f64, labels: usize) -> String {
    format!("{} · {labels}", signed(gain))
}

/// The same for those who cannot see it.
pub(crate) fn ring_name(place: usize, gain: f64, labels: usize) -> String {
    format!("Ring {} of {labels} labels, {}", place + 1, signed(gain))
}

/// Title over the balance.
pub(crate) fn balance_title(labels: usize) -> String {
    match labels {
        0 | 1 => "Score of this label".to_owned(),
        n => format!("Score of these {n}"),
    }
}

/// "22 others".
pub(crate) fn others(count: usize) -> String {
    match count {
        1 => "1 other".to_owned(),
        n => format!("{n} others"),
    }
}

/// "A7 · prototype 12 · cosine 0.83".
pub(crate) fn cell(name: &str, prototype: usize, cosine: f64) -> String {
    format!(
        "{name} · prototype {} · {}",
        prototype + 1,
        self::cosine(cosine)
    )
}

/// "A7 · 12", where there is room for no more.
pub(crate) fn short_cell(name: &str, prototype: usize) -> String {
    format!("{name} · {}", prototype + 1)
}

/// "0.52 + 0.31 − 0.83 = 0": prices of class and prototype, cosine, slack.
pub(crate) fn slack(class_price: f64, prototype_price: f64, cosine: f64, slack: f64) -> String {
    let sign = if cosine <= -0.005 { "+" } else { "−" };
    format!(
        "{} + {} {sign} {} = {}",
        self::cosine(class_price),
        self::cosine(prototype_price),
        self::cosine(cosine.abs()),
        exact(slack).trim_start_matches('+')
    )
}

/// The matrix for those who cannot see it.
pub(crate) fn matrix_name(classes: usize, prototypes: usize, cell: &str) -> String {
    format!(
        "Score matrix of {classes} classes and {prototypes} prototypes, arrow keys move. {cell}"
    )
}

/// The rule for those who cannot see it.
pub(crate) const FORMULA_NAME: &str =
    "A star is the assignment A with the greatest sum over y of m of y times w of A of y";

#[cfg(test)]
mod tests {
    use super::*;

    fn passing(gains: &[f64]) -> Passing {
        let moves: Vec<Move> = gains
            .iter()
            .zip(0..)
            .map(|(&gain, class)| Move {
                class,
                from: class,
                to: (class + 1) % gains.len() as u32,
                gain,
            })
            .collect();
        Passing {
            gain: gains.iter().sum(),
            moves,
            ends_at_free: false,
        }
    }

    fn said(gains: &[f64], dealt: bool) -> String {
        let names = ["a", "b", "c", "d", "e", "f"];
        let passing = passing(gains);
        let (stressed, rest) = ring(&passing.moves, &passing, dealt, |class| {
            names[class as usize]
        });
        format!("{stressed} {rest}")
    }

    #[test]
    fn a_ring_is_told_with_its_gain_and_its_loser() {
        assert_eq!(
            said(&[0.3, -0.05, 0.17], false),
            "a → prototype 2, b → 3, c → 1: together +0.42. b alone loses 0.05 by it, so that the others gain more."
        );
        assert!(said(&[0.3, 0.1], false).ends_with("together +0.40. Both gain by it."));
        let long = said(&[0.1; 6], false);
        assert!(long.contains("c → 4 and 3 more: together +0.60."), "{long}");
        let two = said(&[-0.1, 0.5, -0.2], false);
        assert!(
            two.contains("2 of them lose by it, c most (−0.20)"),
            "{two}"
        );
    }

    #[test]
    fn nothing_is_called_nothing_and_dealing_is_not_called_choosing() {
        assert!(said(&[0.0, 0.0], false).contains("as good as nothing"));
        assert!(said(&[0.002, 0.001], false).contains("+0.0030"));
        let dealt = said(&[-0.3, -0.1], true);
        assert!(dealt.contains("together −0.40. It was dealt"), "{dealt}");
        assert!(!dealt.contains("gain"));
    }

    #[test]
    fn numbers_have_true_signs_and_no_minus_before_nothing() {
        assert_eq!(cosine(-0.304), "−0.30");
        assert_eq!(cosine(-0.001), "0.00");
        assert_eq!(signed(-1e-9), "0");
        assert_eq!(exact(2e-15), "0 (rounding)");
        assert_eq!(exact(0.25), "+0.25");
        assert_eq!(slack(0.5, 0.25, 0.75, 0.0), "0.50 + 0.25 − 0.75 = 0");
        assert_eq!(slack(0.5, 0.25, -0.25, 1.0), "0.50 + 0.25 + 0.25 = 1.00");
    }

    #[test]
    fn every_empty_state_says_why() {
        for head in [HeadKind::Psc, HeadKind::Fixed] {
            let (_, body) = nothing(Nothing::Head(head), 1.0);
            assert!(body.contains("dynamic head"), "{body}");
        }
        assert!(
            nothing(Nothing::NotYet, 1.0)
                .1
                .starts_with("After every epoch labels")
        );
        assert!(
            nothing(Nothing::NotYet, 2.0)
                .1
                .starts_with("Every 2 epochs labels")
        );
    }
}
