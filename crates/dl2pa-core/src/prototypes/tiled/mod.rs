//! Spreading many thousands of prototypes, a tile of pairs at a time, in `f32` on any of burn's devices.
//!
//! Pairs with a cosine above a cut overlap by what they are above it, and half the sum of the squared
//! overlaps is lowered by a momentum step on the sphere. The cut rises from near the proven bound, where
//! every prototype is pushed by many and the large-scale arrangement forms, to the best greatest cosine
//! so far, where only the closest pairs count. Squares curve alike at every cut, so that one rule for
//! the length of a step fits all stages, and unlike a log-sum-exp they need no exponential.
//!
//! Memory is O(c d) and a tile. One number a block is read back for each step, asynchronously.

mod pass;
mod tournament;

use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_data::streams::{PROTOTYPES, Streams};
use rayon::prelude::*;

use pass::{Plan, Pressure, pressure};

use super::choice::check;
use super::{
    Effort, PROVEN_WITHIN, Progress, PrototypeError, Watch, bound_max_cos, normalise_rows, random,
    to_f32,
};

/// Share of a step that goes on in the next.
const MOMENTUM: f32 = 0.8;
/// Step length where a prototype overlaps with few others, 1 for that of steepest descent.
const STEP: f32 = 1.5;
/// Where the cut begins, as a share of the way from the proven bound to the greatest cosine.
const FIRST_CUT: f64 = 0.1;
/// Where it begins again for a further round from the best so far.
const LATER_CUT: f64 = 0.5;
/// Multiply-adds that [`Effort::Quick`] and [`Effort::Thorough`] may take, roughly.
const QUICK_WORK: f64 = 4e10;
const THOROUGH_WORK: f64 = 9e12;
/// Steps at least, so that a result is worth having, and at most, after which nothing more happens.
const FEWEST_STEPS: usize = 40;
const MOST_STEPS: usize = 2_000;
/// Rows of a block on the CPU: a tile stays in a core's cache, and there are enough for many cores.
const ROWS_ON_CPU: usize = 512;
/// Numbers of a tile on a GPU: 64 MiB, of which a few exist at a time.
const TILE_ON_GPU: usize = 1 << 24;

/// Spreads `count` prototypes in `dim` dimensions on `device` (c x d, unit rows), from a random start.
/// The same seed gives the same prototypes on the same device, on any number of threads, except with
/// [`Effort::UntilStopped`]. If `watch` says stop, the best so far.
///
/// # Errors
/// `dim` = 0, fewer than 2 prototypes, more than 2 on a line, or a device that fails.
pub async fn spread(
    count: usize,
    dim: usize,
    streams: &Streams,
    device: &Device,
    effort: Effort,
    watch: &dyn Watch,
) -> Result<Vec<f32>, PrototypeError> {
    check(count, dim)?;
    let start = random(count, dim, &mut streams.rng(PROTOTYPES));
    let device = device.clone().without_autodiff();
    let mut descent = Descent::new(&start, dim, &device);
    let steps = match effort {
        Effort::Quick => steps_for(QUICK_WORK, count, dim),
        Effort::Thorough | Effort::UntilStopped => steps_for(THOROUGH_WORK, count, dim),
    };
    let mut is_going = descent.run(steps, FIRST_CUT, watch).await?;
    let mut rounds = 1;
    while is_going && effort == Effort::UntilStopped && !descent.is_proven() {
        // Go back to the best, loosen it a little and let it settle for longer.
        descent.return_to_best();
        rounds += 1;
        is_going = descent.run(steps * rounds, LATER_CUT, watch).await?;
    }
    descent.into_best(start).await
}

fn steps_for(work: f64, count: usize, dim: usize) -> usize {
    let step_work = 1.5 * (count as f64).powi(2) * dim as f64;
    ((work / step_work) as usize).clamp(FEWEST_STEPS, MOST_STEPS)
}

/// Prototypes on their way.
struct Descent {
    dim: usize,
    plan: Plan,
    tiles: usize,
    /// Blocks of unit rows.
    blocks: Vec<Tensor<2>>,
    /// Their motion by step, across each row.
    motion: Vec<Tensor<2>>,
    bound: f64,
    best: Vec<Tensor<2>>,
    /// Greatest cosine of `best`; infinite as long as nothing has been measured.
    best_max_cos: f64,
}

impl Descent {
    fn new(start: &[f32], dim: usize, device: &Device) -> Self {
        let count = start.len() / dim;
        let is_threaded = is_cpu(device);
        let rows = if is_threaded {
            ROWS_ON_CPU
        } else {
            TILE_ON_GPU.isqrt()
        };
        // Blocks as equal as can be: two kernels at most are compiled for their shapes.
        let rows = count.div_ceil(count.div_ceil(rows));
        let blocks: Vec<Tensor<2>> = start
            .chunks(rows * dim)
            .map(|block| {
                let shape = [block.len() / dim, dim];
                Tensor::from_data(TensorData::new(block.to_vec(), shape), device)
            })
            .collect();
        Self {
            dim,
            plan: Plan {
                rounds: tournament::rounds(blocks.len()),
                is_threaded,
            },
            tiles: blocks.len() * (blocks.len() + 1) / 2,
            motion: blocks.iter().map(Tensor::zeros_like).collect(),
            bound: bound_max_cos(count, dim),
            best: Vec::new(),
            best_max_cos: f64::INFINITY,
            blocks,
        }
    }

    /// Takes so many steps while the cut rises from `begin` (0 is at the bound, 1 at the best) to 1.
    /// False if `watch` said stop.
    async fn run(
        &mut self,
        steps: usize,
        begin: f64,
        watch: &dyn Watch,
    ) -> Result<bool, PrototypeError> {
        for step in 0..=steps {
            let part = begin + (1.0 - begin) * step as f64 / steps as f64;
            // Before anything is measured, two may be in one place.
            let best = self.best_max_cos.min(1.0);
            let cut = self.bound + part * (best - self.bound);
            let best_max_cos = self.best_max_cos;
            let tell = |tiles: usize| {
                let share = (step as f32 + tiles as f32 / self.tiles as f32) / (steps + 1) as f32;
                watch.progress(Progress {
                    share: share.min(1.0),
                    best_max_cos: best_max_cos.is_finite().then_some(best_max_cos),
                });
            };
            let should_stop = || watch.should_stop();
            let pressure = pressure(&self.blocks, cut as f32, &self.plan, should_stop, tell);
            let Some(pressure) = pressure else {
                return Ok(false);
            };
            let found = pressure.iter().map(|block| block.max_cos.clone()).collect();
            let max_cos = read(Tensor::cat(found, 0)).await?;
            let max_cos = max_cos.into_iter().fold(f32::NEG_INFINITY, f32::max);
            if f64::from(max_cos) < self.best_max_cos {
                self.best_max_cos = f64::from(max_cos);
                self.best.clone_from(&self.blocks);
            }
            if step < steps {
                self.step(pressure);
            }
        }
        Ok(true)
    }

    /// Moves every prototype away from those that it overlaps with.
    fn step(&mut self, pressure: Vec<Pressure>) {
        let dim = self.dim as f32;
        let moved = |((block, motion), pressure): ((&Tensor<2>, &Tensor<2>), Pressure)| {
            // The greatest curvature of a sum of squares along a overlapping directions spread over d
            // dimensions is (1 + sqrt(a / d))^2 (Marchenko & Pastur 1967). To it comes the sum of the
            // overlaps, for the swing of all prototypes together when nearly all overlap.
            let spread = (pressure.overlapping / dim).sqrt().add_scalar(1.0).square();
            let curvature = spread + pressure.overlap.mul_scalar(0.5);
            let shift = pressure.push.mul_scalar(STEP) / curvature;
            let motion = across(motion.clone().mul_scalar(MOMENTUM) - shift, block);
            let rows = block.clone() + motion.clone();
            let norms = rows.clone().square().sum_dim(1).sqrt();
            (rows / norms, motion)
        };
        let blocks: Vec<_> = if self.plan.is_threaded {
            let blocks = self.blocks.par_iter().zip(&self.motion).zip(pressure);
            blocks.map(moved).collect()
        } else {
            let blocks = self.blocks.iter().zip(&self.motion).zip(pressure);
            blocks.map(moved).collect()
        };
        (self.blocks, self.motion) = blocks.into_iter().unzip();
    }

    fn is_proven(&self) -> bool {
        self.best_max_cos - self.bound < PROVEN_WITHIN
    }

    fn return_to_best(&mut self) {
        self.blocks.clone_from(&self.best);
        self.motion = self.blocks.iter().map(Tensor::zeros_like).collect();
    }

    /// The best, or `start` if nothing was measured.
    async fn into_best(self, start: Vec<f32>) -> Result<Vec<f32>, PrototypeError> {
        if self.best.is_empty() {
            return Ok(start);
        }
        let rows = read(Tensor::cat(self.best, 0)).await?;
        let mut rows: Vec<f64> = rows.into_iter().map(f64::from).collect();
        normalise_rows(&mut rows, self.dim);
        Ok(to_f32(&rows))
    }
}

/// The part of each of `rows` across that of `unit`.
fn across(rows: Tensor<2>, unit: &Tensor<2>) -> Tensor<2> {
    let along = (rows.clone() * unit.clone()).sum_dim(1);
    rows - unit.clone() * along
}

/// Whether burn computes on the calling thread. This crate turns on no backend, so it cannot name the
/// variants of a device and goes by what the device calls itself.
fn is_cpu(device: &Device) -> bool {
    format!("{device:?}").contains("Flex")
}

async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, PrototypeError> {
    let failed = |cause: String| PrototypeError::Device { cause };
    let data = tensor
        .into_data_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    data.convert::<f32>()
        .try_into_vec::<f32>()
        .map_err(|error| failed(format!("{error:?}")))
}
