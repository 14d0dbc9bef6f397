//! Whoever goes through a lesson by the keyboard finds the focus where the lesson goes on: on the first answer, on
//! "Run", on "Next". The pointer's users see no ring that they did not ask for.

use dl2pa_core::lessons::Stage;
use egui::{Event, Id, Ui};

use super::card::Drawn;

/// Where the focus has been put.
#[derive(Debug, Default)]
pub(super) struct Focus {
    /// The last thing that was pressed was a key.
    by_keyboard: bool,
    /// The list (`None`), or the beat and its stage, that the focus has been put for.
    at: Option<Option<(usize, Stage)>>,
    /// The card's controls in the pass before: one that was pressed may be gone in this one.
    before: Vec<Id>,
    /// The pass in which the card was drawn last.
    pass: u64,
}

impl Focus {
    /// Puts the focus on the control that goes on, when `seen` (beat and stage, `None` for the list) is new to
    /// somebody who presses keys and has the focus on nothing outside of the card.
    pub(super) fn follow(&mut self, ui: &Ui, seen: Option<(usize, Stage)>, drawn: &Drawn) {
        ui.input(|input| {
            for event in &input.events {
                match event {
                    Event::Key { pressed: true, .. } => self.by_keyboard = true,
                    Event::PointerButton { pressed: true, .. } | Event::Touch { .. } => {
                        self.by_keyboard = false;
                    }
                    _ => {}
                }
            }
        });
        let pass = ui.ctx().cumulative_pass_nr();
        if pass > self.pass + 1 {
            // It was closed.
            self.at = None;
        }
        self.pass = pass;
        if self.at.as_ref() != Some(&seen) {
            let focused = ui.memory(|memory| memory.focused());
            let is_ours = |id| self.before.contains(&id) || drawn.controls.contains(&id);
            if let Some(primary) = &drawn.primary
                && self.by_keyboard
                && focused.is_none_or(is_ours)
            {
                primary.request_focus();
            }
            self.at = Some(seen);
        }
        self.before.clone_from(&drawn.controls);
    }

    /// A key has opened the card.
    pub(super) const fn expect_keys(&mut self) {
        self.by_keyboard = true;
    }
}
