//! A film of the run: asked for, watched while it is made, given up, and saved.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dl2pa_core::protocol::Snapshot;
use dl2pa_view::{Hidden, HostRequest, Keepsake};
use egui::{Key, Theme as Look};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use gif::DecodeOptions;

use crate::fabricated::{Booth, in_full_swing, pass, snapshot, with_rivals};
use crate::pictures::options;
use crate::recorded::{events, file, give};

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const PHONE: (f32, f32) = (390.0, 844.0);

/// Lets the run show some more moments.
fn go_on(harness: &mut Harness<'_, Booth>, classes: usize) {
    for step in [1280, 1330, 1400] {
        let later = Snapshot {
            step,
            seq: step,
            epoch: step as f64 / 38.0,
            ..snapshot(classes)
        };
        harness.state_mut().snapshot = Some(Arc::new(later));
        pass(harness, 0.1);
    }
}

fn requests(harness: &Harness<'_, Booth>) -> Vec<HostRequest> {
    let mut playground = harness.state().playground.borrow_mut();
    playground.as_mut().unwrap().take_requests()
}

fn film(harness: &Harness<'_, Booth>) -> Keepsake {
    let mut made = requests(harness);
    let Some(HostRequest::Save(film)) = made.pop() else {
        panic!("{made:?}");
    };
    assert!(made.is_empty(), "{made:?}");
    film
}

#[test]
fn laptop_dark_making_a_film() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    go_on(&mut harness, 25);
    harness.key_press(Key::F);
    pass(&mut harness, 0.5);
    harness.get_by_label_contains("Making the film");
    let (news, _) = harness.state().narration();
    assert!(news.contains("film"), "{news}");
    harness.snapshot_options("laptop_dark_film", &options());
}

#[test]
fn phone_light_making_a_film() {
    let mut harness = in_full_swing(PHONE, Look::Light, 25);
    go_on(&mut harness, 25);
    harness.get_by_label("Share and save").click();
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Film as GIF").click();
    pass(&mut harness, 0.7);
    harness.snapshot_options("phone_light_film", &options());
    // Fingers have no Esc.
    harness.get_by_label_contains("Making the film").click();
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("given up");
    pass(&mut harness, 5.0);
    assert_eq!(requests(&harness), []);
}

#[test]
fn a_film_is_saved_when_it_is_ready_and_the_run_goes_on_meanwhile() {
    let mut harness = in_full_swing(LAPTOP, Look::Light, 25);
    go_on(&mut harness, 25);
    harness.key_press(Key::F);
    pass(&mut harness, 0.1);
    assert_eq!(requests(&harness), []);
    // Who asks twice gets one.
    harness.key_press(Key::F);
    go_on(&mut harness, 25);
    pass(&mut harness, 4.0);
    assert!(harness.query_by_label_contains("Making the film").is_none());
    let film = film(&harness);
    // The run as it was when the film was asked for.
    assert!(film.name.ends_with("-epoch36.8.gif"), "{}", film.name);
    let mut decoder = DecodeOptions::new().read_info(&film.bytes[..]).unwrap();
    assert_eq!((decoder.width(), decoder.height()), (640, 480));
    let mut count = 0;
    while decoder.read_next_frame().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 100);
}

#[test]
fn esc_gives_the_film_up() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    go_on(&mut harness, 25);
    harness.key_press(Key::F);
    pass(&mut harness, 0.2);
    // What stands over everything is closed first.
    harness.key_press(Key::W);
    pass(&mut harness, 0.1);
    harness.key_press(Key::Escape);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Making the film");
    harness.key_press(Key::Escape);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("given up");
    pass(&mut harness, 5.0);
    assert_eq!(requests(&harness), []);
}

#[test]
fn a_run_of_one_moment_is_refused_and_a_class_that_may_not_share_films_nothing() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    harness.key_press(Key::F);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("only one moment");
    pass(&mut harness, 15.0);
    go_on(&mut harness, 25);
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.hide(Hidden::of("share"));
    }
    harness.key_press(Key::F);
    pass(&mut harness, 0.1);
    assert!(harness.query_by_label_contains("Making the film").is_none());
}

#[test]
fn three_runs_side_by_side_are_in_the_film() {
    let mut harness = with_rivals((1440.0, 900.0), Look::Dark, 25, 2);
    go_on(&mut harness, 25);
    harness.key_press(Key::F);
    pass(&mut harness, 5.0);
    let film = film(&harness);
    assert!(film.bytes.len() < 3_000_000, "{}", film.bytes.len());
    let mut options = DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(&film.bytes[..]).unwrap();
    let first = decoder.read_next_frame().unwrap().unwrap();
    let bytes = first.buffer.to_vec();
    let picture = image::RgbaImage::from_raw(640, 480, bytes).unwrap();
    if let Some(folder) = std::env::var_os("DL2PA_KEEP_FILM") {
        picture
            .save(std::path::Path::new(&folder).join("three.png"))
            .unwrap();
    }
    // Each third of it has a sphere: something else than ground in its middle.
    let ground = *picture.get_pixel(320, 90);
    for middle in [107, 320, 533] {
        let column = (140..340).filter(|&y| *picture.get_pixel(middle, y) != ground);
        assert!(column.count() > 100, "{middle}");
    }
}

#[test]
fn a_recorded_run_is_filmed_from_its_beginning_wherever_it_is_looked_at() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    give(&harness, "runs/one/metrics.jsonl", &file(&events(12)));
    pass(&mut harness, 1.0);
    harness.key_press(Key::F);
    pass(&mut harness, 5.0);
    let film = film(&harness);
    assert!(film.name.ends_with("-epoch4.0.gif"), "{}", film.name);
    let mut decoder = DecodeOptions::new().read_info(&film.bytes[..]).unwrap();
    let mut large = 0;
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        // Where labels travel, or figures change, much of the picture does.
        large += usize::from(u32::from(frame.width) * u32::from(frame.height) > 20_000);
    }
    assert!(large > 30, "{large}");
}
