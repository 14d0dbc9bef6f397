//! Running sums of loss and hits. They stay on the device and are read seldom, in one go with
//! whatever else a snapshot needs.

use burn::tensor::{Device, Int, Tensor};

/// Loss and hits since the last reading, on the device.
pub(super) struct Meter {
    /// Sum over samples of the loss, one element.
    pub(super) loss_sum: Tensor<1>,
    /// Samples that were right, one element (a float, exact up to 2^24 samples between readings).
    pub(super) hits: Tensor<1>,
    /// Samples taken in.
    pub(super) samples: usize,
    device: Device,
}

impl Meter {
    /// Sums of nothing. `device` carries no autodiff.
    pub(super) fn new(device: &Device) -> Self {
        Self {
            loss_sum: Tensor::zeros([1], device),
            hits: Tensor::zeros([1], device),
            samples: 0,
            device: device.clone(),
        }
    }

    /// Takes in a batch: the sum of its losses, its cosines (B x c) and labels (B), without autodiff.
    pub(super) fn add(&mut self, loss_sum: Tensor<1>, cosines: Tensor<2>, labels: Tensor<1, Int>) {
        let [rows, _] = cosines.dims();
        let hits = cosines
            .argmax(1)
            .reshape([rows])
            .equal(labels)
            .float()
            .sum();
        self.loss_sum = self.loss_sum.clone() + loss_sum;
        self.hits = self.hits.clone() + hits;
        self.samples += rows;
    }

    /// Takes the sums out and begins again.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(&self.device.clone()))
    }
}

/// Host totals over an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) loss_sum: f64,
    pub(super) hits: f64,
    pub(super) samples: usize,
}

impl Totals {
    pub(super) fn add(&mut self, loss_sum: f64, hits: f64, samples: usize) {
        self.loss_sum += loss_sum;
        self.hits += hits;
        self.samples += samples;
    }

    /// Loss, hits, samples.
    pub(super) fn as_array(self) -> [f64; 3] {
        [self.loss_sum, self.hits, self.samples as f64]
    }

    /// From what [`Self::as_array`] gave.
    pub(super) fn from_array([loss_sum, hits, samples]: [f64; 3]) -> Self {
        Self {
            loss_sum,
            hits,
            samples: samples as usize,
        }
    }

    /// Mean loss a sample; 0 before the first sample.
    pub(super) fn mean_loss(&self) -> f64 {
        self.loss_sum / self.samples.max(1) as f64
    }

    /// Share of hits; 0 before the first sample.
    pub(super) fn accuracy(&self) -> f64 {
        self.hits / self.samples.max(1) as f64
    }
}
