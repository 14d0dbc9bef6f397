//! Pictures of the playground from a fabricated run, compared with the ones that were looked at.
//!
//! They need a wgpu adapter (Mesa's llvmpipe does). To accept a change: `UPDATE_SNAPSHOTS=force`, then
//! look at every picture.

use crate::fabricated::{
    booth, evaluated, finished, in_full_swing, pass, relabelled, started, tell,
};
use egui::Theme;
use egui_kittest::SnapshotOptions;

/// Text and edges differ a little between rasterisers; a wrong layout differs in far more pixels.
fn options() -> SnapshotOptions {
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
