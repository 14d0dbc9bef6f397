//! Every sentence and label that a person reads, in one place.

pub(crate) mod keys;
pub(crate) mod lineup;
pub(crate) mod matching;
pub(crate) mod own;
pub(crate) mod prototypes;
pub(crate) mod sharing;
pub(crate) mod tour;
pub(crate) mod why;

use std::sync::Arc;

use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_core::protocol::{Evaluation, Relabelling, Snapshot};

pub(crate) const NAME: &str = "dl2pa";
pub(crate) const TAGLINE: &str = "Labels find their place";
pub(crate) const STAGE_NAME: &str = "Sphere with prototypes, labels, class means and samples";

pub(crate) const EMPTY_TITLE: &str = "Getting ready";
pub(crate) const EMPTY_BODY: &str =
    "In a moment dots will spread over this sphere: one spot for each class to land on.";

pub(crate) const FATAL_TITLE: &str = "This cannot go on";
pub(crate) const FAILED_TITLE: &str = "The run stopped";
pub(crate) const DIVERGED_TITLE: &str = "Training ran away";
pub(crate) const TRY_AGAIN: &str = "Start again";
pub(crate) const TRY_SLOWER: &str = "Start with a tenth of the learning rate";

pub(crate) const PLAY: &str = "Play";
pub(crate) const PAUSE: &str = "Pause";
pub(crate) const REPLAY: &str = "Run again";
pub(crate) const STEP: &str = "Step";
pub(crate) const STEP_HINT: &str = "Go on for a little and pause";
pub(crate) const STEP_BATCH: &str = "One batch";
pub(crate) const STEP_EPOCH: &str = "One epoch";
pub(crate) const STEP_MATCHING: &str = "To the next matching";
pub(crate) const RESET: &str = "Start over";
pub(crate) const RESET_HINT: &str = "Start over with the same seed (R)";
pub(crate) const NEW_SEED: &str = "New seed";
pub(crate) const NEW_SEED_HINT: &str = "Start over with another seed (N)";
pub(crate) const SEED: &str = "Seed";
pub(crate) const SEED_HINT: &str = "The same seed gives the same run; type another and press Enter";
pub(crate) const SPEED: &str = "Speed";
pub(crate) const SPEED_HINT: &str = "How fast training goes; at \"max\" nothing slows it down";
pub(crate) const TO_LIGHT: &str = "Light theme";
pub(crate) const TO_DARK: &str = "Dark theme";
pub(crate) const LABELS: &str = "Labels";
pub(crate) const LABELS_HINT: &str = "Show or hide the names on the pins (L)";

pub(crate) const SETUP: &str = "Setup";
pub(crate) const PLOTS: &str = "Plots";
pub(crate) const LESSONS: &str = "Lessons";
pub(crate) const LESSONS_HINT: &str = "Eight guided lessons (G)";
pub(crate) const SETUP_NOTE: &str = "A change starts over, same seed.";
pub(crate) const DATASET: &str = "Data";
pub(crate) const CLASSES: &str = "Classes";
pub(crate) const CLASSES_HINT: &str = "How many kinds of things the network has to tell apart.";
pub(crate) const HEAD: &str = "Head";
pub(crate) const LOSS: &str = "Loss";
pub(crate) const DIM: &str = "Dimensions d";
pub(crate) const DIM_HINT: &str = "The sphere lives in d dimensions: 2 is a ring, 3 the sphere you see, more is seen from its best side.";
pub(crate) const LR: &str = "Learning rate";
pub(crate) const LR_HINT: &str =
    "How far one step moves the network: too small is slow, too large runs away.";

pub(crate) const KEY_TITLE: &str = "How to read it";
pub(crate) const KEY_PIN: &str = "prototype with its label";
pub(crate) const KEY_MEAN: &str = "mean of a class's examples";
pub(crate) const KEY_ERROR: &str = "gap from mean to prototype";
pub(crate) const KEY_SAMPLE: &str = "one test example";

pub(crate) const TEST_ACCURACY: &str = "Test accuracy";
pub(crate) const CLOSEST_PAIR: &str = "Closest pair";
pub(crate) const LABELS_MOVED: &str = "Labels moved";
pub(crate) const PLOT_LOSS: &str = "Loss";
pub(crate) const PLOT_ACCURACY: &str = "Accuracy";
pub(crate) const PLOT_ANGLE: &str = "Closest pair of prototypes";
pub(crate) const PLOT_MOVED: &str = "Labels moved by each matching";
pub(crate) const SERIES_TRAIN: &str = "train";
pub(crate) const SERIES_TEST: &str = "test";
pub(crate) const NOTHING_YET: &str = "–";
pub(crate) const PLOT_EMPTY: &str = "Appears when training starts";
pub(crate) const PLOT_EMPTY_ANGLE: &str = "Appears with the first dots";
pub(crate) const PLOT_EMPTY_MOVED: &str = "Appears when labels are matched";

pub(crate) const TIMELINE: &str = "Relabellings";
pub(crate) const TIMELINE_NAME: &str = "Epoch shown";
pub(crate) const LIVE: &str = "To now";
pub(crate) const LIVE_HINT: &str = "Show what happens now (End)";
pub(crate) const TIMELINE_EMPTY: &str =
    "one tick for each matching, as tall as the labels it moved";
pub(crate) const TIMELINE_NONE: &str = "this head never moves a label";

pub(crate) const CARD_PROTOTYPE: &str = "Prototype";
pub(crate) const CARD_COSINE: &str = "Cosine to class mean";
pub(crate) const CARD_ANGLE: &str = "Angle to class mean";
pub(crate) const CARD_MEAN: &str = "Class mean";
pub(crate) const CARD_UNSEEN: &str = "not seen yet";

/// Name and one-sentence explanation of each data set, in the order they are offered.
pub(crate) const DATASETS: [(DatasetKind, &str, &str); 4] = [
    (
        DatasetKind::Grid,
        "Grid",
        "Clouds of points on a square grid in the plane.",
    ),
    (
        DatasetKind::Ring,
        "Ring",
        "Clouds of points around a ring in the plane.",
    ),
    (
        DatasetKind::Digits,
        "Digits",
        "Handwritten digits, 8 by 8 pixels each.",
    ),
    (
        DatasetKind::Grouped,
        "Groups",
        "Classes that come in families of five which look alike.",
    ),
];

/// Name and one-sentence explanation of each head.
pub(crate) const HEADS: [(HeadKind, &str, &str); 3] = [
    (
        HeadKind::Psc,
        "Learned",
        "psc: the prototypes are learned together with the network and move.",
    ),
    (
        HeadKind::Fixed,
        "Fixed",
        "fixed: prototypes stand still and every label keeps the one it was dealt.",
    ),
    (
        HeadKind::Dynamic,
        "Dynamic",
        "dynamic: prototypes stand still, and labels may change places between them.",
    ),
];

/// "Dynamic".
pub(crate) fn head_name(head: HeadKind) -> &'static str {
    let found = HEADS.iter().find(|(kind, ..)| *kind == head);
    found.map_or("", |(_, name, _)| *name)
}

/// Name and one-sentence explanation of each loss.
pub(crate) const LOSSES: [(LossKind, &str, &str); 2] = [
    (
        LossKind::CrossEntropy,
        "Cross-entropy",
        "Compares all prototypes at once; the stronger one when d is small.",
    ),
    (
        LossKind::Paper,
        "Paper",
        "Pulls each example to its own prototype and ignores the others.",
    ),
];

/// "25 classes on a grid".
pub(crate) fn stage_title(config: &RunConfig) -> String {
    let c = config.classes;
    match config.dataset {
        DatasetKind::Digits => format!("{c} handwritten digits"),
        DatasetKind::Grid => format!("{c} classes on a grid"),
        DatasetKind::Ring => format!("{c} classes on a ring"),
        DatasetKind::Grouped => format!("{c} classes in groups"),
        DatasetKind::Own => own::stage_title(config),
        published => format!("{c} classes of {published}"),
    }
}

/// "Dynamic head · d = 3 · seed 42".
pub(crate) fn stage_subtitle(config: &RunConfig) -> String {
    let head = head_name(config.head);
    format!("{head} head · d = {} · seed {}", config.dim, config.seed)
}

/// "You see 3 of 8 directions: 61 % of the spread".
pub(crate) fn three_of(dim: usize, share: f32) -> String {
    format!(
        "You see 3 of {dim} directions: {:.0} % of the spread",
        share * 100.0
    )
}

/// "87.3 %".
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Speeds as people write them: "1/8×", "16×", "max".
pub(crate) fn speed(speed: Option<f64>) -> String {
    match speed {
        None => "max".to_owned(),
        Some(s) if s < 1.0 => format!("1/{:.0}×", 1.0 / s),
        Some(s) => format!("{s:.0}×"),
    }
}

/// Title of a class's card.
pub(crate) fn class_title(name: &str) -> String {
    format!("Class {name}")
}

/// "Epoch 4.2 of 30".
pub(crate) fn epoch_of(epoch: f64, epochs: usize) -> String {
    format!("Epoch {epoch:.1} of {epochs}")
}

/// "212 steps/s".
pub(crate) fn steps_per_sec(rate: f64) -> String {
    format!("{rate:.0} steps/s")
}

/// "60 fps".
pub(crate) fn frames(fps: f32, p95_ms: f32) -> String {
    format!("{fps:.0} fps, 95 % of frames within {p95_ms:.0} ms")
}

/// One sentence for what the reader sees: what is stressed, and the rest.
pub(crate) type Sentence = (String, String);

pub(crate) fn say_training(head: HeadKind) -> Sentence {
    let rest = match head {
        HeadKind::Psc => {
            "The network learns to send every example to its label's dot, and the dots learn to move as well."
        }
        HeadKind::Fixed => {
            "The network learns to send every example to its label's dot. Each label keeps the dot it was dealt."
        }
        HeadKind::Dynamic => {
            "The network learns to send every example to its label's dot. Soon the labels may change places."
        }
    };
    ("Training.".to_owned(), rest.to_owned())
}

pub(crate) fn say_finished(
    evaluation: Option<&Evaluation>,
    labels_moved: u32,
    head: HeadKind,
) -> Sentence {
    let Some(evaluation) = evaluation else {
        return (
            "Stopped.".to_owned(),
            "Run again, or change something in the setup.".to_owned(),
        );
    };
    let rest = match head {
        HeadKind::Dynamic => format!(
            "{labels_moved} labels moved on the way. Try the fixed head with the same seed to compare."
        ),
        HeadKind::Fixed => {
            "No label ever moved. Try the dynamic head with the same seed to compare.".to_owned()
        }
        HeadKind::Psc => {
            "The dots were learned. Try the dynamic head with the same seed to compare.".to_owned()
        }
    };
    (
        format!("Trained: {} top-1.", percent(evaluation.top1)),
        rest,
    )
}

/// What a lesson has put on the stage.
pub(crate) fn say_exhibit(title: Option<&str>, shown: Option<&Snapshot>) -> Sentence {
    let closest = shown.map(|shown| {
        let angle = prototypes::degrees(shown.min_angle_deg);
        let bound = prototypes::degrees(shown.provenance.bound_angle_deg);
        format!("The closest two are {angle} apart; no arrangement can exceed {bound}.")
    });
    (
        title.unwrap_or_default().to_owned(),
        closest.unwrap_or_default(),
    )
}

/// What an earlier moment shows.
pub(crate) fn say_looking_back(epoch: f64, latest: Option<&Arc<Relabelling>>) -> Sentence {
    let stressed = format!("Looking back: epoch {epoch:.1}.");
    let rest = match latest {
        Some(relabelling) => {
            let (news, why) = matching::say_relabelled(relabelling);
            format!("{news} {why}")
        }
        None => "No label has moved yet. Press play to see it again from here.".to_owned(),
    };
    (stressed, rest)
}

pub(crate) fn say_empty() -> Sentence {
    (
        "One moment.".to_owned(),
        "The data and the network are being set up.".to_owned(),
    )
}

pub(crate) fn say_failed() -> Sentence {
    (
        "The run has ended.".to_owned(),
        "The sphere shows its last state.".to_owned(),
    )
}

/// "1,204 steps".
pub(crate) fn steps_done(steps: u64) -> String {
    grouped(steps) + " steps"
}

/// A whole number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
