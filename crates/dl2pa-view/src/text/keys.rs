//! Everything that can be asked for by a key, in words.

use dl2pa_core::protocol::StepSize;

use super::words::keys as say;
use crate::controls::keys::Wish;

pub(crate) use super::words::keys::*;

/// Name, key, and what is asked for.
pub(crate) type Entry = (&'static str, String, Wish);

/// Everything that can be asked for.
pub(crate) fn entries() -> Vec<Entry> {
    let entry = |name, key: &str, wish| (name, key.to_owned(), wish);
    vec![
        entry(say::play_or_pause(), say::space(), Wish::PlayPause),
        entry(say::step_batch(), ".", Wish::Step(StepSize::Batch)),
        entry(say::step_epoch(), "E", Wish::Step(StepSize::Epoch)),
        entry(say::step_matching(), "M", Wish::Step(StepSize::Matching)),
        entry(say::start_over(), "R", Wish::Reset),
        entry(say::new_seed(), "N", Wish::NewSeed),
        entry(say::deal(), "D", Wish::Deal),
        entry(say::branch(), "B", Wish::Branch),
        entry(say::one_sphere(), "1", Wish::Spheres(1)),
        entry(say::two_spheres(), "2", Wish::Spheres(2)),
        entry(say::three_spheres(), "3", Wish::Spheres(3)),
        entry(say::keep(), "K", Wish::Keep),
        entry(say::compare(), "C", Wish::Compare),
        entry(say::names(), "L", Wish::Labels),
        entry(say::pair(), "P", Wish::Pair),
        entry(say::unroll(), "U", Wish::Unroll),
        entry(say::audience(), "T", Wish::Talk),
        entry(say::back(), "←", Wish::Scrub(-1)),
        entry(say::forward(), "→", Wish::Scrub(1)),
        entry(say::back_ten(), &say::shift("←"), Wish::Scrub(-10)),
        entry(say::forward_ten(), &say::shift("→"), Wish::Scrub(10)),
        entry(say::first(), say::home(), Wish::First),
        entry(say::live(), say::end(), Wish::Live),
        entry(say::share(), "S", Wish::Share),
        entry(say::classroom(), "", Wish::Classroom),
        entry(say::film(), "F", Wish::Film),
        entry(say::lessons(), "G", Wish::Lessons),
        entry(say::words(), "W", Wish::Words),
        entry(say::language(), "I", Wish::Language),
        entry(say::this_list(), "?", Wish::Commands),
    ]
}
