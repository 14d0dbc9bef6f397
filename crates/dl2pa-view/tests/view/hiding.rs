//! The playground with parts left out, as a teacher's address asks for.

use dl2pa_core::protocol::Command;
use dl2pa_view::Hidden;
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{Booth, in_full_swing, pass};
use crate::pictures::options;

fn without(size: (f32, f32), theme: Theme, list: &str) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, theme, 25);
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.hide(Hidden::of(list));
    }
    pass(&mut harness, 0.5);
    harness
}

#[test]
fn laptop_light_without_setup_and_seed() {
    let list = "setup,lessons,plots,seed,speed,share";
    let mut harness = without((1280.0, 800.0), Theme::Light, list);
    harness.snapshot_options("laptop_light_hidden", &options());
}

#[test]
fn phone_dark_with_the_stage_alone() {
    let list = "setup,lessons,plots,why,seed,share";
    let mut harness = without((390.0, 844.0), Theme::Dark, list);
    harness.snapshot_options("phone_dark_hidden", &options());
}

#[test]
fn what_is_left_out_has_no_button_no_key_and_no_place_in_the_list() {
    let mut harness = without((1280.0, 800.0), Theme::Dark, "seed,lessons");
    assert!(harness.query_by_label("New seed").is_none());
    assert!(harness.query_by_label("Lessons").is_none());
    harness.get_by_label("Dynamic");
    harness.state_mut().commands.clear();
    harness.key_press(Key::N);
    harness.key_press(Key::G);
    pass(&mut harness, 0.2);
    let starts = |command: &Command| matches!(command, Command::Start(_));
    assert!(!harness.state().commands.iter().any(starts));
    harness.get_by_label("Dynamic");
    harness.key_press(Key::Questionmark);
    pass(&mut harness, 0.5);
    let entry = "Start over with a new seed";
    assert!(harness.query_by_label_contains(entry).is_none());
    harness.get_by_label_contains("Start over with the same seed");
}
