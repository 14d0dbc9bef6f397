//! What is said about why labels moved: rings, the formula, the score matrix, the proof, what a barred pair costs.

pub(crate) mod doubt;

use dl2pa_core::assignment::{Move, Passing};
use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;

use super::number::{marked, shortest};
use super::words::why as say;
use super::{Sentence, sentence};

pub(crate) use super::words::why::*;

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
pub(crate) fn nothing(why: Nothing, period: f64) -> Sentence {
    match why {
        Nothing::Head(HeadKind::Psc) => sentence(say::no_matching(), say::no_matching_body()),
        Nothing::Head(_) => sentence(say::stay(), say::stay_body()),
        Nothing::NotYet => {
            let every = super::matching::period(period);
            sentence(say::not_yet(), &say::not_yet_body(period, every))
        }
        Nothing::Forgotten => sentence(say::forgotten(), say::forgotten_body()),
        Nothing::TooMany => sentence(say::too_many(), say::too_many_body()),
        Nothing::Odd => sentence(say::odd(), say::odd_body()),
    }
}

/// "After epoch 8".
pub(crate) fn after_epoch(epoch: f64) -> String {
    say::at_epoch(shortest((epoch * 100.0).round() / 100.0))
}

/// "5 labels moved in 2 rings", or that none did.
pub(crate) fn what_happened(relabelling: &Relabelling) -> String {
    match (relabelling.dealt, relabelling.moved.len()) {
        (true, n) => say::dealt(n),
        (false, 0) => say::none_moved().to_owned(),
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
        say::rounding().to_owned()
    } else {
        signed(value)
    }
}

/// A true minus, no minus before nothing, and the language's decimal mark.
fn tidy(number: &str) -> String {
    let is_nothing = number
        .trim_start_matches(['-', '+'])
        .chars()
        .all(|c| c == '0' || c == '.');
    if is_nothing {
        marked(number.trim_start_matches(['-', '+']))
    } else {
        marked(&number.replace('-', "−"))
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
        .map(|(i, step)| match i {
            0 => say::first_move(name(step.class), step.to + 1),
            _ => format!("{} → {}", name(step.class), step.to + 1),
        })
        .collect();
    let more = moves.len().saturating_sub(MOST_MOVES);
    let stressed = say::ring_told(told.join(", "), more, moves.len(), signed(ring.gain));
    if dealt {
        return (stressed, say::was_dealt().to_owned());
    }
    let losers = moves.iter().filter(|step| step.gain < -5e-5);
    let most = losers.clone().min_by(|a, b| a.gain.total_cmp(&b.gain));
    let who = match (most, losers.count()) {
        (Some(step), 1) => say::one_loses(name(step.class), size(step.gain)),
        (Some(step), n) => say::some_lose(n, name(step.class), signed(step.gain)),
        (None, _) if ring.gain < 5e-5 => say::nothing_gained().to_owned(),
        (None, _) if moves.len() == 2 => say::both_gain().to_owned(),
        (None, _) => say::each_gains().to_owned(),
    };
    (stressed, who)
}

/// "Without this ring the total would be 15.38 instead of 15.80."
pub(crate) fn without_ring(without: f64, total: f64) -> String {
    say::without(score(without), score(total))
}

/// What is said when no label moved.
pub(crate) fn no_ring(total: f64, is_best: bool) -> Sentence {
    let rest = if is_best {
        say::no_better(score(total))
    } else {
        say::total_stays(score(total))
    };
    (say::no_label_moved().to_owned(), rest)
}

/// "All dots turned together first: 14.90 → 15.38."
pub(crate) fn turned(before: f64, turned: f64) -> String {
    say::turned_first(score(before), score(turned))
}

/// About a class that kept its prototype.
pub(crate) fn stayed(name: &str, prototype: u32, cosine: f64) -> String {
    say::stayed_at(name, prototype + 1, self::cosine(cosine))
}

/// What a class would like, and what it would cost the others.
pub(crate) fn favourite(name: &str, prototype: u32, cosine: f64, cost: f64) -> String {
    say::would_take(name, prototype + 1, self::cosine(cosine), size(cost))
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
    let [before, after] = [before, after].map(cosine);
    say::move_is(name, step.from + 1, step.to + 1, before, after)
}

/// Words of the button of a ring: its gain and its labels.
pub(crate) fn ring_button(gain: f64, labels: usize) -> String {
    format!("{} · {labels}", signed(gain))
}

/// The same for those who cannot see it.
pub(crate) fn ring_name(place: usize, gain: f64, labels: usize) -> String {
    say::ring_is(labels, place + 1, signed(gain))
}

/// Title over the balance.
pub(crate) fn balance_title(labels: usize) -> String {
    match labels {
        0 | 1 => say::score_of_one().to_owned(),
        n => say::score_of_these(n),
    }
}

/// "A7 · prototype 12 · cosine 0.83".
pub(crate) fn cell(name: &str, prototype: usize, cosine: f64) -> String {
    say::cell_is(name, prototype + 1, self::cosine(cosine))
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
    say::matrix_is(classes, prototypes, cell)
}

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
