//! Runs side by side keep step, and each is what it is alone.

mod support;

use dl2pa_core::config::{DatasetKind, HeadKind, RunConfig};
use dl2pa_core::protocol::{Command, Event, Pace};
use dl2pa_core::session::{self, Abreast, Member, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use dl2pa_runtime::spawn_actor;
use support::TestHost;

/// A run may be ahead by a quarter of an epoch and the step it was allowed to make.
const LEAD_EPOCHS: f64 = 0.25;

fn config(head: HeadKind) -> RunConfig {
    RunConfig {
        head,
        classes: 9,
        epochs: 6,
        samples_per_class: 60,
        batch_size: 32,
        ..RunConfig::for_dataset(DatasetKind::Grid)
    }
}

/// A session of which nothing is published but what its steps show.
fn start(head: HeadKind, abreast: Option<Member>, steps_per_sec: Option<f64>) -> SessionHandle {
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(config(head)));
    handle.commands.try_send(start).expect("it has not begun");
    let options = SessionOptions {
        pace: Pace {
            steps_per_sec,
            snapshot_hz: 1_000.0,
            ..Pace::FULL_SPEED
        },
        keeps_checkpoints: true,
        ends_after_run: true,
        abreast,
        ..SessionOptions::default()
    };
    spawn_actor("abreast", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .expect("a thread");
    handle
}

/// The state after the last epoch, and how far `other` was at each of this run's epoch ends.
fn follow(handle: &SessionHandle, other: Option<&SessionHandle>) -> (u64, Vec<f64>) {
    let (mut hash, mut gaps) = (0, Vec::new());
    while let Ok(event) = handle.events.recv_blocking() {
        match event {
            Event::Exported { checkpoint, .. } => hash = checkpoint.state_hash(),
            Event::Evaluated { evaluation, .. } => {
                let others = other.and_then(|other| other.latest.get());
                if let Some(others) = others {
                    gaps.push(evaluation.epoch as f64 - others.epoch);
                }
            }
            Event::Failed { message, .. } => panic!("{message}"),
            Event::Finished { .. } => break,
            _ => {}
        }
    }
    (hash, gaps)
}

#[test]
fn a_quick_run_waits_for_a_slow_one_and_changes_nothing_about_itself() {
    let (alone, _) = follow(&start(HeadKind::Dynamic, None, None), None);
    let abreast = Abreast::default();
    // Both places are taken before either begins.
    let (first, second) = (abreast.join(), abreast.join());
    let slow = start(HeadKind::Fixed, Some(first), Some(60.0));
    while slow.latest.get().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let quick = start(HeadKind::Dynamic, Some(second), None);
    let (beside, gaps) = follow(&quick, Some(&slow));
    assert_eq!(alone, beside, "the same run, bit by bit");
    assert!(gaps.len() >= 4, "{gaps:?}");
    // Alone it needs a tenth of the time, so that without waiting it would end while the other begins. What the slow
    // one shows is at most a few steps old.
    let steps_per_epoch = 9.0 * 60.0 / 32.0;
    let most = LEAD_EPOCHS + 5.0 / steps_per_epoch;
    assert!(gaps.iter().all(|&gap| gap <= most), "{gaps:?}");
    follow(&slow, None);
}
