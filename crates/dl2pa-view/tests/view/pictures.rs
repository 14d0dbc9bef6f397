//! Pictures of the playground from a fabricated run, compared with the ones that were looked at.
//!
//! They need a wgpu adapter (Mesa's llvmpipe does). To accept a change: `UPDATE_SNAPSHOTS=force`, then
//! look at every picture.

use std::sync::Arc;

use crate::fabricated::{
    Booth, booth, compared, evaluated, finished, in_full_swing, pass, relabelled, run_of_24, show,
    snapshot, spreading, started, tell, with_rivals,
};
use dl2pa_view::Showing;
use egui::{Key, Theme};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions};

/// Text and edges differ a little between rasterisers; a wrong layout differs in far more pixels.
pub fn options() -> SnapshotOptions {
    SnapshotOptions::new().threshold(0.6).max_failed_pixels(300)
}

#[test]
fn laptop_dark() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Dark, 25);
    harness.snapshot_options("laptop_dark", &options());
}

#[test]
fn desk_light_while_labels_travel() {
    let mut harness = in_full_swing((1920.0, 1080.0), Theme::Light, 25);
    tell(&harness, &started(25));
    pass(&mut harness, 1.0);
    tell(&harness, &relabelled(25, 1, &[3, 6, 11, 8, 16]));
    pass(&mut harness, 1.5);
    harness.snapshot_options("desk_light_relabelling", &options());
}

#[test]
fn phone_dark() {
    let mut harness = in_full_swing((390.0, 844.0), Theme::Dark, 25);
    harness.snapshot_options("phone_dark", &options());
}

#[test]
fn hundred_classes_light_finished() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Light, 100);
    tell(&harness, &evaluated(0.961));
    tell(&harness, &finished());
    pass(&mut harness, 0.1);
    harness.snapshot_options("laptop_light_finished", &options());
}

#[test]
fn empty_dark() {
    let mut harness = booth((1280.0, 800.0), Theme::Dark, 25);
    pass(&mut harness, 0.2);
    harness.snapshot_options("laptop_dark_empty", &options());
}

pub fn while_spreading(size: (f32, f32), theme: Theme) -> Harness<'static, Booth> {
    let mut harness = booth(size, theme, 24);
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(spreading(0.8, 37.0)));
    pass(&mut harness, 0.5);
    harness
}

#[test]
fn laptop_dark_spreading() {
    let mut harness = while_spreading((1280.0, 800.0), Theme::Dark);
    harness.snapshot_options("laptop_dark_spreading", &options());
}

#[test]
fn phone_light_spreading() {
    let mut harness = while_spreading((390.0, 844.0), Theme::Light);
    harness.snapshot_options("phone_light_spreading", &options());
}

pub fn comparing(size: (f32, f32), theme: Theme) -> Harness<'static, Booth> {
    let mut harness = booth(size, theme, 24);
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(run_of_24()));
    harness.key_press(Key::C);
    pass(&mut harness, 0.2);
    tell(&harness, &compared());
    pass(&mut harness, 1.0);
    harness
}

#[test]
fn laptop_dark_comparing() {
    let mut harness = comparing((1280.0, 800.0), Theme::Dark);
    harness.snapshot_options("laptop_dark_comparing", &options());
}

#[test]
fn desk_light_comparing() {
    let mut harness = comparing((1920.0, 1080.0), Theme::Light);
    harness.snapshot_options("desk_light_comparing", &options());
}

#[test]
fn phone_dark_comparing() {
    let mut harness = comparing((390.0, 844.0), Theme::Dark);
    harness.snapshot_options("phone_dark_comparing", &options());
}

#[test]
fn laptop_light_with_the_closest_pair() {
    let mut harness = booth((1280.0, 800.0), Theme::Light, 24);
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(run_of_24()));
    harness.key_press(Key::P);
    pass(&mut harness, 1.0);
    harness.snapshot_options("laptop_light_closest_pair", &options());
}

#[test]
fn laptop_dark_methods() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Dark, 25);
    harness.get_by_label("Prototypes: Automatic").click();
    pass(&mut harness, 0.4);
    harness.snapshot_options("laptop_dark_methods", &options());
}

#[test]
fn phone_light_methods() {
    let mut harness = in_full_swing((390.0, 844.0), Theme::Light, 25);
    harness.get_by_label("Setup").click();
    pass(&mut harness, 0.1);
    harness.get_by_label("Prototypes: Automatic").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label("Prototypes: Automatic").click();
    pass(&mut harness, 0.4);
    harness.snapshot_options("phone_light_methods", &options());
}

#[test]
fn laptop_dark_matching() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Dark, 25);
    harness.get_by_label("More about matching").click();
    tell(&harness, &relabelled(25, 11, &[3, 6, 11, 8, 16]));
    pass(&mut harness, 6.0);
    harness.snapshot_options("laptop_dark_matching", &options());
}

#[test]
fn laptop_light_matching_of_the_fixed_head() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Light, 25);
    tell(&harness, &relabelled(25, 11, &[8, 16]));
    harness.get_by_label("Fixed").click();
    harness.get_by_label("More about matching").click();
    pass(&mut harness, 6.0);
    harness.snapshot_options("laptop_light_matching", &options());
}

#[test]
fn phone_dark_matching() {
    let mut harness = in_full_swing((390.0, 844.0), Theme::Dark, 25);
    harness.get_by_label("Setup").click();
    pass(&mut harness, 0.1);
    harness.get_by_label("More about matching").scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label("More about matching").click();
    pass(&mut harness, 1.0);
    harness.snapshot_options("phone_dark_matching", &options());
}

#[test]
fn laptop_dark_two_side_by_side() {
    let mut harness = with_rivals((1280.0, 800.0), Theme::Dark, 25, 1);
    harness.snapshot_options("laptop_dark_two", &options());
}

#[test]
fn desk_light_three_side_by_side() {
    let mut harness = with_rivals((1920.0, 1080.0), Theme::Light, 25, 2);
    harness.snapshot_options("desk_light_three", &options());
}

#[test]
fn phone_dark_two_side_by_side() {
    let mut harness = with_rivals((390.0, 844.0), Theme::Dark, 25, 1);
    harness.snapshot_options("phone_dark_two", &options());
}

#[test]
fn laptop_light_looking_back() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Light, 25);
    let now = snapshot(25);
    for (seq, epoch) in [(2, 13.0), (3, 14.0)] {
        let mut later = now.clone();
        (later.seq, later.epoch, later.step) = (seq, epoch, 38 * epoch as u64 + 1000);
        harness.state_mut().snapshot = Some(Arc::new(later));
        pass(&mut harness, 0.1);
    }
    harness.key_press(Key::Home);
    pass(&mut harness, 2.0);
    harness.snapshot_options("laptop_light_looking_back", &options());
}

#[test]
fn laptop_dark_commands() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Dark, 25);
    harness.key_press(Key::Questionmark);
    pass(&mut harness, 0.5);
    harness.snapshot_options("laptop_dark_commands", &options());
}

#[test]
fn laptop_dark_unrolled() {
    let mut harness = in_full_swing((1280.0, 800.0), Theme::Dark, 25);
    harness.key_press(Key::U);
    pass(&mut harness, 0.5);
    harness.snapshot_options("laptop_dark_unrolled", &options());
}

#[test]
fn laptop_light_for_an_audience() {
    let mut harness = with_rivals((1280.0, 800.0), Theme::Light, 25, 1);
    harness.key_press(Key::T);
    pass(&mut harness, 0.5);
    harness.snapshot_options("laptop_light_talk", &options());
}

#[test]
fn a_frame_of_another_page_dark() {
    let mut harness = in_full_swing((560.0, 480.0), Theme::Dark, 25);
    show(&harness, Showing::Embedded);
    pass(&mut harness, 0.5);
    harness.snapshot_options("embedded_dark", &options());
}
