//! A run that goes on from a checkpoint is, bit by bit, the run that was never cut short.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::{
    Amp, ClassMeansKind, DatasetKind, Fidelity, HeadKind, OptKind, RunConfig,
};
use dl2pa_core::protocol::{Command, Event};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use support::TestHost;

/// Every checkpoint of a run, or the sentence with which it failed.
fn checkpoints(
    config: &RunConfig,
    resume: Option<&Arc<Checkpoint>>,
    every_secs: Option<f64>,
) -> Result<Vec<Arc<Checkpoint>>, String> {
    let options = SessionOptions {
        keeps_checkpoints: true,
        ends_after_run: true,
        checkpoint_every_secs: every_secs,
        resume: resume.cloned(),
        ..SessionOptions::default()
    };
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(config.clone()));
    handle.commands.try_send(start).unwrap();
    dl2pa_runtime::spawn_actor("training", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .unwrap();
    let mut made = Vec::new();
    loop {
        match handle.events.recv_blocking().unwrap() {
            Event::Exported { checkpoint, .. } => made.push(checkpoint),
            Event::Failed { message, .. } => return Err(message),
            Event::Finished { .. } => return Ok(made),
            _ => {}
        }
    }
}

fn base() -> RunConfig {
    RunConfig {
        classes: 12,
        samples_per_class: 40,
        epochs: 4,
        batch_size: 64,
        // Matchings within epochs, at other steps than checkpoints.
        assign_period: 0.4,
        ..RunConfig::for_dataset(DatasetKind::Ring)
    }
}

/// Every way of a run that keeps a state of its own.
fn kinds() -> Vec<(&'static str, RunConfig)> {
    let mut accumulated = base();
    accumulated.recipe.grad_accum_steps = 2;
    accumulated.recipe.clip_grad = 0.5;
    let mut adamw = base();
    adamw.recipe.opt = OptKind::AdamW;
    adamw.lr = 0.01;
    let low = |mut config: RunConfig, amp| {
        config.recipe.amp = amp;
        config
    };
    vec![
        ("the paper's averages", base()),
        ("bf16", low(base(), Amp::Bf16)),
        // Among its steps are skipped ones, which must be skipped again.
        ("f16", low(base(), Amp::F16)),
        ("f16 with AdamW", low(adamw.clone(), Amp::F16)),
        ("gradients of several batches", accumulated),
        ("AdamW", adamw),
        (
            "a matching at the end of each epoch",
            RunConfig {
                assign_period: 1.0,
                ..base()
            },
        ),
        (
            "exact means at the end of each epoch",
            RunConfig {
                assign_period: 1.0,
                class_means: ClassMeansKind::Exact,
                ..base()
            },
        ),
        (
            "learned prototypes",
            RunConfig {
                head: HeadKind::Psc,
                ..base()
            },
        ),
        (
            "means of the window",
            RunConfig {
                class_means: ClassMeansKind::Epoch,
                ..base()
            },
        ),
        (
            "the released code",
            RunConfig {
                fidelity: Fidelity::Released,
                ..base()
            },
        ),
    ]
}

#[test]
fn from_every_checkpoint_the_run_ends_in_the_same_state() {
    for (kind, config) in kinds() {
        // As many checkpoints as steps: the clock is always past the last one.
        let whole = checkpoints(&config, None, Some(0.0)).unwrap();
        let last = whole.last().unwrap();
        let steps = whole.len();
        assert!(steps >= 8, "{kind}: only {steps} checkpoints");
        for at in [0, 1, steps / 3, steps / 2, 2 * steps / 3, steps - 2] {
            let resumed = checkpoints(&config, Some(&whole[at]), Some(0.0)).unwrap();
            let end = resumed.last().unwrap();
            assert_eq!(
                end.state_hash(),
                last.state_hash(),
                "{kind}, resumed at step {}",
                whole[at].header.step
            );
            assert_eq!(end.header, last.header, "{kind}");
            assert_eq!(
                end.evaluation.map(bare),
                last.evaluation.map(bare),
                "{kind}"
            );
        }
    }
}

/// Without what the clock decides.
fn bare(evaluation: dl2pa_core::protocol::Evaluation) -> dl2pa_core::protocol::Evaluation {
    dl2pa_core::protocol::Evaluation {
        data_wait: 0.0,
        ..evaluation
    }
}

#[test]
fn checkpoints_do_not_change_the_run() {
    let seldom = checkpoints(&base(), None, None).unwrap();
    let often = checkpoints(&base(), None, Some(0.0)).unwrap();
    assert_eq!(seldom.len(), 4, "one an epoch");
    assert_eq!(
        seldom.last().unwrap().state_hash(),
        often.last().unwrap().state_hash()
    );
}

#[test]
fn another_network_or_an_older_file_is_refused_in_one_sentence() {
    let made = checkpoints(&base(), None, None).unwrap();
    let wider = RunConfig {
        hidden: vec![65, 64],
        ..base()
    };
    let error = checkpoints(&wider, Some(&made[0]), None).unwrap_err();
    assert!(error.contains("cannot be gone on from"), "{error}");
    let mut old = (*made[0]).clone();
    old.header.schema_version = 1;
    let error = checkpoints(&base(), Some(&Arc::new(old)), None).unwrap_err();
    assert!(error.contains("version 1"), "{error}");
    let mut bare = (*made[0]).clone();
    bare.arrays.retain(|array| array.name != "class_means_kept");
    let error = checkpoints(&base(), Some(&Arc::new(bare)), None).unwrap_err();
    assert!(error.contains("class_means_kept"), "{error}");
}

#[test]
fn gradients_that_overflow_whatever_they_are_scaled_by_end_the_run_in_one_sentence() {
    let mut config = base();
    config.recipe.amp = Amp::F16;
    let made = checkpoints(&config, None, None).unwrap();
    let mut fallen = (*made[0]).clone();
    let mut arrays = fallen.arrays.iter_mut();
    let scale = arrays.find(|array| array.name == "optimiser.loss_scale");
    // After 27 steps that were skipped one after the other.
    scale.unwrap().values = vec![2.0_f32.powi(16 - 27), 0.0, 0.0];
    let error = checkpoints(&config, Some(&Arc::new(fallen)), None).unwrap_err();
    assert!(error.contains("--amp bf16"), "{error}");
}
