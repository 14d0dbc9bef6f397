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

/// Height of a control, in points: comfortable for a mouse or for a finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Touch(pub bool);

impl Touch {
    /// Height of buttons and fields.
    pub(crate) fn height(self) -> f32 {
        if self.0 { 42.0 } else { 32.0 }
    }
}
