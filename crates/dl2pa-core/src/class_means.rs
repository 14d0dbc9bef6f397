//! Class means on the device: a moving average of each class's samples, kept on the sphere.
//!
//! `m_y <- normalise(0.9 m_y + 0.1 mean of this batch's z of class y)`; the first batch of a class
//! sets its mean; a class never seen is a row of zeros, which scores 0 with every prototype. Labels
//! are known to the host, so that an update is one small upload and one product, with no readback.

use burn::tensor::{Device, Tensor, TensorData};

use crate::losses::unit_rows;

/// The class means M (c x d) of one run.
#[derive(Clone, Debug)]
pub struct ClassMeans {
    means: Tensor<2>,
    is_seen: Vec<bool>,
    momentum: f32,
}

impl ClassMeans {
    /// No class has been seen. `momentum` is the share of the old mean (0.9 in the paper); `device`
    /// carries no autodiff.
    #[must_use]
    pub fn new(classes: usize, dim: usize, momentum: f64, device: &Device) -> Self {
        Self {
            means: Tensor::zeros([classes, dim], device),
            is_seen: vec![false; classes],
            momentum: momentum as f32,
        }
    }

    /// Takes in a batch: `z` (B x d, unit rows, no autodiff) and its labels (B, each below c).
    ///
    /// Samples of one class are averaged first, so that a label that occurs twice counts twice
    /// (the released code keeps only one of them: paper.md 2.1).
    pub fn update(&mut self, z: Tensor<2>, labels: &[u32]) {
        let classes = self.is_seen.len();
        let mut counts = vec![0_u32; classes];
        for &label in labels {
            counts[label as usize] += 1;
        }
        let mut keep = vec![1.0_f32; classes];
        let mut gain = vec![0.0_f32; classes];
        for class in 0..classes {
            if counts[class] > 0 {
                let old_share = if self.is_seen[class] {
                    self.momentum
                } else {
                    0.0
                };
                keep[class] = old_share;
                gain[class] = (1.0 - old_share) / counts[class] as f32;
                self.is_seen[class] = true;
            }
        }
        let batch = labels.len();
        let mut weights = vec![0.0_f32; classes * batch];
        for (column, &label) in labels.iter().enumerate() {
            weights[label as usize * batch + column] = gain[label as usize];
        }
        let device = self.means.device();
        let weights = Tensor::<2>::from_data(TensorData::new(weights, [classes, batch]), &device);
        let keep = Tensor::<2>::from_data(TensorData::new(keep, [classes, 1]), &device);
        self.means = unit_rows(self.means.clone() * keep + weights.matmul(z));
    }

    /// M (c x d) on the device.
    #[must_use]
    pub fn tensor(&self) -> Tensor<2> {
        self.means.clone()
    }
}
