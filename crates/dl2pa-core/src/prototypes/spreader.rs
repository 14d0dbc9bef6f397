//! Spreading a slice of work at a time, so that a page can draw in between.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::anneal::Annealer;
use super::{
    Method, PROVEN_WITHIN, PrototypeError, Spread, bound_max_cos, check, exact, to_f32, trajectory,
};

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
    Exact { rows: Vec<f64>, method: Method },
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
                method: Method::Simplex,
            }
        } else if count <= 2 * dim {
            Work::Exact {
                rows: exact::cross_polytope(count, dim),
                method: Method::CrossPolytope,
            }
        } else if dim == 2 {
            Work::Exact {
                rows: exact::polygon(count),
                method: Method::Polygon,
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
                    method: Method::Annealed,
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
