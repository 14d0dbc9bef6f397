//! What every data set looks like to the rest of the program.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::inputs::Inputs;
use crate::streams::StreamRng;

/// Shape of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputShape {
    /// So many numbers without an order that matters.
    Flat(usize),
    /// A picture, stored channel by channel, row by row.
    Image {
        /// Colour channels.
        channels: usize,
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
    },
}

impl InputShape {
    /// Numbers in one input.
    #[must_use]
    pub const fn features(self) -> usize {
        match self {
            Self::Flat(features) => features,
            Self::Image {
                channels,
                height,
                width,
            } => channels * height * width,
        }
    }
}

/// Samples with their labels. `I` is how the inputs are kept: n x features numbers, row-major, or
/// [`Inputs`] for all sets alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split<I = Vec<f32>> {
    /// The inputs of n samples.
    pub inputs: I,
    /// n labels, each below the number of classes.
    pub labels: Vec<u32>,
}

impl<I> Split<I> {
    /// Number of samples.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no sample.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Samples of each of `classes` classes. Labels from `classes` on are not counted.
    #[must_use]
    pub fn counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for &label in &self.labels {
            if let Some(count) = counts.get_mut(label as usize) {
                *count += 1;
            }
        }
        counts
    }
}

impl Split {
    /// Numbers in one input; 0 when there is no sample.
    #[must_use]
    pub fn features(&self) -> usize {
        self.inputs.len().checked_div(self.len()).unwrap_or(0)
    }

    /// Input of sample `index`, or `None` past the end.
    #[must_use]
    pub fn input(&self, index: usize) -> Option<&[f32]> {
        let features = self.features();
        self.inputs.get(index * features..(index + 1) * features)
    }

    /// Inputs and labels of the samples `indices`, in that order; indices past the end are left out.
    #[must_use]
    pub fn gather(&self, indices: &[usize]) -> Self {
        let mut part = Self {
            inputs: Vec::with_capacity(indices.len() * self.features()),
            labels: Vec::with_capacity(indices.len()),
        };
        for &index in indices {
            if let (Some(input), Some(&label)) = (self.input(index), self.labels.get(index)) {
                part.inputs.extend_from_slice(input);
                part.labels.push(label);
            }
        }
        part
    }

    /// Mean input of each of `classes` classes (classes x features, row-major); a class without a
    /// sample is a row of zeros.
    #[must_use]
    pub fn class_means(&self, classes: usize) -> Vec<f64> {
        let features = self.features();
        let mut sums = vec![0.0; classes * features];
        for (input, &label) in self.inputs.chunks_exact(features.max(1)).zip(&self.labels) {
            let start = label as usize * features;
            if let Some(row) = sums.get_mut(start..start + features) {
                for (sum, &value) in row.iter_mut().zip(input) {
                    *sum += f64::from(value);
                }
            }
        }
        for (row, count) in sums
            .chunks_exact_mut(features.max(1))
            .zip(self.counts(classes))
        {
            for sum in row {
                *sum /= count.max(1) as f64;
            }
        }
        sums
    }

    /// Adds one sample.
    pub(crate) fn push(&mut self, input: impl IntoIterator<Item = f32>, label: u32) {
        self.inputs.extend(input);
        self.labels.push(label);
    }

    /// Puts the samples in random order, so that the first so many of them show every class.
    pub(crate) fn shuffle(&mut self, rng: &mut StreamRng) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        *self = self.gather(&order);
    }
}

/// A named set with its fixed train/test split.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<I = Vec<f32>> {
    /// Name, as in the configuration.
    pub name: &'static str,
    /// Shape of one input.
    pub shape: InputShape,
    /// One short name a class; its length is the number of classes.
    pub class_names: Vec<String>,
    /// The group ("superclass") of each class, where the data has such.
    pub class_groups: Option<Vec<u32>>,
    /// Samples to learn from, in random order.
    pub train: Split<I>,
    /// Samples to judge by, in random order.
    pub test: Split<I>,
}

impl<I> Dataset<I> {
    /// Number of classes.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.class_names.len()
    }
}

impl From<Dataset> for Dataset<Inputs> {
    fn from(set: Dataset) -> Self {
        let split = |split: Split| Split {
            inputs: Inputs::Numbers(split.inputs),
            labels: split.labels,
        };
        Self {
            name: set.name,
            shape: set.shape,
            class_names: set.class_names,
            class_groups: set.class_groups,
            train: split(set.train),
            test: split(set.test),
        }
    }
}

/// Shifts and scales both splits so that the training inputs have mean 0 and standard deviation 1:
/// each feature for itself, or all features together (`pooled`), which keeps a picture a picture and
/// does not blow up pixels that are almost always empty.
pub(crate) fn standardise(train: &mut Split, test: &mut Split, pooled: bool) {
    let columns = if pooled { 1 } else { train.features().max(1) };
    let rows = (train.inputs.len() / columns).max(1) as f64;
    let mut means = vec![0.0_f64; columns];
    for row in train.inputs.chunks_exact(columns) {
        for (mean, &value) in means.iter_mut().zip(row) {
            *mean += f64::from(value) / rows;
        }
    }
    let mut variances = vec![0.0_f64; columns];
    for row in train.inputs.chunks_exact(columns) {
        for ((variance, mean), &value) in variances.iter_mut().zip(&means).zip(row) {
            *variance += (f64::from(value) - mean).powi(2) / rows;
        }
    }
    for split in [train, test] {
        for row in split.inputs.chunks_exact_mut(columns) {
            for ((value, mean), variance) in row.iter_mut().zip(&means).zip(&variances) {
                // A constant feature stays 0 instead of becoming infinite.
                let deviation = if *variance > 0.0 {
                    variance.sqrt()
                } else {
                    1.0
                };
                *value = ((f64::from(*value) - mean) / deviation) as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::{DATA, Streams};

    fn three() -> Split {
        Split {
            inputs: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            labels: vec![0, 1, 0],
        }
    }

    #[test]
    fn rows_counts_and_means_belong_together() {
        let split = three();
        assert_eq!(split.features(), 2);
        assert_eq!(split.input(1), Some([3.0, 4.0].as_slice()));
        assert_eq!(split.input(3), None);
        assert_eq!(split.counts(3), [2, 1, 0]);
        assert_eq!(split.class_means(3), [3.0, 4.0, 3.0, 4.0, 0.0, 0.0]);
        let picked = split.gather(&[2, 0, 9]);
        assert_eq!(picked.inputs, [5.0, 6.0, 1.0, 2.0]);
        assert_eq!(picked.labels, [0, 0]);
    }

    #[test]
    fn an_empty_split_has_no_rows() {
        let empty = Split::default();
        assert!(empty.is_empty());
        assert_eq!(empty.features(), 0);
        assert_eq!(empty.input(0).map(<[f32]>::len), Some(0));
        assert_eq!(empty.class_means(2), Vec::<f64>::new());
    }

    #[test]
    fn shuffling_keeps_each_input_with_its_label() {
        let mut split = Split::default();
        for n in 0..100_u32 {
            split.push([n as f32, -(n as f32)], n);
        }
        let before = split.clone();
        split.shuffle(&mut Streams::new(1).rng(DATA));
        assert_ne!(split, before);
        for (index, &label) in split.labels.iter().enumerate() {
            assert_eq!(
                split.input(index),
                Some([label as f32, -(label as f32)].as_slice())
            );
        }
    }

    #[test]
    fn standardised_features_have_mean_0_and_deviation_1() {
        let mut train = Split {
            inputs: vec![1.0, 7.0, 3.0, 7.0],
            labels: vec![0, 1],
        };
        let mut test = Split {
            inputs: vec![2.0, 8.0],
            labels: vec![0],
        };
        standardise(&mut train, &mut test, false);
        assert_eq!(train.inputs, [-1.0, 0.0, 1.0, 0.0]);
        assert_eq!(test.inputs, [0.0, 1.0]);
    }
}
