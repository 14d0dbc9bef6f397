//! The playground in German: its pictures, and the way from one language to the other.
//!
//! What is pressed on the way is pressed in English, before the language changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use dl2pa_core::lessons::Language;
use dl2pa_view::HostLine;
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{
    Booth, booth, compared, evaluated, finished, in_full_swing, pass, relabelled, run_of_24,
    spreading, started, tell, with_rivals,
};
use crate::pictures::options;
use crate::why::explained;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const PHONE: (f32, f32) = (390.0, 844.0);

fn speak(harness: &mut Harness<'_, Booth>) {
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.speak(Language::German);
    }
    pass(harness, 0.2);
}

#[test]
fn laptop_dark_running() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    tell(&harness, &relabelled(25, 11, &[3, 6, 11, 8, 16]));
    harness.state_mut().host.notice = Some(HostLine::NoWebGpu);
    speak(&mut harness);
    pass(&mut harness, 6.0);
    harness.snapshot_options("german_laptop_dark", &options());
}

#[test]
fn laptop_light_finished() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    tell(&harness, &evaluated(0.961));
    tell(&harness, &finished());
    speak(&mut harness);
    harness.snapshot_options("german_laptop_light_finished", &options());
}

#[test]
fn phone_dark_running() {
    let mut harness = in_full_swing(PHONE, Theme::Dark, 25);
    speak(&mut harness);
    harness.snapshot_options("german_phone_dark", &options());
}

#[test]
fn laptop_light_why() {
    let mut harness = explained(LAPTOP, Theme::Light, 25);
    speak(&mut harness);
    harness.snapshot_options("german_laptop_light_why", &options());
}

#[test]
fn phone_dark_why() {
    let mut harness = explained(PHONE, Theme::Dark, 25);
    speak(&mut harness);
    harness.snapshot_options("german_phone_dark_why", &options());
}

#[test]
fn laptop_dark_setup() {
    let mut harness = in_full_swing((1280.0, 1100.0), Theme::Dark, 25);
    harness.get_by_label("More about matching").click();
    pass(&mut harness, 0.2);
    speak(&mut harness);
    pass(&mut harness, 1.0);
    harness.snapshot_options("german_laptop_dark_setup", &options());
}

#[test]
fn phone_light_methods() {
    let mut harness = in_full_swing(PHONE, Theme::Light, 25);
    harness.get_by_label("Setup").click();
    pass(&mut harness, 0.2);
    speak(&mut harness);
    let name = "Prototypen: Automatisch";
    harness.get_by_label(name).scroll_to_me();
    pass(&mut harness, 1.0);
    harness.get_by_label(name).click();
    pass(&mut harness, 0.4);
    harness.snapshot_options("german_phone_light_methods", &options());
}

#[test]
fn laptop_dark_lessons() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    speak(&mut harness);
    harness.key_press(Key::G);
    pass(&mut harness, 0.2);
    harness.snapshot_options("german_laptop_dark_lessons", &options());
}

#[test]
fn laptop_light_commands() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    speak(&mut harness);
    harness.key_press(Key::Questionmark);
    pass(&mut harness, 0.5);
    harness.snapshot_options("german_laptop_light_commands", &options());
}

#[test]
fn laptop_dark_share_menu() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    speak(&mut harness);
    harness.get_by_label("Teilen und speichern").click();
    pass(&mut harness, 0.4);
    harness.snapshot_options("german_laptop_dark_share_menu", &options());
}

#[test]
fn laptop_light_comparing() {
    let mut harness = booth(LAPTOP, Theme::Light, 24);
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(run_of_24()));
    harness.key_press(Key::C);
    pass(&mut harness, 0.2);
    tell(&harness, &compared());
    speak(&mut harness);
    pass(&mut harness, 1.0);
    harness.snapshot_options("german_laptop_light_comparing", &options());
}

#[test]
fn phone_light_spreading() {
    let mut harness = booth(PHONE, Theme::Light, 24);
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(spreading(0.8, 37.0)));
    speak(&mut harness);
    harness.snapshot_options("german_phone_light_spreading", &options());
}

#[test]
fn laptop_dark_two_side_by_side() {
    let mut harness = with_rivals(LAPTOP, Theme::Dark, 25, 1);
    speak(&mut harness);
    harness.snapshot_options("german_laptop_dark_two", &options());
}

#[test]
fn laptop_light_tour() {
    let mut harness = booth(LAPTOP, Theme::Light, 24);
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.begin_tour();
    }
    tell(&harness, &started(24));
    harness.state_mut().snapshot = Some(Arc::new(spreading(0.8, 37.0)));
    speak(&mut harness);
    harness.snapshot_options("german_laptop_light_tour", &options());
}

#[test]
fn laptop_dark_what_the_words_mean_in_english() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    harness.key_press(Key::W);
    pass(&mut harness, 0.5);
    harness.snapshot_options("laptop_dark_words", &options());
}

#[test]
fn phone_light_what_the_words_mean() {
    let mut harness = in_full_swing(PHONE, Theme::Light, 25);
    speak(&mut harness);
    harness.key_press(Key::W);
    pass(&mut harness, 0.5);
    harness.snapshot_options("german_phone_light_words", &options());
}

#[test]
fn the_language_changes_by_key_and_by_button_and_everything_follows() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let english = harness.state().narration();
    assert!(english.0.starts_with("No label moved"), "{english:?}");
    harness.key_press(Key::I);
    pass(&mut harness, 0.2);
    let german = harness.state().narration();
    assert!(german.0.starts_with("Kein Name wanderte"), "{german:?}");
    assert!(german.1.contains("24,0 von 25"), "{german:?}");
    harness.get_by_label("Wandernd");
    assert!(harness.query_by_label("Dynamic").is_none());
    let button = harness.query_all_by_label("English").next();
    button.expect("the other language is offered").click();
    pass(&mut harness, 0.2);
    assert_eq!(harness.state().narration(), english);
}

#[test]
fn an_open_lesson_goes_on_in_the_other_language() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    harness.key_press(Key::G);
    pass(&mut harness, 0.2);
    harness.get_by_label_contains("Three classes").click();
    pass(&mut harness, 0.2);
    harness.get_by_label("Next").click();
    pass(&mut harness, 0.2);
    harness.key_press(Key::I);
    pass(&mut harness, 0.2);
    harness.get_by_label_contains("Drei Antworten, gleiche Daten");
    harness.get_by_label("Weiter");
}

#[test]
fn every_letter_of_the_words_is_in_the_font() {
    let harness = in_full_swing(PHONE, Theme::Dark, 25);
    let font = egui::FontId::proportional(13.0);
    for words in [
        include_str!("../../words/en.ftl"),
        include_str!("../../words/de.ftl"),
    ] {
        let letters: BTreeSet<char> = words.chars().filter(|c| !c.is_whitespace()).collect();
        let missing: Vec<char> = harness.ctx.fonts_mut(|fonts| {
            let lacks = |c: &char| !fonts.has_glyph(&font, *c);
            letters.into_iter().filter(lacks).collect()
        });
        assert!(missing.is_empty(), "the font lacks {missing:?}");
    }
}

/// The harness panics at a letter that the font lacks.
#[test]
fn letters_of_a_refused_link_and_of_a_failure_are_in_the_font() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    speak(&mut harness);
    let ctx = harness.ctx.clone();
    let told = harness
        .state()
        .playground
        .borrow_mut()
        .as_mut()
        .map(|playground| playground.open_link(&ctx, "#state=3.abc"));
    assert_eq!(told.map(|commands| commands.len()), Some(0));
    pass(&mut harness, 0.4);
    harness.get_by_label_contains("neueren Spielplatz");
    harness.state_mut().host.fatal = Some(HostLine::GpuLost {
        cause: "…".to_owned(),
    });
    pass(&mut harness, 0.4);
}
