//! Measures a run on the whole test split.

use std::sync::Arc;

use burn::module::Module as _;

use super::host::Host;
use super::run::Run;
use super::{SessionError, readback};
use crate::backbone::Backbone;
use crate::losses::cosines;
use crate::metrics;
use crate::protocol::Evaluation;

/// Rows a forward pass takes when the test split is measured.
const EVALUATION_ROWS: usize = 512;
/// Bins of the expected calibration error.
const CALIBRATION_BINS: usize = 15;

impl<B: Backbone> Run<B> {
    /// Measures the whole test split under the present assignment; yields between chunks.
    pub(super) async fn evaluate(&mut self, host: &impl Host) -> Result<Evaluation, SessionError> {
        let classes = self.config.classes;
        let network = self.network.valid();
        let class_prototypes = match network.unit_prototypes() {
            Some(prototypes) => prototypes.inner(),
            None => self.class_prototypes.clone(),
        };
        let rows = self.test.labels.len();
        let mut scores: Vec<f64> = Vec::with_capacity(rows * classes);
        for chunk in self.test.chunks(EVALUATION_ROWS)? {
            let z = network.embed(chunk?.inputs);
            let data = cosines(z, class_prototypes.clone())
                .into_data_async()
                .await?;
            scores.extend(readback::to_f32(data)?.into_iter().map(f64::from));
            if host.slice_secs().is_finite() {
                host.yield_now().await;
            }
        }
        let labels = &self.test.labels;
        self.last_verdicts = scores
            .chunks_exact(classes)
            .zip(labels.iter())
            .map(|(row, &label)| (label, metrics::prediction(row)))
            .collect();
        let loss = self.loss();
        let loss_sum: f64 = scores
            .chunks_exact(classes)
            .zip(labels.iter())
            .map(|(row, &label)| loss.of_sample(row, label as usize))
            .sum();
        let evaluation = Evaluation {
            epoch: self.epoch,
            step: self.step,
            train_loss: self.epoch_totals.mean_loss(),
            train_accuracy: self.epoch_totals.accuracy(),
            test_loss: loss_sum / rows as f64,
            top1: metrics::top_k_accuracy(&scores, classes, labels, 1),
            top5: metrics::top_k_accuracy(&scores, classes, labels, 5),
            ece: metrics::expected_calibration_error(
                &scores,
                classes,
                labels,
                self.config.scale,
                CALIBRATION_BINS,
            ),
            lr: self.lr,
            data_wait: self.data_wait,
        };
        let epoch = self.epoch_fraction();
        Arc::make_mut(&mut self.history)
            .test_accuracy
            .push([epoch, evaluation.top1]);
        self.last_evaluation = Some(evaluation);
        Ok(evaluation)
    }
}
