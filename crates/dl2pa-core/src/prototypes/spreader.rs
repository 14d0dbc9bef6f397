//! Spreading a slice of work at a time, so that a page can draw in between.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::anneal::{Annealer, Candidate};
use super::released::{self, Script};
use super::uniformity::Descent;
use super::{
    Method, PROVEN_WITHIN, PrototypeError, Spread, bound_max_cos, check, exact, to_f32, trajectory,
};

/// Spreads prototypes a slice of work at a time, so that a browser can draw between two slices.
///
/// ```
/// # use dl2pa_core::prototypes::{Method, Spreader};
/// # use dl2pa_core::streams::Streams;
/// let mut spreader = Spreader::new(12, 3, Method::Auto, 2.0, &Streams::new(42))?;
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
    t: f64,
    is_recorded: bool,
    rng: StreamRng,
    method: Method,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Exact(Vec<f64>),
    Anneal(Box<Annealer>),
    Uniformity(Box<Descent>),
    Released(Box<Script>),
}

impl Spreader {
    /// Prepares the spreading of `count` prototypes in `dim` dimensions by `method`, recorded for the
    /// eye. `t` is the temperature of [`Method::Uniformity`] (2 in the paper); the others ignore it.
    ///
    /// # Errors
    /// `dim` = 0, fewer than 2 prototypes, more than 2 on a line, or more than can be handled; a method
    /// that cannot make so many in so many dimensions, or not in slices; a `t` that is not positive.
    pub fn new(
        count: usize,
        dim: usize,
        method: Method,
        t: f64,
        streams: &Streams,
    ) -> Result<Self, PrototypeError> {
        check(count, dim, method)?;
        let rng = streams.rng(PROTOTYPES);
        let method = resolve(method, count, dim);
        let refuse = |why| PrototypeError::DoesNotApply {
            method,
            count,
            dim,
            why,
        };
        let work = match method {
            Method::Simplex if count <= dim + 1 => Work::Exact(exact::simplex(count, dim)),
            Method::Simplex => {
                return Err(refuse(
                    "a simplex has at most one corner more than dimensions",
                ));
            }
            Method::CrossPolytope if count <= 2 * dim => {
                Work::Exact(exact::cross_polytope(count, dim))
            }
            Method::CrossPolytope => {
                return Err(refuse(
                    "a cross-polytope has two corners for each dimension",
                ));
            }
            Method::Polygon if dim == 2 => Work::Exact(exact::polygon(count)),
            Method::Polygon => return Err(refuse("a polygon lies in 2 dimensions")),
            Method::Uniformity if !(t > 0.0 && t.is_finite()) => {
                return Err(PrototypeError::Temperature { t });
            }
            Method::Uniformity => {
                Work::Uniformity(Box::new(Descent::new(count, dim, t, rng.clone())))
            }
            Method::Released => Work::Released(Box::new(Script::new(count, dim, rng.clone()))),
            Method::Tiled => {
                return Err(refuse(
                    "it works on a device and in one go, not a slice at a time",
                ));
            }
            Method::Code(_) => return Err(refuse("this code is not built yet")),
            Method::Annealed | Method::Auto => {
                Work::Anneal(Box::new(Annealer::new(count, dim, rng.clone())))
            }
        };
        Ok(Self {
            count,
            dim,
            t,
            is_recorded: true,
            rng,
            method,
            work,
        })
    }

    /// Whether to record the trajectory. It does not change the result.
    #[must_use]
    pub fn with_trajectory(mut self, is_recorded: bool) -> Self {
        self.is_recorded = is_recorded;
        if !is_recorded {
            match &mut self.work {
                Work::Exact(_) => {}
                Work::Anneal(annealer) => annealer.forget_trajectory(),
                Work::Uniformity(descent) => descent.forget_trajectory(),
                Work::Released(script) => script.forget_trajectory(),
            }
        }
        self
    }

    /// Does a slice of work, a few milliseconds for 100 prototypes in 3 dimensions. True when there is
    /// none left.
    pub fn advance(&mut self) -> bool {
        match &mut self.work {
            Work::Exact(_) => true,
            Work::Anneal(annealer) => annealer.advance(),
            Work::Uniformity(descent) => descent.advance(),
            Work::Released(script) => script.advance(),
        }
    }

    /// Share of the work that is done, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        match &self.work {
            Work::Exact(_) => 1.0,
            Work::Anneal(annealer) => annealer.progress(),
            Work::Uniformity(descent) => descent.progress(),
            Work::Released(script) => script.progress(),
        }
    }

    /// Does what work is left and gives the prototypes.
    #[must_use]
    pub fn finish(mut self) -> Spread {
        while !self.advance() {}
        let (candidate, t) = match self.work {
            Work::Exact(rows) => {
                let trajectory = if self.is_recorded {
                    trajectory::to_known(&rows, self.dim, &mut self.rng)
                } else {
                    Vec::new()
                };
                return Spread {
                    prototypes: to_f32(&rows),
                    method: self.method,
                    proven_optimal: self.count <= 2 * self.dim || self.dim == 2,
                    trajectory,
                };
            }
            Work::Anneal(annealer) => annealer.into_best(),
            Work::Uniformity(descent) => (descent.into_candidate(), Some(self.t)),
            Work::Released(script) => (script.into_candidate(), Some(released::T)),
        };
        finished(candidate, t, self.count, self.dim, self.method)
    }
}

/// The method that [`Method::Auto`] stands for.
fn resolve(method: Method, count: usize, dim: usize) -> Method {
    if method != Method::Auto {
        method
    } else if count <= dim + 1 {
        Method::Simplex
    } else if count <= 2 * dim {
        Method::CrossPolytope
    } else if dim == 2 {
        Method::Polygon
    } else {
        Method::Annealed
    }
}

/// What a search found, with its way there; `t` is the temperature of its end.
fn finished(best: Candidate, t: Option<f64>, count: usize, dim: usize, method: Method) -> Spread {
    Spread {
        prototypes: to_f32(&best.rows),
        method,
        proven_optimal: best.max_cos - bound_max_cos(count, dim) < PROVEN_WITHIN,
        trajectory: best
            .recorder
            .map(|recorder| recorder.into_even_frames(&best.rows, t))
            .unwrap_or_default(),
    }
}
