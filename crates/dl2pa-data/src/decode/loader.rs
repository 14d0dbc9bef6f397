//! Loads an epoch ahead of the training loop: batches in order, a bounded number of them, on own threads.
//!
//! Two lanes make every other batch each, on one pool of workers: while the last samples of one batch
//! are decoded, the workers that are free begin with the next. Each lane hands over through a channel
//! that holds one batch, so that at most four batches wait or are in the making, however slow the reader.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvError, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::{DecodeError, ImageError};
use super::plan::{ByteBatch, Made, Plan};
use super::sample::Decoder;
use crate::streams::Streams;

/// Lanes; each has at most one batch in the making and one waiting.
const LANES: usize = 2;

/// The random stream of crops and augmentations.
const SAMPLES: &str = "image samples";

/// How one sample is made: which file, at which position of the epoch, into which bytes.
pub(super) type Make =
    dyn Fn(&Plan, u32, usize, &mut [u8]) -> Result<(), DecodeError> + Send + Sync;

/// What a loader has done so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoaderStats {
    /// Seconds that the reader waited for batches.
    pub waited_secs: f64,
    /// Samples handed out, stand-ins not counted.
    pub decoded: usize,
    /// Each damaged file once, in the order in which the reader met them.
    pub damaged: Vec<ImageError>,
}

/// An epoch on its way. Dropping it stops the threads after the picture that each is at.
pub struct Loader {
    plan: Arc<Plan>,
    lanes: Vec<Receiver<Result<Made, DecodeError>>>,
    next: usize,
    stop: Arc<AtomicBool>,
    damaged_rows: BTreeSet<u32>,
    stats: LoaderStats,
}

impl Loader {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the plan contradicts itself, or the threads cannot be started.
    pub fn start(plan: Plan) -> Result<Self, DecodeError> {
        Self::start_with(plan, &(Arc::new(make_sample) as Arc<Make>))
    }

    /// As [`Loader::start`], with another way to make a sample.
    pub(super) fn start_with(plan: Plan, make: &Arc<Make>) -> Result<Self, DecodeError> {
        plan.check()?;
        let threads = |error: &dyn std::fmt::Display| DecodeError::Threads {
            reason: error.to_string(),
        };
        let pool = ThreadPoolBuilder::new()
            .num_threads(plan.workers)
            .thread_name(|worker| format!("decode {worker}"))
            .build()
            .map_err(|error| threads(&error))?;
        let (plan, pool) = (Arc::new(plan), Arc::new(pool));
        let stop = Arc::new(AtomicBool::new(false));
        // From here on dropping the loader, by an early return as well, stops what has been started.
        let mut loader = Self {
            next: plan.skip_batches,
            plan,
            lanes: Vec::with_capacity(LANES),
            stop,
            damaged_rows: BTreeSet::new(),
            stats: LoaderStats::default(),
        };
        for lane in 0..LANES {
            let (sender, receiver) = sync_channel(1);
            let worker = Lane {
                plan: Arc::clone(&loader.plan),
                pool: Arc::clone(&pool),
                make: Arc::clone(make),
                stop: Arc::clone(&loader.stop),
            };
            thread::Builder::new()
                .name(format!("decode lane {lane}"))
                .spawn(move || worker.run(lane, &sender))
                .map_err(|error| threads(&error))?;
            loader.lanes.push(receiver);
        }
        Ok(loader)
    }

    /// What has happened so far.
    #[must_use]
    pub const fn stats(&self) -> &LoaderStats {
        &self.stats
    }

    /// Batches still to come, if nothing fails.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.plan.batches().saturating_sub(self.next)
    }

    /// Notes the damaged files of a batch; an error once there are too many.
    fn note(&mut self, damaged: Vec<(u32, ImageError)>) -> Result<(), DecodeError> {
        for (row, error) in damaged {
            if self.damaged_rows.insert(row) {
                self.stats.damaged.push(error);
            }
        }
        let files = self.plan.order.len();
        let limit = self.plan.damage_limit.of(files);
        match self.stats.damaged.first() {
            Some(first) if self.stats.damaged.len() > limit => Err(DecodeError::TooManyDamaged {
                damaged: self.stats.damaged.len(),
                files,
                limit,
                first: first.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Takes in what a lane sent.
    fn accept(&mut self, made: Result<Made, DecodeError>) -> Result<ByteBatch, DecodeError> {
        let Made { batch, damaged } = made?;
        self.stats.decoded += batch.rows.len() - damaged.len();
        self.note(damaged)?;
        Ok(batch)
    }
}

impl Iterator for Loader {
    type Item = Result<ByteBatch, DecodeError>;

    /// The next batch, waiting for it if need be; `None` at the end of the epoch and after an error.
    #[expect(
        clippy::disallowed_methods,
        reason = "this module is native only, where the clock works"
    )]
    fn next(&mut self) -> Option<Self::Item> {
        if self.remaining() == 0 {
            return None;
        }
        let start = Instant::now();
        let made = self.lanes[self.next % LANES]
            .recv()
            .unwrap_or_else(|RecvError| {
                Err(DecodeError::Panicked {
                    at: format!("batch {}", self.next),
                    message: "its thread has gone".to_owned(),
                })
            });
        self.stats.waited_secs += start.elapsed().as_secs_f64();
        self.next += 1;
        let batch = self.accept(made);
        if batch.is_err() {
            self.stop.store(true, Ordering::Relaxed);
            self.next = usize::MAX;
        }
        Some(batch)
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        // Nobody waits for the threads: a file on a disk that hangs must not hang the program's end.
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What a lane's thread works with.
struct Lane {
    plan: Arc<Plan>,
    pool: Arc<ThreadPool>,
    make: Arc<Make>,
    stop: Arc<AtomicBool>,
}

impl Lane {
    /// Makes the batches of one lane until the epoch ends, something fails or nobody wants them.
    fn run(&self, lane: usize, sender: &SyncSender<Result<Made, DecodeError>>) {
        for batch in
            (self.plan.skip_batches..self.plan.batches()).filter(|batch| batch % LANES == lane)
        {
            let made = catch_unwind(AssertUnwindSafe(|| self.pool.install(|| self.batch(batch))));
            let made = made.unwrap_or_else(|panic| {
                Err(DecodeError::Panicked {
                    at: format!("batch {batch}"),
                    message: said(panic.as_ref()),
                })
            });
            let failed = made.is_err();
            if self.stop.load(Ordering::Relaxed) || sender.send(made).is_err() || failed {
                return;
            }
        }
    }

    /// One batch, on all workers.
    fn batch(&self, batch: usize) -> Result<Made, DecodeError> {
        let plan = &*self.plan;
        let first = batch * plan.batch_size;
        let rows = &plan.order[first..(first + plan.batch_size).min(plan.order.len())];
        let bytes = plan.transform.bytes();
        let mut pixels = vec![0; rows.len() * bytes];
        let mut results: Vec<Result<(), DecodeError>> = Vec::new();
        pixels
            .par_chunks_exact_mut(bytes)
            // Decoding takes milliseconds and its time varies: no sample waits behind another.
            .with_max_len(1)
            .zip(rows.par_iter())
            .enumerate()
            .map(|(index, (planes, &row))| {
                if self.stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                (self.make)(plan, row, first + index, planes)
            })
            .collect_into_vec(&mut results);
        finish(plan, rows, pixels, results)
    }
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|&text| text.to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// Puts the next usable sample of the batch (from its end on to its beginning) in the place of each
/// damaged one, label and all, so that every batch has its full size and is the same each time.
fn finish(
    plan: &Plan,
    rows: &[u32],
    mut pixels: Vec<u8>,
    results: Vec<Result<(), DecodeError>>,
) -> Result<Made, DecodeError> {
    let bytes = plan.transform.bytes();
    let mut damaged = Vec::new();
    let mut usable = vec![true; rows.len()];
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(()) => {}
            Err(DecodeError::Image(error)) => {
                usable[index] = false;
                damaged.push((rows[index], error));
            }
            Err(other) => return Err(other),
        }
    }
    let mut taken = Vec::with_capacity(rows.len());
    for index in 0..rows.len() {
        let from = (0..rows.len())
            .map(|step| (index + step) % rows.len())
            .find(|&other| usable[other]);
        match (from, damaged.first()) {
            (Some(from), _) => {
                if from != index {
                    pixels.copy_within(from * bytes..(from + 1) * bytes, index * bytes);
                }
                taken.push(rows[from]);
            }
            (None, Some((_, first))) => {
                return Err(DecodeError::BatchLost {
                    files: rows.len(),
                    first: first.clone(),
                });
            }
            (None, None) => {}
        }
    }
    let labels = taken.iter().map(|&row| plan.labels[row as usize]).collect();
    Ok(Made {
        batch: ByteBatch {
            pixels,
            labels,
            rows: taken,
        },
        damaged,
    })
}

thread_local! {
    static DECODER: std::cell::RefCell<Decoder> = std::cell::RefCell::default();
}

/// Reads and transforms file `row`, which stands at `position` of the epoch.
fn make_sample(
    plan: &Plan,
    row: u32,
    position: usize,
    planes: &mut [u8],
) -> Result<(), DecodeError> {
    // Positions fit 32 bits in any data set that fits a disk; a wrap would only repeat a crop.
    let part = u64::from(plan.epoch) << 32 | (position as u64 & 0xffff_ffff);
    let mut rng = Streams::new(plan.seed).rng_at(SAMPLES, part);
    let path = &plan.files[row as usize];
    with_decoder(|decoder| decoder.load(path, &plan.transform, &mut rng, planes))
}

/// Lends the decoder of this thread.
pub(super) fn with_decoder<T>(work: impl FnOnce(&mut Decoder) -> T) -> T {
    DECODER.with_borrow_mut(work)
}
