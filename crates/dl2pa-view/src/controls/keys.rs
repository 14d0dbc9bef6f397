//! The keyboard: one key a wish, silent while somebody types.

use egui::{Key, Modifiers, Ui};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    PlayPause,
    StepBatch,
    StepEpoch,
    StepMatching,
    Reset,
    NewSeed,
    Labels,
    Pair,
    Compare,
    Share,
}

const KEYS: [(Key, Wish); 10] = [
    (Key::Space, Wish::PlayPause),
    (Key::Period, Wish::StepBatch),
    (Key::E, Wish::StepEpoch),
    (Key::M, Wish::StepMatching),
    (Key::R, Wish::Reset),
    (Key::N, Wish::NewSeed),
    (Key::L, Wish::Labels),
    (Key::P, Wish::Pair),
    (Key::C, Wish::Compare),
    (Key::S, Wish::Share),
];

/// The wishes of this frame.
pub(crate) fn wishes(ui: &Ui) -> Vec<Wish> {
    // A field that is typed into takes all keys; whatever else is focused takes the space bar.
    if ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    let focused = ui.memory(|memory| memory.focused().is_some());
    ui.input_mut(|input| {
        KEYS.iter()
            .filter(|(key, _)| !(focused && *key == Key::Space))
            .filter(|(key, _)| input.consume_key(Modifiers::NONE, *key))
            .map(|&(_, wish)| wish)
            .collect()
    })
}
