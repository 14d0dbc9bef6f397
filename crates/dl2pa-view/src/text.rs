//! Every sentence and label that a person reads, in the language that is spoken.
//!
//! The words themselves stand in `words/en.ftl` and `words/de.ftl`; what is here chooses among them and writes the
//! numbers.

pub(crate) mod branch;
pub(crate) mod catalogue;
pub(crate) mod classroom;
pub(crate) mod film;
pub(crate) mod glossary;
pub(crate) mod host;
pub(crate) mod keys;
pub(crate) mod lineup;
pub(crate) mod matching;
pub(crate) mod number;
pub(crate) mod own;
pub(crate) mod prototypes;
pub(crate) mod sharing;
pub(crate) mod tour;
pub(crate) mod why;
mod words;

use std::sync::Arc;

use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_core::protocol::{Evaluation, FailureCause, Relabelling, Snapshot};

use number::{fixed, grouped};
use words::main as say;
pub(crate) use words::main::*;

/// Name and one-sentence explanation of each data set, in the order they are offered.
pub(crate) fn datasets() -> [(DatasetKind, &'static str, &'static str); 4] {
    [
        (DatasetKind::Grid, say::grid(), say::grid_hint()),
        (DatasetKind::Ring, say::ring(), say::ring_hint()),
        (DatasetKind::Digits, say::digits(), say::digits_hint()),
        (DatasetKind::Grouped, say::groups(), say::groups_hint()),
    ]
}

/// Name and one-sentence explanation of each head.
pub(crate) fn heads() -> [(HeadKind, &'static str, &'static str); 3] {
    [
        (HeadKind::Psc, say::learned(), say::learned_hint()),
        (HeadKind::Fixed, say::fixed(), say::fixed_hint()),
        (HeadKind::Dynamic, say::dynamic(), say::dynamic_hint()),
    ]
}

/// "Dynamic".
pub(crate) fn head_name(head: HeadKind) -> &'static str {
    match head {
        HeadKind::Psc => say::learned(),
        HeadKind::Fixed => say::fixed(),
        HeadKind::Dynamic => say::dynamic(),
    }
}

/// Name and one-sentence explanation of each loss.
pub(crate) fn losses() -> [(LossKind, &'static str, &'static str); 2] {
    [
        (
            LossKind::CrossEntropy,
            say::cross_entropy(),
            say::cross_entropy_hint(),
        ),
        (LossKind::Paper, say::paper_loss(), say::paper_loss_hint()),
    ]
}

/// "25 classes on a grid".
pub(crate) fn stage_title(config: &RunConfig) -> String {
    let c = config.classes;
    match config.dataset {
        DatasetKind::Digits => say::digits_title(c),
        DatasetKind::Grid => say::grid_title(c),
        DatasetKind::Ring => say::ring_title(c),
        DatasetKind::Grouped => say::groups_title(c),
        DatasetKind::Own => own::stage_title(config),
        published => say::published_title(c, published.to_string()),
    }
}

/// "Dynamic head · d = 3 · seed 42".
pub(crate) fn stage_subtitle(config: &RunConfig) -> String {
    say::subtitle(head_name(config.head), config.dim, config.seed.to_string())
}

/// "You see 3 of 8 directions: 61 % of the spread".
pub(crate) fn three_of(dim: usize, share: f32) -> String {
    say::three_directions(dim, fixed(f64::from(share) * 100.0, 0))
}

/// "87.3 %".
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 1))
}

/// Speeds as people write them: "1/8×", "16×", "max".
pub(crate) fn speed(speed: Option<f64>) -> String {
    match speed {
        None => say::speed_max().to_owned(),
        Some(s) if s < 1.0 => format!("1/{:.0}×", 1.0 / s),
        Some(s) => format!("{s:.0}×"),
    }
}

/// "Epoch 4.2 of 30".
pub(crate) fn epoch_of(epoch: f64, epochs: usize) -> String {
    say::epoch_shown(fixed(epoch, 1), epochs)
}

/// "epoch 4.2", of a point of a curve.
pub(crate) fn at_epoch(epoch: f64) -> String {
    say::at_epoch(fixed(epoch, 1))
}

/// "3 moved" and "epoch 4", of a bar.
pub(crate) fn moved_at_epoch(moved: f64, epoch: f64) -> String {
    let when = say::at_epoch(fixed(epoch, 0));
    format!("{}\n{when}", say::moved_at_epoch(fixed(moved, 0)))
}

/// "212 steps/s".
pub(crate) fn steps_per_sec(rate: f64) -> String {
    say::step_rate(fixed(rate, 0))
}

/// "60 fps".
pub(crate) fn frames(fps: f32, p95_ms: f32) -> String {
    say::frame_rate(fixed(fps.into(), 0), fixed(p95_ms.into(), 0))
}

/// What ended a run, given the session's own words. Those are English; other languages say the common causes
/// themselves.
pub(crate) fn failed(cause: FailureCause, message: &str) -> String {
    match cause {
        FailureCause::Diverged => say::diverged_with(message),
        _ => say::failed_with(message),
    }
}

/// One sentence for what the reader sees: what is stressed, and the rest.
pub(crate) type Sentence = (String, String);

fn sentence(stressed: &str, rest: &str) -> Sentence {
    (stressed.to_owned(), rest.to_owned())
}

pub(crate) fn say_training(head: HeadKind) -> Sentence {
    let rest = match head {
        HeadKind::Psc => say::training_learned(),
        HeadKind::Fixed => say::training_fixed(),
        HeadKind::Dynamic => say::training_dynamic(),
    };
    sentence(say::training(), rest)
}

pub(crate) fn say_finished(
    evaluation: Option<&Evaluation>,
    labels_moved: u32,
    head: HeadKind,
) -> Sentence {
    let Some(evaluation) = evaluation else {
        return sentence(say::stopped(), say::stopped_then());
    };
    let rest = match head {
        HeadKind::Dynamic => say::trained_dynamic(labels_moved),
        HeadKind::Fixed => say::trained_fixed().to_owned(),
        HeadKind::Psc => say::trained_learned().to_owned(),
    };
    (say::trained(percent(evaluation.top1)), rest)
}

/// What a lesson has put on the stage.
pub(crate) fn say_exhibit(title: Option<&str>, shown: Option<&Snapshot>) -> Sentence {
    let closest = shown.map(|shown| {
        let angle = prototypes::degrees(shown.min_angle_deg);
        let bound = prototypes::degrees(shown.provenance.bound_angle_deg);
        say::exhibit(angle, bound)
    });
    (
        title.unwrap_or_default().to_owned(),
        closest.unwrap_or_default(),
    )
}

/// What an earlier moment shows.
pub(crate) fn say_looking_back(epoch: f64, latest: Option<&Arc<Relabelling>>) -> Sentence {
    let rest = match latest {
        Some(relabelling) => {
            let (news, why) = matching::say_relabelled(relabelling);
            format!("{news} {why}")
        }
        None => say::none_moved_yet().to_owned(),
    };
    (say::looking_back(fixed(epoch, 1)), rest)
}

pub(crate) fn say_empty() -> Sentence {
    sentence(say::one_moment(), say::being_set_up())
}

pub(crate) fn say_failed() -> Sentence {
    sentence(say::run_ended(), say::last_state())
}

/// "1,204 steps".
pub(crate) fn steps_done(steps: u64) -> String {
    say::steps(grouped(steps))
}
