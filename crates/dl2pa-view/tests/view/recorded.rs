//! Recorded runs: opened from a file, gone through, and saved by the playground itself.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{Command, Event, FinishReason, RunId, RunInfo};
use dl2pa_core::prototypes::Method;
use dl2pa_core::recorded::line;
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{
    Booth, RUN, booth, evaluated, finished, in_full_swing, pass, provenance, relabelled, save_run,
    snapshot, started, tell,
};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);

/// A run of `classes` classes in three dimensions, as its session tells of it.
pub fn events(classes: usize) -> Vec<Event> {
    let shot = snapshot(classes);
    let mut events = vec![
        started(classes),
        Event::Spread {
            run: RUN,
            prototypes: Arc::clone(&shot.prototypes),
            assignment: (0..classes as u32).collect(),
            min_angle_deg: shot.min_angle_deg,
            provenance: provenance(Method::Annealed, classes),
        },
    ];
    for (epoch, cycle) in [
        (1, &[0u32, 3, 5, 8, 1, 2, 9, 7][..]),
        (2, &[0, 4, 6, 2, 1]),
        (3, &[5, 8, 2]),
        (4, &[]),
    ] {
        events.push(at_epoch(epoch, 0.2 * epoch as f64));
        events.push(relabelled(classes, epoch, cycle));
    }
    events.push(finished());
    events
}

fn at_epoch(epoch: usize, top1: f64) -> Event {
    match evaluated(top1) {
        Event::Evaluated { run, evaluation } => Event::Evaluated {
            run,
            evaluation: dl2pa_core::protocol::Evaluation {
                epoch,
                step: 38 * epoch as u64,
                ..evaluation
            },
        },
        other => other,
    }
}

/// The same as a file.
pub fn file(events: &[Event]) -> Vec<u8> {
    let lines = events.iter().map(|event| line(event, 1.0).unwrap());
    lines.collect::<Vec<_>>().concat()
}

/// Drops a file on the playground; what its session is told.
pub fn give(harness: &Harness<'_, Booth>, file: &str, bytes: &[u8]) -> Vec<Command> {
    let mut playground = harness.state().playground.borrow_mut();
    let commands = playground.as_mut().unwrap().take_file(file, bytes);
    commands.into_iter().map(|(_, command)| command).collect()
}

fn commands(harness: &mut Harness<'_, Booth>) -> Vec<Command> {
    pass(harness, 0.1);
    std::mem::take(&mut harness.state_mut().commands)
}

#[test]
fn a_recorded_run_is_gone_through_and_a_new_one_takes_its_place() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let told = give(&harness, "runs/one/metrics.jsonl", &file(&events(12)));
    assert_eq!(told, [Command::Stop]);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Showing metrics.jsonl again: 4 epochs");
    harness.get_by_label_contains("without samples");
    // What the session says of the run that it ended, and of one that was on its way, changes nothing.
    tell(
        &harness,
        &Event::Finished {
            run: RUN,
            reason: FinishReason::Stopped,
        },
    );
    tell(&harness, &started(25));
    harness.state_mut().snapshot = Some(Arc::new(snapshot(25)));
    // Once what is missing has been read, the news are told again.
    pass(&mut harness, 12.0);
    harness.key_press(Key::Home);
    pass(&mut harness, 0.1);
    let (news, _) = harness.state().narration();
    assert!(news.contains("epoch 0.0"), "{news}");
    harness.key_press(Key::ArrowRight);
    pass(&mut harness, 0.1);
    let (news, rest) = harness.state().narration();
    assert!(news.contains("epoch 1.0"), "{news}");
    assert!(rest.contains('8'), "eight labels moved: {rest}");
    assert_eq!(commands(&mut harness), [], "it is not the session's");
    // A second at a time it comes to its end by itself.
    harness.key_press(Key::Space);
    pass(&mut harness, 70.0);
    let (news, _) = harness.state().narration();
    assert!(news.contains("80.0"), "{news}");
    harness.key_press(Key::R);
    let begun = commands(&mut harness);
    let [Command::Start(config)] = &begun[..] else {
        panic!("{begun:?}");
    };
    assert_eq!(config.classes, 12);
    tell(&harness, &started(25));
    pass(&mut harness, 0.1);
    assert!(harness.query_by_label_contains("Recorded run").is_none());
    harness.key_press(Key::Space);
    assert_eq!(
        commands(&mut harness),
        [Command::Pause],
        "the session's again"
    );
}

#[test]
fn a_broken_recording_is_said_with_its_line_and_the_run_goes_on() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let mut bytes = file(&events(12));
    bytes.splice(0..0, *b"{\"event\":\"started\"}\n");
    assert_eq!(give(&harness, "metrics.jsonl", &bytes), []);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Line 1 is damaged");
    harness.key_press(Key::Space);
    assert_eq!(commands(&mut harness), [Command::Pause]);
}

#[test]
fn the_playground_s_own_run_is_saved_and_opened_again() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    for event in events(25) {
        tell(&harness, &event);
    }
    // Another session's events are none of this run's.
    let stray = Event::Warning {
        run: RunId(99),
        message: "stray".to_owned(),
    };
    tell(&harness, &stray);
    harness.state_mut().snapshot = Some(Arc::new(snapshot(25)));
    pass(&mut harness, 4.0);
    let saved = save_run(&mut harness);
    assert_eq!(saved.name, "run.jsonl");
    let text = String::from_utf8(saved.bytes.clone()).unwrap();
    assert_eq!(text.lines().count(), events(25).len());
    assert!(!text.contains("stray"));
    let mut elsewhere = in_full_swing(LAPTOP, Theme::Dark, 12);
    assert_eq!(give(&elsewhere, "run.jsonl", &saved.bytes), [Command::Stop]);
    pass(&mut elsewhere, 0.1);
    elsewhere.get_by_label_contains("Showing run.jsonl again: 4 epochs");
}

/// A run of the trainer in more dimensions than can be seen, with a published data set.
fn of_the_trainer(head: HeadKind) -> Vec<u8> {
    let dim = 8;
    let config = RunConfig {
        head,
        classes: 10,
        dim,
        epochs: 4,
        ..RunConfig::for_dataset(dl2pa_core::config::DatasetKind::Cifar10)
    };
    let Event::Started { info, .. } = started(10) else {
        panic!("it starts");
    };
    let names = [
        "plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ];
    let info = RunInfo {
        dataset: "cifar10".to_owned(),
        class_names: names.map(str::to_owned).to_vec(),
        ..RunInfo::clone(&info)
    };
    let mut pins = vec![0.0; 10 * dim];
    for class in 0..10 {
        let sign = if class < dim { 1.0 } else { -1.0 };
        pins[class * dim + class % dim] = sign;
    }
    let events = vec![
        Event::Started {
            run: RUN,
            config: Arc::new(config),
            info: Arc::new(info),
        },
        Event::Spread {
            run: RUN,
            prototypes: pins.into(),
            assignment: (0..10).rev().collect(),
            min_angle_deg: 90.0,
            provenance: provenance(Method::CrossPolytope, 10),
        },
        at_epoch(1, 0.4),
        at_epoch(2, 0.6),
    ];
    let mut bytes = file(&events);
    // It was cut off while it wrote.
    bytes.extend(b"{\"elapsed_secs\":3.5,\"event\":\"evalu");
    bytes
}

#[test]
fn a_cut_off_run_of_the_trainer_says_what_it_lacks() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    assert_eq!(
        give(&harness, "metrics.jsonl", &of_the_trainer(HeadKind::Fixed)),
        [Command::Stop]
    );
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("The file ends before the run does");
    harness.get_by_label_contains("without samples and class means");
    harness.key_press(Key::End);
    pass(&mut harness, 2.0);
    harness.snapshot_options("laptop_light_recorded", &options());
}

/// A run of the trainer, being gone through.
pub fn shown_again(size: (f32, f32), theme: Theme) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, theme, 25);
    give(&harness, "metrics.jsonl", &file(&events(25)));
    pass(&mut harness, 20.0);
    harness.key_press(Key::Space);
    pass(&mut harness, 3.0);
    harness
}

#[test]
fn laptop_dark_recorded() {
    let mut harness = shown_again(LAPTOP, Theme::Dark);
    harness.snapshot_options("laptop_dark_recorded", &options());
}
