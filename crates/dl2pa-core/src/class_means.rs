//! Class means on the device: what the matching sees of a class, kept on the sphere.
//!
//! The paper's is a moving average, `m_y <- normalise(0.9 m_y + 0.1 mean of this batch's z of class y)`,
//! set by the first batch of a class; a class never seen is a row of zeros, which scores 0 with every
//! prototype. Labels are known to the host, so that an update is one small upload and one product,
//! with no readback. A batch comes in as sums and counts, which several devices can add up first.

use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_data::StreamRng;
use dl2pa_kernels::rows::class_sums;
use rand_distr::{Distribution as _, StandardNormal};

use crate::losses::unit_rows;

/// Factor of the old mean in the released code, whose `queue[y] += 0.9 queue[y] + 0.1 z` adds where the
/// paper replaces (paper.md 2.1).
const RELEASED_KEEP: f32 = 1.9;
/// Factor of the sample in the released code.
const RELEASED_GAIN: f32 = 0.1;

/// The class means M (c x d) of one run.
#[derive(Clone, Debug)]
pub struct ClassMeans {
    /// c x d; of any length with [`Rule::Window`].
    means: Tensor<2>,
    is_seen: Vec<bool>,
    rule: Rule,
}

/// How a batch changes the means.
#[derive(Clone, Debug)]
enum Rule {
    /// Moving average; the share of the old mean.
    Average(f32),
    /// All samples since the window opened. Classes not seen since then keep their older mean.
    Window,
    /// As the authors' code does.
    Released,
}

/// What a batch adds: a sum (c x d, on the device) and a count of samples for each class.
#[derive(Clone, Debug)]
pub struct ClassSums {
    /// Sums of unit samples by class.
    pub sums: Tensor<2>,
    /// Number of samples in each sum.
    pub counts: Vec<u32>,
}

impl ClassSums {
    /// Sums `z` (B x d, unit rows, no autodiff) by `labels` (B, each below `classes`).
    #[must_use]
    pub fn of(z: Tensor<2>, labels: &[u32], classes: usize) -> Self {
        Self::weighted(z, labels, classes, |_| 1.0)
    }

    /// Takes one sample of each class, the last: what an indexed assignment with repeated labels keeps.
    #[must_use]
    pub fn last_of_each(z: Tensor<2>, labels: &[u32], classes: usize) -> Self {
        let mut last = vec![usize::MAX; classes];
        for (row, &label) in labels.iter().enumerate() {
            last[label as usize] = row;
        }
        Self::weighted(z, labels, classes, |row| {
            f32::from(last[labels[row] as usize] == row)
        })
    }

    fn weighted(
        z: Tensor<2>,
        labels: &[u32],
        classes: usize,
        weight: impl Fn(usize) -> f32,
    ) -> Self {
        let mut counts = vec![0; classes];
        let mut weights = Vec::with_capacity(labels.len());
        for (row, &label) in labels.iter().enumerate() {
            let weight = weight(row);
            counts[label as usize] += u32::from(weight > 0.0);
            weights.push(weight);
        }
        Self {
            sums: class_sums(z, labels, weights, classes),
            counts,
        }
    }
}

impl ClassMeans {
    /// A moving average. No class has been seen. `momentum` is the share of the old mean (0.9 in the
    /// paper); `device` carries no autodiff.
    #[must_use]
    pub fn average(classes: usize, dim: usize, momentum: f64, device: &Device) -> Self {
        Self::empty(classes, dim, Rule::Average(momentum as f32), device)
    }

    /// The mean of all samples since [`Self::open_window`] was last called.
    #[must_use]
    pub fn window(classes: usize, dim: usize, device: &Device) -> Self {
        Self::empty(classes, dim, Rule::Window, device)
    }

    /// What the authors' code keeps: it starts as Gaussian noise of length sqrt(d), takes the last sample
    /// of each class in a batch, and weighs it with 0.1 against 1.9 times the old (paper.md 2.1, 1-3).
    #[must_use]
    pub fn released(classes: usize, dim: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let noise: Vec<f32> = (0..classes * dim)
            .map(|_| StandardNormal.sample(rng))
            .collect();
        Self {
            means: Tensor::from_data(TensorData::new(noise, [classes, dim]), device),
            is_seen: vec![true; classes],
            rule: Rule::Released,
        }
    }

    fn empty(classes: usize, dim: usize, rule: Rule, device: &Device) -> Self {
        Self {
            means: Tensor::zeros([classes, dim], device),
            is_seen: vec![false; classes],
            rule,
        }
    }

    /// Takes in a batch: `z` (B x d, unit rows, no autodiff) and its labels (B, each below c).
    pub fn update(&mut self, z: Tensor<2>, labels: &[u32]) {
        let classes = self.is_seen.len();
        self.absorb(match self.rule {
            Rule::Average(_) | Rule::Window => ClassSums::of(z, labels, classes),
            Rule::Released => ClassSums::last_of_each(z, labels, classes),
        });
    }

    /// Takes in the sums of a batch, of one device or of several added up.
    ///
    /// Samples of one class are averaged first, so that a label that occurs twice counts twice
    /// (the released code keeps only one of them: paper.md 2.1).
    pub fn absorb(&mut self, batch: ClassSums) {
        let ClassSums { sums, counts } = batch;
        let classes = self.is_seen.len();
        let mut keep = vec![1.0_f32; classes];
        let mut gain = vec![0.0_f32; classes];
        for class in (0..classes).filter(|&class| counts[class] > 0) {
            let is_seen = std::mem::replace(&mut self.is_seen[class], true);
            (keep[class], gain[class]) = match self.rule {
                Rule::Average(momentum) => {
                    let old_share = if is_seen { momentum } else { 0.0 };
                    (old_share, (1.0 - old_share) / counts[class] as f32)
                }
                Rule::Window => (f32::from(is_seen), 1.0),
                Rule::Released => (RELEASED_KEEP, RELEASED_GAIN),
            };
        }
        let device = self.means.device();
        let column = |values: Vec<f32>| {
            Tensor::<2>::from_data(TensorData::new(values, [classes, 1]), &device)
        };
        let means = self.means.clone() * column(keep) + sums * column(gain);
        self.means = match self.rule {
            Rule::Average(_) | Rule::Released => unit_rows(means),
            Rule::Window => means,
        };
    }

    /// Begins a new window; does nothing to averages.
    pub fn open_window(&mut self) {
        if matches!(self.rule, Rule::Window) {
            self.means = unit_rows(self.means.clone());
            self.is_seen.fill(false);
        }
    }

    /// Which classes have been seen (since the window opened).
    #[must_use]
    pub fn classes_seen(&self) -> &[bool] {
        &self.is_seen
    }

    /// Takes up again what [`Self::unnormalised`] and [`Self::classes_seen`] gave; `None` where that was of
    /// other sizes.
    #[must_use]
    pub fn restore(&mut self, rows: &[f32], is_seen: &[bool]) -> Option<()> {
        let [classes, dim] = self.means.dims();
        if rows.len() != classes * dim || is_seen.len() != classes {
            return None;
        }
        let values = TensorData::new(rows.to_vec(), [classes, dim]);
        self.means = Tensor::from_data(values, &self.means.device());
        self.is_seen = is_seen.to_vec();
        Some(())
    }

    /// The rows as they are kept (c x d): noise of any length before the first step of the released code,
    /// sums in a window, and otherwise those of [`Self::tensor`].
    #[must_use]
    pub fn unnormalised(&self) -> Tensor<2> {
        self.means.clone()
    }

    /// M (c x d, unit rows or zeros) on the device.
    #[must_use]
    pub fn tensor(&self) -> Tensor<2> {
        unit_rows(self.means.clone())
    }
}
