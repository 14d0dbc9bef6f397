//! What a person takes along, and what a link brings back.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::Command;
use dl2pa_view::link::{self, Gaze, State, Theme};
use dl2pa_view::{FrameInput, HostRequest};
use egui::{Key, Theme as Look};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::fabricated::{Booth, booth, config, in_full_swing, pass, relabelled, tell};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const ADDRESS: &str = "https://example.org/dl2pa/?device=cpu";

fn requests(harness: &Harness<'_, Booth>) -> Vec<HostRequest> {
    let mut playground = harness.state().playground.borrow_mut();
    playground.as_mut().unwrap().take_requests()
}

fn shared(harness: &mut Harness<'_, Booth>) -> String {
    harness.key_press(Key::S);
    pass(harness, 0.1);
    match requests(harness).as_slice() {
        [HostRequest::ShowFragment(text)] => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn take(harness: &mut Harness<'_, Booth>, offer: &str) {
    harness.get_by_label("Share and save").click();
    pass(harness, 0.1);
    harness.get_by_label_contains(offer).click();
    pass(harness, 0.1);
}

fn linked() -> State {
    State {
        step: 320,
        speed: 4.0,
        gaze: Some(Gaze {
            yaw_rad: 2.5,
            pitch_rad: -0.25,
            zoom: 1.5,
        }),
        selected: Some(3),
        tab: Some("setup".to_owned()),
        names: false,
        pair: true,
        theme: Theme::Light,
        ..State::of(RunConfig {
            head: HeadKind::Fixed,
            seed: 9,
            ..config(25)
        })
    }
}

fn open(harness: &Harness<'_, Booth>, text: &str) -> Vec<Command> {
    let playground = std::rc::Rc::clone(&harness.state().playground);
    let mut playground = playground.borrow_mut();
    let commands = playground.as_mut().unwrap().open_link(&harness.ctx, text);
    commands.into_iter().map(|(_, command)| command).collect()
}

#[test]
fn s_shares_the_run_at_this_moment_and_says_so() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    harness.state_mut().host.address = Some(ADDRESS.to_owned());
    let step = harness.state().snapshot.as_ref().unwrap().step;
    let text = shared(&mut harness);
    assert!(text.len() + 1 + ADDRESS.len() <= link::MAX_CHARS);
    let state = link::read(&text).unwrap();
    assert_eq!(state.config, config(25));
    assert_eq!((state.step, state.speed), (step, 1.0));
    harness.get_by_label_contains("Link copied");
    harness.snapshot_options("laptop_dark_link_copied", &options());
    pass(&mut harness, 30.0);
    assert!(harness.query_by_label_contains("Link copied").is_none());
}

#[test]
fn a_link_brings_back_what_it_was_made_of() {
    let mut harness = booth(LAPTOP, Look::Dark, 25);
    let state = linked();
    let text = link::write(&state, link::MAX_CHARS).unwrap().text;
    let commands = open(&harness, &format!("{ADDRESS}#{text}"));
    let [
        Command::SetPace(_),
        Command::Start(started),
        Command::GoTo { step: 320 },
    ] = &commands[..]
    else {
        panic!("{commands:?}");
    };
    assert_eq!(**started, state.config);
    // The session answers with a run of that configuration.
    tell(
        &harness,
        &dl2pa_core::protocol::Event::Started {
            run: crate::fabricated::RUN,
            config: Arc::new(state.config.clone()),
            info: match crate::fabricated::started(25) {
                dl2pa_core::protocol::Event::Started { info, .. } => info,
                other => panic!("{other:?}"),
            },
        },
    );
    let snapshot = crate::fabricated::snapshot(25);
    harness.state_mut().snapshot = Some(Arc::new(dl2pa_core::protocol::Snapshot {
        step: 320,
        ..snapshot
    }));
    pass(&mut harness, 0.1);
    let again = link::read(&shared(&mut harness)).unwrap();
    assert_eq!(again, state);
}

#[test]
fn a_damaged_link_is_said_and_the_playground_goes_on() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    let text = link::write(&linked(), link::MAX_CHARS).unwrap().text;
    assert_eq!(open(&harness, &text[..text.len() - 3]), []);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("damaged");
    harness.key_press(Key::Space);
    pass(&mut harness, 0.1);
    assert_eq!(harness.state().commands, [Command::Pause]);
    harness.get_by_label_contains("damaged").click();
    pass(&mut harness, 0.1);
    assert!(harness.query_by_label_contains("damaged").is_none());
}

#[test]
fn the_menu_saves_curves_and_everything() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    tell(&harness, &relabelled(25, 1, &[3, 6, 11]));
    take(&mut harness, "Curves as CSV");
    take(&mut harness, "Everything as JSON");
    let made = requests(&harness);
    let [HostRequest::Save(csv), HostRequest::Save(json)] = &made[..] else {
        panic!("{made:?}");
    };
    let snapshot = Arc::clone(harness.state().snapshot.as_ref().unwrap());
    let text = String::from_utf8(csv.bytes.clone()).unwrap();
    let history = &snapshot.history;
    let points = history.loss.len()
        + history.train_accuracy.len()
        + history.test_accuracy.len()
        + history.min_angle_deg.len()
        + history.labels_moved.len()
        + history.spread_angle_deg.len();
    assert_eq!(text.lines().count(), 1 + points);
    assert!(csv.name.ends_with(".csv") && !csv.name.contains('/'));
    let document: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(document["config"]["seed"], 42);
    let relabellings = document["relabellings"].as_array().unwrap();
    assert_eq!(
        relabellings[relabellings.len() - 1]["moved"],
        serde_json::json!([3, 6, 11])
    );
    let rows = document["snapshot"]["prototypes"].as_array().unwrap();
    assert_eq!(rows.len(), 25);
    assert!(rows.iter().all(|row| row.as_array().unwrap().len() == 3));
    assert_eq!(document["snapshot"]["step"], snapshot.step);
}

#[test]
fn the_command_is_copied_from_the_menu() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    harness.get_by_label("Share and save").click();
    pass(&mut harness, 0.1);
    harness.snapshot_options("laptop_dark_share_menu", &options());
    let offers: Vec<_> = harness.get_all_by_label_contains("Copy command").collect();
    // The other one is in the setup, below what is seen of it.
    offers[0].click();
    drop(offers);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Command copied");
}

/// Elements by name, and all text between tags. Fails on anything that is not well-formed.
fn read_svg(text: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut names, mut texts, mut open) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                names.push(name.clone());
                open.push(name);
            }
            Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    let value = attribute.unwrap().value;
                    assert!(!String::from_utf8_lossy(&value).contains("NaN"));
                }
                names.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
            }
            Event::End(_) => assert!(open.pop().is_some()),
            Event::Text(words) if open.last().is_some_and(|name| name == "text") => {
                texts.push(String::from_utf8(words.into_inner().into_owned()).unwrap());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    (names, texts)
}

#[test]
fn the_picture_as_svg_is_well_formed_and_its_text_is_text() {
    for look in [Look::Dark, Look::Light] {
        let mut harness = in_full_swing(LAPTOP, look, 25);
        take(&mut harness, "Picture as SVG");
        let made = requests(&harness);
        let [HostRequest::Save(svg)] = &made[..] else {
            panic!("{made:?}");
        };
        let text = String::from_utf8(svg.bytes.clone()).unwrap();
        let (names, texts) = read_svg(&text);
        assert_eq!(names[0], "svg");
        // The labels of all classes in the key, at least.
        for class in 0..25 {
            let name = format!("{}{}", char::from(b'A' + (class / 5) as u8), class % 5 + 1);
            assert!(texts.contains(&name), "{name} in {texts:?}");
        }
        // What can only be pressed is not in it.
        assert!(
            !texts.iter().any(|words| words.contains("Compare")),
            "{texts:?}"
        );
        assert!(names.iter().filter(|name| *name == "path").count() > 500);
        assert!(text.len() < 1_000_000, "{}", text.len());
        if let Some(folder) = std::env::var_os("DL2PA_KEEP_SVG") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("{look:?}.svg")),
                text,
            )
            .unwrap();
        }
    }
}

#[test]
fn a_picture_in_pixels_is_wanted_at_four_times_the_points() {
    let mut harness = in_full_swing(LAPTOP, Look::Light, 25);
    take(&mut harness, "Picture as PNG");
    let made = requests(&harness);
    let [
        HostRequest::SavePixels {
            svg,
            size,
            scale: 4,
        },
    ] = &made[..]
    else {
        panic!("{made:?}");
    };
    assert!(svg.name.ends_with(".svg"));
    let snapshot = harness.state().snapshot.clone();
    let host = harness.state().host.clone();
    let input = FrameInput {
        snapshots: &[snapshot],
        host: &host,
        now_secs: 20.0,
        clock: || 0.0,
    };
    let playground = std::rc::Rc::clone(&harness.state().playground);
    let mut playground = playground.borrow_mut();
    let mut picture = playground
        .as_mut()
        .unwrap()
        .picture(&harness.ctx, 4.0, &input);
    assert_eq!([picture.size.x as u32, picture.size.y as u32], *size);
    assert!(!picture.textures.set.is_empty());
    picture.textures.clear();
    let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, picture.size);
    for clipped in &picture.primitives {
        if let egui::epaint::Primitive::Mesh(mesh) = &clipped.primitive {
            assert!(mesh.is_valid());
            let seen = mesh.calc_bounds().intersect(clipped.clip_rect);
            assert!(whole.expand(1.0).contains_rect(seen), "{seen:?}");
        }
    }
    assert!(!picture.primitives.is_empty());
}
