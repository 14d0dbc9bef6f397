//! Reads a run as a whole: the test split's figures, and the state for a checkpoint.

use std::sync::Arc;

use burn::module::Module as _;
use dl2pa_data::streams::BATCHES;

use super::host::Host;
use super::run::Run;
use super::{SessionError, readback};
use crate::backbone::Backbone;
use crate::checkpoint::{Checkpoint, CheckpointHeader, NamedArray, SCHEMA_VERSION};
use crate::losses::{cosines, sample_loss};
use crate::metrics;
use crate::protocol::Evaluation;

/// Rows a forward pass takes when the test split is measured.
const EVALUATION_ROWS: usize = 512;
/// Bins of the expected calibration error.
const CALIBRATION_BINS: usize = 15;

impl<B: Backbone> Run<B> {
    /// Measures the whole test split under the present assignment; yields between chunks.
    pub(super) async fn evaluate(&mut self, host: &impl Host) -> Result<Evaluation, SessionError> {
        let (classes, scale) = (self.config.classes, self.config.scale);
        let network = self.network.valid();
        let class_prototypes = match network.unit_prototypes() {
            Some(prototypes) => prototypes.inner(),
            None => self.class_prototypes.clone(),
        };
        let rows = self.test.labels.len();
        let mut scores: Vec<f64> = Vec::with_capacity(rows * classes);
        for start in (0..rows).step_by(EVALUATION_ROWS) {
            let length = EVALUATION_ROWS.min(rows - start);
            let z = network.embed(self.test.inputs.clone().narrow(0, start, length));
            let data = cosines(z, class_prototypes.clone())
                .into_data_async()
                .await?;
            scores.extend(readback::to_f32(data)?.into_iter().map(f64::from));
            if host.slice_secs().is_finite() {
                host.yield_now().await;
            }
        }
        let labels = &self.test.labels;
        let kind = self.loss_kind();
        let loss_sum: f64 = scores
            .chunks_exact(classes)
            .zip(labels)
            .map(|(row, &label)| sample_loss(kind, row, label as usize, scale))
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
                scale,
                CALIBRATION_BINS,
            ),
            lr: self.lr,
        };
        let epoch = self.epoch_fraction();
        Arc::make_mut(&mut self.history)
            .test_accuracy
            .push([epoch, evaluation.top1]);
        self.last_evaluation = Some(evaluation);
        Ok(evaluation)
    }

    /// Reads the whole state. Call [`Self::collect`] before, so that the class means are the present ones.
    pub(super) async fn checkpoint(&self) -> Result<Checkpoint, SessionError> {
        let (classes, dim) = (self.config.classes, self.config.dim);
        let mut arrays = self.network.read_arrays().await?;
        let mut add = |name: &str, values: &[f32]| {
            arrays.push(NamedArray {
                name: name.to_owned(),
                shape: vec![classes, dim],
                values: values.to_vec(),
            });
        };
        add("prototypes", &self.prototypes);
        if let Some(means) = &self.last_means {
            add("class_means", means);
        }
        Ok(Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: (*self.config).clone(),
                epoch: self.epoch,
                step: self.step,
                assignment: self.assignment.as_slice().to_vec(),
                labels_moved: self.labels_moved.clone(),
                top1: self.last_evaluation.map(|evaluation| evaluation.top1),
                random_streams: vec![(BATCHES.to_owned(), self.epoch as u64)],
            },
            arrays,
            evaluation: self.last_evaluation,
        })
    }
}
