//! What is said about matching labels and prototypes: its settings, and what each matching did.

use dl2pa_core::assignment::Passing;
use dl2pa_core::config::{AssignInit, ClassMeansKind, Switch};
use dl2pa_core::protocol::Relabelling;

use super::Sentence;

pub(crate) const PERIOD: &str = "Match every";
pub(crate) const PERIOD_HINT: &str =
    "τ′: how often labels and prototypes are matched again; only the dynamic head does it.";

pub(crate) const SECTION: &str = "More about matching";
pub(crate) const SECTION_HINT: &str =
    "How labels find their first dot, and what the matching goes by.";
pub(crate) const LEARNED: &str =
    "Learned prototypes move with their class, so there is nothing to match.";
pub(crate) const FIXED: &str = "The fixed head chooses once, before training, and never again.";
pub(crate) const RELEASED: &str = "The authors' released code keeps a fading mean.";

pub(crate) const INIT: &str = "First assignment";
pub(crate) const ROTATION: &str = "Prototypes may turn";
pub(crate) const MEANS: &str = "Class means";

/// Name and one-sentence explanation of each way to begin.
pub(crate) const INITS: [(AssignInit, &str, &str); 3] = [
    (
        AssignInit::Random,
        "Random",
        "Each label is dealt a dot at random, as in the paper.",
    ),
    (
        AssignInit::Geometric,
        "Fits data",
        "Classes whose examples are alike get neighbouring dots from the start.",
    ),
    (
        AssignInit::Features,
        "Fits network",
        "Classes that the untrained network sends near each other get neighbouring dots.",
    ),
];

/// Name and one-sentence explanation of letting prototypes turn.
pub(crate) const ROTATIONS: [(Switch, &str, &str); 2] = [
    (
        Switch::Off,
        "Off",
        "The dots stay where they are and only labels move, as in the paper.",
    ),
    (
        Switch::On,
        "On",
        "At a matching all dots may turn together, as one rigid body, to where labels fit best.",
    ),
];

/// Name and one-sentence explanation of each kind of class mean.
pub(crate) const MEANS_KINDS: [(ClassMeansKind, &str, &str); 3] = [
    (
        ClassMeansKind::Ema,
        "Fading",
        "Each batch moves the mean a little, so older examples fade, as in the paper.",
    ),
    (
        ClassMeansKind::Epoch,
        "Since last",
        "All examples since the last matching count alike, each as the network saw it then.",
    ),
    (
        ClassMeansKind::Exact,
        "Exact",
        "All training examples as the network sees them at the matching; costs one more pass over them.",
    ),
];

/// "1 changed": how many settings of the closed section are not as at first.
pub(crate) fn changed(count: usize) -> String {
    match count {
        0 => String::new(),
        n => format!("{n} changed"),
    }
}

/// "0.25 epochs", "1 epoch".
pub(crate) fn period(epochs: f64) -> String {
    if epochs == 1.0 {
        "1 epoch".to_owned()
    } else {
        format!("{epochs} epochs")
    }
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
    let what = match (relabelling.dealt, relabelling.moved.len()) {
        (true, n) => format!("{n} labels dealt again at random"),
        (false, 0) => "no label moved".to_owned(),
        (false, 1) => "1 label moved".to_owned(),
        (false, n) => format!("{n} labels moved"),
    };
    let after = (epoch * 100.0).round() / 100.0;
    let mut lines = vec![
        format!("After epoch {after}: {what}"),
        format!(
            "Agreement {:.1} → {:.1}",
            relabelling.score_before, relabelling.score_after
        ),
    ];
    if !relabelling.dealt {
        let rings = &relabelling.passings;
        lines.extend(rings.iter().take(MOST_RINGS).map(|ring| {
            let names: Vec<&str> = ring.moves.iter().map(|step| name(step.class)).collect();
            ring_line(&names, ring)
        }));
        if rings.len() > MOST_RINGS {
            lines.push(format!("and {} rings more", rings.len() - MOST_RINGS));
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
    format!("{}: {:+.2}", path.join(" → "), ring.gain)
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
    if dealt {
        return (
            "The labels were dealt again at random.".to_owned(),
            format!(
                "The next matching will repair it. Agreement {score_before:.1} → {score_after:.1} of {classes}."
            ),
        );
    }
    let gain = score_after - score_before;
    let rise = if gain < 0.005 {
        "less than 0.01".to_owned()
    } else {
        format!("{gain:.2}")
    };
    let rose =
        format!("agreement with the examples rose by {rise} to {score_after:.1} of {classes}.");
    match (relabelling.moved.len(), turned) {
        (0, false) => (
            "No label moved:".to_owned(),
            format!(
                "no exchange would bring the classes nearer to their dots. Agreement {score_after:.1} of {classes}."
            ),
        ),
        (0, true) => (
            "All dots turned together:".to_owned(),
            format!("{rose} No label had to move."),
        ),
        (_, turned) => {
            let moved = moved_in_rings(relabelling);
            let (stressed, rose) = if turned {
                // Long enough for a phone without more words.
                let rose = rose.replacen(" with the examples", "", 1);
                (format!("All dots turned, {moved}:"), rose)
            } else {
                (format!("{moved}:"), rose)
            };
            let is_best = relabelling
                .certificate_gap
                .is_some_and(|gap| gap.abs() < ROUNDING);
            let proof = if is_best {
                " No other assignment scores higher."
            } else {
                ""
            };
            (stressed, rose + proof)
        }
    }
}

/// "6 labels moved in 2 rings", "2 labels changed places".
pub(crate) fn moved_in_rings(relabelling: &Relabelling) -> String {
    match (relabelling.moved.len(), relabelling.passings.len()) {
        (1, _) => "1 label moved".to_owned(),
        (2, _) => "2 labels changed places".to_owned(),
        (n, 0) => format!("{n} labels moved"),
        (n, 1) => format!("{n} labels moved in one ring"),
        (n, rings) => format!("{n} labels moved in {rings} rings"),
    }
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
