//! How prototypes move apart, as frames for the eye: a clump that opens evenly.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use rand::RngExt;

use super::rows::{dot, normalise_rows};
use super::{Frame, TRAJECTORY_FRAMES, to_f32};
use crate::assignment::match_labels;

/// Greatest angle between a point of the clump and its pole.
const CLUMP_RADIUS_DEG: f64 = 25.0;
/// Mean angle between two frames that are kept while recording, at first.
const SPACING_RAD: f64 = 0.01;
/// Raising t by a factor e counts as much of the way as turning every point by this angle: near the end
/// the points hardly move, but t and the closest pair still rise.
const RISE_RAD: f64 = 0.1;
/// Beyond this t only the closest pairs push, and a further rise shows nothing.
const MOST_T_SHOWN: f64 = 1e4;
/// Frames kept at most; with more, every other is dropped.
const MOST_KEPT: usize = 256;
/// The same for large sets, in numbers.
const MOST_KEPT_NUMBERS: usize = 4_000_000;
/// Matching clump to target looks nicer but takes c^3 steps.
const MOST_MATCHED: usize = 200;

/// `count` points within 25 degrees of the last axis (count x dim, unit rows).
pub(super) fn clump(count: usize, dim: usize, rng: &mut StreamRng) -> Vec<f64> {
    let mut rows = Vec::with_capacity(count * dim);
    for _ in 0..count {
        let mut sideways: Vec<f64> = (1..dim).map(|_| standard_normal(rng)).collect();
        normalise_rows(&mut sideways, dim - 1);
        // The square root spreads points evenly over a cap of the ordinary sphere.
        let angle_rad = CLUMP_RADIUS_DEG.to_radians() * rng.random::<f64>().sqrt();
        rows.extend(sideways.iter().map(|value| value * libm::sin(angle_rad)));
        rows.push(libm::cos(angle_rad));
    }
    // On a line there is no sideways.
    normalise_rows(&mut rows, dim);
    rows
}

/// Frames from a clump to `rows`, which are known beforehand: each point goes straight to its place.
pub(super) fn to_known(rows: &[f64], dim: usize, rng: &mut StreamRng) -> Vec<Frame> {
    Recorder::new(clump_matched_to(rows, dim, rng), dim, None).into_even_frames(rows, None)
}

/// A clump whose points are in the order of those of `rows` to which they have least far to go.
fn clump_matched_to(rows: &[f64], dim: usize, rng: &mut StreamRng) -> Vec<f64> {
    let count = rows.len() / dim;
    let start = clump(count, dim, rng);
    if count <= MOST_MATCHED {
        let cosines: Vec<f64> = rows
            .chunks_exact(dim)
            .flat_map(|to| start.chunks_exact(dim).map(|from| dot(to, from)))
            .collect();
        // Both sets are finite and of one size, so a matching exists; without one the order stays.
        if let Ok(matching) = match_labels(&cosines, count, count, None) {
            return matching
                .assignment
                .as_slice()
                .iter()
                .flat_map(|&from| start[from as usize * dim..][..dim].iter().copied())
                .collect();
        }
    }
    start
}

/// Keeps the states of a moving set of points, thinned out as they become many.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    dim: usize,
    spacing_rad: f64,
    kept: Vec<State>,
}

#[derive(Clone, Debug)]
struct State {
    rows: Vec<f64>,
    /// Temperature of the uniformity whose descent led here.
    t: Option<f64>,
}

impl Recorder {
    /// Begins with `start` (c x `dim`, unit rows), from which the uniformity at `t` will be minimised.
    pub fn new(start: Vec<f64>, dim: usize, t: Option<f64>) -> Self {
        Self {
            dim,
            spacing_rad: SPACING_RAD,
            kept: vec![State { rows: start, t }],
        }
    }

    /// Begins with a clump that opens straight to `rows`.
    pub fn from_clump_to(rows: &[f64], dim: usize, rng: &mut StreamRng) -> Self {
        let mut recorder = Self::new(clump_matched_to(rows, dim, rng), dim, None);
        recorder.offer(rows, None);
        recorder
    }

    /// Offers a state (c x `dim`, unit rows) reached at the temperature `t`, which is kept if it has
    /// moved on or t has changed.
    pub fn offer(&mut self, rows: &[f64], t: Option<f64>) {
        let has_moved = self.kept.last().is_none_or(|last| {
            last.t != t || mean_angle_rad(&last.rows, rows, self.dim) >= self.spacing_rad
        });
        if !has_moved {
            return;
        }
        self.kept.push(State {
            rows: rows.to_vec(),
            t,
        });
        let most = (MOST_KEPT_NUMBERS / rows.len().max(1)).clamp(4, MOST_KEPT);
        if self.kept.len() > most {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing_rad *= 2.0;
        }
    }

    /// [`TRAJECTORY_FRAMES`] frames at equal distances along the path, from its start to `end`, reached
    /// at the temperature `t`; between two states every point follows its great circle, and t rises
    /// evenly on a logarithmic scale.
    pub fn into_even_frames(mut self, end: &[f64], t: Option<f64>) -> Vec<Frame> {
        self.kept.push(State {
            rows: end.to_vec(),
            t,
        });
        let mut lengths_rad = vec![0.0];
        let mut total_rad = 0.0;
        for pair in self.kept.windows(2) {
            total_rad += mean_angle_rad(&pair[0].rows, &pair[1].rows, self.dim);
            total_rad += rise_rad(pair[0].t, pair[1].t);
            lengths_rad.push(total_rad);
        }
        (0..TRAJECTORY_FRAMES)
            .map(|frame| {
                if frame + 1 == TRAJECTORY_FRAMES {
                    return Frame {
                        prototypes: to_f32(end),
                        t,
                    };
                }
                let at_rad = total_rad * frame as f64 / (TRAJECTORY_FRAMES - 1) as f64;
                let after = lengths_rad
                    .partition_point(|&length| length <= at_rad)
                    .clamp(1, self.kept.len() - 1);
                let (from_rad, to_rad) = (lengths_rad[after - 1], lengths_rad[after]);
                let share = if to_rad > from_rad {
                    ((at_rad - from_rad) / (to_rad - from_rad)).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let (from, to) = (&self.kept[after - 1], &self.kept[after]);
                Frame {
                    prototypes: to_f32(&slerp_rows(&from.rows, &to.rows, self.dim, share)),
                    t: between(from.t, to.t, share),
                }
            })
            .collect()
    }
}

/// How much of the way a change of t counts as.
pub(super) fn rise_rad(from: Option<f64>, to: Option<f64>) -> f64 {
    match (from, to) {
        (Some(from), Some(to)) if from > 0.0 && to > 0.0 => {
            let [from, to] = [from, to].map(|t| libm::log(t.min(MOST_T_SHOWN)));
            RISE_RAD * (to - from).abs()
        }
        _ => 0.0,
    }
}

/// The temperature at a share of the way between two states.
fn between(from: Option<f64>, to: Option<f64>, share: f64) -> Option<f64> {
    match (from, to) {
        (Some(from), Some(to)) if from > 0.0 && to > 0.0 => {
            Some(from * libm::pow(to / from, share))
        }
        _ => to,
    }
}

fn mean_angle_rad(a: &[f64], b: &[f64], dim: usize) -> f64 {
    let sum: f64 = a
        .chunks_exact(dim)
        .zip(b.chunks_exact(dim))
        .map(|(a, b)| angle_rad(a, b))
        .sum();
    sum / (a.len() / dim).max(1) as f64
}

/// Angle between unit vectors, good near 0 and near 180 degrees.
fn angle_rad(a: &[f64], b: &[f64]) -> f64 {
    let (mut difference, mut sum) = (0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        difference += (a - b) * (a - b);
        sum += (a + b) * (a + b);
    }
    2.0 * libm::atan2(difference.sqrt(), sum.sqrt())
}

/// Each row of `a` turned towards that of `b` by `share` of the angle between them.
fn slerp_rows(a: &[f64], b: &[f64], dim: usize, share: f64) -> Vec<f64> {
    let mut rows = Vec::with_capacity(a.len());
    for (a, b) in a.chunks_exact(dim).zip(b.chunks_exact(dim)) {
        let angle = angle_rad(a, b);
        let sine = libm::sin(angle);
        // Between equal points there is nothing to turn, between opposite ones no great circle is
        // singled out; the first stays, the second jumps half-way, which no clump leads to.
        let (keep, take) = if sine > 1e-9 {
            (
                libm::sin((1.0 - share) * angle) / sine,
                libm::sin(share * angle) / sine,
            )
        } else if share < 0.5 {
            (1.0, 0.0)
        } else {
            (0.0, 1.0)
        };
        rows.extend(a.iter().zip(b).map(|(a, b)| keep * a + take * b));
    }
    normalise_rows(&mut rows, dim);
    rows
}
