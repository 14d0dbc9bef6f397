//! The order in which blocks of prototypes meet.

/// All pairs of `blocks` blocks, each with itself included, in rounds: within a round no block occurs
/// twice, so that its meetings may happen at once and still add up in a fixed order.
///
/// The circle method: one block stays, the others go round it. Each round pairs all blocks or leaves
/// one out; the first round is each block with itself.
pub(super) fn rounds(blocks: usize) -> Vec<Vec<(usize, usize)>> {
    let mut rounds = vec![(0..blocks).map(|block| (block, block)).collect()];
    // With an odd number, a block that does not exist makes the number even.
    let seats = blocks + blocks % 2;
    for turn in 0..seats.saturating_sub(1) {
        let seat = |place: usize| {
            if place == 0 {
                0
            } else {
                1 + (place - 1 + turn) % (seats - 1)
            }
        };
        let round = (0..seats / 2)
            .map(|place| (seat(place), seat(seats - 1 - place)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|&(_, b)| b < blocks)
            .collect();
        rounds.push(round);
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_two_blocks_meet_once_and_none_is_in_two_places() {
        for blocks in 0..=13 {
            let mut met = HashSet::new();
            for round in rounds(blocks) {
                let mut present = HashSet::new();
                for (i, j) in round {
                    assert!(i <= j && j < blocks);
                    assert!(
                        met.insert((i, j)),
                        "{blocks} blocks: {i} and {j} meet again"
                    );
                    assert!(present.insert(i) && (i == j || present.insert(j)));
                }
            }
            assert_eq!(met.len(), blocks * (blocks + 1) / 2);
        }
    }
}
