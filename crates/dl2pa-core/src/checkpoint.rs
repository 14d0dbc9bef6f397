//! The state of a run as named host arrays, ready to be written by whoever has a disk, and enough to go on
//! from as if nothing had happened.

use serde::{Deserialize, Serialize};

use crate::config::RunConfig;
use crate::protocol::Evaluation;

/// Version of the header below; raised when a reader of the old form would misread the new one.
pub const SCHEMA_VERSION: u32 = 2;

/// Name of the prototypes W (c x d) among the arrays.
pub const PROTOTYPES: &str = "prototypes";
/// Name of the class means M (c x d, unit rows).
pub const CLASS_MEANS: &str = "class_means";
/// Name of what the class means are kept as (c x d): rows of any length, from which averaging goes on.
pub const CLASS_MEANS_KEPT: &str = "class_means_kept";
/// What the names of the optimiser's arrays begin with.
pub const OPTIMISER: &str = "optimiser.";

/// One array of a checkpoint, row-major `f32`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Dotted path of the parameter, or one of the names above.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Vec<f32>,
}

/// The labels that one matching moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastMatching {
    /// Optimiser step after which it happened.
    pub step: u64,
    /// Each class that moved, with the prototype it moved to.
    pub moved: Vec<(u32, u32)>,
}

/// Where in its course a run stands, besides its arrays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Training samples of the present epoch that have been seen.
    pub position: usize,
    /// Optimiser step of the last matching.
    pub matched_at_step: u64,
    /// Steps that the optimiser's state has seen.
    pub optimiser_steps: usize,
    /// Which classes the class means have seen.
    pub classes_seen: Vec<bool>,
    /// Best top-1 so far, 0 to 1; minus infinity before the first evaluation.
    #[serde(with = "exact")]
    pub best_top1: [f64; 1],
    /// Sums of the present epoch so far: loss, hits, samples.
    #[serde(with = "exact")]
    pub epoch_totals: [f64; 3],
    /// The assignment's history.
    pub matchings: Vec<PastMatching>,
}

/// What a checkpoint says of itself besides the arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointHeader {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The run's configuration.
    pub config: RunConfig,
    /// One name a class, so that results can be read without the data set.
    #[serde(default)]
    pub class_names: Vec<String>,
    /// Epochs done.
    pub epoch: usize,
    /// Optimiser steps done.
    pub step: u64,
    /// Prototype of each class: the assignment under which `top1` was measured.
    pub assignment: Vec<u32>,
    /// Labels moved by each matching so far.
    pub labels_moved: Vec<u32>,
    /// Top-1 on the test split, 0 to 1, under `assignment`; `None` before the first evaluation.
    pub top1: Option<f64>,
    /// Names of the random streams with the number of epochs drawn from each.
    pub random_streams: Vec<(String, u64)>,
    /// What going on needs.
    #[serde(default)]
    pub progress: Progress,
}

/// The state of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// What it says of itself.
    pub header: CheckpointHeader,
    /// Network parameters and running statistics; prototypes; class means; the optimiser's state.
    pub arrays: Vec<NamedArray>,
    /// The evaluation that belongs to this state, if one was made.
    pub evaluation: Option<Evaluation>,
}

impl Checkpoint {
    /// The array called `name`.
    #[must_use]
    pub fn array(&self, name: &str) -> Option<&NamedArray> {
        self.arrays.iter().find(|array| array.name == name)
    }

    /// A hash of everything that decides how the run goes on: arrays by name, assignment, epoch, step. Equal
    /// hashes of two runs of one build on one device mean equal runs from here.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut hash = Fnv::default();
        // A file keeps them in an order of its own.
        let mut arrays: Vec<&NamedArray> = self.arrays.iter().collect();
        arrays.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        for array in arrays {
            hash.take(array.name.as_bytes());
            for value in &array.values {
                hash.take(&value.to_le_bytes());
            }
        }
        for prototype in &self.header.assignment {
            hash.take(&prototype.to_le_bytes());
        }
        hash.take(&(self.header.epoch as u64).to_le_bytes());
        hash.take(&self.header.step.to_le_bytes());
        hash.take(&(self.header.progress.position as u64).to_le_bytes());
        hash.0
    }
}

/// Numbers as text that gives back the same bits, which not every reader of JSON numbers does.
mod exact {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer, const N: usize>(
        numbers: &[f64; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[f64; N], D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let numbers: Result<Vec<f64>, _> = texts.iter().map(|text| text.parse()).collect();
        let numbers = numbers.map_err(D::Error::custom)?;
        let count = numbers.len();
        <[f64; N]>::try_from(numbers)
            .map_err(|_others| D::Error::custom(format!("{count} numbers instead of {N}")))
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): the hashers of std promise no stable value.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // draft-eastlake-fnv: FNV-1a of "foobar", 64 bits.
        let mut hash = Fnv::default();
        hash.take(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_in_which_arrays_are_kept() {
        let array = |name: &str, value: f32| NamedArray {
            name: name.to_owned(),
            shape: vec![1],
            values: vec![value],
        };
        let with = |arrays: Vec<NamedArray>| Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: RunConfig::default(),
                class_names: Vec::new(),
                epoch: 1,
                step: 2,
                assignment: vec![0],
                labels_moved: Vec::new(),
                top1: None,
                random_streams: Vec::new(),
                progress: Progress::default(),
            },
            arrays,
            evaluation: None,
        };
        let hash = |arrays| with(arrays).state_hash();
        let one = hash(vec![array("a", 1.0), array("b", 2.0)]);
        assert_eq!(one, hash(vec![array("b", 2.0), array("a", 1.0)]));
        assert_ne!(one, hash(vec![array("a", 2.0), array("b", 1.0)]));
    }
}
