//! What a teacher gives a class: chosen in a dialogue, copied as a link or a frame.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dl2pa_core::lessons::Language;
use dl2pa_view::link::{self, State};
use dl2pa_view::{Hidden, Part};
use egui::{Key, OutputCommand, Role, Theme as Look};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{Booth, in_full_swing, pass};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const PHONE: (f32, f32) = (390.0, 844.0);
const ADDRESS: &str = "https://example.org/dl2pa/?device=cpu";

fn page(size: (f32, f32), look: Look) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, look, 25);
    harness.state_mut().host.address = Some(ADDRESS.to_owned());
    pass(&mut harness, 0.1);
    harness
}

fn opened(size: (f32, f32), look: Look) -> Harness<'static, Booth> {
    let mut harness = page(size, look);
    harness.get_by_label("Share and save").click();
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("For a class").click();
    pass(&mut harness, 0.3);
    harness
}

fn press(harness: &mut Harness<'_, Booth>, label: &str) {
    harness.get_by_label(label).click();
    pass(harness, 0.1);
}

/// Takes one of a row of choices.
fn choose(harness: &mut Harness<'_, Booth>, label: &str) {
    harness
        .get_by_role_and_label(Role::RadioButton, label)
        .click();
    pass(harness, 0.1);
}

/// What is copied while these things happen, one a frame.
fn copied(harness: &mut Harness<'_, Booth>, events: Vec<egui::Event>) -> String {
    for event in events {
        harness.event(event);
        harness.state_mut().now_secs += 0.05;
        harness.step();
        let commands = &harness.output().platform_output.commands;
        let text = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = text {
            return text;
        }
    }
    panic!("nothing was copied");
}

/// A click on the button that copies.
fn click_on_copy(harness: &Harness<'_, Booth>) -> Vec<egui::Event> {
    let pos = harness.get_by_label("Copy").rect().center();
    let button = |pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    vec![egui::Event::PointerMoved(pos), button(true), button(false)]
}

fn copied_by_click(harness: &mut Harness<'_, Booth>) -> String {
    let click = click_on_copy(harness);
    copied(harness, click)
}

/// The value of a parameter of an address.
fn asked<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let (before, _) = address.split_once('#').unwrap();
    let (_, query) = before.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn state(address: &str) -> State {
    link::read(address).unwrap()
}

#[test]
fn laptop_dark_for_a_class() {
    let mut harness = opened(LAPTOP, Look::Dark);
    for part in [
        "The setup of the run",
        "The seed and its dice",
        "Sharing and saving",
    ] {
        press(&mut harness, part);
    }
    harness.snapshot_options("laptop_dark_classroom", &options());
}

#[test]
fn laptop_light_for_a_class_in_german() {
    let mut harness = opened(LAPTOP, Look::Light);
    choose(&mut harness, "A frame in a page of yours");
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.speak(Language::German);
    }
    pass(&mut harness, 0.5);
    harness.snapshot_options("german_laptop_light_classroom", &options());
}

#[test]
fn phone_light_for_a_class() {
    let mut harness = opened(PHONE, Look::Light);
    harness.snapshot_options("phone_light_classroom", &options());
}

#[test]
fn the_address_opens_this_run_with_exactly_what_was_not_ticked_left_out() {
    let mut harness = opened(LAPTOP, Look::Dark);
    let step = harness.state().snapshot.as_ref().unwrap().step;
    for label in ["Why labels moved", "The speed", "Large, for a projector"] {
        press(&mut harness, label);
    }
    choose(&mut harness, "Deutsch");
    let address = copied_by_click(&mut harness);
    assert!(
        address.starts_with("https://example.org/dl2pa/?device=cpu&"),
        "{address}"
    );
    let left_out: Hidden = [Part::Why, Part::Speed].into_iter().collect();
    assert_eq!(Hidden::of(asked(&address, "hide").unwrap()), left_out);
    assert_eq!(asked(&address, "lang"), Some("de"));
    assert_eq!(asked(&address, "present"), Some("1"));
    assert_eq!(asked(&address, "paused"), Some("1"));
    let given = state(&address);
    assert_eq!(given.config, crate::fabricated::config(25));
    assert_eq!(given.step, 0, "from its start");
    assert!(address.len() <= link::MAX_CHARS);
    // The dialogue is gone, and says so; what was chosen is still there the next time.
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Link for the class copied");
    assert!(harness.query_by_label("The speed").is_none());
    press(&mut harness, "Share and save");
    harness.get_by_label_contains("For a class").click();
    pass(&mut harness, 0.3);
    choose(&mut harness, "Paused, here");
    let here = copied_by_click(&mut harness);
    assert_eq!(asked(&here, "hide"), Some("why,speed"));
    assert_eq!(state(&here).step, step);
    // A command to pause would come while it is on its way.
    assert_eq!(asked(&here, "paused"), None);
}

#[test]
fn a_frame_is_copied_as_html() {
    let mut harness = opened(LAPTOP, Look::Light);
    choose(&mut harness, "Playing");
    choose(&mut harness, "A frame in a page of yours");
    let html = copied_by_click(&mut harness);
    let address = html.split('"').nth(1).unwrap().replace("&amp;", "&");
    assert!(
        html.starts_with("<iframe src=\"") && html.ends_with("</iframe>"),
        "{html}"
    );
    assert_eq!(asked(&address, "embed"), Some("1"));
    assert_eq!(asked(&address, "paused"), Some("0"));
    state(&address);
}

#[test]
fn it_can_all_be_done_by_keys() {
    let mut harness = page(LAPTOP, Look::Dark);
    harness.key_press(Key::Questionmark);
    pass(&mut harness, 0.2);
    harness.event(egui::Event::Text("class sees".to_owned()));
    pass(&mut harness, 0.1);
    harness.key_press(Key::Enter);
    pass(&mut harness, 0.3);
    // The first tick waits for the space bar, and the keys of the playground do nothing.
    harness.state_mut().commands.clear();
    harness.key_press(Key::N);
    harness.key_press(Key::Space);
    pass(&mut harness, 0.1);
    assert_eq!(harness.state().commands, []);
    // From the first tick back to the last button but one.
    for _ in 0..2 {
        harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::Tab);
        pass(&mut harness, 0.1);
    }
    let address = copied(
        &mut harness,
        vec![egui::Event::Key {
            key: Key::Enter,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: egui::Modifiers::NONE,
        }],
    );
    assert_eq!(asked(&address, "hide"), Some("setup"));
    // Esc closes it.
    let mut harness = opened(LAPTOP, Look::Dark);
    harness.key_press(Key::Escape);
    pass(&mut harness, 0.2);
    assert!(harness.query_by_label("The speed").is_none());
}

#[test]
fn a_window_has_no_address_to_give() {
    let mut harness = in_full_swing(LAPTOP, Look::Dark, 25);
    press(&mut harness, "Share and save");
    assert!(harness.query_by_label_contains("For a class").is_none());
    harness.key_press(Key::Escape);
    pass(&mut harness, 0.1);
    harness.key_press(Key::Questionmark);
    pass(&mut harness, 0.3);
    assert!(harness.query_by_label_contains("For a class").is_none());
    harness.get_by_label_contains("Save a film of the run");
}

#[test]
fn of_a_run_that_no_link_holds_it_is_said_why() {
    let mut harness = page(LAPTOP, Look::Dark);
    let config = dl2pa_core::config::RunConfig {
        dataset: dl2pa_core::config::DatasetKind::Cifar10,
        ..crate::fabricated::config(10)
    };
    let dl2pa_core::protocol::Event::Started { run, info, .. } = crate::fabricated::started(10)
    else {
        panic!("a run starts");
    };
    let config = std::sync::Arc::new(config);
    crate::fabricated::tell(
        &harness,
        &dl2pa_core::protocol::Event::Started { run, config, info },
    );
    press(&mut harness, "Share and save");
    harness.get_by_label_contains("For a class").click();
    pass(&mut harness, 0.3);
    harness.get_by_label_contains("A link cannot hold a run on the data set");
    assert!(harness.query_by_label("Copy").is_none());
}
