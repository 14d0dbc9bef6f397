//! One look at all pairs: the greatest cosine and how each prototype is pushed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use burn::tensor::Tensor;
use rayon::prelude::*;

/// What the others do to a block of b prototypes.
#[derive(Clone, Debug)]
pub(super) struct Pressure {
    /// Sum over the others of their overlap times their direction (b x d): the gradient of half the sum
    /// over pairs of the squared overlaps.
    pub push: Tensor<2>,
    /// How many others overlap (b x 1).
    pub overlapping: Tensor<2>,
    /// Sum of the overlaps (b x 1).
    pub overlap: Tensor<2>,
    /// Greatest cosine that this block has met (1).
    pub max_cos: Tensor<1>,
}

/// How to go over the pairs.
pub(super) struct Plan {
    /// Blocks that meet, in rounds without repetition.
    pub rounds: Vec<Vec<(usize, usize)>>,
    /// Whether the meetings of a round are spread over threads. burn's CPU backend works on the thread
    /// that calls it; a GPU has a queue of its own, which more threads would only disturb.
    pub is_threaded: bool,
}

/// Pressure on each of `blocks` (unit rows) where pairs with a cosine above `cut` overlap by what they
/// are above it. `None` if `should_stop` said so; it is asked before every tile, and `met` is told how
/// many tiles are done.
pub(super) fn pressure(
    blocks: &[Tensor<2>],
    cut: f32,
    plan: &Plan,
    should_stop: impl Fn() -> bool + Sync,
    met: impl Fn(usize) + Sync,
) -> Option<Vec<Pressure>> {
    let mut all: Vec<Option<Pressure>> = vec![None; blocks.len()];
    let is_stopped = AtomicBool::new(false);
    let done = AtomicUsize::new(0);
    for round in &plan.rounds {
        let meetings: Vec<_> = round
            .iter()
            .map(|&(i, j)| (i, j, all[i].take(), all[j].take()))
            .collect();
        let meet = |(i, j, own, other): (usize, usize, Option<Pressure>, Option<Pressure>)| {
            if is_stopped.load(Ordering::Relaxed) || should_stop() {
                is_stopped.store(true, Ordering::Relaxed);
                return (i, j, own, other);
            }
            let (own, other) = if i == j {
                (Some(within(&blocks[i], cut)), None)
            } else {
                between(&blocks[i], &blocks[j], cut, own, other)
            };
            met(done.fetch_add(1, Ordering::Relaxed) + 1);
            (i, j, own, other)
        };
        let met: Vec<_> = if plan.is_threaded {
            meetings.into_par_iter().map(meet).collect()
        } else {
            meetings.into_iter().map(meet).collect()
        };
        for (i, j, own, other) in met {
            all[i] = own;
            if i != j {
                all[j] = other;
            }
        }
        if is_stopped.load(Ordering::Relaxed) {
            return None;
        }
    }
    all.into_iter().collect()
}

/// The pairs inside one block.
fn within(block: &Tensor<2>, cut: f32) -> Pressure {
    let [rows, _] = block.dims();
    // A prototype is no neighbour of itself: -3 is below every cosine and every cut.
    let itself = Tensor::<2>::eye(rows, &block.device()).mul_scalar(4.0);
    let cosines = block.clone().matmul(block.clone().transpose()) - itself;
    let max_cos = cosines.clone().max();
    let overlaps = cosines.sub_scalar(cut).clamp_min(0.0);
    Pressure {
        overlapping: overlaps.clone().sign().sum_dim(1),
        overlap: overlaps.clone().sum_dim(1),
        push: overlaps.matmul(block.clone()),
        max_cos,
    }
}

/// The pairs of a prototype of one block and one of another: one product serves both.
fn between(
    block: &Tensor<2>,
    other: &Tensor<2>,
    cut: f32,
    on_block: Option<Pressure>,
    on_other: Option<Pressure>,
) -> (Option<Pressure>, Option<Pressure>) {
    let cosines = block.clone().matmul(other.clone().transpose());
    let max_cos = cosines.clone().max();
    let overlaps = cosines.sub_scalar(cut).clamp_min(0.0);
    let signs = overlaps.clone().sign();
    let add =
        |before: Option<Pressure>, push: Tensor<2>, overlapping: Tensor<2>, overlap: Tensor<2>| {
            Some(match before {
                Some(before) => Pressure {
                    push: before.push + push,
                    overlapping: before.overlapping + overlapping,
                    overlap: before.overlap + overlap,
                    max_cos: before.max_cos.max_pair(max_cos.clone()),
                },
                None => Pressure {
                    push,
                    overlapping,
                    overlap,
                    max_cos: max_cos.clone(),
                },
            })
        };
    let on_block = add(
        on_block,
        overlaps.clone().matmul(other.clone()),
        signs.clone().sum_dim(1),
        overlaps.clone().sum_dim(1),
    );
    let on_other = add(
        on_other,
        overlaps.clone().transpose().matmul(block.clone()),
        signs.sum_dim(0).transpose(),
        overlaps.sum_dim(0).transpose(),
    );
    (on_block, on_other)
}
