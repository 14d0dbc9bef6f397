//! Where batches come from: a split's inputs, dressed as the network wants them.

mod pictures;

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use dl2pa_data::{InputShape, Inputs, Split};

use super::SessionError;
use crate::config::RunConfig;

use pictures::{Pictures, Wardrobe};

/// One split, ready to be read.
pub(super) struct Feed {
    source: Source,
    pub(super) labels: Arc<[u32]>,
    device: Device,
}

enum Source {
    /// n x features.
    Numbers(Box<Tensor<2>>),
    /// As bytes on the device, or in files.
    Pictures(Box<Pictures>),
}

/// What one batch trains on.
pub(super) struct TrainBatch {
    /// B x features, without autodiff.
    pub(super) inputs: Tensor<2>,
    /// B labels.
    pub(super) labels: Vec<u32>,
    /// The labels of the samples mixed in, and the share of `labels`.
    pub(super) mixed: Option<(Vec<u32>, f64)>,
}

/// Some samples in their own order, unchanged.
pub(super) struct Chunk {
    /// n x features, without autodiff.
    pub(super) inputs: Tensor<2>,
    /// Which samples.
    pub(super) rows: Range<usize>,
}

impl Feed {
    /// Puts the split on `device` (given without autodiff), or gets ready to stream it with `workers` threads
    /// (0 for one on each core).
    pub(super) fn new(
        split: Split<Inputs>,
        shape: InputShape,
        config: &RunConfig,
        workers: usize,
        device: &Device,
    ) -> Result<Self, SessionError> {
        let labels: Arc<[u32]> = split.labels.into();
        let source = match split.inputs {
            Inputs::Numbers(inputs) => {
                let inputs = TensorData::new(inputs, [labels.len(), shape.features()]);
                Source::Numbers(Box::new(Tensor::from_data(inputs, device)))
            }
            inputs => {
                let wardrobe = Wardrobe::new(config, shape, workers, device)?;
                let pictures = Pictures::new(inputs, Arc::clone(&labels), wardrobe, device)?;
                Source::Pictures(Box::new(pictures))
            }
        };
        Ok(Self {
            source,
            labels,
            device: device.clone(),
        })
    }

    /// Gets ready for the rest of epoch `epoch`, of which `batches_done` batches of `order` have been seen.
    pub(super) fn begin_epoch(
        &mut self,
        order: &[u32],
        epoch: usize,
        batches_done: usize,
    ) -> Result<(), SessionError> {
        match &mut self.source {
            Source::Numbers(_) => Ok(()),
            Source::Pictures(pictures) => pictures.begin_epoch(order, epoch, batches_done),
        }
    }

    /// The samples `rows` as the network shall see them in batch `number` of epoch `epoch`.
    pub(super) fn train_batch(
        &mut self,
        rows: &[u32],
        epoch: usize,
        number: usize,
    ) -> Result<TrainBatch, SessionError> {
        match &mut self.source {
            Source::Numbers(inputs) => Ok(TrainBatch {
                inputs: inputs
                    .as_ref()
                    .clone()
                    .select(0, indices(rows, &self.device)),
                labels: rows.iter().map(|&row| self.labels[row as usize]).collect(),
                mixed: None,
            }),
            Source::Pictures(pictures) => pictures.train_batch(rows, epoch, number),
        }
    }

    /// The samples `rows` unchanged; `None` where they would have to be decoded first.
    pub(super) fn rows(&self, rows: &[u32]) -> Result<Option<Tensor<2>>, SessionError> {
        match &self.source {
            Source::Numbers(inputs) => Ok(Some(
                inputs
                    .as_ref()
                    .clone()
                    .select(0, indices(rows, &self.device)),
            )),
            Source::Pictures(pictures) => pictures.rows(rows),
        }
    }

    /// All samples unchanged, so many at a time.
    pub(super) fn chunks(
        &self,
        length: usize,
    ) -> Result<Box<dyn Iterator<Item = Result<Chunk, SessionError>> + '_>, SessionError> {
        let count = self.labels.len();
        let ranges = (0..count)
            .step_by(length)
            .map(move |start| start..(start + length).min(count));
        match &self.source {
            Source::Numbers(inputs) => Ok(Box::new(ranges.map(|rows| {
                Ok(Chunk {
                    inputs: inputs.as_ref().clone().narrow(0, rows.start, rows.len()),
                    rows,
                })
            }))),
            Source::Pictures(pictures) => pictures.chunks(ranges, length),
        }
    }

    /// Seconds that training has waited for data since the last call, and sentences about damaged files.
    pub(super) fn take_troubles(&mut self) -> (f64, Vec<String>) {
        match &mut self.source {
            Source::Numbers(_) => (0.0, Vec::new()),
            Source::Pictures(pictures) => pictures.take_troubles(),
        }
    }
}

/// Row numbers or labels as a tensor.
pub(super) fn indices(values: &[u32], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}
