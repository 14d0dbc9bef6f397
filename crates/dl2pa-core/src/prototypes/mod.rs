//! Prototypes: `c` fixed unit vectors in `d` dimensions, as far apart as can be made.
//!
//! Where the best arrangement is known in closed form it is taken ([`exact`]); elsewhere a log-sum-exp
//! of the cosines is minimised while its temperature falls, from several random starts ([`Spreader`]).
//! The paper (eq. 4-5) minimises the uniformity at one temperature, which at low d leaves close pairs.

mod anneal;
mod baselines;
pub mod bound;
mod choice;
pub mod codes;
pub mod exact;
mod lbfgs;
mod make;
mod method;
mod polish;
mod released;
mod row_source;
mod rows;
mod spreader;
mod tiled;
mod trajectory;
mod uniformity;
mod watch;

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use thiserror::Error;

pub use bound::{bound_max_cos, bound_name};
pub use codes::CodeError;
pub use make::{make, spread};
pub use method::{Method, UnknownMethod};
pub use row_source::RowSource;
pub use spreader::Spreader;
pub use watch::{Progress, Unwatched, Watch};

use rows::normalise_rows;

/// Most prototypes that are annealed; each step looks at every pair.
pub const MOST_ANNEALED: usize = 5_000;
/// Most numbers c x d in a set of prototypes.
pub const MOST_NUMBERS: usize = 1 << 26;
/// The same where they are made a slice at a time, for a page.
pub const MOST_ON_PAGE: usize = 1 << 24;
/// Most points of a code that a page makes, since a code comes in one go: some hundredths of a second.
pub const MOST_CODE_POINTS_ON_PAGE: usize = 1_000;
/// Frames of a trajectory.
pub const TRAJECTORY_FRAMES: usize = 60;
/// Temperature t of the uniformity in the paper.
pub const PAPER_T: f64 = 2.0;
/// A greatest cosine this close to the proven bound counts as reaching it.
const PROVEN_WITHIN: f64 = 1e-6;

/// Prototypes cannot be made as asked.
#[derive(Clone, Debug, PartialEq, Error)]
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
    /// A method that cannot make these.
    #[error(
        "`{method}` does not make {count} prototypes in {dim} dimensions: {why}; choose another method, \
         or `auto`"
    )]
    DoesNotApply {
        /// Method asked for.
        method: Method,
        /// Number asked for.
        count: usize,
        /// Dimension asked for.
        dim: usize,
        /// Why it does not.
        why: &'static str,
    },
    /// Points that a code does not have.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A temperature that is no temperature.
    #[error("the uniformity has no minimum at t = {t}; choose a t above 0, such as the paper's 2")]
    Temperature {
        /// Temperature asked for.
        t: f64,
    },
    /// The device on which they are made has failed.
    #[error("the device failed while it spread the prototypes ({cause}); try another device")]
    Device {
        /// What the device says.
        cause: String,
    },
}

/// What prototypes are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Request {
    /// Number of prototypes c.
    pub count: usize,
    /// Dimension d.
    pub dim: usize,
    /// How to make them.
    pub method: Method,
    /// Temperature t of [`Method::Uniformity`]; 2 in the paper.
    pub t: f64,
    /// How long to try.
    pub effort: Effort,
}

/// How long the optimising methods try for a better arrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// So much that a page can wait for it: some tenths of a second.
    Quick,
    /// Some seconds on two cores.
    Thorough,
    /// Until the caller's [`Watch`] says stop, or the arrangement is proven optimal. The result then
    /// depends on the machine's speed.
    UntilStopped,
}

/// Prototypes that have been spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// c x d, row-major, unit rows.
    pub prototypes: Vec<f32>,
    /// How they were made; never [`Method::Auto`].
    pub method: Method,
    /// Whether the greatest cosine is as small as is proven possible (for optimised ones: to 1e-6).
    pub proven_optimal: bool,
    /// How they moved apart: [`TRAJECTORY_FRAMES`] frames about evenly apart, from a clump around one
    /// pole to `prototypes`. Empty if not recorded.
    pub trajectory: Vec<Frame>,
}

/// A moment of the spreading.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// c x d, row-major, unit rows.
    pub prototypes: Vec<f32>,
    /// Temperature t of the uniformity that is being minimised (paper eq. 4-5; half the sharpness of the
    /// log-sum-exp of cosines). `None` where nothing is minimised.
    pub t: Option<f64>,
}

/// `count` directions in `dim` dimensions drawn at random (count x dim, unit rows): where learned
/// prototypes start.
#[must_use]
pub fn random(count: usize, dim: usize, rng: &mut StreamRng) -> Vec<f32> {
    let mut rows: Vec<f64> = (0..count * dim).map(|_| standard_normal(rng)).collect();
    normalise_rows(&mut rows, dim);
    to_f32(&rows)
}

fn to_f32(rows: &[f64]) -> Vec<f32> {
    rows.iter().map(|&value| value as f32).collect()
}

#[cfg(test)]
mod tests;
