//! Every screen and state in both themes at three sizes, one sheet a state at a third of its size: what the full pictures
//! of the other files show in one size and theme must hold in all.

use std::sync::Arc;

use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Event, FailureCause};
use dl2pa_view::{HostLine, Showing};
use egui::accesskit::Role;
use egui::{Key, Theme};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions, image_snapshot_options};
use image::imageops::{FilterType, resize};
use image::{Rgba, RgbaImage};

use crate::fabricated::{
    Booth, RUN, booth, evaluated, finished, in_full_swing, pass, show, snapshot, started, tell,
    with_rivals,
};
use crate::pictures::{comparing, while_spreading};
use crate::{branching, own, recorded, why};

type Size = (f32, f32);
type Shown = Harness<'static, Booth>;

const LAPTOP: Size = (1280.0, 800.0);
const PHONE: Size = (390.0, 844.0);
const DESK: Size = (1920.0, 1080.0);
const SIZES: [Size; 3] = [DESK, LAPTOP, PHONE];
const THEMES: [Theme; 2] = [Theme::Dark, Theme::Light];
/// Between the pictures of a sheet.
const GAP: u32 = 8;

/// Draws a state in all sizes and themes, and compares the sheet with the one that was looked at.
fn sheet(name: &str, state: impl Fn(Size, Theme) -> Shown) {
    let third = |length: f32| (length / 3.0) as u32;
    let width: u32 = SIZES.iter().map(|size| third(size.0) + GAP).sum();
    let row = SIZES.iter().map(|size| third(size.1)).max().unwrap_or(0) + GAP;
    let grey = Rgba([128, 128, 128, 255]);
    let mut sheet = RgbaImage::from_pixel(width + GAP, row * THEMES.len() as u32 + GAP, grey);
    for (line, theme) in THEMES.into_iter().enumerate() {
        let mut left = GAP;
        for size in SIZES {
            let mut harness = state(size, theme);
            let whole = harness.render().expect("a picture");
            let small = resize(&whole, third(size.0), third(size.1), FilterType::Triangle);
            let top = GAP + row * line as u32;
            image::imageops::replace(&mut sheet, &small, left.into(), top.into());
            left += third(size.0) + GAP;
        }
    }
    // As for the other pictures; a sheet holds six of them.
    let options = SnapshotOptions::new().threshold(0.6).max_failed_pixels(600);
    image_snapshot_options(&sheet, format!("sheet_{name}"), &options);
}

/// Full swing, a key, and a moment.
fn after_key(key: Key) -> impl Fn(Size, Theme) -> Shown {
    move |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        harness.key_press(key);
        pass(&mut harness, 1.0);
        harness
    }
}

#[test]
fn before_anything_is_there() {
    sheet("empty", |size, theme| {
        let mut harness = booth(size, theme, 25);
        pass(&mut harness, 0.2);
        harness
    });
}

#[test]
fn while_prototypes_spread() {
    sheet("spreading", while_spreading);
}

#[test]
fn while_it_trains() {
    sheet("running", |size, theme| in_full_swing(size, theme, 25));
}

#[test]
fn while_labels_move() {
    sheet("relabelling", |size, theme| {
        let mut harness = why::matching(size, theme, 25);
        pass(&mut harness, 1.5);
        harness
    });
}

#[test]
fn while_it_pauses() {
    sheet("paused", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        let mut still = snapshot(25);
        (still.seq, still.paused) = (2, true);
        harness.state_mut().snapshot = Some(Arc::new(still));
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn when_a_branch_goes_on_beside_its_run() {
    sheet("branch", |size, theme| {
        let mut harness = branching::branched(size, theme, Language::English, 9);
        harness.get_by_label_contains("Close message").click();
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn when_it_is_over() {
    sheet("finished", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        tell(&harness, &evaluated(0.961));
        tell(&harness, &finished());
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn when_training_ran_away() {
    sheet("diverged", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        let failed = Event::Failed {
            run: RUN,
            message: "The loss was not finite; lower the learning rate.".into(),
            cause: FailureCause::Diverged,
        };
        tell(&harness, &failed);
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn when_it_cannot_go_on() {
    sheet("fatal", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        let cause = "the driver was reset".to_owned();
        harness.state_mut().host.fatal = Some(HostLine::GpuLost { cause });
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn where_there_is_no_webgpu() {
    sheet("no_webgpu", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        harness.state_mut().host.notice = Some(HostLine::NoWebGpu);
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn two_ways_of_spreading() {
    sheet("comparing", comparing);
}

#[test]
fn two_and_three_spheres() {
    sheet("two", |size, theme| with_rivals(size, theme, 25, 1));
    sheet("three", |size, theme| with_rivals(size, theme, 25, 2));
}

#[test]
fn why_labels_lie_where_they_do() {
    sheet("why", |size, theme| why::explained(size, theme, 25));
}

#[test]
fn settings() {
    sheet("setup", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        // Where it has a place of its own it is there already.
        let tab = harness.query_by_role_and_label(Role::RadioButton, "Setup");
        if let Some(tab) = tab {
            tab.click();
        }
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn lessons_and_a_question() {
    sheet("lessons", after_key(Key::G));
    sheet("question", |size, theme| {
        let mut harness = after_key(Key::G)(size, theme);
        // Into the first lesson, over its first beat, and by "Back" to "Next" past the second, which runs.
        for key in [Key::Enter, Key::Enter, Key::Tab, Key::Tab, Key::Enter] {
            harness.key_press(key);
            pass(&mut harness, 0.5);
        }
        harness.get_by_label("One");
        harness
    });
}

#[test]
fn lists_of_commands_and_words() {
    sheet("commands", after_key(Key::Questionmark));
    sheet("words", after_key(Key::W));
}

#[test]
fn ways_out() {
    sheet("share", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        harness.get_by_label("Share and save").click();
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn own_data_and_a_file_over_it() {
    sheet("drop", own::hovering);
}

#[test]
fn a_recorded_run() {
    sheet("recorded", recorded::shown_again);
}

#[test]
fn the_past() {
    sheet("past", after_key(Key::Home));
}

#[test]
fn for_an_audience_and_in_a_frame() {
    sheet("talk", after_key(Key::T));
    sheet("embedded", |size, theme| {
        let mut harness = in_full_swing(size, theme, 25);
        show(&harness, Showing::Embedded);
        pass(&mut harness, 0.5);
        harness
    });
}

#[test]
fn the_map_and_the_closest_pair() {
    sheet("map", after_key(Key::U));
    sheet("pair", after_key(Key::P));
}

#[test]
fn the_first_minute() {
    sheet("tour", |size, theme| {
        let mut harness = booth(size, theme, 25);
        if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
            playground.begin_tour();
        }
        tell(&harness, &started(25));
        harness.state_mut().snapshot = Some(Arc::new(snapshot(25)));
        pass(&mut harness, 3.0);
        harness
    });
}
