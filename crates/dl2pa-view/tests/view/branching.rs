//! A second sphere that goes on from a moment of the run: what is pressed, what the sessions are told, what is seen.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dl2pa_core::checkpoint::{Checkpoint, CheckpointHeader, Progress, SCHEMA_VERSION};
use dl2pa_core::config::{DatasetKind, HeadKind, RunConfig};
use dl2pa_core::kept::{Branch, Kept};
use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Command, Evaluation, Event, FailureCause, History, Snapshot};
use dl2pa_core::prototypes::Method;
use dl2pa_core::recorded::{Replay, read};
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::fabricated::{
    Booth, RUN, booth, config, evaluated, pass, provenance, relabelled, save_run, snapshot,
    spreading, started, tell, tell_of,
};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const PHONE: (f32, f32) = (390.0, 844.0);
const STEPS: u64 = 38;

/// What the session of a run with so many classes keeps at the end of an epoch.
pub fn kept(classes: usize, epoch: usize) -> Event {
    let header = CheckpointHeader {
        schema_version: SCHEMA_VERSION,
        config: config(classes),
        class_names: Vec::new(),
        epoch,
        step: STEPS * epoch as u64,
        assignment: (0..classes as u32).collect(),
        labels_moved: Vec::new(),
        top1: None,
        random_streams: Vec::new(),
        progress: Progress::default(),
    };
    let state = Kept {
        checkpoint: Checkpoint {
            header,
            arrays: Vec::new(),
            evaluation: None,
        },
        provenance: provenance(Method::Annealed, classes),
        curve_ends: History::default(),
    };
    Event::Kept {
        run: RUN,
        state: Arc::new(state),
    }
}

/// The run after so many quarters of an epoch; it gets better by a hundredth each epoch.
fn after(quarters: usize) -> Snapshot {
    let epoch = quarters as f64 / 4.0;
    let whole = snapshot(25);
    let until = |curve: &[[f64; 2]]| -> Vec<[f64; 2]> {
        let points = curve.iter().filter(|point| point[0] <= epoch);
        points.copied().collect()
    };
    let history = History {
        loss: until(&whole.history.loss),
        train_accuracy: until(&whole.history.train_accuracy),
        test_accuracy: until(&whole.history.test_accuracy),
        min_angle_deg: until(&whole.history.min_angle_deg),
        labels_moved: until(&whole.history.labels_moved),
        spread_angle_deg: Vec::new(),
    };
    Snapshot {
        seq: 10 + quarters as u64,
        step: quarters as u64 * STEPS / 4,
        epoch,
        test_accuracy: Some(0.5 + 0.01 * epoch),
        labels_moved: vec![2; quarters / 4].into(),
        history: Arc::new(history),
        ..whole
    }
}

/// A run that has gone on for so many epochs, each with its state and its matching.
fn lived_through(size: (f32, f32), theme: Theme, epochs: usize) -> Harness<'static, Booth> {
    let mut harness = booth(size, theme, 25);
    tell(&harness, &started(25));
    tell(&harness, &kept(25, 0));
    for quarter in 0..=epochs * 4 {
        harness.state_mut().snapshot = Some(Arc::new(after(quarter)));
        if quarter > 0 && quarter % 4 == 0 {
            let epoch = quarter / 4;
            tell(
                &harness,
                &relabelled(25, epoch, &[0, 3, 5][..2 + epoch % 2]),
            );
            tell(&harness, &kept(25, epoch));
        }
        pass(&mut harness, 0.05);
    }
    pass(&mut harness, 4.0);
    harness
}

/// What was measured at the end of an epoch.
fn at_epoch(epoch: usize, top1: f64) -> Event {
    match evaluated(top1) {
        Event::Evaluated { run, evaluation } => Event::Evaluated {
            run,
            evaluation: Evaluation {
                epoch,
                step: STEPS * epoch as u64,
                ..evaluation
            },
        },
        other => other,
    }
}

/// What the leading session and those beside it were told since the last call.
fn told(harness: &mut Harness<'_, Booth>) -> (Vec<Command>, Vec<(usize, Command)>) {
    pass(harness, 0.1);
    let booth = harness.state_mut();
    let lead = std::mem::take(&mut booth.commands);
    (lead, std::mem::take(&mut booth.to_rivals))
}

/// The branch that the leading session was asked for, last of all.
#[track_caller]
fn branch_of(commands: &[Command]) -> &Branch {
    let Some(Command::Branch(branch)) = commands.last() else {
        panic!("{commands:?}");
    };
    assert_eq!(branch.config.validate(), Ok(()));
    branch
}

fn shown_epoch(harness: &Harness<'_, Booth>) -> f64 {
    let node = harness.get_by_label("Epoch shown");
    node.accesskit_node().numeric_value().unwrap()
}

/// How the runs stand to each other, as it is said once the message over the stage has been read.
fn standing(harness: &mut Harness<'_, Booth>) -> String {
    if let Some(close) = harness.query_by_label_contains("Close message") {
        close.click();
        pass(harness, 0.1);
    }
    harness.state().narration().1
}

/// The session of the branch says that it has begun, and shows its course for so many quarters of an epoch.
fn begin(harness: &mut Harness<'_, Booth>, config: &RunConfig, from: usize, quarters: usize) {
    let Event::Started { run, info, .. } = started(25) else {
        panic!("it starts");
    };
    let config = Arc::new(config.clone());
    tell(harness, &Event::Started { run, config, info });
    for quarter in from * 4..=from * 4 + quarters {
        let mut shown = after(quarter);
        let history = Arc::make_mut(&mut shown.history);
        for curve in [
            &mut history.loss,
            &mut history.train_accuracy,
            &mut history.test_accuracy,
            &mut history.min_angle_deg,
            &mut history.labels_moved,
        ] {
            curve.retain(|point| point[0] >= from as f64);
        }
        // As fixed labels would have it.
        for point in &mut history.test_accuracy {
            point[1] -= 0.05 * (point[0] - from as f64).sqrt();
        }
        shown.test_accuracy = shown.test_accuracy.map(|top1| top1 - 0.004);
        harness.state_mut().snapshot = Some(Arc::new(shown));
        pass(harness, 0.05);
    }
}

#[test]
fn a_branch_begins_at_the_last_epoch_end_before_the_moment_shown_and_the_run_goes_on() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 5);
    harness.get_by_label("Branch");
    for _ in 0..11 {
        harness.key_press(Key::ArrowLeft);
        pass(&mut harness, 0.1);
    }
    assert_eq!(shown_epoch(&harness), 2.25);
    told(&mut harness);
    let parent = harness.state().snapshot.clone().unwrap();
    harness.get_by_label("Branch").click();
    let (lead, beside) = told(&mut harness);
    let branch = branch_of(&lead);
    assert_eq!((branch.from.epoch(), &branch.config), (2, &config(25)));
    assert!(matches!(lead[0], Command::SetPace(_)), "{lead:?}");
    assert_eq!(beside, [(1, Command::Resume)]);
    // The run that was left is the first beside it now, with its session.
    let left = harness.state().rivals[0].clone().unwrap();
    assert!(Arc::ptr_eq(&left, &parent));
    harness.get_by_label_contains("goes on from the end of epoch 2");
    harness.get_by_label_contains("a change goes back to epoch 2");
    // Before its session has said anything it shows the moment, and so does the run beside it.
    assert_eq!(shown_epoch(&harness), 2.0);
    let figures = standing(&mut harness);
    assert!(
        figures.contains("Dynamic (from epoch 2) 52.0 %"),
        "{figures}"
    );
    assert!(figures.contains("Dynamic 52.0 %"), "{figures}");
    begin(&mut harness, &config(25), 2, 3);
    assert_eq!(shown_epoch(&harness), 2.75);
    let figures = standing(&mut harness);
    assert!(
        figures.contains("Dynamic 52.8 %"),
        "the other waits: {figures}"
    );
    // What was before is the past of both.
    harness.key_press(Key::Home);
    pass(&mut harness, 0.1);
    assert_eq!(shown_epoch(&harness), 0.0);
    harness.key_press(Key::End);
    begin(&mut harness, &config(25), 2, 12);
    let figures = standing(&mut harness);
    assert!(
        figures.contains("Dynamic 55.0 %"),
        "both in step: {figures}"
    );
}

#[test]
fn at_the_present_the_key_branches_from_the_last_epoch_end() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 3);
    harness.state_mut().snapshot = Some(Arc::new(after(15)));
    told(&mut harness);
    harness.key_press(Key::B);
    let (lead, _) = told(&mut harness);
    assert_eq!(branch_of(&lead).from.epoch(), 3);
}

#[test]
fn a_setting_begins_the_branch_again_and_one_that_made_the_state_begins_everything() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 4);
    harness.key_press(Key::B);
    told(&mut harness);
    begin(&mut harness, &config(25), 4, 2);
    told(&mut harness);
    harness.get_by_label("Fixed").click();
    let (lead, beside) = told(&mut harness);
    let branch = branch_of(&lead);
    assert_eq!(
        (branch.from.epoch(), branch.config.head),
        (4, HeadKind::Fixed)
    );
    assert_eq!(beside, [(1, Command::Resume)], "the run beside it stays");
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        ..config(25)
    };
    begin(&mut harness, &fixed, 4, 2);
    let figures = standing(&mut harness);
    assert!(figures.contains("Fixed (from epoch 4)"), "{figures}");
    told(&mut harness);
    harness.key_press(Key::R);
    let (lead, _) = told(&mut harness);
    assert_eq!(branch_of(&lead).config, fixed, "over again from there");
    begin(&mut harness, &fixed, 4, 2);
    told(&mut harness);
    harness.get_by_label("Digits").click();
    let (lead, beside) = told(&mut harness);
    let [Command::Start(lead)] = &lead[..] else {
        panic!("{lead:?}");
    };
    assert_eq!(lead.dataset, DatasetKind::Digits);
    let [(1, Command::Start(other))] = &beside[..] else {
        panic!("{beside:?}");
    };
    assert_eq!(other.head, HeadKind::Dynamic);
    harness.get_by_label_contains("cannot change in the middle of a run");
    assert!(
        harness
            .query_by_label_contains("goes back to epoch")
            .is_none()
    );
}

#[test]
fn at_most_three_stand_side_by_side_and_the_oldest_gives_way() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 4);
    for _ in 0..2 {
        harness.key_press(Key::B);
        told(&mut harness);
        begin(&mut harness, &config(25), 4, 1);
        tell(&harness, &kept(25, 4));
    }
    let mut marked = after(17);
    marked.seq = 777;
    harness.state_mut().rivals[1] = Some(Arc::new(marked));
    assert_eq!(harness.state().rivals.len(), 2);
    told(&mut harness);
    harness.key_press(Key::B);
    let (lead, beside) = told(&mut harness);
    branch_of(&lead);
    assert_eq!(beside, [(1, Command::Resume), (2, Command::Resume)]);
    let seqs: Vec<u64> = harness
        .state()
        .rivals
        .iter()
        .map(|rival| rival.as_ref().unwrap().seq)
        .collect();
    assert_eq!(seqs, [777, 10 + 17], "each with its own session");
    // One sphere: the branch goes on alone.
    begin(&mut harness, &config(25), 4, 1);
    told(&mut harness);
    harness.key_press(Key::Num1);
    let (lead, beside) = told(&mut harness);
    assert_eq!(lead, []);
    assert_eq!(beside, [(1, Command::Stop), (2, Command::Stop)]);
    harness.get_by_label_contains("a change goes back to epoch 4");
}

#[test]
fn where_nothing_can_branch_the_reason_is_said() {
    let reason = |harness: &mut Harness<'_, Booth>, words: &str| {
        told(harness);
        harness.key_press(Key::B);
        assert_eq!(told(harness), (vec![], vec![]), "{words}");
        harness.get_by_label_contains(words);
    };
    let mut empty = booth(LAPTOP, Theme::Dark, 25);
    pass(&mut empty, 0.1);
    reason(&mut empty, "as soon as it trains");
    tell(&empty, &started(25));
    empty.state_mut().snapshot = Some(Arc::new(spreading(0.5, 2.0)));
    reason(&mut empty, "as soon as it trains");
    let mut large = booth(LAPTOP, Theme::Dark, 25);
    tell(&large, &started(25));
    large.state_mut().snapshot = Some(Arc::new(after(6)));
    reason(&mut large, "too large for its states");
    let mut recorded = crate::recorded::shown_again(LAPTOP, Theme::Dark);
    reason(&mut recorded, "A recorded run holds no states");
}

#[test]
fn a_link_to_a_branch_says_that_it_holds_the_settings_only() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 3);
    let step = |harness: &Harness<'_, Booth>| {
        let playground = harness.state().playground.borrow();
        playground.as_ref().unwrap().state(&harness.ctx).step
    };
    assert_eq!(step(&harness), 3 * STEPS);
    harness.key_press(Key::B);
    told(&mut harness);
    begin(&mut harness, &config(25), 3, 3);
    assert_eq!(step(&harness), 0);
    harness.key_press(Key::S);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("not at this moment");
}

#[test]
fn a_run_that_diverged_can_be_gone_on_from_where_it_was_well() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 3);
    let failed = Event::Failed {
        run: RUN,
        message: "The loss was not finite; lower the learning rate.".into(),
        cause: FailureCause::Diverged,
    };
    tell(&harness, &failed);
    pass(&mut harness, 0.1);
    let remedy = "Start with a tenth of the learning rate";
    harness.get_by_label(remedy);
    harness.key_press(Key::B);
    let (lead, _) = told(&mut harness);
    branch_of(&lead);
    assert!(harness.query_by_label(remedy).is_none(), "both can be seen");
    begin(&mut harness, &config(25), 3, 1);
    tell_of(&harness, 0, &failed);
    pass(&mut harness, 0.1);
    told(&mut harness);
    harness.get_by_label(remedy).click();
    let (lead, _) = told(&mut harness);
    let branch = branch_of(&lead);
    assert!((branch.config.lr - config(25).lr / 10.0).abs() < 1e-9);
}

#[test]
fn a_run_that_a_script_begins_in_the_place_of_a_branch_has_no_past() {
    let mut harness = lived_through(LAPTOP, Theme::Dark, 3);
    harness.key_press(Key::B);
    told(&mut harness);
    begin(&mut harness, &config(25), 3, 1);
    tell(&harness, &started(25));
    harness.state_mut().snapshot = Some(Arc::new(after(0)));
    pass(&mut harness, 0.1);
    assert_eq!(shown_epoch(&harness), 0.0);
    assert!(
        harness
            .query_by_label_contains("goes back to epoch")
            .is_none()
    );
    harness.key_press(Key::R);
    let (lead, _) = told(&mut harness);
    assert!(matches!(lead[..], [Command::Start(_)]), "{lead:?}");
}

#[test]
fn a_saved_branch_holds_the_course_of_the_run_until_there() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    let shot = snapshot(25);
    tell(&harness, &started(25));
    tell(
        &harness,
        &Event::Spread {
            run: RUN,
            prototypes: Arc::clone(&shot.prototypes),
            assignment: (0..25).collect(),
            min_angle_deg: shot.min_angle_deg,
            provenance: provenance(Method::Annealed, 25),
        },
    );
    for epoch in 1..=3 {
        tell(&harness, &at_epoch(epoch, 0.5));
        tell(&harness, &relabelled(25, epoch, &[0, 3]));
        tell(&harness, &kept(25, epoch));
        harness.state_mut().snapshot = Some(Arc::new(after(4 * epoch)));
        pass(&mut harness, 0.05);
    }
    harness.key_press(Key::ArrowLeft);
    told(&mut harness);
    harness.key_press(Key::B);
    told(&mut harness);
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        ..config(25)
    };
    begin(&mut harness, &fixed, 2, 4);
    tell(&harness, &at_epoch(3, 0.4));
    let saved = save_run(&mut harness);
    let replay = Replay::of(read(&saved.bytes, RUN).unwrap()).unwrap();
    assert_eq!(*replay.config, fixed);
    let figures: Vec<(usize, f64)> = replay
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Evaluated { evaluation, .. } => Some((evaluation.epoch, evaluation.top1)),
            _ => None,
        })
        .collect();
    assert_eq!(figures, [(1, 0.5), (2, 0.5), (3, 0.4)]);
    let last = replay.moments.last().unwrap();
    assert_eq!(
        last.labels_moved.len(),
        2,
        "not what moved after the branch"
    );
}

/// A branch that has become fixed, beside the run that it left.
pub fn branched(
    size: (f32, f32),
    theme: Theme,
    language: Language,
    quarters: usize,
) -> Harness<'static, Booth> {
    let mut harness = lived_through(size, theme, 8);
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.speak(language);
    }
    for _ in 0..15 {
        harness.key_press(Key::ArrowLeft);
        pass(&mut harness, 0.1);
    }
    harness.key_press(Key::B);
    pass(&mut harness, 0.1);
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        ..config(25)
    };
    begin(&mut harness, &fixed, 4, quarters);
    pass(&mut harness, 1.0);
    harness
}

#[test]
fn laptop_dark_branch() {
    let mut harness = branched(LAPTOP, Theme::Dark, Language::English, 9);
    harness.snapshot_options("laptop_dark_branch", &options());
}

#[test]
fn phone_light_branch() {
    let mut harness = branched(PHONE, Theme::Light, Language::English, 1);
    harness.snapshot_options("phone_light_branch", &options());
}

#[test]
fn german_laptop_light_branch() {
    let mut harness = branched(LAPTOP, Theme::Light, Language::German, 9);
    harness.snapshot_options("german_laptop_light_branch", &options());
}
