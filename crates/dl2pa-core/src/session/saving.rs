//! The state of a run as a checkpoint, and a run taken up again from one.

use std::sync::Arc;

use burn::tensor::{Tensor, Transaction};
use dl2pa_data::streams::{ASSIGNMENT, BATCHES};

use super::SessionError;
use super::meter::Totals;
use super::readback::to_f32;
use super::run::Run;
use crate::assignment::Assignment;
use crate::backbone::Backbone;
use crate::checkpoint::{
    CLASS_MEANS, CLASS_MEANS_KEPT, Checkpoint, CheckpointHeader, NamedArray, PROTOTYPES, Progress,
    SCHEMA_VERSION,
};

impl<B: Backbone> Run<B> {
    /// Reads the whole state. Call [`Self::collect`] before, so that the class means and sums are the present
    /// ones.
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
        add(PROTOTYPES, &self.prototypes);
        if let Some(means) = &self.last_means {
            add(CLASS_MEANS, means);
        }
        let kept = self.class_means.unnormalised().into_data_async().await?;
        add(CLASS_MEANS_KEPT, &to_f32(kept)?);
        let (moments, optimiser_steps) = self.optimiser.state();
        arrays.extend(read_flat(moments).await?);
        Ok(Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: (*self.config).clone(),
                class_names: self.info.class_names.clone(),
                epoch: self.epoch,
                step: self.step,
                assignment: self.assignment.as_slice().to_vec(),
                labels_moved: self.labels_moved.clone(),
                top1: self.last_evaluation.map(|evaluation| evaluation.top1),
                random_streams: vec![
                    (BATCHES.to_owned(), self.epochs_drawn() as u64),
                    (ASSIGNMENT.to_owned(), 1),
                ],
                progress: Progress {
                    position: self.position,
                    matched_at_step: self.matched_at_step,
                    optimiser_steps,
                    classes_seen: self.class_means.classes_seen().to_vec(),
                    best_top1: [self.best_top1],
                    // An epoch that is over has been measured, and the next begins with nothing.
                    epoch_totals: match self.position {
                        0 => Totals::default().as_array(),
                        _ => self.epoch_totals.as_array(),
                    },
                    matchings: self.matchings.clone(),
                },
            },
            arrays,
            evaluation: self.last_evaluation,
        })
    }

    /// Epochs whose order has been drawn.
    fn epochs_drawn(&self) -> usize {
        self.epoch + usize::from(self.position > 0)
    }

    /// Goes on where `checkpoint` was made. The run must be new and of the same configuration.
    pub(super) fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), SessionError> {
        let header = &checkpoint.header;
        if header.schema_version != SCHEMA_VERSION {
            return Err(SessionError::Resume {
                reason: format!(
                    "it is of version {}, and only version {SCHEMA_VERSION} can be gone on from",
                    header.schema_version
                ),
            });
        }
        let (classes, dim) = (self.config.classes, self.config.dim);
        let matrix = |name: &str| {
            let array = checkpoint.array(name);
            array
                .filter(|array| array.values.len() == classes * dim)
                .ok_or_else(|| SessionError::Resume {
                    reason: format!("its `{name}` is missing or not {classes} x {dim}"),
                })
        };
        self.network = self.network.clone().restored(&checkpoint.arrays)?;
        self.prototypes = matrix(PROTOTYPES)?.values.clone().into();
        let kept = &matrix(CLASS_MEANS_KEPT)?.values;
        let progress = &header.progress;
        self.class_means
            .restore(kept, &progress.classes_seen)
            .ok_or_else(|| SessionError::Resume {
                reason: "its class means are not those of this configuration".to_owned(),
            })?;
        self.last_means = checkpoint
            .array(CLASS_MEANS)
            .map(|array| array.values.as_slice().into());
        let assignment = Assignment::from_vec(header.assignment.clone(), classes);
        self.assign(assignment.map_err(|error| SessionError::Resume {
            reason: error.to_string(),
        })?);
        self.optimiser
            .restore(&checkpoint.arrays, progress.optimiser_steps, &self.device);
        self.labels_moved.clone_from(&header.labels_moved);
        self.matchings.clone_from(&progress.matchings);
        self.matched_at_step = progress.matched_at_step;
        [self.best_top1] = progress.best_top1;
        self.last_evaluation = checkpoint.evaluation;
        self.epoch_totals = Totals::from_array(progress.epoch_totals);
        (self.epoch, self.step) = (header.epoch, header.step);
        self.network.backbone.set_step(self.step);
        if progress.position > self.epoch_samples() {
            return Err(SessionError::Resume {
                reason: "its epoch is longer than the training split".to_owned(),
            });
        }
        self.position = progress.position;
        // The order of an epoch follows from those before it.
        for _ in 0..self.epochs_drawn() {
            self.shuffle();
        }
        if self.position > 0 {
            let batches_done = self.position / self.config.batch_size;
            let order = &self.order[..self.epoch_samples()];
            self.train.begin_epoch(order, self.epoch, batches_done)?;
        }
        let history = Arc::make_mut(&mut self.history);
        history.labels_moved.clear();
        Ok(())
    }
}

/// Reads flat tensors in one go.
async fn read_flat(tensors: Vec<(String, Tensor<1>)>) -> Result<Vec<NamedArray>, SessionError> {
    let mut transaction = Transaction::default();
    let mut names = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        names.push(name);
        transaction = transaction.register(tensor);
    }
    let data = transaction.execute_async().await?;
    names
        .into_iter()
        .zip(data)
        .map(|(name, data)| {
            let values = to_f32(data)?;
            Ok(NamedArray {
                name,
                shape: vec![values.len()],
                values,
            })
        })
        .collect()
}
