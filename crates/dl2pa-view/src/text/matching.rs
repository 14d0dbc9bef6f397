//! What is said about matching labels and prototypes: its settings, and what each matching did.

use dl2pa_core::assignment::Passing;
use dl2pa_core::config::{AssignInit, ClassMeansKind, Switch};
use dl2pa_core::protocol::Relabelling;

use super::Sentence;
use super::number::{fixed, marked, shortest};
use super::words::matching as say;

pub(crate) use super::words::matching::*;

/// A choice with its name and one sentence.
type Offer<T> = (T, &'static str, &'static str);

/// Name and one-sentence explanation of each way to begin.
pub(crate) fn inits() -> [Offer<AssignInit>; 3] {
    [
        (AssignInit::Random, say::random(), say::random_hint()),
        (
            AssignInit::Geometric,
            say::geometric(),
            say::geometric_hint(),
        ),
        (AssignInit::Features, say::features(), say::features_hint()),
    ]
}

/// Name and one-sentence explanation of letting prototypes turn.
pub(crate) fn rotations() -> [Offer<Switch>; 2] {
    [
        (Switch::Off, say::off(), say::off_hint()),
        (Switch::On, say::on(), say::on_hint()),
    ]
}

/// Name and one-sentence explanation of each kind of class mean.
pub(crate) fn means_kinds() -> [Offer<ClassMeansKind>; 3] {
    [
        (ClassMeansKind::Ema, say::fading(), say::fading_hint()),
        (
            ClassMeansKind::Epoch,
            say::since_last(),
            say::since_last_hint(),
        ),
        (ClassMeansKind::Exact, say::exact(), say::exact_hint()),
    ]
}

/// "1 changed": how many settings of the closed section are not as at first.
pub(crate) fn changed(count: usize) -> String {
    match count {
        0 => String::new(),
        n => say::settings_changed(n),
    }
}

/// "0.25 epochs", "1 epoch".
pub(crate) fn period(epochs: f64) -> String {
    say::epochs(epochs, shortest(epochs))
}

/// Rings that a tick names; more would hide the timeline.
const MOST_RINGS: usize = 4;
/// Labels of a ring that a tick names.
const MOST_OF_A_RING: usize = 6;

/// Hover text of the tick of a matching that happened after so many epochs.
pub(crate) fn tick<'a>(
    relabelling: &Relabelling,
    epoch: f64,
    name: impl Fn(u32) -> &'a str,
) -> String {
    let count = relabelling.moved.len();
    let what = if relabelling.dealt {
        say::dealt_count(count)
    } else {
        say::moved_count(count)
    };
    let after = (epoch * 100.0).round() / 100.0;
    let mut lines = vec![
        say::after_epoch(shortest(after), what),
        say::agreement(
            fixed(relabelling.score_before, 1),
            fixed(relabelling.score_after, 1),
        ),
    ];
    if !relabelling.dealt {
        let rings = &relabelling.passings;
        lines.extend(rings.iter().take(MOST_RINGS).map(|ring| {
            let names: Vec<&str> = ring.moves.iter().map(|step| name(step.class)).collect();
            ring_line(&names, ring)
        }));
        if rings.len() > MOST_RINGS {
            lines.push(say::more_rings(rings.len() - MOST_RINGS));
        }
    }
    lines.join("\n")
}

/// "A1 → C4 → B2 → A1: +0.31": each takes the dot of the next.
fn ring_line(names: &[&str], ring: &Passing) -> String {
    let mut path: Vec<&str> = names.iter().take(MOST_OF_A_RING).copied().collect();
    if names.len() > MOST_OF_A_RING {
        path.push("…");
    }
    if !ring.ends_at_free {
        path.extend(names.first());
    }
    let gain = marked(&format!("{:+.2}", ring.gain));
    format!("{}: {gain}", path.join(" → "))
}

/// A gap below this is the rounding of a proof.
const ROUNDING: f64 = 1e-6;

/// What a matching did, for someone who has never read of one.
pub(crate) fn say_relabelled(relabelling: &Relabelling) -> Sentence {
    let Relabelling {
        score_before,
        score_after,
        dealt,
        turned,
        ..
    } = *relabelling;
    let classes = relabelling.after.len();
    let after = fixed(score_after, 1);
    if dealt {
        let rest = say::dealt_again_then(fixed(score_before, 1), after, classes);
        return (say::dealt_again().to_owned(), rest);
    }
    let gain = score_after - score_before;
    let rise = if gain < 0.005 {
        say::less_than(fixed(0.01, 2))
    } else {
        fixed(gain, 2)
    };
    match (relabelling.moved.len(), turned) {
        (0, false) => (
            say::none_moved().to_owned(),
            say::none_moved_then(after, classes),
        ),
        (0, true) => (
            say::all_turned().to_owned(),
            say::all_turned_then(say::rose(rise, after, classes)),
        ),
        (_, turned) => {
            let moved = moved_in_rings(relabelling);
            let (stressed, rose) = if turned {
                // Long enough for a phone without more words.
                let rose = say::rose_short(rise, after, classes);
                (say::turned_and_moved(moved), rose)
            } else {
                (format!("{moved}:"), say::rose(rise, after, classes))
            };
            let is_best = relabelling
                .certificate_gap
                .is_some_and(|gap| gap.abs() < ROUNDING);
            let rest = if is_best {
                format!("{rose} {}", say::is_best())
            } else {
                rose
            };
            (stressed, rest)
        }
    }
}

/// "6 labels moved in 2 rings", "2 labels changed places".
pub(crate) fn moved_in_rings(relabelling: &Relabelling) -> String {
    say::in_rings(relabelling.moved.len(), relabelling.passings.len())
}

#[cfg(test)]
mod tests {
    use dl2pa_core::assignment::{Assignment, explain};

    use super::*;

    /// Six classes that move from their own prototypes to `after`, for a gain of 0.25 each.
    fn relabelling(after: [u32; 6]) -> Relabelling {
        let [before, after] = [[0, 1, 2, 3, 4, 5], after]
            .map(|pairs| Assignment::from_vec(pairs.to_vec(), 6).unwrap());
        let scores: Vec<f64> = (0..36)
            .map(|cell| if cell % 7 == 0 { 0.5 } else { 0.75 })
            .collect();
        let explanation = explain(&before, &after, &scores).unwrap();
        Relabelling {
            epoch: 2,
            step: 20,
            moved: before.moved(&after),
            before: before.as_slice().into(),
            after: after.as_slice().into(),
            score_before: 3.0,
            score_after: 3.0 + explanation.gain,
            passings: explanation.passings,
            certificate_gap: Some(0.0),
            turned: false,
            dealt: false,
            class_means: None,
            prototypes: [].into(),
        }
    }

    fn said(relabelling: &Relabelling) -> String {
        let (stressed, rest) = say_relabelled(relabelling);
        format!("{stressed} {rest}")
    }

    #[test]
    fn a_matching_is_told_by_its_rings_and_its_gain() {
        assert_eq!(
            said(&relabelling([1, 2, 0, 4, 3, 5])),
            "5 labels moved in 2 rings: agreement with the examples rose by 1.25 to 4.2 of 6. \
             No other assignment scores higher."
        );
        let swap = said(&relabelling([0, 1, 2, 3, 5, 4]));
        assert!(swap.starts_with("2 labels changed places: "), "{swap}");
        let ring = said(&relabelling([1, 2, 0, 3, 4, 5]));
        assert!(ring.starts_with("3 labels moved in one ring: "), "{ring}");
    }

    #[test]
    fn only_a_proof_is_called_one() {
        let unproven = Relabelling {
            certificate_gap: Some(0.1),
            ..relabelling([1, 0, 2, 3, 4, 5])
        };
        assert!(!said(&unproven).contains("No other"));
        let dealt = Relabelling {
            certificate_gap: None,
            dealt: true,
            ..relabelling([1, 0, 2, 3, 4, 5])
        };
        assert!(said(&dealt).starts_with("The labels were dealt again"));
        assert!(!said(&dealt).contains("No other"));
    }

    #[test]
    fn turning_is_told_with_and_without_moves() {
        let still = Relabelling {
            turned: true,
            score_after: 3.001,
            ..relabelling([0, 1, 2, 3, 4, 5])
        };
        assert_eq!(
            said(&still),
            "All dots turned together: agreement with the examples rose by less than 0.01 to 3.0 of 6. \
             No label had to move."
        );
        let moving = Relabelling {
            turned: true,
            ..relabelling([1, 2, 0, 3, 4, 5])
        };
        assert!(said(&moving).starts_with("All dots turned, 3 labels moved in one ring: "));
    }

    #[test]
    fn a_tick_names_who_took_whose_dot() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let words = tick(&relabelling([1, 2, 0, 4, 3, 5]), 2.25, |class| {
            names[class as usize]
        });
        assert_eq!(
            words,
            "After epoch 2.25: 5 labels moved\nAgreement 3.0 → 4.2\na → b → c → a: +0.75\nd → e → d: +0.50"
        );
    }

    #[test]
    fn periods_read_as_people_say_them() {
        let read: Vec<String> = [0.25, 0.5, 1.0, 2.0].map(period).into();
        assert_eq!(read, ["0.25 epochs", "0.5 epochs", "1 epoch", "2 epochs"]);
    }
}
