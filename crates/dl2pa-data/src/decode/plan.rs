//! What a loader is asked for, and what it hands out.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::{DecodeError, ImageError};
use super::sample::Transform;

/// One pass over a data set of image files.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The files of the data set.
    pub files: Arc<[PathBuf]>,
    /// The label of each file.
    pub labels: Arc<[u32]>,
    /// The files to load, as positions in `files`, in the order of the epoch. A file may occur more than
    /// once; each occurrence is cropped and augmented anew.
    pub order: Vec<u32>,
    /// Samples of a batch; the last batch may have fewer.
    pub batch_size: usize,
    /// Batches at the beginning of the epoch that are left out, because a run that goes on had them.
    pub skip_batches: usize,
    /// Threads that decode, at least 1.
    pub workers: usize,
    /// What becomes of each picture.
    pub transform: Transform,
    /// Seed of the run.
    pub seed: u64,
    /// Which epoch this is; each has other crops.
    pub epoch: u32,
    /// How many damaged files are put up with.
    pub damage_limit: DamageLimit,
}

/// How many files of an epoch may be damaged: a share of them, but some in any case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DamageLimit {
    /// Share of the epoch's samples, from 0 to 1.
    pub share: f64,
    /// Files that are allowed however small the set is.
    pub at_least: usize,
}

impl Default for DamageLimit {
    /// 0.1 %, and at least 1 file.
    fn default() -> Self {
        Self {
            share: 0.001,
            at_least: 1,
        }
    }
}

impl DamageLimit {
    /// So many files, however large the set is.
    #[must_use]
    pub const fn files(files: usize) -> Self {
        Self {
            share: 0.0,
            at_least: files,
        }
    }

    /// Damaged files that are put up with among `samples`.
    #[must_use]
    pub fn of(self, samples: usize) -> usize {
        // Not a number, and what is below 0, count as 0.
        self.at_least.max((samples as f64 * self.share) as usize)
    }
}

/// Samples as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByteBatch {
    /// B x 3 x size x size: for each sample its red, green and blue plane, row by row.
    pub pixels: Vec<u8>,
    /// Label of each sample.
    pub labels: Vec<u32>,
    /// Position of each sample's file in the plan's `files`.
    pub rows: Vec<u32>,
}

impl Plan {
    /// Batches of the epoch, those left out included.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.order.len().div_ceil(self.batch_size.max(1))
    }

    /// Refuses what cannot be loaded, before a thread is started.
    pub(super) fn check(&self) -> Result<(), DecodeError> {
        let refuse = |what: String| Err(DecodeError::Plan { what });
        self.transform.check()?;
        if self.files.len() != self.labels.len() {
            return refuse(format!(
                "{} files with {} labels; give one label a file",
                self.files.len(),
                self.labels.len()
            ));
        }
        if let Some(row) = self
            .order
            .iter()
            .find(|&&row| row as usize >= self.files.len())
        {
            return refuse(format!(
                "the order names file {row} of {}; name files from 0 to one less than there are",
                self.files.len()
            ));
        }
        let most_samples = MOST_BATCH_BYTES / self.transform.bytes();
        if !(1..=most_samples).contains(&self.batch_size) {
            return refuse(format!(
                "batches of {} samples; ask for 1 to {most_samples} of this size",
                self.batch_size
            ));
        }
        if !(1..=MOST_WORKERS).contains(&self.workers) {
            return refuse(format!(
                "{} workers; ask for 1 to {MOST_WORKERS}",
                self.workers
            ));
        }
        Ok(())
    }
}

/// Bytes of the largest batch.
const MOST_BATCH_BYTES: usize = 4 << 30;
/// Threads that can be asked for.
const MOST_WORKERS: usize = 1024;

/// A batch as the threads made it: stand-ins in place of the damaged files, which are listed.
pub(super) struct Made {
    pub batch: ByteBatch,
    /// Row and error of each damaged sample, in the order of the batch.
    pub damaged: Vec<(u32, ImageError)>,
}
