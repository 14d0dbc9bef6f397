//! Prototypes: `c` fixed unit vectors in `d` dimensions, as far apart as can be made.
//!
//! Where the best arrangement is known in closed form it is taken ([`exact`]); elsewhere a log-sum-exp
//! of the cosines is minimised while its temperature falls, from several random starts ([`Spreader`]).
//! The paper (eq. 4-5) minimises the uniformity at one temperature, which at low d leaves close pairs.

mod anneal;
pub mod bound;
pub mod exact;
mod lbfgs;
mod trajectory;

use dl2pa_data::StreamRng;
use dl2pa_data::streams::{PROTOTYPES, Streams};
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use anneal::Annealer;
pub use bound::bound_max_cos;

/// Most prototypes that are annealed; each step looks at every pair.
pub const MOST_ANNEALED: usize = 5_000;
/// Most numbers c x d in a set of prototypes.
pub const MOST_NUMBERS: usize = 1 << 24;
/// Frames of a trajectory.
pub const TRAJECTORY_FRAMES: usize = 60;
/// A greatest cosine this close to the proven bound counts as reaching it.
const PROVEN_WITHIN: f64 = 1e-6;

/// Prototypes cannot be made as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PrototypeError {
    /// `dim` is 0.
    #[error("prototypes in 0 dimensions have no direction; choose a dimension of at least 2")]
    NoDimension,
    /// Fewer than two prototypes.
    #[error("to keep prototypes apart takes at least 2 of them, not {count}; ask for more")]
    TooFew {
        /// Number asked for.
        count: usize,
    },
    /// More than two prototypes on a line.
    #[error(
        "{count} prototypes do not fit in 1 dimension, which has 2 directions; choose a dimension of at least 2"
    )]
    Line {
        /// Number asked for.
        count: usize,
    },
    /// More than can be handled.
    #[error(
        "{count} prototypes in {dim} dimensions are too many: the limit is {MOST_NUMBERS} numbers, and \
         {MOST_ANNEALED} prototypes where there are more than two a dimension; ask for fewer, or choose \
         another dimension"
    )]
    TooMany {
        /// Number asked for.
        count: usize,
        /// Dimension asked for.
        dim: usize,
    },
}

/// Prototypes that have been spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// c x d, row-major, unit rows.
    pub prototypes: Vec<f32>,
    /// "simplex", "polygon", "cross-polytope" or "annealed".
    pub method: &'static str,
    /// Whether the greatest cosine is as small as is proven possible (for "annealed": to 1e-6).
    pub proven_optimal: bool,
    /// How they moved apart: [`TRAJECTORY_FRAMES`] frames (each c x d, unit rows) about evenly apart,
    /// from a clump around one pole to `prototypes`. Empty if not recorded.
    pub trajectory: Vec<Vec<f32>>,
}

/// Spreads prototypes a slice of work at a time, so that a browser can draw between two slices.
///
/// ```
/// # use dl2pa_core::prototypes::Spreader;
/// # use dl2pa_core::streams::Streams;
/// let mut spreader = Spreader::new(12, 3, &Streams::new(42))?;
/// while !spreader.advance() {
///     // Draw a frame; spreader.progress() is between 0 and 1.
/// }
/// let icosahedron = spreader.finish();
/// assert!(icosahedron.proven_optimal);
/// # Ok::<(), dl2pa_core::prototypes::PrototypeError>(())
/// ```
#[derive(Debug)]
pub struct Spreader {
    count: usize,
    dim: usize,
    is_recorded: bool,
    rng: StreamRng,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Exact {
        rows: Vec<f64>,
        method: &'static str,
    },
    Anneal(Box<Annealer>),
}

impl Spreader {
    /// Prepares the spreading of `count` prototypes in `dim` dimensions, recorded for the eye.
    ///
    /// # Errors
    /// `dim` = 0, fewer than 2 prototypes, more than 2 on a line, or more than can be handled.
    pub fn new(count: usize, dim: usize, streams: &Streams) -> Result<Self, PrototypeError> {
        check(count, dim)?;
        let rng = streams.rng(PROTOTYPES);
        let work = if count <= dim + 1 {
            Work::Exact {
                rows: exact::simplex(count, dim),
                method: "simplex",
            }
        } else if count <= 2 * dim {
            Work::Exact {
                rows: exact::cross_polytope(count, dim),
                method: "cross-polytope",
            }
        } else if dim == 2 {
            Work::Exact {
                rows: exact::polygon(count),
                method: "polygon",
            }
        } else {
            Work::Anneal(Box::new(Annealer::new(count, dim, rng.clone())))
        };
        Ok(Self {
            count,
            dim,
            is_recorded: true,
            rng,
            work,
        })
    }

    /// Whether to record the trajectory. It does not change the result.
    #[must_use]
    pub fn with_trajectory(mut self, is_recorded: bool) -> Self {
        self.is_recorded = is_recorded;
        if let Work::Anneal(annealer) = &mut self.work {
            annealer.set_recording(is_recorded);
        }
        self
    }

    /// Does a slice of work, a few milliseconds for 100 prototypes in 3 dimensions. True when there is
    /// none left.
    pub fn advance(&mut self) -> bool {
        match &mut self.work {
            Work::Exact { .. } => true,
            Work::Anneal(annealer) => annealer.advance(),
        }
    }

    /// Share of the work that is done, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        match &self.work {
            Work::Exact { .. } => 1.0,
            Work::Anneal(annealer) => annealer.progress(),
        }
    }

    /// Does what work is left and gives the prototypes.
    #[must_use]
    pub fn finish(mut self) -> Spread {
        while !self.advance() {}
        match self.work {
            Work::Exact { rows, method } => {
                let trajectory = if self.is_recorded {
                    trajectory::to_known(&rows, self.dim, &mut self.rng)
                } else {
                    Vec::new()
                };
                Spread {
                    prototypes: to_f32(&rows),
                    method,
                    proven_optimal: true,
                    trajectory,
                }
            }
            Work::Anneal(annealer) => {
                let best = annealer.into_best();
                Spread {
                    prototypes: to_f32(&best.rows),
                    method: "annealed",
                    proven_optimal: best.max_cos - bound_max_cos(self.count, self.dim)
                        < PROVEN_WITHIN,
                    trajectory: best
                        .recorder
                        .map(|recorder| recorder.into_even_frames(&best.rows))
                        .unwrap_or_default(),
                }
            }
        }
    }
}

/// Spreads `count` prototypes in `dim` dimensions in one go, without a trajectory.
///
/// # Errors
/// As [`Spreader::new`].
pub fn spread(count: usize, dim: usize, streams: &Streams) -> Result<Spread, PrototypeError> {
    Ok(Spreader::new(count, dim, streams)?
        .with_trajectory(false)
        .finish())
}

/// `count` directions in `dim` dimensions drawn at random (count x dim, unit rows): where learned
/// prototypes start.
#[must_use]
pub fn random(count: usize, dim: usize, rng: &mut StreamRng) -> Vec<f32> {
    let mut rows: Vec<f64> = (0..count * dim)
        .map(|_| StandardNormal.sample(rng))
        .collect();
    normalise_rows(&mut rows, dim);
    to_f32(&rows)
}

fn check(count: usize, dim: usize) -> Result<(), PrototypeError> {
    if dim == 0 {
        return Err(PrototypeError::NoDimension);
    }
    if count < 2 {
        return Err(PrototypeError::TooFew { count });
    }
    if dim == 1 && count > 2 {
        return Err(PrototypeError::Line { count });
    }
    let is_annealed = dim > 2 && count > dim.saturating_mul(2);
    let is_small = count
        .checked_mul(dim)
        .is_some_and(|numbers| numbers <= MOST_NUMBERS);
    if !is_small || (is_annealed && count > MOST_ANNEALED) {
        return Err(PrototypeError::TooMany { count, dim });
    }
    Ok(())
}

/// Scales each row to length 1; a row of zeros becomes the first axis.
fn normalise_rows(rows: &mut [f64], dim: usize) {
    for row in rows.chunks_exact_mut(dim.max(1)) {
        let norm = row.iter().map(|value| value * value).sum::<f64>().sqrt();
        if norm > 0.0 {
            for value in row {
                *value /= norm;
            }
        } else if let Some(first) = row.first_mut() {
            *first = 1.0;
        }
    }
}

fn to_f32(rows: &[f64]) -> Vec<f32> {
    rows.iter().map(|&value| value as f32).collect()
}

#[cfg(test)]
mod tests;
