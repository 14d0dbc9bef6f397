//! A person's own data: dropped, pasted, drawn, and in links.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dl2pa_core::config::{DatasetKind, HeadKind, RunConfig};
use dl2pa_core::datasets::Table;
use dl2pa_core::protocol::{Command, Event, RunInfo};
use dl2pa_view::{HostRequest, link};
use egui::{Key, PointerButton, Pos2, Theme, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::fabricated::{Booth, RUN, in_full_swing, pass, requests, started, tell};
use crate::pictures::options;

const LAPTOP: (f32, f32) = (1280.0, 800.0);
const FLOWERS: &str = "length,width,label\n5.1,3.5,lily\n4.9,3.0,lily\n6.2,2.9,rose\n\
                       6.6,3.1,rose\n7.0,3.2,aster\n7.1,3.0,aster\n";

fn running() -> Harness<'static, Booth> {
    in_full_swing(LAPTOP, Theme::Dark, 25)
}

fn give(harness: &Harness<'_, Booth>, file: &str, bytes: &[u8]) -> Vec<Command> {
    let mut playground = harness.state().playground.borrow_mut();
    let commands = playground.as_mut().unwrap().take_file(file, bytes);
    commands.into_iter().map(|(_, command)| command).collect()
}

fn open(harness: &Harness<'_, Booth>, text: &str) -> Vec<Command> {
    let playground = std::rc::Rc::clone(&harness.state().playground);
    let mut playground = playground.borrow_mut();
    let commands = playground.as_mut().unwrap().open_link(&harness.ctx, text);
    commands.into_iter().map(|(_, command)| command).collect()
}

/// The table that was brought and the run that was started, which are the last two commands.
#[track_caller]
fn begun(commands: &[Command]) -> (Arc<Table>, RunConfig) {
    let [.., Command::Bring(table), Command::Start(config)] = commands else {
        panic!("{commands:?}");
    };
    assert_eq!(config.validate(), Ok(()));
    assert_eq!(config.dataset, DatasetKind::Own);
    assert_eq!(config.classes, table.class_names().len());
    assert_eq!(config.own.data_digest.as_deref(), Some(&*table.digest()));
    (Arc::clone(table), RunConfig::clone(config))
}

/// The session answers with a run of `config` on `table`.
fn answer(harness: &Harness<'_, Booth>, table: &Table, config: &RunConfig) {
    let Event::Started { info, .. } = started(table.class_names().len()) else {
        panic!("it starts");
    };
    tell(
        harness,
        &Event::Started {
            run: RUN,
            config: Arc::new(config.clone()),
            info: Arc::new(RunInfo {
                class_names: table.class_names().to_vec(),
                ..RunInfo::clone(&info)
            }),
        },
    );
}

fn commands(harness: &mut Harness<'_, Booth>) -> Vec<Command> {
    pass(harness, 0.1);
    std::mem::take(&mut harness.state_mut().commands)
}

#[test]
fn a_dropped_table_is_learned_with_the_method_that_was_chosen() {
    let mut harness = running();
    harness.get_by_label("Fixed").click();
    pass(&mut harness, 0.1);
    let (table, config) = begun(&give(&harness, "/home/me/flowers.csv", FLOWERS.as_bytes()));
    assert_eq!(table.class_names(), ["aster", "lily", "rose"]);
    assert_eq!(config.head, HeadKind::Fixed);
    assert_eq!(config.own.data_features, Some(2));
    let command = config.command_line().unwrap();
    assert!(
        command.contains("--dataset own") && command.contains("--data-file /home/me/flowers.csv"),
        "{command}"
    );
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("Learning flowers.csv: 6 rows of 2 numbers in 3 classes");
    answer(&harness, &table, &config);
    pass(&mut harness, 0.1);
    // Whatever starts anew learns the same table.
    harness.key_press(Key::N);
    let (again, other) = begun(&commands(&mut harness));
    assert_eq!(again, table);
    assert_ne!(other.seed, config.seed);
}

#[test]
fn what_is_no_table_is_said_and_the_run_goes_on() {
    let mut harness = running();
    for (bytes, said) in [
        (&b"1,2,a\n1,x,b\n"[..], "Line 2, column 2"),
        (b"", "is empty"),
        (b"\x93NUMPY\x01\x00\xff\xff", ".npy"),
        (&[0xff, 0xfe, 0x00, 0x41][..], "cannot be learned"),
        (b"1,a\n2,a\n3,a\n4,a\n5,a\n", "nothing to tell apart"),
    ] {
        assert_eq!(give(&harness, "odd.csv", bytes), []);
        assert_eq!(commands(&mut harness), []);
        harness.get_by_label_contains(said);
    }
    harness.key_press(Key::Space);
    assert_eq!(commands(&mut harness), [Command::Pause]);
    let mut playground = harness.state().playground.borrow_mut();
    playground.as_mut().unwrap().file_unread("a/b.csv", "gone");
    drop(playground);
    pass(&mut harness, 0.1);
    harness.get_by_label_contains("b.csv could not be read (gone)");
}

#[test]
fn a_table_that_is_pasted_is_learned_wherever_no_field_takes_it() {
    let mut harness = running();
    harness.event(egui::Event::Paste(FLOWERS.to_owned()));
    let (table, config) = begun(&commands(&mut harness));
    assert_eq!(table.rows(), 6);
    assert_eq!(config.own.data_file.as_deref(), Some("my-table.csv"));
    // The field of the seed takes what is pasted there.
    let mut harness = running();
    harness
        .get_by_role(egui::accesskit::Role::TextInput)
        .focus();
    pass(&mut harness, 0.1);
    harness.event(egui::Event::Paste(FLOWERS.to_owned()));
    assert_eq!(commands(&mut harness), []);
    // A link that is pasted is opened.
    let mut harness = running();
    let state = link::State::of(RunConfig::for_dataset(DatasetKind::Ring));
    let text = link::write(&state, link::MAX_CHARS).unwrap().text;
    harness.event(egui::Event::Paste(format!("https://example.org/#{text}")));
    let commands = commands(&mut harness);
    assert!(
        matches!(&commands[..], [Command::SetPace(_), Command::Start(config)] if **config == state.config),
        "{commands:?}"
    );
}

#[test]
fn the_field_of_the_setup_learns_a_table_too() {
    let mut harness = running();
    section(&mut harness);
    press(&mut harness, "Paste a table");
    harness.get_by_label("Table to learn").focus();
    pass(&mut harness, 0.1);
    harness.event(egui::Event::Paste("1;2;3".to_owned()));
    pass(&mut harness, 0.1);
    press(&mut harness, "Learn this table");
    assert_eq!(commands(&mut harness), [], "one row is too few");
    harness.get_by_label_contains("cannot be learned");
}

fn press(harness: &mut Harness<'_, Booth>, label: &str) {
    harness.get_by_label(label).scroll_to_me();
    pass(harness, 1.0);
    harness.get_by_label(label).click();
    pass(harness, 0.1);
}

/// Opens the section of own data; nothing starts by that.
fn section(harness: &mut Harness<'_, Booth>) {
    harness.get_by_label("Own").click();
    assert_eq!(commands(harness), []);
}

/// Puts a point by a click at a share of the square's sides.
fn put(harness: &mut Harness<'_, Booth>, x: f32, y: f32) {
    let at = place(harness, x, y);
    for pressed in [true, false] {
        button(harness, at, pressed, PointerButton::Primary);
        harness.step();
    }
}

fn place(harness: &Harness<'_, Booth>, x: f32, y: f32) -> Pos2 {
    let rect = harness.get_by_label("Square to draw points in").rect();
    pos2(
        rect.left() + rect.width() * x,
        rect.top() + rect.height() * y,
    )
}

fn button(harness: &Harness<'_, Booth>, at: Pos2, pressed: bool, button: PointerButton) {
    harness.event(egui::Event::PointerMoved(at));
    harness.event(egui::Event::PointerButton {
        pos: at,
        button,
        pressed,
        modifiers: egui::Modifiers::NONE,
    });
}

/// Two classes drawn, three points by clicks and more by a drag; what was asked for at the end.
fn draw_two(harness: &mut Harness<'_, Booth>) -> Vec<Command> {
    section(harness);
    put(harness, 0.2, 0.2);
    put(harness, 0.25, 0.3);
    put(harness, 0.3, 0.2);
    assert_eq!(commands(harness), [], "one class is nothing to tell apart");
    harness.get_by_label("Draw class B").click();
    pass(harness, 0.1);
    let from = place(harness, 0.6, 0.7);
    button(harness, from, true, PointerButton::Primary);
    harness.step();
    for i in 1..=6 {
        let at = place(harness, 0.6 + 0.05 * i as f32, 0.7);
        harness.event(egui::Event::PointerMoved(at));
        harness.step();
    }
    assert_eq!(commands(harness), [], "not before the hand is lifted");
    let to = place(harness, 0.9, 0.7);
    button(harness, to, false, PointerButton::Primary);
    harness.step();
    commands(harness)
}

#[test]
fn drawn_points_are_learned_when_the_hand_is_lifted() {
    let mut harness = running();
    let (table, config) = begun(&draw_two(&mut harness));
    assert_eq!(table.class_names(), ["A", "B"]);
    assert!(table.rows() > 12, "a drag sprays: {}", table.rows());
    assert_eq!(table.features(), 2);
    answer(&harness, &table, &config);
    pass(&mut harness, 0.1);
    // The right button takes points away, and what is left is learned.
    let at = place(&harness, 0.2, 0.2);
    for pressed in [true, false] {
        button(&harness, at, pressed, PointerButton::Secondary);
        harness.step();
    }
    let (fewer, _) = begun(&commands(&mut harness));
    assert!(fewer.rows() < table.rows());
    press(&mut harness, "Save as CSV");
    let made = requests(&harness);
    let [HostRequest::Save(file)] = &made[..] else {
        panic!("{made:?}");
    };
    assert_eq!(file.name, "my-points.csv");
    assert_eq!(Table::read(&file.bytes).unwrap().digest(), fewer.digest());
    press(&mut harness, "Clear");
    assert_eq!(commands(&mut harness), [], "nothing is left to learn");
}

#[test]
fn a_link_takes_drawn_points_along() {
    let mut harness = running();
    let (table, config) = begun(&draw_two(&mut harness));
    answer(&harness, &table, &config);
    harness.remove_cursor();
    pass(&mut harness, 0.1);
    harness.key_press(Key::S);
    pass(&mut harness, 0.1);
    let made = requests(&harness);
    let [HostRequest::ShowFragment(text)] = &made[..] else {
        panic!("{made:?}");
    };
    assert!(text.starts_with("state=2.") && text.len() <= link::MAX_CHARS);
    let elsewhere = running();
    let opened = open(&elsewhere, text);
    let starts: Vec<&Command> = opened
        .iter()
        .filter(|command| !matches!(command, Command::SetPace(_) | Command::GoTo { .. }))
        .collect();
    let [Command::Bring(there), Command::Start(run)] = &starts[..] else {
        panic!("{starts:?}");
    };
    assert_eq!(*there, table);
    assert_eq!(**run, config);
}

#[test]
fn a_link_to_somebody_s_file_waits_for_that_file() {
    let mut harness = running();
    let (table, config) = begun(&give(&harness, "/home/me/flowers.csv", FLOWERS.as_bytes()));
    answer(&harness, &table, &config);
    pass(&mut harness, 0.1);
    harness.key_press(Key::S);
    pass(&mut harness, 0.1);
    let made = requests(&harness);
    let [HostRequest::ShowFragment(text)] = &made[..] else {
        panic!("{made:?}");
    };
    let state = link::read(text).unwrap();
    assert_eq!(
        state.config.own.data_file.as_deref(),
        Some("flowers.csv"),
        "where it lies is nobody's business"
    );
    let mut elsewhere = running();
    assert_eq!(open(&elsewhere, text), []);
    pass(&mut elsewhere, 0.1);
    elsewhere.get_by_label_contains("Drop that file here");
    // Another table is learned for its own sake.
    let other = give(&elsewhere, "other.csv", b"1,a\n2,a\n3,b\n4,b\n5,b\n");
    assert_eq!(begun(&other).0.rows(), 5);
    let opened = give(&elsewhere, "moved/flowers.csv", FLOWERS.as_bytes());
    let run = opened.iter().find_map(|command| match command {
        Command::Start(config) => Some(config),
        _ => None,
    });
    let run = run.unwrap();
    assert_eq!(run.seed, config.seed);
    assert_eq!(run.own.data_file.as_deref(), Some("moved/flowers.csv"));
}

#[test]
fn laptop_dark_own_data() {
    let mut harness = running();
    let (table, config) = begun(&draw_two(&mut harness));
    answer(&harness, &table, &config);
    harness.remove_cursor();
    pass(&mut harness, 1.0);
    harness.snapshot_options("laptop_dark_own_data", &options());
}

#[test]
fn laptop_light_own_data_at_first() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    section(&mut harness);
    pass(&mut harness, 1.0);
    harness.snapshot_options("laptop_light_own_data", &options());
}

#[test]
fn phone_light_own_data() {
    let mut harness = in_full_swing((390.0, 844.0), Theme::Light, 25);
    harness.get_by_label("Setup").click();
    pass(&mut harness, 0.1);
    press(&mut harness, "Own");
    harness
        .get_by_label("Square to draw points in")
        .scroll_to_me();
    pass(&mut harness, 1.0);
    harness.snapshot_options("phone_light_own_data", &options());
}

pub fn hovering(size: (f32, f32), theme: Theme) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, theme, 25);
    harness.input_mut().hovered_files = vec![egui::HoveredFile {
        mime: "text/csv".to_owned(),
        ..egui::HoveredFile::default()
    }];
    harness.step();
    harness
}

#[test]
fn laptop_dark_drop_it_here() {
    let mut harness = hovering(LAPTOP, Theme::Dark);
    harness.snapshot_options("laptop_dark_drop", &options());
}

#[test]
fn phone_light_drop_it_here() {
    let mut harness = hovering((390.0, 844.0), Theme::Light);
    harness.snapshot_options("phone_light_drop", &options());
}
