//! The keyboard: one key a wish, silent while somebody types.

use dl2pa_core::protocol::StepSize;
use egui::{Key, Modifiers, Ui};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    PlayPause,
    Step(StepSize),
    Reset,
    NewSeed,
    Labels,
    Pair,
    Compare,
    /// So many runs side by side.
    Spheres(usize),
    /// The present settings stay beside those to come.
    Keep,
    /// Go on from the moment shown, beside the run.
    Branch,
    /// So many moments later or earlier.
    Scrub(isize),
    /// Back to the beginning of the run.
    First,
    /// What happens now.
    Live,
    /// Deal the labels at random again.
    Deal,
    /// The list of all commands.
    Commands,
    /// The whole sphere on a map, or back.
    Unroll,
    /// Larger, for an audience, or back.
    Talk,
    /// A link to what is shown.
    Share,
    /// What a class is given.
    Classroom,
    /// A film of the run.
    Film,
    /// The lessons, or the setup again.
    Lessons,
    /// What the words mean.
    Words,
    /// The next language.
    Language,
}

/// Moments of the run that Shift and an arrow go.
const LEAP: isize = 10;

const KEYS: [(Key, Wish); 23] = [
    (Key::Space, Wish::PlayPause),
    (Key::Period, Wish::Step(StepSize::Batch)),
    (Key::E, Wish::Step(StepSize::Epoch)),
    (Key::M, Wish::Step(StepSize::Matching)),
    (Key::R, Wish::Reset),
    (Key::N, Wish::NewSeed),
    (Key::L, Wish::Labels),
    (Key::P, Wish::Pair),
    (Key::C, Wish::Compare),
    (Key::Num1, Wish::Spheres(1)),
    (Key::Num2, Wish::Spheres(2)),
    (Key::Num3, Wish::Spheres(3)),
    (Key::K, Wish::Keep),
    (Key::B, Wish::Branch),
    (Key::D, Wish::Deal),
    (Key::U, Wish::Unroll),
    (Key::T, Wish::Talk),
    (Key::S, Wish::Share),
    (Key::F, Wish::Film),
    (Key::G, Wish::Lessons),
    (Key::W, Wish::Words),
    (Key::I, Wish::Language),
    (Key::Questionmark, Wish::Commands),
];

/// Keys that go through the run's time.
const TIME_KEYS: [(Key, Wish); 4] = [
    (Key::ArrowLeft, Wish::Scrub(-1)),
    (Key::ArrowRight, Wish::Scrub(1)),
    (Key::Home, Wish::First),
    (Key::End, Wish::Live),
];

/// The wishes of this frame.
pub(crate) fn wishes(ui: &Ui) -> Vec<Wish> {
    // The list of commands opens from anywhere.
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::K)) {
        return vec![Wish::Commands];
    }
    // What stands over everything is pressed by keys as well, and what lies under it is not.
    if ui.memory(|memory| memory.top_modal_layer().is_some()) {
        return Vec::new();
    }
    // A field that is typed into takes all keys; whatever else is focused takes the space bar.
    if ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    let focused = ui.memory(|memory| memory.focused().is_some());
    ui.input_mut(|input| {
        let mut wishes: Vec<Wish> = KEYS
            .iter()
            .filter(|(key, _)| !(focused && *key == Key::Space))
            .filter(|(key, _)| input.consume_key(Modifiers::NONE, *key))
            .map(|&(_, wish)| wish)
            .collect();
        // What is focused may be moved by the arrows itself.
        if !focused {
            let with_shift = TIME_KEYS.iter().filter_map(|&(key, wish)| match wish {
                Wish::Scrub(moments) => Some((key, Wish::Scrub(moments * LEAP))),
                _ => None,
            });
            // A key with Shift counts as one without, so the former are asked for first.
            wishes.extend(
                with_shift
                    .filter(|(key, _)| input.consume_key(Modifiers::SHIFT, *key))
                    .map(|(_, wish)| wish),
            );
            wishes.extend(
                TIME_KEYS
                    .iter()
                    .filter(|(key, _)| input.consume_key(Modifiers::NONE, *key))
                    .map(|&(_, wish)| wish),
            );
        }
        wishes
    })
}

/// Whether somebody did something in this frame; a pointer that only passes by did not.
pub(crate) fn is_touched(ui: &Ui) -> bool {
    ui.input(|input| {
        input.events.iter().any(|event| {
            matches!(
                event,
                egui::Event::PointerButton { pressed: true, .. }
                    | egui::Event::Key { pressed: true, .. }
                    | egui::Event::Touch { .. }
                    | egui::Event::MouseWheel { .. }
                    | egui::Event::Paste(_)
            )
        })
    })
}
