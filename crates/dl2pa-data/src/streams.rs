//! Named random streams: one seed, and for each purpose numbers of its own.
//!
//! Drawing more from one stream never shifts another, so a change to how batches are shuffled leaves
//! data, prototypes and initial weights as they were. The numbers are the same on every platform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution as _, StandardNormal};

/// Samples and train/test splits.
pub const DATA: &str = "data";
/// Initial weights of the network.
pub const INIT: &str = "init";
/// Order of the training samples.
pub const BATCHES: &str = "batches";
/// Starts of the spreading of the prototypes.
pub const PROTOTYPES: &str = "prototypes";
/// Random assignments of labels to prototypes.
pub const ASSIGNMENT: &str = "assignment";
/// The rotations from which a first assignment is looked for.
pub const ALIGNMENT: &str = "alignment";
/// The noise that class means start from in the released code.
pub const CLASS_MEANS: &str = "class means";
/// Which training pictures a long tail keeps.
pub const LONG_TAIL: &str = "long tail";

/// The generator behind every stream (ChaCha with 8 rounds).
pub type StreamRng = ChaCha8Rng;

/// All random streams of one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed that was given.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The stream called `name`, from its beginning.
    #[must_use]
    pub fn rng(&self, name: &str) -> StreamRng {
        self.rng_at(name, 0)
    }

    /// Part `index` of the stream called `name`, for draws that have to be found again without those
    /// before them (the batches of epoch 17 of a resumed run, for one). Part 0 is [`Streams::rng`].
    #[must_use]
    pub fn rng_at(&self, name: &str, index: u64) -> StreamRng {
        let mut rng = ChaCha8Rng::from_seed(key(self.seed, name));
        rng.set_stream(index);
        rng
    }
}

/// A number drawn from the standard normal distribution, the same on every platform.
///
/// One in a few thousand lies so far out that its draw takes a logarithm, whose last bits differ between libraries
/// of mathematics: those numbers are rounded to `f32`, which drops them.
pub fn standard_normal(rng: &mut StreamRng) -> f64 {
    // rand_distr's tail begins at 3.654.
    const NEAR_TAIL: f64 = 3.65;
    let drawn: f64 = StandardNormal.sample(rng);
    if drawn.abs() < NEAR_TAIL {
        drawn
    } else {
        f64::from(drawn as f32)
    }
}

/// The 256-bit key of (seed, name): FNV-1a of the name and the seed, each stirred by SplitMix64.
/// Written out here because the hashers of std promise no stable value.
fn key(seed: u64, name: &str) -> [u8; 32] {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // Stirring the hash first keeps seed and name from cancelling each other.
    let mut state = seed ^ split_mix(&mut hash);
    let mut key = [0; 32];
    for word in key.chunks_exact_mut(8) {
        word.copy_from_slice(&split_mix(&mut state).to_le_bytes());
    }
    key
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::HashSet;

    #[test]
    fn streams_differ_by_seed_name_and_part() {
        let names = [DATA, INIT, BATCHES, PROTOTYPES, ASSIGNMENT];
        let mut first_words = HashSet::new();
        for seed in [0, 1, 2, u64::MAX] {
            for name in names {
                for part in 0..3 {
                    first_words.insert(Streams::new(seed).rng_at(name, part).next_u64());
                }
            }
        }
        assert_eq!(first_words.len(), 4 * names.len() * 3);
    }

    #[test]
    fn normal_numbers_are_spread_normally_and_the_far_ones_are_rounded() {
        let mut rng = Streams::new(3).rng(DATA);
        let drawn: Vec<f64> = (0..200_000).map(|_| standard_normal(&mut rng)).collect();
        let moment = |power| {
            let powers = drawn.iter().map(|x| x.powi(power));
            powers.sum::<f64>() / drawn.len() as f64
        };
        // Moments of the normal distribution, within five deviations of their estimates.
        assert!(moment(1).abs() < 0.012, "{}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.016, "{}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.11, "{}", moment(4));
        let far: Vec<f64> = drawn.into_iter().filter(|x| x.abs() > 3.66).collect();
        // P(|x| > 3.66) = 2.52e-4: about 50 of them.
        assert!((20..90).contains(&far.len()), "{}", far.len());
        assert!(
            far.iter()
                .all(|&x| f64::from(x as f32).to_bits() == x.to_bits())
        );
    }

    #[test]
    fn a_stream_is_the_same_each_time_and_everywhere() {
        let streams = Streams::new(42);
        assert_eq!(streams.rng(DATA), streams.rng_at(DATA, 0));
        // Written down once, on x86-64; another platform that draws other numbers fails here.
        assert_eq!(streams.rng(DATA).next_u64(), 2_853_786_084_526_488_870);
    }
}
