//! Which way of making prototypes serves a request.

use super::anneal::plan::is_affordable;
use super::codes::Code;
use super::{
    Effort, MOST_ANNEALED, MOST_NUMBERS, Method, PROVEN_WITHIN, PrototypeError, Request,
    bound_max_cos, exact,
};

/// In many dimensions no search of ours has come closer to the bound than this (100 x 16, 32; 200 x 50;
/// 1000 x 64: 0.04 to 0.06 above it), so a code that does needs no rival.
const OUT_OF_REACH: f64 = 0.04;
const MANY_DIMENSIONS: usize = 16;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Choice {
    /// Take these rows (c x d), known in closed form.
    Exact { rows: Vec<f64>, method: Method },
    /// Take points of this code.
    Code(Code),
    /// Anneal, and take points of the code if they come out better.
    Anneal { rival: Option<Code> },
    /// Optimise on a device, and take points of the code if they come out better.
    Tile { rival: Option<Code> },
    /// Minimise the uniformity.
    Uniformity,
    /// Do as the authors' script.
    Released,
    /// Draw them.
    Random,
    /// Do as hyperspherical prototype networks.
    Hpn,
    /// Turn a simplex at random.
    Etf,
}

/// Chooses for a request.
///
/// # Errors
/// Those of [`check`], a method that cannot make so many in so many dimensions, a temperature that is not
/// positive.
pub(super) fn choose(request: &Request) -> Result<Choice, PrototypeError> {
    let &Request {
        count,
        dim,
        method,
        t,
        effort,
    } = request;
    check(count, dim)?;
    let refuse = |why| {
        Err(PrototypeError::DoesNotApply {
            method,
            count,
            dim,
            why,
        })
    };
    let too_many = Err(PrototypeError::TooMany { count, dim });
    match method {
        Method::Auto => best_choice(count, dim, effort),
        Method::Simplex | Method::Etf if count > dim + 1 => {
            refuse("a simplex has at most one corner more than dimensions")
        }
        Method::CrossPolytope if count > 2 * dim => {
            refuse("a cross-polytope has two corners for each dimension")
        }
        Method::Polygon if dim != 2 => refuse("a polygon lies in 2 dimensions"),
        Method::Simplex | Method::CrossPolytope | Method::Polygon => {
            Ok(exact_choice(count, dim, method))
        }
        Method::Annealed | Method::Uniformity if count > MOST_ANNEALED => too_many,
        Method::Annealed => Ok(Choice::Anneal { rival: None }),
        Method::Uniformity if !(t > 0.0 && t.is_finite()) => Err(PrototypeError::Temperature { t }),
        Method::Uniformity => Ok(Choice::Uniformity),
        Method::Released => Ok(Choice::Released),
        Method::Random => Ok(Choice::Random),
        Method::Hpn if count > MOST_ANNEALED => too_many,
        Method::Hpn => Ok(Choice::Hpn),
        Method::Etf => Ok(Choice::Etf),
        Method::Tiled => Ok(Choice::Tile { rival: None }),
        Method::Code(code) => Ok(Choice::Code(code)),
    }
}

/// Refuses numbers of which there are no prototypes.
///
/// # Errors
/// `dim` = 0, fewer than 2 prototypes, more than 2 on a line, more numbers than can be handled.
pub(super) fn check(count: usize, dim: usize) -> Result<(), PrototypeError> {
    if dim == 0 {
        return Err(PrototypeError::NoDimension);
    }
    if count < 2 {
        return Err(PrototypeError::TooFew { count });
    }
    if dim == 1 && count > 2 {
        return Err(PrototypeError::Line { count });
    }
    let is_small = count
        .checked_mul(dim)
        .is_some_and(|numbers| numbers <= MOST_NUMBERS);
    if !is_small {
        return Err(PrototypeError::TooMany { count, dim });
    }
    Ok(())
}

fn best_choice(count: usize, dim: usize, effort: Effort) -> Result<Choice, PrototypeError> {
    if count <= dim + 1 {
        return Ok(exact_choice(count, dim, Method::Simplex));
    }
    if count <= 2 * dim {
        return Ok(exact_choice(count, dim, Method::CrossPolytope));
    }
    if dim == 2 {
        return Ok(exact_choice(count, dim, Method::Polygon));
    }
    let code = Code::for_size(count, dim);
    if let Some(code) = code
        && is_code_proven(code, count, dim)
    {
        return Ok(Choice::Code(code));
    }
    if let Some(code) = code
        && dim >= MANY_DIMENSIONS
        && code.max_cos() < bound_max_cos(count, dim) + OUT_OF_REACH
    {
        return Ok(Choice::Code(code));
    }
    // A page has no tiles.
    let can_wait = effort == Effort::Quick || is_affordable(count, dim, effort);
    Ok(if count <= MOST_ANNEALED && can_wait {
        Choice::Anneal { rival: code }
    } else {
        Choice::Tile { rival: code }
    })
}

fn exact_choice(count: usize, dim: usize, method: Method) -> Choice {
    let rows = match method {
        Method::Simplex => exact::simplex(count, dim),
        Method::CrossPolytope => exact::cross_polytope(count, dim),
        _ => exact::polygon(count),
    };
    Choice::Exact { rows, method }
}

/// Whether `count` points of `code` in `dim` dimensions are proven to be as far apart as can be.
pub(super) fn is_code_proven(code: Code, count: usize, dim: usize) -> bool {
    code.max_cos() - bound_max_cos(count, dim) < PROVEN_WITHIN
}
