//! Pictures for a network: bytes on the device or files decoded ahead; cropped, mirrored, normalised, mixed.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use dl2pa_data::streaming::{Change, PictureStream, StreamPlan};
use dl2pa_data::streams::Streams;
use dl2pa_data::{InputShape, Inputs};

use super::super::SessionError;
use super::{Chunk, TrainBatch};
use crate::augment::{Erasing, Mixing, Normaliser, PackedImages, Recipe, Statistics};
use crate::config::{AutoAugment, ImagesConfig, RunConfig, Switch};

/// What is done to pictures before the network sees them.
pub(super) struct Wardrobe {
    recipe: Recipe,
    normaliser: Normaliser,
    streams: Streams,
    /// Channels, height, width.
    shape: [usize; 3],
    batch_size: usize,
    images: ImagesConfig,
    workers: usize,
}

/// The pictures of one split.
pub(super) struct Pictures {
    source: Source,
    labels: Arc<[u32]>,
    wardrobe: Wardrobe,
    device: Device,
}

enum Source {
    Packed(Box<PackedImages>),
    Files {
        files: Arc<[PathBuf]>,
        /// Of the present epoch.
        stream: Option<PictureStream>,
        /// How much of its waiting has been told.
        told_secs: f64,
    },
}

impl Wardrobe {
    pub(super) fn new(
        config: &RunConfig,
        shape: InputShape,
        workers: usize,
        device: &Device,
    ) -> Result<Self, SessionError> {
        let InputShape::Image {
            channels,
            height,
            width,
        } = shape
        else {
            return Err(SessionError::Device("pictures without a shape".to_owned()));
        };
        let images = config.images.clone();
        let of_channels =
            |values: &[f64]| [0, 1, 2].map(|channel| values[channel.min(values.len() - 1)] as f32);
        let statistics = Statistics {
            mean: of_channels(&images.mean),
            std: of_channels(&images.std),
        };
        let mixing = match (images.mixup > 0.0, images.cutmix > 0.0) {
            (false, false) => Mixing::None,
            (true, false) => Mixing::Mixup {
                alpha: images.mixup,
            },
            (false, true) => Mixing::Cutmix {
                alpha: images.cutmix,
            },
            (true, true) => Mixing::Either {
                mixup_alpha: images.mixup,
                cutmix_alpha: images.cutmix,
            },
        };
        let recipe = Recipe {
            padding: images.crop_padding,
            mirror: images.hflip == Switch::On,
            erasing: (images.reprob > 0.0).then(|| Erasing::new(images.reprob)),
            mixing,
        };
        recipe.check()?;
        Ok(Self {
            recipe,
            normaliser: Normaliser::new(&statistics, device),
            streams: Streams::new(config.seed),
            shape: [channels, height, width],
            batch_size: config.batch_size,
            images,
            workers,
        })
    }

    /// B x features of pictures (B x C x H x W, 0 to 255) that nothing random is done to.
    fn plain(&self, pictures: Tensor<4>) -> Tensor<2> {
        self.normaliser.apply(pictures).flatten(1, 3)
    }
}

impl Pictures {
    pub(super) fn new(
        inputs: Inputs,
        labels: Arc<[u32]>,
        mut wardrobe: Wardrobe,
        device: &Device,
    ) -> Result<Self, SessionError> {
        let source = match inputs {
            Inputs::Pixels(bytes) => {
                Source::Packed(Box::new(PackedImages::new(&bytes, wardrobe.shape, device)?))
            }
            Inputs::Files(files) => {
                // Windows and mirroring are the decoder's business there.
                wardrobe.recipe.padding = 0;
                wardrobe.recipe.mirror = false;
                Source::Files {
                    files: files.into(),
                    stream: None,
                    told_secs: 0.0,
                }
            }
            Inputs::Numbers(_) => {
                return Err(SessionError::Device("numbers are no pictures".to_owned()));
            }
        };
        Ok(Self {
            source,
            labels,
            wardrobe,
            device: device.clone(),
        })
    }

    pub(super) fn begin_epoch(
        &mut self,
        order: &[u32],
        epoch: usize,
        batches_done: usize,
    ) -> Result<(), SessionError> {
        let images = &self.wardrobe.images;
        let change = Change::Train {
            mirror: images.hflip == Switch::On,
            trivial_augment: images.aa == AutoAugment::Trivial,
        };
        if let Source::Files { files, .. } = &self.source {
            let mut plan = self.plan(files, change, order.to_vec(), self.wardrobe.batch_size);
            plan.epoch = epoch;
            plan.skip_batches = batches_done;
            let started = PictureStream::start(plan)?;
            if let Source::Files {
                stream, told_secs, ..
            } = &mut self.source
            {
                *stream = Some(started);
                *told_secs = 0.0;
            }
        }
        Ok(())
    }

    fn plan(
        &self,
        files: &Arc<[PathBuf]>,
        change: Change,
        order: Vec<u32>,
        batch_size: usize,
    ) -> StreamPlan {
        StreamPlan {
            files: Arc::clone(files),
            labels: Arc::clone(&self.labels),
            order,
            batch_size,
            skip_batches: 0,
            change,
            size: self.wardrobe.shape[1],
            workers: self.wardrobe.workers,
            seed: self.wardrobe.streams.seed(),
            epoch: 0,
            max_damaged: self.wardrobe.images.max_damaged,
        }
    }

    pub(super) fn train_batch(
        &mut self,
        rows: &[u32],
        epoch: usize,
        number: usize,
    ) -> Result<TrainBatch, SessionError> {
        let (pictures, labels) = match &mut self.source {
            Source::Packed(packed) => {
                let labels = rows.iter().map(|&row| self.labels[row as usize]);
                (packed.select(rows)?, labels.collect())
            }
            Source::Files { stream, .. } => {
                let batch = stream.as_mut().and_then(PictureStream::next_batch);
                let batch = batch.ok_or_else(|| {
                    SessionError::Device("the pictures of the epoch ran out".to_owned())
                })??;
                let packed = PackedImages::new(&batch.pixels, self.wardrobe.shape, &self.device)?;
                (packed.all(), batch.labels)
            }
        };
        let [_, height, width] = self.wardrobe.shape;
        let draws = self.wardrobe.recipe.draw(
            &self.wardrobe.streams,
            (epoch as u32, number as u32),
            labels.len(),
            (width, height),
        )?;
        let inputs = draws.apply(pictures, &self.wardrobe.normaliser)?;
        let mixed = match draws.mix() {
            Some(mix) => {
                let labels = mix.labels(&labels)?;
                Some((labels.b, f64::from(labels.lam)))
            }
            None => None,
        };
        Ok(TrainBatch {
            inputs: inputs.flatten(1, 3),
            labels,
            mixed,
        })
    }

    pub(super) fn rows(&self, rows: &[u32]) -> Result<Option<Tensor<2>>, SessionError> {
        match &self.source {
            Source::Packed(packed) => Ok(Some(self.wardrobe.plain(packed.select(rows)?))),
            Source::Files { .. } => Ok(None),
        }
    }

    pub(super) fn chunks<'a>(
        &'a self,
        ranges: impl Iterator<Item = Range<usize>> + 'a,
        length: usize,
    ) -> Result<Box<dyn Iterator<Item = Result<Chunk, SessionError>> + 'a>, SessionError> {
        match &self.source {
            Source::Packed(packed) => Ok(Box::new(ranges.map(|rows| {
                let numbers: Vec<u32> = rows.clone().map(|row| row as u32).collect();
                let inputs = self.wardrobe.plain(packed.select(&numbers)?);
                Ok(Chunk { inputs, rows })
            }))),
            Source::Files { files, .. } => {
                let change = Change::Evaluate {
                    resize: self.wardrobe.images.eval_resize,
                };
                let order = (0..self.labels.len() as u32).collect();
                let plan = self.plan(files, change, order, length);
                let mut stream = PictureStream::start(plan)?;
                Ok(Box::new(ranges.map_while(move |rows| {
                    let batch = stream.next_batch()?;
                    Some(batch.map_err(SessionError::from).and_then(|batch| {
                        let shape = self.wardrobe.shape;
                        let packed = PackedImages::new(&batch.pixels, shape, &self.device)?;
                        let inputs = self.wardrobe.plain(packed.all());
                        Ok(Chunk { inputs, rows })
                    }))
                })))
            }
        }
    }

    pub(super) fn take_troubles(&mut self) -> (f64, Vec<String>) {
        match &mut self.source {
            Source::Packed(_) | Source::Files { stream: None, .. } => (0.0, Vec::new()),
            Source::Files {
                stream: Some(stream),
                told_secs,
                ..
            } => {
                let waited_secs = stream.waited_secs() - *told_secs;
                *told_secs += waited_secs;
                (waited_secs, stream.take_damage())
            }
        }
    }
}
