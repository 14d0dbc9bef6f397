//! Spreading a slice of work at a time, so that a page can draw in between.

use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::anneal::{Annealer, Candidate};
use super::baselines::{Hpn, drawn, turned_simplex};
use super::choice::{Choice, choose, is_code_proven};
use super::codes::Code;
use super::released::Script;
use super::rows::max_cosine;
use super::uniformity::Descent;
use super::{
    Effort, MOST_CODE_POINTS_ON_PAGE, MOST_ON_PAGE, Method, PROVEN_WITHIN, PrototypeError, Request,
    Spread, bound_max_cos, to_f32, trajectory,
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
    is_recorded: bool,
    streams: Streams,
    work: Work,
}

#[derive(Debug)]
enum Work {
    /// There is nothing to do.
    Known(Spread),
    Anneal {
        annealer: Box<Annealer>,
        rival: Option<Spread>,
    },
    Uniformity(Box<Descent>),
    Released(Box<Script>),
    Hpn(Box<Hpn>),
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
        let request = Request {
            count,
            dim,
            method,
            t,
            effort: Effort::Quick,
        };
        if count.saturating_mul(dim) > MOST_ON_PAGE && count > 1 && dim > 0 {
            return Err(PrototypeError::TooMany { count, dim });
        }
        let choice = choose(&request)?;
        if let Method::Code(code) = method
            && code.len() > MOST_CODE_POINTS_ON_PAGE
        {
            return Err(PrototypeError::DoesNotApply {
                method,
                count,
                dim,
                why: "so large a code comes in one go, which a page cannot wait for; take its points from a file",
            });
        }
        Self::of_choice(choice, &request, streams)
    }

    pub(super) fn of_choice(
        choice: Choice,
        request: &Request,
        streams: &Streams,
    ) -> Result<Self, PrototypeError> {
        let &Request {
            count,
            dim,
            method,
            t,
            ..
        } = request;
        let work = match choice {
            Choice::Exact { rows, method } => Work::Known(Spread {
                prototypes: to_f32(&rows),
                method,
                // So few would be farther apart as a simplex.
                proven_optimal: method != Method::CrossPolytope || count > dim + 1,
                trajectory: Vec::new(),
            }),
            Choice::Code(code) => Work::Known(Spread::of_code(code, count, dim, streams)?),
            Choice::Anneal { rival } => Work::Anneal {
                annealer: Box::new(Annealer::new(count, dim, streams)),
                rival: rival
                    .map(|code| Spread::of_code(code, count, dim, streams))
                    .transpose()?,
            },
            Choice::Uniformity => {
                let rng = streams.rng(PROTOTYPES);
                Work::Uniformity(Box::new(Descent::new(count, dim, t, rng)))
            }
            Choice::Released => {
                let rng = streams.rng(PROTOTYPES);
                Work::Released(Box::new(Script::new(count, dim, rng)))
            }
            Choice::Hpn => Work::Hpn(Box::new(Hpn::new(count, dim, streams.rng(PROTOTYPES)))),
            Choice::Random => Work::Known(Spread {
                prototypes: to_f32(&drawn(count, dim, &mut streams.rng(PROTOTYPES))),
                method: Method::Random,
                proven_optimal: false,
                trajectory: Vec::new(),
            }),
            Choice::Etf => Work::Known(Spread {
                prototypes: to_f32(&turned_simplex(count, dim, &mut streams.rng(PROTOTYPES))),
                method: Method::Etf,
                proven_optimal: true,
                trajectory: Vec::new(),
            }),
            // On a page the code has to do, however good the tiles would be.
            Choice::Tile { rival: Some(code) } => {
                Work::Known(Spread::of_code(code, count, dim, streams)?)
            }
            Choice::Tile { rival: None } if method == Method::Auto => {
                return Err(PrototypeError::TooMany { count, dim });
            }
            Choice::Tile { rival: None } => {
                return Err(PrototypeError::DoesNotApply {
                    method,
                    count,
                    dim,
                    why: "it works on a device and in one go, not a slice at a time",
                });
            }
        };
        Ok(Self {
            count,
            dim,
            is_recorded: true,
            streams: *streams,
            work,
        })
    }

    /// Whether to record the trajectory. It does not change the result.
    #[must_use]
    pub fn with_trajectory(mut self, is_recorded: bool) -> Self {
        self.is_recorded = is_recorded;
        if !is_recorded {
            match &mut self.work {
                Work::Known(_) => {}
                Work::Anneal { annealer, .. } => annealer.forget_trajectory(),
                Work::Uniformity(descent) => descent.forget_trajectory(),
                Work::Released(script) => script.forget_trajectory(),
                Work::Hpn(hpn) => hpn.forget_trajectory(),
            }
        }
        self
    }

    /// Does a slice of work, a few milliseconds for 100 prototypes in 3 dimensions. True when there is
    /// none left.
    pub fn advance(&mut self) -> bool {
        match &mut self.work {
            Work::Known(_) => true,
            Work::Anneal { annealer, .. } => annealer.advance(),
            Work::Uniformity(descent) => descent.advance(),
            Work::Released(script) => script.advance(),
            Work::Hpn(hpn) => hpn.advance(),
        }
    }

    /// Share of the work that is done, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        match &self.work {
            Work::Known(_) => 1.0,
            Work::Anneal { annealer, .. } => annealer.progress(),
            Work::Uniformity(descent) => descent.progress(),
            Work::Released(script) => script.progress(),
            Work::Hpn(hpn) => hpn.progress(),
        }
    }

    /// Does what work is left and gives the prototypes.
    #[must_use]
    pub fn finish(mut self) -> Spread {
        while !self.advance() {}
        self.into_spread()
    }

    /// The prototypes as far as they have come.
    pub(super) fn into_spread(self) -> Spread {
        let (count, dim) = (self.count, self.dim);
        let mut spread = match self.work {
            Work::Known(spread) => spread,
            Work::Anneal { annealer, rival } => {
                Spread::of_annealed(annealer.into_best(), rival, count, dim)
            }
            Work::Uniformity(descent) => {
                Spread::of_candidate(descent.into_candidate(), Method::Uniformity, count, dim)
            }
            Work::Hpn(hpn) => Spread::of_candidate(hpn.into_candidate(), Method::Hpn, count, dim),
            Work::Released(script) => {
                Spread::of_candidate(script.into_candidate(), Method::Released, count, dim)
            }
        };
        if self.is_recorded && spread.trajectory.is_empty() {
            let rows: Vec<f64> = spread.prototypes.iter().copied().map(f64::from).collect();
            let mut rng = self.streams.rng(PROTOTYPES);
            spread.trajectory = trajectory::to_known(&rows, dim, &mut rng);
        }
        spread
    }
}

impl Spread {
    /// What a search found, with its way there.
    fn of_candidate(best: Candidate, method: Method, count: usize, dim: usize) -> Self {
        Self {
            prototypes: to_f32(&best.rows),
            method,
            proven_optimal: best.max_cos - bound_max_cos(count, dim) < PROVEN_WITHIN,
            trajectory: best
                .recorder
                .map(|recorder| recorder.into_even_frames(&best.rows, best.t))
                .unwrap_or_default(),
        }
    }

    /// What annealing found, or its rival if that is farther apart.
    pub(super) fn of_annealed(
        best: Candidate,
        rival: Option<Self>,
        count: usize,
        dim: usize,
    ) -> Self {
        let rival = rival.filter(|rival| {
            let rows: Vec<f64> = rival.prototypes.iter().copied().map(f64::from).collect();
            max_cosine(&rows, dim) < best.max_cos
        });
        rival.unwrap_or_else(|| Self::of_candidate(best, Method::Annealed, count, dim))
    }

    /// Points of a code.
    pub(super) fn of_code(
        code: Code,
        count: usize,
        dim: usize,
        streams: &Streams,
    ) -> Result<Self, PrototypeError> {
        let mut rng = streams.rng(PROTOTYPES);
        Ok(Self {
            prototypes: code.points(count, dim, &mut rng)?,
            method: Method::Code(code),
            proven_optimal: is_code_proven(code, count, dim),
            trajectory: Vec::new(),
        })
    }
}
