//! Making prototypes in one go, with the best method there is.

use burn::tensor::Device;
use dl2pa_data::streams::Streams;

use super::choice::{Choice, choose};
use super::codes::Code;
use super::{
    Effort, Method, PAPER_T, Progress, PrototypeError, Request, Spread, Spreader, Watch, anneal,
    tiled,
};
use crate::metrics::separation;

/// Makes the prototypes that `request` asks for, without a trajectory. The same seed gives the same
/// prototypes on any number of threads, except with [`Effort::UntilStopped`] and where `watch` stops the
/// work; with [`Effort::Quick`] those of [`Spreader`]. `device` is where [`Method::Tiled`] computes.
///
/// [`Method::Auto`] takes what is proven best; else the better of annealing and the best code, as far as
/// `effort` affords to anneal so many; else the code alone.
///
/// # Errors
/// Numbers of which there are no prototypes or that are too large, a method that cannot make so many in
/// so many dimensions, a `t` that is not positive.
pub async fn make(
    request: &Request,
    streams: &Streams,
    device: &Device,
    watch: &dyn Watch,
) -> Result<Spread, PrototypeError> {
    let &Request {
        count, dim, effort, ..
    } = request;
    let choice = choose(request)?;
    let code_points = |rival: Option<Code>| {
        rival
            .map(|code| Spread::of_code(code, count, dim, streams))
            .transpose()
    };
    match choice {
        Choice::Anneal { rival } => {
            let rival = code_points(rival)?;
            let best = anneal::solve(count, dim, effort, streams, watch);
            return Ok(Spread::of_annealed(best, rival, count, dim));
        }
        Choice::Tile { rival } => {
            let rows = tiled::spread(count, dim, streams, device, effort, watch).await?;
            let tiled = Spread {
                proven_optimal: false,
                method: Method::Tiled,
                prototypes: rows,
                trajectory: Vec::new(),
            };
            return Ok(better_of(tiled, code_points(rival)?, dim));
        }
        _ => {}
    }
    let mut spreader = Spreader::of_choice(choice, request, streams)?.with_trajectory(false);
    while !spreader.advance() && !watch.should_stop() {
        watch.progress(Progress {
            share: spreader.progress(),
            best_max_cos: None,
        });
    }
    Ok(spreader.into_spread())
}

/// The one of the two whose greatest cosine is smaller.
fn better_of(found: Spread, rival: Option<Spread>, dim: usize) -> Spread {
    let Some(rival) = rival else {
        return found;
    };
    let max_cos = |spread: &Spread| {
        separation(&spread.prototypes, dim).map_or(f64::INFINITY, |figures| figures.max_cos)
    };
    if max_cos(&rival) < max_cos(&found) {
        rival
    } else {
        found
    }
}

/// Spreads `count` prototypes in `dim` dimensions in one go, quickly and without a trajectory.
///
/// # Errors
/// As [`Spreader::new`].
pub fn spread(count: usize, dim: usize, streams: &Streams) -> Result<Spread, PrototypeError> {
    let request = Request {
        count,
        dim,
        method: Method::Auto,
        t: PAPER_T,
        effort: Effort::Quick,
    };
    let spreader = Spreader::of_choice(choose(&request)?, &request, streams)?;
    Ok(spreader.with_trajectory(false).finish())
}
