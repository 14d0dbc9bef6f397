//! Losses of cosines and labels, each with its gradient.

use super::vectors::exp;

/// What cosines are measured against.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The class of each row.
    pub(crate) labels: Vec<u32>,
    /// How far they are from it.
    pub(crate) measure: Measure,
}

#[derive(Clone, Debug)]
pub(crate) enum Measure {
    /// Mean cross-entropy of `softmax(scale * cosines)`, so much of each label's weight spread over all classes.
    CrossEntropy { scale: f32, smoothing: f32 },
    /// The sum over rows of these weights times `(1 - cosine of the label)^2`.
    SquaredMisses { weights: Vec<f32> },
}

impl Target {
    /// The loss of `cosines` (a row of `classes` numbers for each label), and its gradient.
    pub(super) fn loss(&self, cosines: &[f32], classes: usize) -> (f32, Vec<f32>) {
        match &self.measure {
            Measure::CrossEntropy { scale, smoothing } => {
                self.cross_entropy(cosines, classes, *scale, *smoothing)
            }
            Measure::SquaredMisses { weights } => self.squared_misses(cosines, classes, weights),
        }
    }

    fn cross_entropy(
        &self,
        cosines: &[f32],
        classes: usize,
        scale: f32,
        smoothing: f32,
    ) -> (f32, Vec<f32>) {
        let rows = self.labels.len().max(1) as f32;
        let spread = smoothing / classes.max(1) as f32;
        let mut gradient = vec![0.0; cosines.len()];
        let mut total = 0.0_f64;
        let pairs = gradient.chunks_exact_mut(classes.max(1));
        let pairs = pairs.zip(cosines.chunks_exact(classes.max(1)));
        for (&label, (gradient, cosines)) in self.labels.iter().zip(pairs) {
            let label = label as usize;
            let mut largest = f32::NEG_INFINITY;
            for &cosine in cosines {
                // What is not a number is not passed over: it reaches the loss by the row's sum.
                if cosine > largest {
                    largest = cosine;
                }
            }
            for (share, &cosine) in gradient.iter_mut().zip(cosines) {
                *share = exp(scale * (cosine - largest));
            }
            let mut sum = 0.0;
            for &share in gradient.iter() {
                sum += share;
            }
            let log_sum = libm::logf(sum);
            let of = |cosine: f32| log_sum - scale * (cosine - largest);
            let mut loss = (1.0 - smoothing) * of(cosines[label]);
            if smoothing > 0.0 {
                for &cosine in cosines {
                    loss += spread * of(cosine);
                }
            }
            total += f64::from(loss);
            let slope = scale / rows;
            for share in gradient.iter_mut() {
                *share = (*share / sum - spread) * slope;
            }
            gradient[label] -= (1.0 - smoothing) * slope;
        }
        ((total / f64::from(rows)) as f32, gradient)
    }

    fn squared_misses(&self, cosines: &[f32], classes: usize, weights: &[f32]) -> (f32, Vec<f32>) {
        let mut gradient = vec![0.0; cosines.len()];
        let mut total = 0.0_f64;
        for (row, (&label, &weight)) in self.labels.iter().zip(weights).enumerate() {
            let at = row * classes + label as usize;
            let miss = 1.0 - cosines[at];
            total += f64::from(weight * (miss * miss));
            gradient[at] = -2.0 * weight * miss;
        }
        (total as f32, gradient)
    }
}
