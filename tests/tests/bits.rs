//! A run of the playground's size ends with the same bits on every machine: the hashes of whole runs, written down.
//!
//! A browser makes the same numbers (`browser_bits.rs` compares them), whatever its vectors and the number of cores. A
//! change of the arithmetic, or of what is drawn from a stream, changes the hashes: look why; and if it is meant to
//! be, write down what the failing test prints.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;
#[path = "support/whole_run.rs"]
mod whole_run;

use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, OptKind, RunConfig};
use whole_run::run;

fn hash(config: &RunConfig) -> String {
    run(config, 1)
}

fn tiny(head: HeadKind, loss: LossKind) -> RunConfig {
    RunConfig {
        head,
        loss,
        classes: 9,
        samples_per_class: 40,
        hidden: vec![32, 32],
        batch_size: 64,
        epochs: 6,
        // Summed over the batch, the paper's loss takes longer steps.
        lr: if loss == LossKind::Paper { 0.01 } else { 0.1 },
        ..RunConfig::for_dataset(DatasetKind::Grid)
    }
}

fn kinds() -> Vec<(&'static str, RunConfig)> {
    use HeadKind::{Dynamic, Fixed, Psc};
    use LossKind::{CrossEntropy, DotRegression, Paper};
    let mut adamw = tiny(Dynamic, CrossEntropy);
    adamw.recipe.opt = OptKind::AdamW;
    adamw.lr = 0.01;
    let mut smoothed = tiny(Dynamic, CrossEntropy);
    smoothed.recipe.smoothing = 0.1;
    vec![
        ("psc", tiny(Psc, CrossEntropy)),
        ("fixed, cross-entropy", tiny(Fixed, CrossEntropy)),
        ("fixed, paper", tiny(Fixed, Paper)),
        ("dynamic, cross-entropy", tiny(Dynamic, CrossEntropy)),
        ("dynamic, paper", tiny(Dynamic, Paper)),
        ("dynamic, dot regression", tiny(Dynamic, DotRegression)),
        ("dynamic, smoothed", smoothed),
        ("dynamic, AdamW", adamw),
        (
            "ring",
            RunConfig {
                epochs: 3,
                ..RunConfig::for_dataset(DatasetKind::Ring)
            },
        ),
        (
            "digits",
            RunConfig {
                epochs: 1,
                ..RunConfig::for_dataset(DatasetKind::Digits)
            },
        ),
    ]
}

/// What each of [`kinds`] ends with.
const HASHES: [&str; 10] = [
    "4711d0f8ece5479b",
    "9aa2d43472a99f06",
    "b08823d8a2dcc080",
    "ac0ec96533ba5c3b",
    "0b4ea856eb17b20a",
    "82980cb9abef964b",
    "94cbb93ab07cd736",
    "41beb69293de5e0d",
    "635f6e4bb8695bb2",
    "c505dcec0d728a51",
];

#[test]
fn runs_end_with_the_bits_that_are_written_down() {
    let found: Vec<String> = kinds().iter().map(|(_, config)| hash(config)).collect();
    let names = kinds().into_iter().map(|(name, _)| name);
    let differing: Vec<_> = names
        .zip(HASHES)
        .zip(&found)
        .filter(|((_, expected), found)| expected != found)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}\nall: {found:#?}");
}

/// Runs of 200 epochs, as many as a visitor of the page may wait for: what wasm with 128-bit vectors made of them.
#[test]
fn long_runs_end_with_the_bits_that_wasm_made() {
    use HeadKind::{Dynamic, Fixed, Psc};
    use LossKind::{CrossEntropy, Paper};
    let made = [
        (Psc, CrossEntropy, "164c63d28536bb26"),
        (Fixed, CrossEntropy, "48aee67db94437a5"),
        (Fixed, Paper, "d1a10c589e2d66be"),
        (Dynamic, CrossEntropy, "e4d696125e2b8e11"),
        (Dynamic, Paper, "2a712bc052e61f93"),
    ];
    for (head, loss, expected) in made {
        let config = RunConfig {
            head,
            loss,
            samples_per_class: 60,
            hidden: vec![32, 32],
            lr: if loss == Paper { 0.01 } else { 0.1 },
            epochs: 200,
            ..RunConfig::for_dataset(DatasetKind::Grid)
        };
        assert_eq!(hash(&config), expected, "{head}, {loss}");
    }
    let grouped = RunConfig {
        epochs: 5,
        ..RunConfig::for_dataset(DatasetKind::Grouped)
    };
    assert_eq!(hash(&grouped), "d85d6f1efba22510", "grouped");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // Wide and large enough for threads to share a product.
    let config = RunConfig {
        hidden: vec![256, 256],
        batch_size: 512,
        samples_per_class: 120,
        epochs: 2,
        ..tiny(HeadKind::Dynamic, LossKind::CrossEntropy)
    };
    assert_eq!(run(&config, 1), run(&config, 3));
}
