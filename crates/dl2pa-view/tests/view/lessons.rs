//! Lessons beside the stage: opened, gone through by the keyboard alone, and looked at.

use std::sync::Arc;

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::lessons::{Language, all};
use dl2pa_core::protocol::{Command, Event, FinishReason};
use egui::{Key, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{Booth, RUN, booth, in_full_swing, pass, snapshot, started, tell};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);

fn opened(size: (f32, f32), theme: Theme) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, theme, 25);
    harness.key_press(Key::G);
    pass(&mut harness, 0.2);
    harness
}

#[test]
fn laptop_dark_list_of_lessons() {
    let mut harness = opened(LAPTOP, Theme::Dark);
    harness.snapshot_options("laptop_dark_lessons", &options());
}

#[test]
fn laptop_light_a_question() {
    let mut harness = opened(LAPTOP, Theme::Light);
    harness.get_by_label_contains("Three classes").click();
    pass(&mut harness, 0.2);
    for _ in 0..2 {
        harness.get_by_label("Next").click();
        pass(&mut harness, 0.2);
    }
    harness.snapshot_options("laptop_light_question", &options());
}

#[test]
fn phone_dark_list_of_lessons() {
    let mut harness = opened((390.0, 844.0), Theme::Dark);
    harness.snapshot_options("phone_dark_lessons", &options());
}

#[test]
fn an_exercise_puts_its_points_on_the_stage_and_is_judged() {
    let mut harness = opened(LAPTOP, Theme::Dark);
    harness.get_by_label_contains("The average lies").click();
    pass(&mut harness, 0.2);
    harness.get_by_label("Next").click();
    pass(&mut harness, 0.2);
    // The question's answer starts it.
    harness.get_by_label("Two piles").click();
    pass(&mut harness, 3.0);
    harness.get_by_label_contains("Run again, seed");
    harness.snapshot_options("laptop_dark_exercise", &options());
}

#[test]
fn three_runs_are_asked_for_and_the_lesson_hears_of_their_end() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    tell(&harness, &started(25));
    harness.state_mut().snapshot = Some(Arc::new(snapshot(25)));
    harness.key_press(Key::G);
    pass(&mut harness, 0.2);
    harness.get_by_label_contains("Three classes").click();
    pass(&mut harness, 0.2);
    harness.get_by_label("Next").click();
    pass(&mut harness, 0.2);
    harness.state_mut().commands.clear();
    harness.get_by_label("Run").click();
    pass(&mut harness, 0.2);
    let start = harness
        .state()
        .commands
        .iter()
        .find_map(|command| match command {
            Command::Start(config) => Some(RunConfig::clone(config)),
            _ => None,
        });
    let config = start.expect("the leading run starts");
    assert_eq!((config.classes, config.head), (3, HeadKind::Dynamic));
    let beside = harness.state().to_rivals.iter();
    let beside = beside.filter_map(|(_, command)| match command {
        Command::Start(config) => Some(config.head),
        _ => None,
    });
    let heads: Vec<HeadKind> = beside.collect();
    assert_eq!(heads, [HeadKind::Psc, HeadKind::Fixed]);
    // A run that somebody stops is said to be stopped.
    let Event::Started { run, info, .. } = started(3) else {
        panic!("a start");
    };
    let config = Arc::new(config);
    tell(&harness, &Event::Started { run, config, info });
    let stopped = Event::Finished {
        run: RUN,
        reason: FinishReason::Stopped,
    };
    tell(&harness, &stopped);
    pass(&mut harness, 0.2);
    assert!(
        harness.query_by_label("Run").is_some(),
        "it can be run again"
    );
}

fn said(harness: &Harness<'_, Booth>) -> String {
    let playground = harness.state().playground.borrow();
    let (news, explanation) = playground.as_ref().expect("a playground").narration();
    format!("{news} {explanation}")
}

#[test]
fn enter_alone_goes_through_a_lesson_and_every_beat_is_read_out() {
    let mut harness = opened(LAPTOP, Theme::Dark);
    let press = |harness: &mut Harness<'_, Booth>| {
        harness.key_press(Key::Enter);
        pass(harness, 0.2);
    };
    // The list has the focus on the first lesson; its first beat only tells.
    press(&mut harness);
    let lessons = all(Language::English).expect("lessons that the core's tests have read");
    let first = |beat: usize| {
        let plan = &lessons[0].plan.beats[beat];
        lessons[0].beat_words(plan).expect("words").text.clone()
    };
    assert!(said(&harness).starts_with(&first(0)), "{}", said(&harness));
    press(&mut harness);
    assert!(said(&harness).starts_with(&first(1)), "{}", said(&harness));
    harness.state_mut().commands.clear();
    press(&mut harness);
    let starts = |commands: &[Command]| {
        commands
            .iter()
            .any(|command| matches!(command, Command::Start(_)))
    };
    assert!(starts(&harness.state().commands), "Enter ran the beat");
}

#[test]
fn tab_reaches_every_lesson_of_the_list() {
    for place in 0..8 {
        let mut harness = opened(LAPTOP, Theme::Dark);
        for _ in 0..place {
            harness.key_press(Key::Tab);
            pass(&mut harness, 0.1);
        }
        harness.key_press(Key::Enter);
        pass(&mut harness, 0.2);
        let lessons = all(Language::English).expect("lessons that the core's tests have read");
        harness.get_by_label(&lessons[place].words.title);
    }
}

#[test]
fn the_pointer_gets_no_ring_in_a_lesson() {
    let mut harness = opened(LAPTOP, Theme::Dark);
    harness.get_by_label_contains("Three classes").click();
    pass(&mut harness, 0.2);
    harness.get_by_label("Next").click();
    pass(&mut harness, 0.2);
    assert_eq!(harness.ctx.memory(|memory| memory.focused()), None);
}

/// The harness panics at a letter that the font lacks, where the program draws a box.
#[test]
fn every_beat_of_every_lesson_can_be_shown_in_every_language() {
    for language in Language::ALL.iter().copied() {
        let plans = all(language).expect("lessons that the core's tests have read");
        for lesson in plans {
            let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
            if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
                playground.speak(language);
            }
            harness.key_press(Key::G);
            pass(&mut harness, 0.2);
            let title = harness.get_by_label_contains(&lesson.words.title);
            title.scroll_to_me();
            pass(&mut harness, 1.0);
            harness.get_by_label_contains(&lesson.words.title).click();
            pass(&mut harness, 0.2);
            let next = &lesson.terms.card.next;
            for beat in 1..lesson.plan.beats.len() {
                harness.get_by_label(next).click();
                pass(&mut harness, 0.2);
                let place = format!("{} / {}", beat + 1, lesson.plan.beats.len());
                harness.get_by_label(&place);
            }
        }
    }
}
