//! What the why-panel says of a matching, held against real short sessions.

mod support;

use dl2pa_core::config::{DatasetKind, RunConfig, Switch};
use dl2pa_core::protocol::{Command, Event, Pace, Perturbation, Relabelling};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use dl2pa_runtime::spawn_actor;
use support::TestHost;

/// Scores are rounded to fixed point for a matching; the sums of the panel are of doubles.
const ROUNDING: f64 = 1e-9;

/// The relabellings of a run with this change to a small one; it is told `commands` after its start.
fn relabellings(change: impl Fn(&mut RunConfig), commands: Vec<Command>) -> Vec<Relabelling> {
    let mut config = RunConfig {
        classes: 16,
        epochs: 5,
        samples_per_class: 30,
        batch_size: 32,
        assign_period: 0.5,
        seed: 7,
        ..RunConfig::for_dataset(DatasetKind::Grid)
    };
    change(&mut config);
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(config));
    for command in std::iter::once(start).chain(commands) {
        handle.commands.try_send(command).expect("room for it");
    }
    let options = SessionOptions {
        pace: Pace::FULL_SPEED,
        ..SessionOptions::default()
    };
    spawn_actor("reasons", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .expect("a thread");
    let mut told = Vec::new();
    loop {
        match handle.events.recv_blocking().expect("the run goes on") {
            Event::Relabelled { relabelling, .. } => told.push(Relabelling::clone(&relabelling)),
            Event::Finished { .. } => return told,
            Event::Failed { message, .. } => panic!("{message}"),
            _ => {}
        }
    }
}

/// Everything the panel says of a matching is true of it.
fn check(relabelling: &Relabelling) {
    let reasons = relabelling.reasons().expect("it fits together");
    let reasons = reasons.expect("the session tells what it saw");
    assert!((reasons.score_after() - relabelling.score_after).abs() < ROUNDING);
    let gains: f64 = reasons.rings().iter().map(|ring| ring.gain).sum();
    assert!((gains - (reasons.score_after() - reasons.score_before())).abs() < ROUNDING);
    if !relabelling.turned {
        assert!((reasons.score_before() - relabelling.score_before).abs() < ROUNDING);
    }
    let moved: usize = reasons.rings().iter().map(|ring| ring.moves.len()).sum();
    assert_eq!(moved, relabelling.moved.len());
    for ring in reasons.rings() {
        for step in &ring.moves {
            let cosine = |pin: u32| relabelling.cosine(step.class as usize, pin as usize);
            let gain = cosine(step.to).expect("known") - cosine(step.from).expect("known");
            assert!((gain - step.gain).abs() < ROUNDING);
        }
    }
    let proof = reasons.proof();
    assert!(proof.least_slack > -ROUNDING, "{proof:?}");
    if relabelling.dealt {
        assert!(
            proof.gap > -ROUNDING,
            "no assignment beats the bound: {proof:?}"
        );
        return;
    }
    for ring in reasons.rings() {
        assert!(ring.gain > -ROUNDING, "{ring:?}");
    }
    assert!(proof.gap.abs() < ROUNDING, "{proof:?}");
    assert!(proof.greatest_chosen_slack.abs() < ROUNDING, "{proof:?}");
    for class in 0..reasons.classes() {
        let what_if = reasons.forbid(class).expect("another prototype is left");
        assert!(what_if.cost > -ROUNDING);
        assert!(what_if.score <= reasons.score_after() + ROUNDING);
        let own = reasons.after().as_slice()[class];
        assert_ne!(what_if.assignment.as_slice()[class], own);
    }
}

#[test]
fn every_matching_of_a_run_has_its_reasons() {
    let told = relabellings(|_| {}, Vec::new());
    assert!(told.len() > 4, "{}", told.len());
    assert!(told.iter().any(|one| !one.moved.is_empty()));
    for relabelling in &told {
        check(relabelling);
    }
    // They are of the matching's own moment: the next one begins where this one ended.
    for pair in told.windows(2) {
        assert_eq!(pair[0].after, pair[1].before);
        assert_ne!(pair[0].class_means, pair[1].class_means);
    }
}

#[test]
fn prototypes_that_turn_are_told_as_they_lie_afterwards() {
    let told = relabellings(|config| config.assign_rotation = Switch::On, Vec::new());
    assert!(told.iter().any(|one| one.turned));
    for relabelling in &told {
        check(relabelling);
    }
}

#[test]
fn dealt_labels_have_their_numbers_and_no_proof() {
    let deal = Command::Perturb(Perturbation::DealAgain);
    let told = relabellings(|_| {}, vec![deal]);
    let dealt = told.iter().find(|one| one.dealt).expect("it was asked for");
    for relabelling in &told {
        check(relabelling);
    }
    assert_eq!(dealt.certificate_gap, None);
}
