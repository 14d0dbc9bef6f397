//! What is said in the first minute.

use super::Sentence;

pub(crate) const TAKE_OVER: &str = "Touch anything to take over";
pub(crate) const NOW_YOU: &str = "Now you";
pub(crate) const DEAL_AGAIN: &str = "Deal the labels again";
pub(crate) const DEAL_AGAIN_HINT: &str =
    "Gives every label a dot at random: dynamic finds its way back, fixed has to live with it";
pub(crate) const THREE_HEADS: &str = "All three methods";
pub(crate) const FIRST_LESSON: &str = "Start lesson 1";

fn say(stressed: &str, rest: &str) -> Sentence {
    (stressed.to_owned(), rest.to_owned())
}

pub(crate) fn spreading() -> Sentence {
    say(
        "Each dot is the spot where one class should land.",
        "They move apart, so that no two classes are easily confused.",
    )
}

pub(crate) fn dealt() -> Sentence {
    say(
        "The labels were dealt to the dots at random.",
        "Now a small network learns to send every example to its label's dot.",
    )
}

pub(crate) fn moved() -> Sentence {
    say(
        "Some classes landed nearer to another label's dot.",
        "So labels change places where that helps all of them together. The dots stay.",
    )
}

pub(crate) fn beside() -> Sentence {
    say(
        "The same run twice.",
        "Same data, same network, same start. On the left no label may ever move.",
    )
}
