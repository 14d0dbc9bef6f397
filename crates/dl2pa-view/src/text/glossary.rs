//! The words that one has to know, each with what it means and where the paper uses it.

use super::words::glossary as say;

pub(crate) use super::words::glossary::{nothing, title};

/// A word and its meaning.
pub(crate) type Term = (&'static str, &'static str);

/// All words, the first ones first.
pub(crate) fn terms() -> [Term; 23] {
    [
        (say::space(), say::space_is()),
        (say::prototype(), say::prototype_is()),
        (say::label(), say::label_is()),
        (say::class_mean(), say::class_mean_is()),
        (say::assignment(), say::assignment_is()),
        (say::matching(), say::matching_is()),
        (say::agreement(), say::agreement_is()),
        (say::ring(), say::ring_is()),
        (say::cosine(), say::cosine_is()),
        (say::head(), say::head_is()),
        (say::closest(), say::closest_is()),
        (say::average(), say::average_is()),
        (say::uniformity(), say::uniformity_is()),
        (say::temperature(), say::temperature_is()),
        (say::simplex(), say::simplex_is()),
        (say::loss(), say::loss_is()),
        (say::logit(), say::logit_is()),
        (say::batch(), say::batch_is()),
        (say::epoch(), say::epoch_is()),
        (say::rate(), say::rate_is()),
        (say::seed(), say::seed_is()),
        (say::top1(), say::top1_is()),
        (say::tail(), say::tail_is()),
    ]
}
