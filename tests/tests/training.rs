//! What training must reach on the CPU: the digits with both losses, and the grouped set on which
//! the dynamic head has to beat the fixed one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use dl2pa_core::config::{AssignInit, DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_core::protocol::{Command, Event};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use support::TestHost;

/// Top-1 in percent after the last epoch.
fn top1(config: RunConfig) -> f64 {
    let options = SessionOptions {
        ends_after_run: true,
        ..SessionOptions::default()
    };
    let (handle, ports) = session::open();
    handle
        .commands
        .try_send(Command::Start(Box::new(config)))
        .unwrap();
    dl2pa_runtime::spawn_actor("training", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .unwrap();
    let mut top1 = None;
    loop {
        match handle
            .events
            .recv_blocking()
            .expect("the session speaks until its end")
        {
            Event::Evaluated { evaluation, .. } => top1 = Some(100.0 * evaluation.top1),
            Event::Failed { message, .. } => panic!("{message}"),
            Event::Finished { .. } => return top1.expect("an evaluation after each epoch"),
            _ => {}
        }
    }
}

fn mean_top1(seeds: std::ops::RangeInclusive<u64>, config: &RunConfig) -> f64 {
    let each: Vec<f64> = seeds
        .map(|seed| {
            top1(RunConfig {
                seed,
                ..config.clone()
            })
        })
        .collect();
    each.iter().sum::<f64>() / each.len() as f64
}

#[test]
fn digits_in_three_dimensions_are_learned_with_either_loss() {
    let digits = RunConfig::for_dataset(DatasetKind::Digits);
    assert_eq!(
        (digits.dim, digits.head, digits.epochs),
        (3, HeadKind::Dynamic, 30)
    );
    for (loss, least) in [(LossKind::Paper, 93.0), (LossKind::CrossEntropy, 95.0)] {
        let mean = mean_top1(
            1..=5,
            &RunConfig {
                loss,
                ..digits.clone()
            },
        );
        assert!(
            mean >= least,
            "{loss}: {mean:.2} %, at least {least} % is asked for"
        );
    }
}

#[test]
fn dynamic_beats_fixed_on_the_grouped_set() {
    // Both from the same drawn assignment, so that only the moving of labels tells them apart.
    let grouped = RunConfig {
        assign_init: AssignInit::Random,
        ..RunConfig::for_dataset(DatasetKind::Grouped)
    };
    assert_eq!(grouped.dim, 3);
    let mean = |head| {
        mean_top1(
            1..=3,
            &RunConfig {
                head,
                ..grouped.clone()
            },
        )
    };
    let (fixed, dynamic) = (mean(HeadKind::Fixed), mean(HeadKind::Dynamic));
    assert!(
        dynamic >= fixed + 8.0,
        "dynamic {dynamic:.2} %, fixed {fixed:.2} %"
    );
}
