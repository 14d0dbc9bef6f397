//! A run that goes on from a kept state of another: with the same settings it is that run, bit by bit, and with
//! others it is that run until there.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use dl2pa_core::config::{ClassMeansKind, DatasetKind, Fidelity, HeadKind, OptKind, RunConfig};
use dl2pa_core::kept::{Branch, Kept};
use dl2pa_core::protocol::{Command, Event, Pace, Relabelling, Snapshot};
use dl2pa_core::session::{self, Abreast, Member, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use support::TestHost;

fn base() -> RunConfig {
    RunConfig {
        classes: 12,
        samples_per_class: 40,
        epochs: 5,
        batch_size: 64,
        assign_period: 1.0,
        ..RunConfig::for_dataset(DatasetKind::Ring)
    }
}

/// What a run has told.
struct Told {
    states: Vec<Arc<Kept>>,
    matchings: Vec<Arc<Relabelling>>,
    /// The assignment with which it began.
    first_assignment: Arc<[u32]>,
    last: Arc<Snapshot>,
}

fn open(commands: Vec<Command>, abreast: Option<Member>, pace: Pace) -> SessionHandle {
    let (handle, ports) = session::open();
    for command in commands {
        handle.commands.try_send(command).unwrap();
    }
    let options = SessionOptions {
        pace,
        ends_after_run: true,
        keeps_states: true,
        abreast,
        ..SessionOptions::default()
    };
    dl2pa_runtime::spawn_actor("branching", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .unwrap();
    handle
}

fn tell(command: Command) -> Result<Told, String> {
    let handle = open(vec![command], None, Pace::FULL_SPEED);
    let (mut states, mut matchings) = (Vec::new(), Vec::new());
    let mut first_assignment = Arc::default();
    loop {
        match handle.events.recv_blocking().unwrap() {
            Event::Kept { state, .. } => states.push(state),
            Event::Spread { assignment, .. } => first_assignment = assignment,
            Event::Relabelled { relabelling, .. } => matchings.push(relabelling),
            Event::Failed { message, .. } => return Err(message),
            Event::Finished { .. } => break,
            _ => {}
        }
    }
    Ok(Told {
        states,
        matchings,
        first_assignment,
        last: handle.latest.get().unwrap(),
    })
}

fn whole(config: &RunConfig) -> Told {
    tell(Command::Start(Box::new(config.clone()))).unwrap()
}

fn branch(from: &Arc<Kept>, config: RunConfig) -> Result<Told, String> {
    let from = Arc::clone(from);
    tell(Command::Branch(Box::new(Branch { config, from })))
}

#[test]
fn with_the_same_settings_every_branch_ends_as_the_run_it_left() {
    let mut adamw = base();
    adamw.recipe.opt = OptKind::AdamW;
    adamw.lr = 0.01;
    let head = |head| RunConfig { head, ..base() };
    let kinds = [
        ("dynamic", base()),
        ("fixed", head(HeadKind::Fixed)),
        ("learned", head(HeadKind::Psc)),
        ("AdamW", adamw),
        (
            "matchings within epochs",
            RunConfig {
                assign_period: 0.4,
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
    ];
    for (kind, config) in kinds {
        let run = whole(&config);
        let epochs: Vec<usize> = run.states.iter().map(|state| state.epoch()).collect();
        assert_eq!(epochs, [0, 1, 2, 3, 4], "{kind}: the start and each end");
        assert!(run.last.state_hash.is_some(), "{kind}");
        for state in [&run.states[0], &run.states[1], &run.states[4]] {
            let again = branch(state, config.clone()).unwrap();
            let at = state.epoch();
            assert_eq!(again.last.state_hash, run.last.state_hash, "{kind}, {at}");
            assert_eq!(
                again.last.labels_moved, run.last.labels_moved,
                "{kind}, {at}"
            );
            assert_eq!(again.last.assignment, run.last.assignment, "{kind}, {at}");
            assert_eq!(again.last.provenance, run.last.provenance, "{kind}, {at}");
            // Its curves are the run's, from the moment on.
            let (own, whole) = (&again.last.history, &run.last.history);
            assert!(whole.loss.ends_with(&own.loss), "{kind}, {at}");
            assert!(
                whole.test_accuracy.ends_with(&own.test_accuracy),
                "{kind}, {at}"
            );
            let begins = own.test_accuracy.first().map(|point| point[0]);
            assert_eq!(begins, Some(at.max(1) as f64), "{kind}, {at}");
        }
    }
}

#[test]
fn keeping_states_changes_nothing() {
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(base()));
    handle.commands.try_send(start).unwrap();
    let options = SessionOptions {
        ends_after_run: true,
        ..SessionOptions::default()
    };
    let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
    pollster::block_on(Session::new(ports, options, TestHost, Builder, device, name).run());
    let mut events = Vec::new();
    while let Ok(event) = handle.events.try_recv() {
        events.push(event);
    }
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Kept { .. }))
    );
    let without = handle.latest.get().unwrap().state_hash;
    assert_eq!(without, whole(&base()).last.state_hash);
}

#[test]
fn a_branch_of_a_branch_is_still_the_run() {
    let run = whole(&base());
    let first = branch(&run.states[1], base()).unwrap();
    let epochs: Vec<usize> = first.states.iter().map(|state| state.epoch()).collect();
    assert_eq!(epochs, [1, 2, 3, 4]);
    assert_eq!(first.states[0].checkpoint, run.states[1].checkpoint);
    let second = branch(&first.states[2], base()).unwrap();
    assert_eq!(second.last.state_hash, run.last.state_hash);
}

#[test]
fn dynamic_that_becomes_fixed_keeps_its_assignment() {
    let run = whole(&base());
    let state = &run.states[2];
    let config = RunConfig {
        head: HeadKind::Fixed,
        ..base()
    };
    let fixed = branch(state, config).unwrap();
    assert!(fixed.matchings.is_empty());
    let kept = &state.checkpoint.header.assignment;
    assert_eq!(&*fixed.first_assignment, &kept[..]);
    assert_eq!(&*fixed.last.assignment, &kept[..]);
    assert_eq!(fixed.last.prototypes, run.last.prototypes);
    assert_ne!(fixed.last.state_hash, run.last.state_hash);
    // What the run moved until then it has moved as well.
    assert_eq!(fixed.last.labels_moved[..], run.last.labels_moved[..2]);
}

#[test]
fn fixed_that_becomes_dynamic_matches_when_the_next_matching_is_due() {
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        ..base()
    };
    let run = whole(&fixed);
    for (class_means, assign_period, at, expected) in [
        (ClassMeansKind::Ema, 1.0, 1, vec![2, 3, 4]),
        (ClassMeansKind::Ema, 2.0, 1, vec![2, 4]),
        (ClassMeansKind::Ema, 2.0, 2, vec![4]),
    ] {
        let config = RunConfig {
            assign_period,
            class_means,
            ..base()
        };
        let dynamic = branch(&run.states[at], config).unwrap();
        let epochs: Vec<usize> = dynamic.matchings.iter().map(|one| one.epoch).collect();
        assert_eq!(epochs, expected, "tau' {assign_period} from epoch {at}");
        let first = &dynamic.matchings[0];
        assert_eq!(first.before, run.last.assignment, "as fixed had dealt them");
        assert!(
            !first.moved.is_empty(),
            "a dealt assignment is not the best"
        );
    }
}

#[test]
fn prototypes_can_become_learned_ones_and_fixed_ones_again() {
    let run = whole(&base());
    let learned_config = RunConfig {
        head: HeadKind::Psc,
        ..base()
    };
    let state = &run.states[3];
    let learned = branch(state, learned_config).unwrap();
    // Each class begins where its prototype is.
    let own = learned.states[0].checkpoint.array("prototypes").unwrap();
    let old = state.checkpoint.array("prototypes").unwrap();
    for (class, &prototype) in state.checkpoint.header.assignment.iter().enumerate() {
        let (row, old_row) = (class * 3, prototype as usize * 3);
        for (new, old) in own.values[row..row + 3].iter().zip(&old.values[old_row..]) {
            assert!((new - old).abs() < 1e-6, "class {class}: {new} {old}");
        }
    }
    assert_ne!(&learned.last.prototypes[..], &own.values[..], "learned");
    let fixed_again = RunConfig {
        head: HeadKind::Fixed,
        ..base()
    };
    let at = learned.states.last().unwrap();
    let fixed = branch(at, fixed_again).unwrap();
    let there = &at.checkpoint.array("prototypes").unwrap().values;
    assert_eq!(&fixed.last.prototypes[..], &there[..]);
    let arrays = &fixed.states[0].checkpoint.arrays;
    assert!(arrays.iter().all(|array| !array.name.contains("learned")));
}

#[test]
fn another_rate_and_loss_act_from_there_on() {
    let run = whole(&base());
    let config = RunConfig {
        lr: base().lr * 0.1,
        epochs: 7,
        ..base()
    };
    let slower = branch(&run.states[4], config).unwrap();
    assert!((slower.last.epoch - 7.0).abs() < 1e-9);
    assert_ne!(slower.last.state_hash, run.last.state_hash);
    assert!(slower.last.lr < run.last.lr);
}

#[test]
fn what_made_the_state_cannot_change() {
    let run = whole(&base());
    for (key, config) in [
        ("seed", RunConfig { seed: 1, ..base() }),
        (
            "batch_size",
            RunConfig {
                batch_size: 32,
                ..base()
            },
        ),
        (
            "dataset",
            RunConfig {
                dataset: DatasetKind::Grid,
                ..base()
            },
        ),
    ] {
        let message = branch(&run.states[1], config).err().unwrap();
        assert!(message.contains(key), "{message}");
    }
}

#[test]
fn states_too_large_to_be_read_unnoticed_are_not_kept() {
    let config = RunConfig {
        hidden: vec![512, 512],
        epochs: 1,
        ..base()
    };
    assert!(whole(&config).states.is_empty());
}

#[test]
fn the_run_ahead_waits_until_its_branch_has_caught_up() {
    let config = RunConfig {
        epochs: 12,
        ..base()
    };
    let steps_per_epoch = (12.0_f64 * 40.0 / 64.0).ceil();
    let pace = Pace {
        snapshot_hz: 1_000.0,
        ..Pace::FULL_SPEED
    };
    let abreast = Abreast::default();
    let goal = 6 * steps_per_epoch as u64;
    let start = Command::Start(Box::new(config.clone()));
    let ahead = open(
        vec![start, Command::GoTo { step: goal }],
        Some(abreast.join()),
        pace,
    );
    let mut from = None;
    while from.is_none() {
        if let Event::Kept { state, .. } = ahead.events.recv_blocking().unwrap()
            && state.epoch() == 2
        {
            from = Some(state);
        }
    }
    while ahead.latest.get().is_none_or(|shown| shown.step < goal) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let slowly = Pace {
        steps_per_sec: Some(150.0),
        ..pace
    };
    let wanted = Branch {
        config,
        from: from.unwrap(),
    };
    let behind = open(
        vec![Command::Branch(Box::new(wanted))],
        Some(abreast.join()),
        slowly,
    );
    while behind.latest.get().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    ahead.commands.try_send(Command::Resume).unwrap();
    let mut gaps = Vec::new();
    loop {
        match ahead.events.recv_blocking().unwrap() {
            Event::Evaluated { evaluation, .. } if evaluation.epoch > 6 => {
                gaps.push(evaluation.epoch as f64 - behind.latest.get().unwrap().epoch);
            }
            Event::Finished { .. } => break,
            Event::Failed { message, .. } => panic!("{message}"),
            _ => {}
        }
    }
    // What the slower one shows is at most a few steps old.
    let most = 0.25 + 5.0 / steps_per_epoch;
    assert_eq!(gaps.len(), 6, "{gaps:?}");
    assert!(gaps.iter().all(|&gap| gap <= most), "{gaps:?}");
}
