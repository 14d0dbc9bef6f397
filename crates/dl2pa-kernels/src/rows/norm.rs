//! Batch normalisation of rows, with the ReLU that may follow.

use super::After;
use super::vectors::column_sums;

/// Rows of `columns` numbers, to be normalised column by column.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowNorm {
    pub(super) columns: usize,
    /// Added to the variance.
    pub(super) epsilon: f32,
    pub(super) after: After,
}

/// Gradients of input, scales and shifts.
pub(super) type Gradients = (Vec<f32>, Vec<f32>, Vec<f32>);

impl RowNorm {
    /// Mean and biased variance of each column.
    pub(super) fn moments(&self, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let rows = (x.len() / self.columns.max(1)).max(1) as f64;
        let mean_of = |sums: Vec<f64>| -> Vec<f32> {
            sums.into_iter().map(|sum| (sum / rows) as f32).collect()
        };
        let mean = mean_of(column_sums(self.columns, x, x, |_, value, _| value));
        let squares = column_sums(self.columns, x, x, |column, value, _| {
            let off = value - mean[column];
            off * off
        });
        (mean, mean_of(squares))
    }

    /// What the input is multiplied with.
    fn scales(&self, variance: &[f32], weight: &[f32]) -> Vec<f32> {
        let pairs = weight.iter().zip(variance);
        pairs
            .map(|(weight, variance)| weight * self.inverse(*variance))
            .collect()
    }

    /// 1 over the standard deviation.
    fn inverse(&self, variance: f32) -> f32 {
        1.0 / (variance + self.epsilon).sqrt()
    }

    /// The normalised, scaled and shifted rows.
    pub(super) fn forward(
        &self,
        x: &[f32],
        (mean, variance): (&[f32], &[f32]),
        (weight, bias): (&[f32], &[f32]),
    ) -> Vec<f32> {
        let columns = self.columns.max(1);
        let scales = self.scales(variance, weight);
        let mut out = vec![0.0; x.len()];
        let cuts = self.after == After::Relu;
        let (mean, scales, bias) = (&mean[..columns], &scales[..columns], &bias[..columns]);
        for (out, x) in out.chunks_exact_mut(columns).zip(x.chunks_exact(columns)) {
            for column in 0..columns {
                let value = (x[column] - mean[column]) * scales[column] + bias[column];
                let is_cut = cuts && value < 0.0;
                out[column] = if is_cut { 0.0 } else { value };
            }
        }
        out
    }

    /// The gradients, from the input, its moments, the scales, what came out and the gradient of that.
    pub(super) fn backward(
        &self,
        x: &[f32],
        (mean, variance): (&[f32], &[f32]),
        weight: &[f32],
        outputs: &[f32],
        gradient: &[f32],
    ) -> Gradients {
        let columns = self.columns.max(1);
        let rows = (x.len() / columns).max(1) as f64;
        let scales = self.scales(variance, weight);
        let mut passed = gradient.to_vec();
        if self.after == After::Relu {
            for (passed, &output) in passed.iter_mut().zip(outputs) {
                *passed = if output > 0.0 { *passed } else { 0.0 };
            }
        }
        let totals = column_sums(columns, &passed, x, |_, gradient, _| gradient);
        let products = column_sums(columns, &passed, x, |column, gradient, x| {
            gradient * (x - mean[column])
        });
        let of_weight = products
            .iter()
            .zip(variance)
            .map(|(product, &variance)| (product * f64::from(self.inverse(variance))) as f32)
            .collect();
        let shifts: Vec<f32> = totals.iter().map(|sum| (sum / rows) as f32).collect();
        let slopes: Vec<f32> = products
            .iter()
            .zip(variance)
            .map(|(product, &variance)| {
                let inverse = self.inverse(variance);
                (product / rows) as f32 * inverse * inverse
            })
            .collect();
        let mut input = passed;
        let (mean, scales) = (&mean[..columns], &scales[..columns]);
        let (shifts, slopes) = (&shifts[..columns], &slopes[..columns]);
        for (input, x) in input.chunks_exact_mut(columns).zip(x.chunks_exact(columns)) {
            for column in 0..columns {
                let off = (x[column] - mean[column]) * slopes[column];
                input[column] = scales[column] * (input[column] - shifts[column] - off);
            }
        }
        let of_bias = totals.iter().map(|&sum| sum as f32).collect();
        (input, of_weight, of_bias)
    }
}
