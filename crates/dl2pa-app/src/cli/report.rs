//! What a finished training says: the JSON object that scripts read, and the same in words.

use dl2pa_core::config::RunConfig;
use serde::Serialize;

use super::consume::Outcome;

/// The last line of `--train --json`. Shares are in percent; what was never measured is `null`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TrainReport {
    pub(super) top1: Option<f64>,
    top5: Option<f64>,
    ece: Option<f64>,
    /// Mean loss a test sample.
    loss: Option<f64>,
    /// Epochs done.
    epochs: usize,
    /// Training images a second, evaluations and matchings included.
    images_per_sec: Option<f64>,
    pub(super) seconds: f64,
    seed: u64,
    device: String,
    dataset: &'static str,
    backbone: &'static str,
    head: &'static str,
    loss_name: &'static str,
    dim: usize,
    classes: usize,
    min_angle_deg: Option<f64>,
    /// One entry a matching.
    labels_moved: Vec<usize>,
    /// Of the state at the end: equal hashes of two runs mean equal states.
    state_hash: Option<String>,
    run_dir: String,
}

impl TrainReport {
    /// Figures are those of the last evaluation, under the assignment that training used.
    pub(super) fn new(
        config: &RunConfig,
        device: &str,
        outcome: &Outcome,
        seconds: f64,
        run_dir: &str,
    ) -> Self {
        let last = outcome.evaluation;
        Self {
            top1: last.map(|it| 100.0 * it.top1),
            top5: last.map(|it| 100.0 * it.top5),
            ece: last.map(|it| 100.0 * it.ece),
            loss: last.map(|it| it.test_loss),
            epochs: last.map_or(0, |it| it.epoch),
            images_per_sec: outcome.images_per_sec,
            seconds,
            seed: config.seed,
            device: device.to_owned(),
            dataset: config.dataset.name(),
            backbone: config.backbone.name(),
            head: config.head.name(),
            loss_name: config.loss.name(),
            dim: config.dim,
            classes: config.classes,
            min_angle_deg: outcome.min_angle_deg,
            labels_moved: outcome.labels_moved.clone(),
            state_hash: outcome.state_hash.clone(),
            run_dir: run_dir.to_owned(),
        }
    }

    /// For people.
    pub(super) fn in_words(&self) -> String {
        let result = match (self.top1, self.top5, self.ece) {
            (Some(top1), Some(top5), Some(ece)) => format!(
                "top-1 {top1:.2} %, top-5 {top5:.2} %, calibration error {ece:.2} % after {} epochs in {:.1} s",
                self.epochs, self.seconds
            ),
            _ => "stopped before the first evaluation".to_owned(),
        };
        format!("{result}\nrun folder: {}", self.run_dir)
    }
}
