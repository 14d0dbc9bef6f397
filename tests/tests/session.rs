//! The session as its readers see it: commands are obeyed in order, events are whole, and a
//! checkpoint's accuracy belongs to the assignment beside it.

mod support;

use std::sync::Arc;
use std::time::Duration;

use dl2pa_core::config::{DatasetKind, Fidelity, HeadKind, RunConfig, Switch};
use dl2pa_core::protocol::{
    Command, Event, FailureCause, FinishReason, Pace, Perturbation, Phase, Provenance, Relabelling,
    Snapshot, StepSize,
};
use dl2pa_core::prototypes::Method;
use dl2pa_core::session::{self, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use dl2pa_runtime::spawn_actor;
use support::TestHost;

/// A test waits at most so long before it says what it waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

fn config() -> RunConfig {
    RunConfig {
        classes: 9,
        epochs: 4,
        samples_per_class: 60,
        batch_size: 32,
        assign_period: 1.0,
        ..RunConfig::for_dataset(DatasetKind::Grid)
    }
}

fn start(commands: Vec<Command>, keeps_checkpoints: bool) -> SessionHandle {
    let (handle, ports) = session::open();
    for command in commands {
        handle
            .commands
            .try_send(command)
            .expect("the session has not begun");
    }
    let pace = Pace {
        snapshot_hz: 1000.0,
        max_samples: 20,
        ..Pace::FULL_SPEED
    };
    let options = SessionOptions {
        pace,
        keeps_checkpoints,
        ..SessionOptions::default()
    };
    spawn_actor("session test", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .expect("a thread");
    handle
}

/// All events up to the run's end.
fn events_to_the_end(handle: &SessionHandle) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = handle
            .events
            .recv_blocking()
            .expect("the session goes on until its handle is gone");
        let is_end = matches!(event, Event::Finished { .. } | Event::Failed { .. });
        events.push(event);
        if is_end {
            return events;
        }
    }
}

fn snapshot_where(
    handle: &SessionHandle,
    what: &str,
    is_it: impl Fn(&Snapshot) -> bool,
) -> Snapshot {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(snapshot) = handle.latest.get()
            && is_it(&snapshot)
        {
            return (*snapshot).clone();
        }
        assert!(
            waited < PATIENCE,
            "no snapshot came with {what}; the last: {:?}",
            handle.latest.get()
        );
        std::thread::sleep(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    }
}

#[test]
fn single_steps_go_exactly_so_far() {
    let handle = start(
        vec![Command::Start(Box::new(config())), Command::Pause],
        false,
    );
    let send = |command| handle.commands.try_send(command).unwrap();
    assert_eq!(snapshot_where(&handle, "a pause", |s| s.paused).step, 0);
    send(Command::Step(StepSize::Batch));
    let after = snapshot_where(&handle, "a step", |s| s.paused && s.step > 0);
    assert_eq!(after.step, 1);
    assert!(after.loss.unwrap().is_finite());
    assert_eq!(after.samples.unwrap().labels.len(), 20);
    send(Command::Step(StepSize::Epoch));
    let after = snapshot_where(&handle, "an epoch", |s| s.paused && s.step > 1);
    assert!((after.epoch - 1.0).abs() < 1e-9, "{}", after.epoch);
    assert_eq!(after.labels_moved.len(), 1, "tau' is one epoch");
    send(Command::Step(StepSize::Matching));
    let after = snapshot_where(&handle, "a matching", |s| {
        s.paused && s.labels_moved.len() > 1
    });
    assert!((after.epoch - 2.0).abs() < 1e-9, "{}", after.epoch);
    send(Command::Stop);
    let last = events_to_the_end(&handle).pop().unwrap();
    assert!(
        matches!(
            last,
            Event::Finished {
                reason: FinishReason::Stopped,
                ..
            }
        ),
        "{last:?}"
    );
}

/// What a link to a moment relies on.
#[test]
fn a_run_goes_to_a_step_and_is_there_as_one_that_was_stepped_there() {
    const STEP: u64 = 21;
    let gone = start(
        vec![
            Command::Start(Box::new(config())),
            Command::GoTo { step: STEP },
        ],
        false,
    );
    let gone_there = snapshot_where(&gone, "its goal", |s| s.paused && s.step > 0);
    let stepped = start(
        vec![Command::Start(Box::new(config())), Command::Pause],
        false,
    );
    snapshot_where(&stepped, "a pause", |s| s.paused);
    for step in 1..=STEP {
        let batch = Command::Step(StepSize::Batch);
        stepped.commands.try_send(batch).unwrap();
        snapshot_where(&stepped, "a step", |s| s.paused && s.step == step);
    }
    let stepped_there = stepped.latest.get().unwrap();
    assert_eq!(gone_there.step, STEP);
    assert_eq!(gone_there.assignment, stepped_there.assignment);
    assert_eq!(gone_there.labels_moved, stepped_there.labels_moved);
    assert_eq!(gone_there.class_means, stepped_there.class_means);
    // What lies behind is not gone back to.
    gone.commands.try_send(Command::GoTo { step: 3 }).unwrap();
    gone.commands
        .try_send(Command::Step(StepSize::Batch))
        .unwrap();
    snapshot_where(&gone, "the next step", |s| s.paused && s.step == STEP + 1);
}

/// The authors' script measures, matches and only then saves (paper.md 2.1), after the last epoch too.
#[test]
fn the_released_code_keeps_the_assignment_after_the_matching() {
    let released = RunConfig {
        fidelity: Fidelity::Released,
        ..config()
    };
    let epochs = released.epochs;
    let handle = start(vec![Command::Start(Box::new(released))], true);
    let (mut after, mut kept) = (None, 0);
    for event in events_to_the_end(&handle) {
        match event {
            Event::Relabelled { relabelling, .. } => after = Some(relabelling.after.to_vec()),
            Event::Exported { checkpoint, .. } => {
                assert_eq!(Some(&checkpoint.header.assignment), after.as_ref());
                kept += 1;
            }
            Event::Failed { message, .. } => panic!("{message}"),
            _ => {}
        }
    }
    assert_eq!(kept, epochs);
}

#[test]
fn a_checkpoint_holds_the_assignment_that_was_measured_and_no_matching_loses() {
    let handle = start(vec![Command::Start(Box::new(config()))], true);
    let mut kept = None;
    let mut matchings = 0;
    for event in events_to_the_end(&handle) {
        match event {
            Event::Exported { checkpoint, .. } => {
                assert_eq!(
                    checkpoint.header.top1,
                    checkpoint.evaluation.map(|e| e.top1)
                );
                assert!(
                    checkpoint
                        .arrays
                        .iter()
                        .all(|a| a.values.len() == a.shape.iter().product::<usize>())
                );
                kept = Some(checkpoint.header.assignment.clone());
            }
            Event::Relabelled { relabelling, .. } => {
                matchings += 1;
                assert_eq!(
                    Some(relabelling.before.to_vec()),
                    kept,
                    "kept before the matching"
                );
                assert!(relabelling.score_after >= relabelling.score_before - 1e-9);
            }
            Event::Failed { message, .. } => panic!("{message}"),
            _ => {}
        }
    }
    assert_eq!(matchings, config().epochs - 1, "none after the last epoch");
}

fn relabellings(config: RunConfig) -> Vec<Arc<Relabelling>> {
    let handle = start(vec![Command::Start(Box::new(config))], false);
    let events = events_to_the_end(&handle).into_iter();
    let found = events.filter_map(|event| match event {
        Event::Relabelled { relabelling, .. } => Some(relabelling),
        Event::Failed { message, .. } => panic!("{message}"),
        _ => None,
    });
    found.collect()
}

/// Every class that moved is in one ring, each takes what the next one had, and no ring loses.
fn check_rings(relabelling: &Relabelling) {
    let mut in_rings = Vec::new();
    for ring in &relabelling.passings {
        assert!(!ring.ends_at_free, "as many prototypes as classes");
        assert!(ring.gain >= -1e-9, "{ring:?}");
        let sum: f64 = ring.moves.iter().map(|step| step.gain).sum();
        assert!((ring.gain - sum).abs() < 1e-9);
        let next = ring.moves.iter().cycle().skip(1);
        for (step, next) in ring.moves.iter().zip(next) {
            assert_eq!(step.from, relabelling.before[step.class as usize]);
            assert_eq!(step.to, relabelling.after[step.class as usize]);
            assert_eq!(step.to, next.from);
            in_rings.push(step.class);
        }
    }
    in_rings.sort_unstable();
    assert_eq!(in_rings, relabelling.moved);
    let gap = relabelling.certificate_gap.expect("matched, not dealt");
    assert!(gap.abs() < 1e-9, "{gap}");
}

#[test]
fn a_matching_is_proven_best_and_explained_by_rings_whose_gains_sum_up() {
    let often = RunConfig {
        classes: 25,
        assign_period: 0.25,
        ..config()
    };
    let found = relabellings(often);
    assert_eq!(found.len(), 4 * config().epochs - 1, "none after the last");
    assert!(
        found
            .iter()
            .any(|relabelling| relabelling.passings.len() > 1)
    );
    for relabelling in &found {
        check_rings(relabelling);
        assert!(!relabelling.turned);
        let gain: f64 = relabelling.passings.iter().map(|ring| ring.gain).sum();
        let rise = relabelling.score_after - relabelling.score_before;
        assert!((gain - rise).abs() < 1e-9, "{gain} against {rise}");
    }
}

#[test]
fn where_prototypes_turn_the_matching_is_proven_best_as_they_lie_then() {
    let turning = RunConfig {
        assign_rotation: Switch::On,
        ..config()
    };
    let found = relabellings(turning.clone());
    assert!(found.iter().any(|relabelling| relabelling.turned));
    for relabelling in &found {
        check_rings(relabelling);
        assert!(relabelling.score_after >= relabelling.score_before - 1e-9);
    }
    // Up to the first matching both runs are the same one: turning can only add to what it finds.
    let still = relabellings(RunConfig {
        assign_rotation: Switch::Off,
        ..turning
    });
    assert_eq!(still[0].score_before, found[0].score_before);
    assert!(still[0].score_after < found[0].score_after);
}

#[test]
fn labels_dealt_again_claim_no_proof() {
    let handle = start(
        vec![
            Command::Start(Box::new(config())),
            Command::Perturb(Perturbation::DealAgain),
        ],
        false,
    );
    let dealt = event_where(&handle, |event| match event {
        Event::Relabelled { relabelling, .. } => Some(Arc::clone(relabelling)),
        _ => None,
    });
    assert!(dealt.dealt && !dealt.turned);
    assert_eq!(dealt.certificate_gap, None);
    let gain: f64 = dealt.passings.iter().map(|ring| ring.gain).sum();
    assert!((gain - (dealt.score_after - dealt.score_before)).abs() < 1e-9);
}

#[test]
fn the_same_seed_trains_the_same_run_and_another_another() {
    let losses = |seed: u64| -> Vec<f64> {
        let config = RunConfig { seed, ..config() };
        let handle = start(vec![Command::Start(Box::new(config))], false);
        let events = events_to_the_end(&handle);
        events
            .iter()
            .filter_map(|event| match event {
                Event::Evaluated { evaluation, .. } => Some(evaluation.test_loss),
                _ => None,
            })
            .collect()
    };
    let first = losses(3);
    assert_eq!(first.len(), config().epochs);
    assert_eq!(first, losses(3));
    assert_ne!(first, losses(4));
}

#[test]
fn a_new_start_ends_the_run_and_bad_settings_fail_without_ending_the_session() {
    let bad = RunConfig { dim: 0, ..config() };
    let mut pretrained = config();
    pretrained.recipe.pretrained = Some("weights.pth".to_owned());
    let psc = RunConfig {
        head: HeadKind::Psc,
        ..config()
    };
    let commands = vec![
        Command::Start(Box::new(config())),
        Command::Start(Box::new(bad)),
        Command::Start(Box::new(pretrained)),
        Command::Start(Box::new(psc)),
    ];
    let handle = start(commands, false);
    let end = |events: Vec<Event>| events.into_iter().last().unwrap();
    let first = end(events_to_the_end(&handle));
    assert!(
        matches!(
            first,
            Event::Finished {
                reason: FinishReason::Stopped,
                ..
            }
        ),
        "{first:?}"
    );
    let second = end(events_to_the_end(&handle));
    assert!(
        matches!(&second, Event::Failed { message, cause: FailureCause::Other, .. } if message.contains("dim")),
        "{second:?}"
    );
    let unread = end(events_to_the_end(&handle));
    assert!(
        matches!(&unread, Event::Failed { message, .. } if message.contains("weights.pth")),
        "nobody here reads files: {unread:?}"
    );
    let third = end(events_to_the_end(&handle));
    assert!(
        matches!(
            third,
            Event::Finished {
                reason: FinishReason::Completed,
                ..
            }
        ),
        "{third:?}"
    );
    assert!(
        handle.latest.get().unwrap().labels_moved.is_empty(),
        "psc has no matching"
    );
}

/// The first event that `what` picks.
fn event_where<T>(handle: &SessionHandle, what: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        let event = handle.events.recv_blocking().expect("the session goes on");
        if let Some(found) = what(&event) {
            return found;
        }
    }
}

fn spread_of(handle: &SessionHandle) -> (Vec<f32>, f64, Provenance) {
    event_where(handle, |event| match event {
        Event::Spread {
            prototypes,
            min_angle_deg,
            provenance,
            ..
        } => Some((prototypes.to_vec(), *min_angle_deg, *provenance)),
        _ => None,
    })
}

#[test]
fn the_spread_prototypes_come_with_their_method_and_the_bound() {
    let (_, angle_deg, provenance) =
        spread_of(&start(vec![Command::Start(Box::new(config()))], false));
    assert_eq!(provenance.method, Some(Method::Annealed));
    assert_eq!(provenance.t, None);
    // Schuette & van der Waerden 1951: the best 9 points of the ordinary sphere are 70.53 degrees apart.
    assert!((angle_deg - 70.5288).abs() < 0.01, "{angle_deg}");
    let bound_deg = provenance.bound_angle_deg;
    assert!(bound_deg > angle_deg && bound_deg < 74.0, "{bound_deg}");

    let octahedron = RunConfig {
        classes: 6,
        ..config()
    };
    let (_, angle_deg, provenance) =
        spread_of(&start(vec![Command::Start(Box::new(octahedron))], false));
    assert_eq!(provenance.method, Some(Method::CrossPolytope));
    assert!(provenance.proven_optimal);
    assert!((provenance.bound_angle_deg - 90.0).abs() < 1e-9);
    assert!((angle_deg - 90.0).abs() < 1e-4, "{angle_deg}");
}

#[test]
fn a_comparison_is_what_a_run_with_that_method_has() {
    let by_the_paper = RunConfig {
        prototype_method: Method::Uniformity,
        ..config()
    };
    let (expected, expected_deg, made) =
        spread_of(&start(vec![Command::Start(Box::new(by_the_paper))], false));
    assert_eq!((made.method, made.t), (Some(Method::Uniformity), Some(2.0)));

    let handle = start(
        vec![
            Command::Start(Box::new(config())),
            Command::Pause,
            Command::Compare {
                method: Method::Uniformity,
                t: 2.0,
            },
        ],
        false,
    );
    let (own, own_deg, _) = spread_of(&handle);
    let comparison = event_where(&handle, |event| match event {
        Event::Compared { comparison, .. } => Some(Arc::clone(comparison)),
        _ => None,
    });
    assert_eq!(comparison.prototypes, expected);
    assert_eq!(comparison.provenance, made);
    assert!((comparison.min_angle_deg - expected_deg).abs() < 1e-9);
    assert!(comparison.min_angle_deg < own_deg);
    let after = snapshot_where(&handle, "the pause", |s| s.paused);
    assert_eq!(after.prototypes.as_ref(), own, "the run keeps its own");
}

#[test]
fn a_finished_run_can_still_be_compared() {
    let handle = start(vec![Command::Start(Box::new(config()))], false);
    events_to_the_end(&handle);
    let best = Command::Compare {
        method: Method::Auto,
        t: 2.0,
    };
    handle.commands.try_send(best).unwrap();
    let comparison = event_where(&handle, |event| match event {
        Event::Compared { comparison, .. } => Some(Arc::clone(comparison)),
        _ => None,
    });
    assert_eq!(comparison.provenance.method, Some(Method::Annealed));
    assert!(
        comparison.frames.is_empty(),
        "nothing is shown at full speed"
    );
}

#[test]
fn a_comparison_that_cannot_be_made_is_a_warning_and_the_run_goes_on() {
    let handle = start(
        vec![
            Command::Start(Box::new(config())),
            Command::Compare {
                method: Method::Simplex,
                t: 2.0,
            },
        ],
        false,
    );
    let events = events_to_the_end(&handle);
    let warning = events.iter().find_map(|event| match event {
        Event::Warning { message, .. } => Some(message.as_str()),
        _ => None,
    });
    assert!(warning.is_some_and(|message| message.contains("simplex")));
    let last = events.last().unwrap();
    assert!(
        matches!(
            last,
            Event::Finished {
                reason: FinishReason::Completed,
                ..
            }
        ),
        "{last:?}"
    );
}

#[test]
fn the_spreading_shows_its_temperature_and_its_curve() {
    let watched = Pace {
        spread_secs: 1e6,
        ..Pace::FULL_SPEED
    };
    let handle = start(
        vec![
            Command::SetPace(watched),
            Command::Start(Box::new(config())),
        ],
        false,
    );
    let first = snapshot_where(&handle, "the spreading", |s| {
        matches!(s.phase, Phase::Spreading { .. })
    });
    assert!(first.spread_t.is_some_and(|t| t > 0.0));
    assert!(first.min_angle_deg < first.provenance.bound_angle_deg);
    handle
        .commands
        .try_send(Command::Step(StepSize::Batch))
        .unwrap();
    let after = snapshot_where(&handle, "a step", |s| s.paused && s.step > 0);
    assert_eq!(after.spread_t, None);
    let curve = &after.history.spread_angle_deg;
    assert!(curve.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
    let [share, angle_deg] = *curve.last().unwrap();
    assert_eq!(share, 1.0);
    assert!((angle_deg - after.min_angle_deg).abs() < 1e-9);
}
