//! What a person does with the playground, and the commands that come of it.

use std::sync::Arc;

use crate::fabricated::{
    Booth, booth, compared, finished, in_full_swing, pass, relabelled, snapshot, started, tell,
    tell_of,
};
use dl2pa_core::config::{AssignInit, ClassMeansKind, DatasetKind, HeadKind, RunConfig, Switch};
use dl2pa_core::protocol::{Command, Event, FailureCause, Snapshot, StepSize};
use dl2pa_core::prototypes::Method;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const LAPTOP: (f32, f32) = (1280.0, 800.0);

fn running() -> Harness<'static, Booth> {
    in_full_swing(LAPTOP, Theme::Dark, 25)
}

/// Two frames: one that takes the input in, one that shows what came of it.
fn settle(harness: &mut Harness<'_, Booth>) -> Vec<Command> {
    pass(harness, 0.1);
    std::mem::take(&mut harness.state_mut().commands)
}

fn started_config(commands: &[Command]) -> RunConfig {
    let [Command::Start(config)] = commands else {
        panic!("expected one start, got {commands:?}");
    };
    RunConfig::clone(config)
}

#[test]
fn space_pauses_and_space_goes_on() {
    let mut harness = running();
    harness.key_press(Key::Space);
    assert_eq!(settle(&mut harness), [Command::Pause]);
    harness.key_press(Key::Space);
    assert_eq!(settle(&mut harness), [Command::Resume]);
}

#[test]
fn keys_step_restart_and_change_the_seed() {
    for (key, size) in [
        (Key::Period, StepSize::Batch),
        (Key::E, StepSize::Epoch),
        (Key::M, StepSize::Matching),
    ] {
        let mut harness = running();
        harness.key_press(key);
        assert_eq!(settle(&mut harness), [Command::Step(size)]);
    }
    let mut harness = running();
    harness.key_press(Key::R);
    assert_eq!(
        started_config(&settle(&mut harness)),
        crate::fabricated::config(25)
    );
    harness.key_press(Key::N);
    let config = started_config(&settle(&mut harness));
    assert_ne!(config.seed, crate::fabricated::config(25).seed);
    assert_eq!(
        RunConfig { seed: 42, ..config },
        crate::fabricated::config(25)
    );
}

#[test]
fn choosing_a_head_starts_a_run_with_it() {
    let mut harness = running();
    harness.get_by_label("Fixed").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.head, HeadKind::Fixed);
    assert_eq!(config.seed, crate::fabricated::config(25).seed);
}

#[test]
fn choosing_a_data_set_keeps_the_method_and_takes_its_sizes() {
    let mut harness = running();
    harness.get_by_label("Digits").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.dataset, DatasetKind::Digits);
    assert_eq!(config.classes, 10);
    assert_eq!(config.head, HeadKind::Dynamic);
    assert!(config.validate().is_ok());
}

#[test]
fn the_section_about_matching_unfolds_and_starts_runs_that_a_new_data_set_keeps() {
    let mut harness = running();
    assert!(harness.query_by_label("Fits data").is_none(), "folded");
    harness.get_by_label("More about matching").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label("More about matching").click();
    assert_eq!(settle(&mut harness), []);
    harness.get_by_label("Exact").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label("Fits data").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.assign_init, AssignInit::Geometric);
    harness.get_by_label("On").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.assign_rotation, Switch::On);
    harness.get_by_label("Exact").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.validate(), Ok(()));
    harness.get_by_label("Digits").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label("Digits").click();
    let digits = started_config(&settle(&mut harness));
    assert_eq!(digits.dataset, DatasetKind::Digits);
    assert_eq!(
        (
            digits.assign_init,
            digits.assign_rotation,
            digits.class_means
        ),
        (AssignInit::Geometric, Switch::On, ClassMeansKind::Exact)
    );
}

#[test]
fn settings_of_the_matching_that_a_head_does_not_take_do_nothing() {
    let mut harness = running();
    let show = |harness: &mut Harness<'_, Booth>, label: &str| {
        harness.get_by_label(label).scroll_to_me();
        pass(harness, 1.0);
    };
    show(&mut harness, "More about matching");
    harness.get_by_label("More about matching").click();
    show(&mut harness, "Fixed");
    harness.get_by_label("Fixed").click();
    settle(&mut harness);
    show(&mut harness, "Exact");
    harness.get_by_label("On").click();
    harness.get_by_label("Exact").click();
    assert_eq!(settle(&mut harness), []);
    harness.get_by_label("Fits network").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.assign_init, AssignInit::Features);
    show(&mut harness, "Learned");
    harness.get_by_label("Learned").click();
    settle(&mut harness);
    show(&mut harness, "Fits data");
    harness.get_by_label("Fits data").click();
    assert_eq!(settle(&mut harness), []);
}

#[test]
fn choosing_a_method_starts_a_run_with_it_and_one_that_does_not_apply_does_nothing() {
    let mut harness = running();
    harness.get_by_label("Prototypes: Automatic").click();
    assert_eq!(settle(&mut harness), []);
    harness.get_by_label("Polygon").click();
    assert_eq!(settle(&mut harness), [], "25 classes on the sphere");
    harness.get_by_label("The paper's, t fixed").click();
    let config = started_config(&settle(&mut harness));
    assert_eq!(config.prototype_method, Method::Uniformity);
    assert_eq!(config.validate(), Ok(()));
    let rect = harness.get_by_label("Temperature t").rect();
    harness.drag_at(rect.center());
    pass(&mut harness, 0.1);
    harness.drop_at(rect.right_center());
    let config = started_config(&settle(&mut harness));
    assert!(config.prototype_t > 10.0, "{}", config.prototype_t);
}

#[test]
fn a_comparison_is_asked_for_once_a_run() {
    let by_the_paper = [Command::Compare {
        method: Method::Uniformity,
        t: 2.0,
    }];
    let mut harness = running();
    harness.get_by_label("Compare with t = 2").click();
    assert_eq!(settle(&mut harness), by_the_paper);
    assert_eq!(settle(&mut harness), []);
    tell(&harness, &compared());
    harness.get_by_label("Back to training").click();
    assert_eq!(settle(&mut harness), []);
    harness.key_press(Key::C);
    assert_eq!(settle(&mut harness), [], "it is there already");
    tell(&harness, &started(25));
    assert_eq!(
        settle(&mut harness),
        by_the_paper,
        "a new run needs its own"
    );
}

#[test]
fn the_switch_of_the_key_and_p_mark_the_closest_pair() {
    let mut harness = running();
    let is_marked = |harness: &Harness<'_, Booth>| {
        let switch = harness.get_by_label("closest pair of prototypes");
        switch.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    harness
        .get_by_label("closest pair of prototypes")
        .scroll_to_me();
    pass(&mut harness, 1.0);
    assert!(!is_marked(&harness));
    harness.get_by_label("closest pair of prototypes").click();
    settle(&mut harness);
    assert!(is_marked(&harness));
    harness.key_press(Key::P);
    settle(&mut harness);
    assert!(!is_marked(&harness));
}

#[test]
fn a_slider_starts_one_run_when_it_is_let_go() {
    let mut harness = running();
    let rect = harness.get_by_label("Dimensions d").rect();
    harness.drag_at(rect.center());
    pass(&mut harness, 0.1);
    harness.hover_at(rect.right_center());
    assert_eq!(settle(&mut harness), [], "nothing while the knob is held");
    harness.drop_at(rect.right_center());
    let config = started_config(&settle(&mut harness));
    assert!(config.dim > 10, "{}", config.dim);
}

#[test]
fn play_and_step_buttons_do_what_they_say() {
    let mut harness = running();
    harness.get_by_label("Pause").click();
    assert_eq!(settle(&mut harness), [Command::Pause]);
    harness.get_by_label("Step").click();
    assert_eq!(settle(&mut harness), []);
    harness
        .get_by_label_contains("To the next matching")
        .click();
    assert_eq!(settle(&mut harness), [Command::Step(StepSize::Matching)]);
}

#[test]
fn typing_a_seed_starts_it_and_letters_do_not_act() {
    let mut harness = running();
    harness
        .get_by_role_and_label(Role::TextInput, "Seed")
        .focus();
    pass(&mut harness, 0.1);
    harness.key_press(Key::N);
    harness
        .get_by_role_and_label(Role::TextInput, "Seed")
        .type_text("7");
    assert_eq!(settle(&mut harness), [], "no command while typing");
    harness.key_press(Key::Enter);
    let seed = started_config(&settle(&mut harness)).seed;
    assert!(seed == 427 || seed == 742, "{seed}");
}

#[test]
fn speed_changes_the_pace() {
    let mut harness = running();
    let rect = harness.get_by_role_and_label(Role::Slider, "Speed").rect();
    harness.drag_at(rect.right_center() - egui::vec2(2.0, 0.0));
    harness.drop_at(rect.right_center() - egui::vec2(2.0, 0.0));
    let commands = settle(&mut harness);
    let Some(Command::SetPace(pace)) = commands.last() else {
        panic!("expected a pace, got {commands:?}");
    };
    assert_eq!(pace.steps_per_sec, None);
    let shown = harness
        .state()
        .playground
        .borrow()
        .as_ref()
        .map(|p| p.pace());
    assert_eq!(shown, Some(*pace));
}

#[test]
fn a_finished_run_is_run_again_by_space() {
    let mut harness = running();
    tell(&harness, &finished());
    harness.key_press(Key::Space);
    assert_eq!(
        started_config(&settle(&mut harness)),
        crate::fabricated::config(25)
    );
}

#[test]
fn a_run_that_diverged_offers_a_smaller_rate() {
    let mut harness = running();
    tell(
        &harness,
        &Event::Failed {
            run: crate::fabricated::RUN,
            message: "The loss was not finite; lower the learning rate.".into(),
            cause: FailureCause::Diverged,
        },
    );
    pass(&mut harness, 0.1);
    harness
        .get_by_label("Start with a tenth of the learning rate")
        .click();
    let config = started_config(&settle(&mut harness));
    assert!((config.lr - crate::fabricated::config(25).lr / 10.0).abs() < 1e-9);
}

#[test]
fn it_rests_when_nothing_moves_and_moves_for_a_relabelling() {
    let mut harness = running();
    let wants = |harness: &Harness<'_, Booth>| {
        harness
            .state()
            .playground
            .borrow()
            .as_ref()
            .unwrap()
            .wants_repaint()
    };
    assert!(wants(&harness), "the sphere turns until it is touched");
    let centre = harness.get_by_label_contains("Sphere").rect().center();
    harness.drag_at(centre);
    pass(&mut harness, 0.1);
    harness.hover_at(centre + egui::vec2(30.0, 0.0));
    pass(&mut harness, 0.1);
    harness.drop_at(centre + egui::vec2(30.0, 0.0));
    pass(&mut harness, 6.0);
    assert!(!wants(&harness), "nothing moves");
    tell(&harness, &relabelled(25, 11, &[1, 2]));
    pass(&mut harness, 0.1);
    assert!(wants(&harness), "labels travel");
    pass(&mut harness, 6.0);
    assert!(!wants(&harness), "they have arrived");
}

#[test]
fn nothing_breaks_before_the_first_snapshot_or_with_odd_ones() {
    let mut harness = booth((390.0, 844.0), Theme::Light, 25);
    pass(&mut harness, 0.2);
    tell(&harness, &started(25));
    // A snapshot whose parts do not fit together must be drawn as far as it goes.
    let mut odd = crate::fabricated::snapshot(25);
    odd.assignment = vec![900; 40].into();
    odd.class_means = Some(vec![f32::NAN; 7].into());
    odd.history = std::sync::Arc::default();
    harness.state_mut().snapshot = Some(std::sync::Arc::new(odd));
    tell(&harness, &relabelled(60, 1, &[40, 50]));
    pass(&mut harness, 0.5);
    assert_eq!(settle(&mut harness), []);
}

#[test]
fn runs_side_by_side_share_the_seed_the_clock_and_the_transport() {
    let mut harness = running();
    harness.key_press(Key::Num3);
    let commands = settle(&mut harness);
    let lead = started_config(&commands);
    let starts: Vec<RunConfig> = harness
        .state_mut()
        .to_rivals
        .drain(..)
        .filter_map(|(_, command)| match command {
            Command::Start(config) => Some(*config),
            _ => None,
        })
        .collect();
    let heads: Vec<HeadKind> = starts.iter().map(|config| config.head).collect();
    assert_eq!(heads, [HeadKind::Psc, HeadKind::Fixed]);
    assert!(starts.iter().all(|config| config.seed == lead.seed));
    harness.key_press(Key::Space);
    settle(&mut harness);
    let told: Vec<_> = harness.state_mut().to_rivals.drain(..).collect();
    assert_eq!(told, [(1, Command::Pause), (2, Command::Pause)]);
    harness.key_press(Key::Num1);
    settle(&mut harness);
    let told: Vec<_> = harness.state_mut().to_rivals.drain(..).collect();
    assert_eq!(told, [(1, Command::Stop), (2, Command::Stop)]);
}

#[test]
fn kept_settings_stay_beside_what_the_setup_changes() {
    let mut harness = running();
    harness.key_press(Key::K);
    settle(&mut harness);
    harness.state_mut().to_rivals.clear();
    harness.get_by_label("Fixed").click();
    let lead = started_config(&settle(&mut harness));
    assert_eq!(lead.head, HeadKind::Fixed);
    let kept = harness.state_mut().to_rivals.drain(..).next_back();
    let Some((1, Command::Start(kept))) = kept else {
        panic!("{kept:?}");
    };
    assert_eq!((kept.head, kept.seed), (HeadKind::Dynamic, lead.seed));
}

/// Shows the playground the run as it goes on: so many epochs in steps of a quarter.
pub fn live_through(harness: &mut Harness<'_, Booth>, epochs: usize) {
    for quarter in 0..=epochs * 4 {
        let mut shown = snapshot(25);
        shown.seq = 10 + quarter as u64;
        shown.step = quarter as u64 * 38 / 4;
        shown.epoch = quarter as f64 / 4.0;
        shown.labels_moved = vec![2; quarter / 4].into();
        harness.state_mut().snapshot = Some(Arc::new(shown));
        pass(harness, 0.05);
    }
}

pub fn shown_epoch(harness: &Harness<'_, Booth>) -> f64 {
    let node = harness.get_by_label("Epoch shown");
    let value = node.accesskit_node().numeric_value();
    value.expect("a slider has a value")
}

#[test]
fn arrows_go_back_in_time_pause_and_come_home() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    tell(&harness, &started(25));
    live_through(&mut harness, 5);
    harness.state_mut().commands.clear();
    assert_eq!(shown_epoch(&harness), 5.0);
    harness.key_press(Key::ArrowLeft);
    assert_eq!(settle(&mut harness), [Command::Pause]);
    assert_eq!(shown_epoch(&harness), 4.75);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    pass(&mut harness, 0.1);
    assert_eq!(shown_epoch(&harness), 2.25);
    let (news, _) = harness.state().narration();
    assert_eq!(news, "Looking back: epoch 2.2.");
    harness.key_press(Key::Home);
    pass(&mut harness, 0.1);
    assert_eq!(shown_epoch(&harness), 0.0);
    harness.key_press(Key::End);
    pass(&mut harness, 0.1);
    assert_eq!(shown_epoch(&harness), 5.0);
}

#[test]
fn what_was_is_shown_again_and_the_run_goes_on_where_it_stood() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    tell(&harness, &started(25));
    live_through(&mut harness, 3);
    harness.key_press(Key::Home);
    pass(&mut harness, 0.1);
    let paused = harness.state().snapshot.as_deref().cloned();
    harness.state_mut().snapshot = paused.map(|snapshot| {
        Arc::new(Snapshot {
            paused: true,
            ..snapshot
        })
    });
    pass(&mut harness, 0.1);
    harness.state_mut().commands.clear();
    harness.key_press(Key::Space);
    pass(&mut harness, 1.0);
    let halfway = shown_epoch(&harness);
    assert!(halfway > 0.5 && halfway < 2.0, "{halfway}");
    assert_eq!(harness.state().commands, []);
    pass(&mut harness, 3.0);
    assert_eq!(harness.state().commands, [Command::Resume]);
    assert_eq!(shown_epoch(&harness), 3.0);
}

#[test]
fn a_click_on_the_timeline_goes_there_and_a_button_comes_back() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    tell(&harness, &started(25));
    live_through(&mut harness, 20);
    let track = harness.get_by_label("Epoch shown").rect();
    let at = |share: f32| egui::pos2(track.left() + track.width() * share, track.center().y);
    harness.hover_at(at(0.5));
    harness.drag_at(at(0.5));
    harness.drop_at(at(0.5));
    pass(&mut harness, 0.2);
    // The run has 30 epochs.
    let shown = shown_epoch(&harness);
    assert!((shown - 15.0).abs() < 0.3, "{shown}");
    harness.get_by_label("To now").click();
    pass(&mut harness, 0.2);
    assert_eq!(shown_epoch(&harness), 20.0);
}

#[test]
fn the_first_minute_sets_fixed_beside_dynamic_and_any_key_takes_over() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    let begin = |harness: &Harness<'_, Booth>| {
        let mut playground = harness.state().playground.borrow_mut();
        playground.as_mut().expect("made").begin_tour();
    };
    begin(&harness);
    tell(&harness, &started(25));
    live_through(&mut harness, 3);
    let is_start = |(session, command): &(usize, Command)| {
        *session == 1 && matches!(command, Command::Start(config) if config.head == HeadKind::Fixed)
    };
    assert!(harness.state().to_rivals.is_empty(), "too early");
    live_through(&mut harness, 4);
    pass(&mut harness, 4.0);
    assert!(harness.state().to_rivals.iter().any(is_start));
    // At its end it offers what comes next, in the heading's place.
    tell(&harness, &started(25));
    tell_of(&harness, 1, &started(25));
    let beside = Snapshot {
        epoch: 30.0,
        ..snapshot(25)
    };
    harness.state_mut().rivals = vec![Some(Arc::new(beside))];
    live_through(&mut harness, 30);
    harness.get_by_label("Start lesson 1");
    harness.snapshot("laptop_dark_invitation");

    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    begin(&harness);
    tell(&harness, &started(25));
    live_through(&mut harness, 2);
    harness.get_by_label("Touch anything to take over");
    harness.key_press(Key::L);
    live_through(&mut harness, 6);
    pass(&mut harness, 4.0);
    assert!(harness.state().to_rivals.is_empty(), "somebody took over");
}

#[test]
fn everything_can_be_found_by_typing_and_done_by_enter() {
    let mut harness = running();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut harness);
    harness.get_by_label("Type to search").type_text("new seed");
    assert_eq!(settle(&mut harness), []);
    harness.key_press(Key::Enter);
    let config = started_config(&settle(&mut harness));
    assert_ne!(config.seed, 42);
    assert!(harness.query_by_label("Type to search").is_none(), "closed");
    harness.key_press(Key::Questionmark);
    settle(&mut harness);
    harness.key_press(Key::ArrowDown);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    harness.key_press(Key::Enter);
    assert_eq!(settle(&mut harness), [Command::Step(StepSize::Epoch)]);
}
