//! Why labels moved: the five beats on the stage, the panel, and what a person does with it.

use std::sync::Arc;

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{Event, Relabelling};
use egui::accesskit::{Role, Toggled};
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::fabricated::{
    Booth, booth, config, in_full_swing, matched, pass, relabelled, started, tell,
};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const DESK: (f32, f32) = (1920.0, 1080.0);
const PHONE: (f32, f32) = (390.0, 844.0);

/// A run at rest, and a matching that is told now.
pub fn matching(size: (f32, f32), theme: Theme, classes: usize) -> Harness<'static, Booth> {
    let mut harness = booth(size, theme, classes);
    tell(&harness, &started(classes));
    for (epoch, cycle) in [(1, &[0u32, 3, 5, 8, 1][..]), (2, &[2, 4]), (3, &[])] {
        tell(&harness, &relabelled(classes, epoch, cycle));
    }
    let (event, after) = matched(classes, 4);
    let before = match &event {
        Event::Relabelled { relabelling, .. } => Arc::clone(&relabelling.before),
        _ => panic!("a matching"),
    };
    let mut earlier = after.clone();
    (earlier.seq, earlier.assignment) = (0, before);
    harness.state_mut().snapshot = Some(Arc::new(earlier));
    pass(&mut harness, 5.0);
    tell(&harness, &event);
    harness.state_mut().snapshot = Some(Arc::new(after));
    harness
}

/// The same when all labels have arrived, with the panel open.
pub fn explained(size: (f32, f32), theme: Theme, classes: usize) -> Harness<'static, Booth> {
    let mut harness = matching(size, theme, classes);
    pass(&mut harness, 5.0);
    open(&mut harness);
    harness
}

fn open(harness: &mut Harness<'_, Booth>) {
    harness
        .get_by_role_and_label(Role::RadioButton, "Why")
        .click();
    pass(harness, 0.2);
}

/// Presses what may lie below the fold.
fn press_below(harness: &mut Harness<'_, Booth>, words: &str) {
    harness.get_by_label_contains(words).scroll_to_me();
    pass(harness, 1.0);
    harness.get_by_label_contains(words).click();
    pass(harness, 0.2);
}

/// The panel stands open.
fn is_open(harness: &Harness<'_, Booth>) -> bool {
    let tab = harness.get_by_role_and_label(Role::RadioButton, "Why");
    tab.accesskit_node().toggled() == Some(Toggled::True)
}

/// The picture of a moment of the show.
fn beat(name: &str, theme: Theme, secs: f64) {
    let mut harness = matching(LAPTOP, theme, 25);
    pass(&mut harness, secs);
    harness.snapshot_options(name, &options());
}

#[test]
fn first_all_freezes() {
    beat("relabelling_1_freeze", Theme::Dark, 0.2);
}

#[test]
fn then_class_means_ask() {
    beat("relabelling_2_ask", Theme::Light, 0.7);
}

#[test]
fn then_the_ring_is_weighed() {
    beat("relabelling_3_weigh", Theme::Dark, 1.15);
}

#[test]
fn then_labels_move() {
    beat("relabelling_4_move", Theme::Light, 1.6);
}

#[test]
fn then_lines_settle() {
    beat("relabelling_5_settle", Theme::Dark, 2.2);
}

#[test]
fn a_ghost_of_the_ways_stays_on_a_phone() {
    let mut harness = matching(PHONE, Theme::Light, 25);
    pass(&mut harness, 4.5);
    harness.snapshot_options("phone_light_ghost", &options());
}

#[test]
fn laptop_dark_why() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    harness.snapshot_options("laptop_dark_why", &options());
}

#[test]
fn desk_light_why_with_a_barred_move_and_the_proof() {
    let mut harness = explained(DESK, Theme::Light, 25);
    harness.get_by_label("Diagonal").click();
    press_below(&mut harness, "Forbid");
    press_below(&mut harness, "The proof");
    harness
        .get_by_label_contains("Largest slack of a chosen pair")
        .scroll_to_me();
    pass(&mut harness, 1.0);
    harness.hover_at(egui::pos2(5.0, 5.0));
    pass(&mut harness, 0.2);
    harness.snapshot_options("desk_light_why_proof", &options());
}

#[test]
fn hundred_classes_light_why_by_slack() {
    let mut harness = explained(LAPTOP, Theme::Light, 100);
    harness.get_by_label("Diagonal").click();
    harness.get_by_label("Slack").click();
    harness.get_by_label_contains("Score matrix").scroll_to_me();
    pass(&mut harness, 1.0);
    let matrix = harness.get_by_label_contains("Score matrix").rect();
    harness.hover_at(matrix.center() + egui::vec2(30.0, -20.0));
    pass(&mut harness, 0.2);
    harness.snapshot_options("laptop_light_why_hundred", &options());
}

#[test]
fn phone_dark_why() {
    let mut harness = explained(PHONE, Theme::Dark, 25);
    harness.get_by_label_contains("Score matrix").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.snapshot_options("phone_dark_why", &options());
}

#[test]
fn empty_states_say_why_and_look_made() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        ..config(25)
    };
    let Event::Started { run, info, .. } = started(25) else {
        panic!("a start");
    };
    let event = Event::Started {
        run,
        config: Arc::new(fixed),
        info,
    };
    tell(&harness, &event);
    harness.state_mut().snapshot = Some(Arc::new(crate::fabricated::snapshot(25)));
    pass(&mut harness, 1.0);
    open(&mut harness);
    harness.get_by_label_contains("The fixed head chooses once");
    harness.snapshot_options("laptop_dark_why_empty", &options());
    tell(&harness, &started(25));
    pass(&mut harness, 0.2);
    harness.get_by_label_contains("After every epoch labels and dots");
}

#[test]
fn a_click_on_a_class_or_a_tick_opens_the_panel() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    assert!(!is_open(&harness));
    harness.get_by_label("Class A3").click();
    pass(&mut harness, 0.2);
    assert!(is_open(&harness));
    harness.get_by_label_contains("A3 stayed at prototype 3");

    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let timeline = harness.get_by_label("Epoch shown").rect();
    // The tick of the sixth epoch of thirty.
    let at = timeline.left_bottom() + egui::vec2(timeline.width() * 0.2 + 3.0, -10.0);
    harness.drag_at(at);
    harness.drop_at(at);
    pass(&mut harness, 0.2);
    assert!(is_open(&harness));
    harness.get_by_label("After epoch 6");
    harness.get_by_label("2 labels changed places");
    harness.get_by_label("Later matching").click();
    pass(&mut harness, 0.2);
    harness.get_by_label("After epoch 7");
    harness.get_by_label_contains("No label moved.");
    harness
        .get_by_label("Show the last one that moved labels")
        .click();
    pass(&mut harness, 0.2);
    harness.get_by_label("After epoch 6");
}

#[test]
fn a_click_on_the_stage_opens_the_panel() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    // Somewhere near the middle there is a label, a mean or a sample.
    let centre = harness.get_by_label_contains("Sphere").rect().center();
    for step in 0..12 {
        if is_open(&harness) {
            return;
        }
        let at = centre + egui::vec2(14.0 * step as f32 - 80.0, 20.0);
        harness.drag_at(at);
        harness.drop_at(at);
        pass(&mut harness, 0.1);
    }
    panic!("no click found a class");
}

#[test]
fn the_panel_follows_the_latest_matching_until_one_is_chosen() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    open(&mut harness);
    harness.get_by_label("After epoch 10");
    tell(&harness, &relabelled(25, 11, &[2, 3]));
    pass(&mut harness, 0.2);
    harness.get_by_label("After epoch 11");
    harness.get_by_label("Earlier matching").click();
    pass(&mut harness, 0.2);
    tell(&harness, &relabelled(25, 12, &[]));
    pass(&mut harness, 0.2);
    harness.get_by_label("After epoch 10");
    tell(&harness, &started(25));
    pass(&mut harness, 0.2);
    harness.get_by_label("No matching yet");
}

#[test]
fn barring_a_move_tells_its_price_and_can_be_undone() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    press_below(&mut harness, "Forbid");
    harness.get_by_label_contains("It would cost");
    press_below(&mut harness, "Allow it again");
    assert!(harness.query_by_label_contains("It would cost").is_none());
}

#[test]
fn matrix_and_stage_point_at_the_same_pair() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    let matrix = harness.get_by_label_contains("Score matrix").rect();
    harness.hover_at(matrix.center());
    pass(&mut harness, 0.2);
    let pointed = harness.get_by_label_contains("Score matrix");
    let words = pointed.accesskit_node().label().unwrap();
    assert!(words.contains("· prototype "), "{words}");
    // The card of the stage shows the class that the matrix points at, and the other way round the class key
    // brings its row forward.
    harness.hover_at(harness.get_by_label("Class B2").rect().center());
    pass(&mut harness, 0.2);
    let pointed = harness.get_by_label_contains("Score matrix");
    let words = pointed.accesskit_node().label().unwrap();
    assert!(words.contains("B2 · prototype "), "{words}");
}

#[test]
fn the_panel_goes_by_keyboard_alone() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    let wanted = [
        "Earlier matching",
        "Diagonal",
        "Slack",
        "Score matrix",
        "Forbid",
        "The proof",
    ];
    let mut reached = Vec::new();
    for _ in 0..90 {
        harness.key_press(Key::Tab);
        pass(&mut harness, 0.1);
        for name in wanted {
            let nodes = harness.query_all_by_label_contains(name);
            let mut nodes = nodes.into_iter();
            if nodes.any(|node| node.accesskit_node().is_focused()) && !reached.contains(&name) {
                reached.push(name);
            }
        }
    }
    assert_eq!(reached, wanted, "in reading order");
}

#[test]
fn a_class_that_was_not_seen_is_said_to_suit_anywhere() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    let (event, _) = matched(25, 5);
    let Event::Relabelled { run, relabelling } = event else {
        panic!("a matching");
    };
    let mut unseen = Relabelling::clone(&relabelling);
    let mut means = unseen.class_means.as_deref().unwrap().to_vec();
    // Class C4 has kept its prototype.
    means[13 * 3..14 * 3].fill(0.0);
    unseen.class_means = Some(means.into());
    let event = Event::Relabelled {
        run,
        relabelling: Arc::new(unseen),
    };
    tell(&harness, &event);
    harness.get_by_label("Class C4").click();
    pass(&mut harness, 0.2);
    harness.get_by_label_contains("No example of C4 has been seen yet");
}

#[test]
fn arrows_walk_over_the_matrix() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    let label = |harness: &Harness<'_, Booth>| {
        let matrix = harness.get_by_label_contains("Score matrix");
        matrix.accesskit_node().label().unwrap()
    };
    harness.get_by_label_contains("Score matrix").focus();
    pass(&mut harness, 0.2);
    let before = label(&harness);
    harness.key_press(Key::ArrowDown);
    pass(&mut harness, 0.2);
    let down = label(&harness);
    assert_ne!(before, down);
    harness.key_press(Key::ArrowUp);
    pass(&mut harness, 0.2);
    assert_eq!(label(&harness), before);
}

#[test]
fn reduced_motion_rests_between_the_beats() {
    let mut harness = matching(LAPTOP, Theme::Dark, 25);
    let still = |harness: &Harness<'_, Booth>, wanted: bool| {
        let booth = harness.state();
        if let Some(playground) = booth.playground.borrow_mut().as_mut() {
            playground.set_reduced_motion(wanted);
        }
    };
    still(&harness, true);
    let (event, _) = matched(25, 5);
    tell(&harness, &event);
    pass(&mut harness, 0.3);
    let first = harness.render().unwrap();
    pass(&mut harness, 0.3);
    let second = harness.render().unwrap();
    assert!(first == second, "one still shows the whole beat");
    pass(&mut harness, 4.0);
    let rests = harness.state().playground.borrow();
    assert!(
        !rests.as_ref().unwrap().wants_repaint(),
        "and then it rests"
    );
}

#[test]
fn odd_matchings_are_told_as_far_as_they_go() {
    let mut harness = explained(LAPTOP, Theme::Dark, 25);
    let Event::Relabelled { run, relabelling } = relabelled(25, 11, &[1, 2]) else {
        panic!("a matching");
    };
    let odd = |change: fn(&mut Relabelling)| {
        let mut odd = Relabelling::clone(&relabelling);
        change(&mut odd);
        Event::Relabelled {
            run,
            relabelling: Arc::new(odd),
        }
    };
    tell(&harness, &odd(|odd| odd.class_means = None));
    pass(&mut harness, 0.2);
    harness.get_by_label("Too long ago");
    tell(
        &harness,
        &odd(|odd| odd.prototypes = [1.0, f32::NAN].into()),
    );
    pass(&mut harness, 0.2);
    harness.get_by_label("This matching cannot be read");
    // Dealt at random: nothing is proven, and no move can be barred.
    tell(
        &harness,
        &odd(|odd| {
            odd.dealt = true;
            odd.certificate_gap = None;
            (odd.before, odd.after) = (Arc::clone(&odd.after), Arc::clone(&odd.before));
        }),
    );
    pass(&mut harness, 0.2);
    harness
        .get_by_role_and_label(Role::DisclosureTriangle, "The proof")
        .scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label_contains("Not the best:");
    assert!(harness.query_by_label_contains("Forbid").is_none());
    // More classes than the run has.
    tell(&harness, &relabelled(60, 12, &[40, 50]));
    pass(&mut harness, 0.2);
    tell(&harness, &relabelled(310, 13, &[40, 50]));
    pass(&mut harness, 0.2);
    harness.get_by_label("Too many classes to lay out");
}
