//! Everything that can be asked for by a key, in words.

use dl2pa_core::protocol::StepSize;

use crate::controls::keys::Wish;

pub(crate) const TITLE: &str = "What would you like to do?";
pub(crate) const SEARCH: &str = "Type to search";
pub(crate) const NOTHING: &str = "Nothing of that name.";

/// Name, key, and what is asked for.
pub(crate) const ENTRIES: [(&str, &str, Wish); 25] = [
    ("Play or pause", "Space", Wish::PlayPause),
    ("Step: one batch", ".", Wish::Step(StepSize::Batch)),
    ("Step: one epoch", "E", Wish::Step(StepSize::Epoch)),
    (
        "Step: to the next matching",
        "M",
        Wish::Step(StepSize::Matching),
    ),
    ("Start over with the same seed", "R", Wish::Reset),
    ("Start over with a new seed", "N", Wish::NewSeed),
    ("Deal the labels at random again", "D", Wish::Deal),
    ("One sphere", "1", Wish::Spheres(1)),
    ("Two spheres: another head beside it", "2", Wish::Spheres(2)),
    ("Three spheres: all heads", "3", Wish::Spheres(3)),
    ("Keep these settings as a second sphere", "K", Wish::Keep),
    (
        "Compare two ways to spread the prototypes",
        "C",
        Wish::Compare,
    ),
    ("Show or hide the names", "L", Wish::Labels),
    ("Mark the closest pair of prototypes", "P", Wish::Pair),
    ("Unroll the sphere on a map", "U", Wish::Unroll),
    (
        "For an audience: larger, without the setup",
        "T",
        Wish::Talk,
    ),
    ("Back in time: one moment", "←", Wish::Scrub(-1)),
    ("Forward in time: one moment", "→", Wish::Scrub(1)),
    ("Back in time: ten moments", "Shift ←", Wish::Scrub(-10)),
    ("Forward in time: ten moments", "Shift →", Wish::Scrub(10)),
    ("To the beginning of the run", "Home", Wish::First),
    ("To what happens now", "End", Wish::Live),
    ("Copy a link to this moment", "S", Wish::Share),
    ("Guided lessons, or the setup again", "G", Wish::Lessons),
    ("This list", "?", Wish::Commands),
];
