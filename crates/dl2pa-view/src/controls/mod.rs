//! Everything a person can press: transport, setup, keyboard, and the widgets they are made of.

pub(crate) mod command_list;
pub(crate) mod glossary;
pub(crate) mod icons;
pub(crate) mod key;
pub(crate) mod keys;
mod matching;
mod methods;
pub(crate) mod setup;
pub(crate) mod share;
pub(crate) mod transport;
pub(crate) mod widgets;

use egui::Ui;

use crate::playground::{FrameInput, Playground};
use keys::Wish;

/// Height of a control, in points: comfortable for a mouse or for a finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Touch(pub bool);

impl Touch {
    /// Height of buttons and fields.
    pub(crate) fn height(self) -> f32 {
        if self.0 { 42.0 } else { 32.0 }
    }
}

impl Playground {
    /// Draws the dialogue that stands over everything, if one is open; what was chosen from the list of commands.
    pub(crate) fn dialogues(
        &mut self,
        ui: &Ui,
        touch: Touch,
        input: &FrameInput<'_>,
    ) -> Option<Wish> {
        let has_address = input.host.address.is_some();
        self.glossary.ui(ui, touch);
        self.classroom_ui(ui, touch, input);
        self.command_list.ui(ui, touch, |wish| {
            self.hidden.has_wish(wish) || (wish == Wish::Classroom && !has_address)
        })
    }
}
