//! Thinning a balanced set to a long tail: each class keeps fewer pictures than the one before.

use rand::seq::SliceRandom as _;
use rand_mt::Mt;

use crate::streams::{LONG_TAIL, Streams};

/// How training pictures are thinned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongTail {
    /// Pictures of the rarest class as a share of those of the most frequent; above 0, at most 1.
    pub ratio: f64,
    /// Whether pictures are chosen as the authors' code does, whatever the seed, and labelled as it does:
    /// where a class has fewer pictures than it should keep, every later picture takes the label of an
    /// earlier class. Otherwise such a class keeps what it has.
    pub released: bool,
}

/// Which samples stay, class by class, and under which labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) indices: Vec<usize>,
    pub(super) labels: Vec<u32>,
}

/// Pictures that each of `classes` classes should keep of `samples` in all: the exponential profile
/// `n_k = floor(n_max ratio^(k / (c - 1)))` with `n_max = samples / c` (paper.md 1.6; Cao et al. 2019).
#[must_use]
pub fn class_sizes(samples: usize, classes: usize, ratio: f64) -> Vec<usize> {
    let most = samples as f64 / classes.max(1) as f64;
    let last = classes.saturating_sub(1).max(1) as f64;
    (0..classes)
        .map(|class| (most * ratio.powf(class as f64 / last)) as usize)
        .collect()
}

impl LongTail {
    /// Chooses among samples with `labels`; `part` tells several splits of one data set apart.
    ///
    /// # Errors
    /// In words, when the ratio is out of range or a class would keep nothing.
    pub(super) fn select(
        self,
        labels: &[u32],
        classes: usize,
        seed: u64,
        part: u64,
    ) -> Result<Selection, String> {
        let ratio = self.ratio;
        if !(ratio > 0.0 && ratio <= 1.0) {
            return Err(format!(
                "cannot be thinned to the ratio {ratio}; ask for one above 0 and at most 1"
            ));
        }
        let mut members = vec![Vec::new(); classes];
        for (index, &label) in labels.iter().enumerate() {
            if let Some(members) = members.get_mut(label as usize) {
                members.push(index);
            }
        }
        let sizes = class_sizes(labels.len(), classes, ratio);
        if let Some(class) = (0..)
            .zip(sizes.iter().zip(&members))
            .find(|(_, (size, members))| **size == 0 || members.is_empty())
            .map(|(class, _): (usize, _)| class)
        {
            return Err(format!(
                "would keep no picture of class {class} at the ratio {ratio}; ask for a greater one"
            ));
        }
        if self.released {
            Ok(released(&mut members, &sizes))
        } else {
            let streams = Streams::new(seed);
            let mut kept = Selection {
                indices: Vec::new(),
                labels: Vec::new(),
            };
            for ((class, members), size) in (0..).zip(&mut members).zip(sizes) {
                let mut rng = streams.rng_at(LONG_TAIL, (part << 32) | u64::from(class));
                members.shuffle(&mut rng);
                members.truncate(size);
                kept.labels.extend(members.iter().map(|_| class));
                kept.indices.append(members);
            }
            Ok(kept)
        }
    }
}

/// The authors' choice, drawn as numpy draws with the seed 0: pictures that are there, under labels that
/// were counted out before (paper.md 2.5, number 27). Labels past the last picture are never seen.
fn released(members: &mut [Vec<usize>], sizes: &[usize]) -> Selection {
    let mut rng = Mt::new(0);
    let mut indices = Vec::new();
    let mut labels = Vec::new();
    for ((class, members), &size) in (0..).zip(members).zip(sizes) {
        numpy_shuffle(members, &mut rng);
        indices.extend(members.iter().take(size));
        labels.extend(std::iter::repeat_n(class, size));
    }
    labels.truncate(indices.len());
    Selection { indices, labels }
}

/// `numpy.random.RandomState.shuffle` of a list: from the last item down, each changes places with one
/// before it or itself, drawn by masked rejection.
fn numpy_shuffle(items: &mut [usize], rng: &mut Mt) {
    for last in (1..items.len()).rev() {
        // Classes have far fewer than 2^32 pictures, so one 32-bit word a try is what numpy takes.
        let mask = u32::MAX >> (last as u32).leading_zeros();
        let other = loop {
            let other = (rng.next_u32() & mask) as usize;
            if other <= last {
                break other;
            }
        };
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests;
