//! What is said in the first minute.

use super::words::tour as say;
use super::{Sentence, sentence};

pub(crate) use super::words::tour::*;

pub(crate) fn spreading() -> Sentence {
    sentence(say::spreading(), say::spreading_then())
}

pub(crate) fn dealt() -> Sentence {
    sentence(say::dealt(), say::dealt_then())
}

pub(crate) fn moved() -> Sentence {
    sentence(say::moved(), say::moved_then())
}

pub(crate) fn beside() -> Sentence {
    sentence(say::beside(), say::beside_then())
}
