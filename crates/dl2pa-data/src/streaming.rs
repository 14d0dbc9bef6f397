//! Picture files in batches, decoded ahead of the training: one interface, also where there are no files.

use std::path::PathBuf;
use std::sync::Arc;

pub use imp::PictureStream;

/// One pass over some picture files.
#[derive(Clone, Debug)]
pub struct StreamPlan {
    /// The files of the split.
    pub files: Arc<[PathBuf]>,
    /// Their labels.
    pub labels: Arc<[u32]>,
    /// Positions of the files to read, in order.
    pub order: Vec<u32>,
    /// Pictures a batch.
    pub batch_size: usize,
    /// Batches at the beginning that a run which goes on has had.
    pub skip_batches: usize,
    /// What becomes of each picture.
    pub change: Change,
    /// Side of the result, in pixels.
    pub size: usize,
    /// Threads that decode; 0 for one on each core.
    pub workers: usize,
    /// Seed of the run.
    pub seed: u64,
    /// Epoch of the run, for the random changes.
    pub epoch: usize,
    /// Damaged files that are put up with; `None` for a share of them.
    pub max_damaged: Option<usize>,
}

/// What becomes of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A window of random place, size and shape.
    Train {
        /// Whether half of them are mirrored.
        mirror: bool,
        /// Whether each is changed once more at random (TrivialAugment, wide).
        trivial_augment: bool,
    },
    /// The centre, after the shorter side has been brought to so many pixels.
    Evaluate {
        /// The shorter side.
        resize: usize,
    },
}

/// Decoded pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// n x 3 x size x size bytes.
    pub pixels: Vec<u8>,
    /// n labels.
    pub labels: Vec<u32>,
}

#[cfg(not(target_family = "wasm"))]
pub(crate) use imp::threads;

#[cfg(not(target_family = "wasm"))]
mod imp {
    use super::{Change, Pictures, StreamPlan};
    use crate::DataError;
    use crate::decode::{DamageLimit, Loader, Plan, Transform};
    use crate::rect::RectRange;

    /// Pictures on their way; dropped, it stops the threads.
    pub struct PictureStream {
        loader: Loader,
        told: usize,
    }

    impl PictureStream {
        /// Starts the threads.
        ///
        /// # Errors
        /// When the plan contradicts itself, or there are no threads.
        pub fn start(plan: StreamPlan) -> Result<Self, DataError> {
            let transform = match plan.change {
                Change::Train {
                    mirror,
                    trivial_augment,
                } => Transform::Train {
                    size: plan.size,
                    crop: RectRange::CROPS,
                    mirror,
                    trivial_augment,
                },
                Change::Evaluate { resize } => Transform::Evaluate {
                    resize: resize.max(plan.size),
                    crop: plan.size,
                },
            };
            let loader = Loader::start(Plan {
                files: plan.files,
                labels: plan.labels,
                order: plan.order,
                batch_size: plan.batch_size,
                skip_batches: plan.skip_batches,
                workers: threads(plan.workers),
                transform,
                seed: plan.seed,
                epoch: plan.epoch as u32,
                damage_limit: plan
                    .max_damaged
                    .map_or_else(DamageLimit::default, DamageLimit::files),
            });
            Ok(Self {
                loader: loader.map_err(|error| DataError::files(&error))?,
                told: 0,
            })
        }

        /// The next batch; waits for it.
        ///
        /// # Errors
        /// When too many files are damaged, or the threads fail.
        pub fn next_batch(&mut self) -> Option<Result<Pictures, DataError>> {
            let batch = self.loader.next()?;
            Some(match batch {
                Ok(batch) => Ok(Pictures {
                    pixels: batch.pixels,
                    labels: batch.labels,
                }),
                Err(error) => Err(DataError::files(&error)),
            })
        }

        /// Seconds that [`Self::next_batch`] has waited.
        #[must_use]
        pub fn waited_secs(&self) -> f64 {
            self.loader.stats().waited_secs
        }

        /// A sentence for each damaged file since the last call.
        pub fn take_damage(&mut self) -> Vec<String> {
            let damaged = &self.loader.stats().damaged[self.told..];
            self.told += damaged.len();
            damaged
                .iter()
                .map(|error| format!("{error}; another picture stood in for it."))
                .collect()
        }
    }

    /// So many threads, or one on each core.
    pub(crate) fn threads(asked: usize) -> usize {
        match asked {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

#[cfg(target_family = "wasm")]
mod imp {
    use super::{Pictures, StreamPlan};
    use crate::DataError;

    /// Never there: a browser has no files.
    pub enum PictureStream {}

    impl PictureStream {
        /// Refuses.
        ///
        /// # Errors
        /// Always.
        pub fn start(_plan: StreamPlan) -> Result<Self, DataError> {
            Err(DataError::no_files())
        }

        /// Never called.
        ///
        /// # Errors
        /// Never.
        pub fn next_batch(&mut self) -> Option<Result<Pictures, DataError>> {
            match *self {}
        }

        /// Never called.
        #[must_use]
        pub fn waited_secs(&self) -> f64 {
            match *self {}
        }

        /// Never called.
        pub fn take_damage(&mut self) -> Vec<String> {
            match *self {}
        }
    }
}
