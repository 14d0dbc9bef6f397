//! What a teacher reads about what a class is given.

use super::words::classroom as say;
use crate::hiding::Part;

pub(crate) use super::words::classroom::*;

/// What a part of the playground is for.
pub(crate) fn part(part: Part) -> &'static str {
    match part {
        Part::Setup => say::setup(),
        Part::Plots => say::plots(),
        Part::Why => say::why(),
        Part::Lessons => say::lessons(),
        Part::Speed => say::speed(),
        Part::Seed => say::seed(),
        Part::Share => say::share(),
    }
}
