//! Which points of a code to take when fewer are wanted than it has.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::Streams;
use rand::RngExt;

/// Name of the random stream that breaks ties, the same for every seed.
const TIES: &str = "codes";
/// Most choices that are compared.
const MOST_TRIES: usize = 32;
/// Products of single numbers that the choosing may take, about a third of a second.
const MOST_PRODUCTS: usize = 400_000_000;
/// Cosines nearer than this are the same.
const SAME: f64 = 1e-9;

/// Numbers of `count` of the `rows` (n x `dim`, unit rows) with few pairs at the greatest cosine.
///
/// One by one, the point is taken that adds the fewest pairs at the greatest cosine of the code; among
/// those the fewest at the next, and so on; ties are broken at random. So the greatest cosine is only
/// touched once nothing else is left, opposite and orthogonal points come first, and in codes with two
/// cosines, where that is the same, the sum stays as small as can be. Of several such choices the one with
/// the fewest pairs counts, again from the greatest cosine down.
pub fn choose(rows: &[f64], dim: usize, count: usize) -> Vec<usize> {
    let all = rows.len() / dim;
    if count >= all {
        return (0..all).collect();
    }
    let levels = levels(rows, dim);
    let tries = (MOST_PRODUCTS / (count * rows.len()).max(1)).clamp(1, MOST_TRIES);
    let streams = Streams::new(0);
    (0..tries)
        .map(|part| {
            let mut rng = streams.rng_at(TIES, part as u64);
            choose_once(rows, dim, count, &levels, &mut rng)
        })
        .min_by(|a, b| a.pairs.cmp(&b.pairs))
        .map(|choice| choice.points)
        .unwrap_or_default()
}

struct Choice {
    points: Vec<usize>,
    /// Pairs at each level, the greatest cosine first.
    pairs: Vec<u64>,
}

fn choose_once(
    rows: &[f64],
    dim: usize,
    count: usize,
    levels: &[f64],
    rng: &mut StreamRng,
) -> Choice {
    let all = rows.len() / dim;
    // Of each point, the chosen ones at each level; compared as they stand, the greatest cosine first.
    let mut touching = vec![vec![0_u64; levels.len()]; all];
    let mut is_free = vec![true; all];
    let mut points = Vec::with_capacity(count);
    let mut pairs = vec![0; levels.len()];
    while points.len() < count {
        let Some(next) = least(&touching, &is_free, rng) else {
            break;
        };
        for (sum, own) in pairs.iter_mut().zip(&touching[next]) {
            *sum += own;
        }
        is_free[next] = false;
        points.push(next);
        let chosen = &rows[next * dim..(next + 1) * dim];
        for (touching, row) in touching.iter_mut().zip(rows.chunks_exact(dim)) {
            let cos: f64 = chosen.iter().zip(row).map(|(a, b)| a * b).sum();
            if let Some(level) = levels.iter().position(|level| (cos - level).abs() < SAME) {
                touching[level] += 1;
            }
        }
    }
    Choice { points, pairs }
}

/// A free point that touches least, any of them with the same chance.
fn least(touching: &[Vec<u64>], is_free: &[bool], rng: &mut StreamRng) -> Option<usize> {
    let mut best: Option<usize> = None;
    let mut equals = 0;
    for point in (0..touching.len()).filter(|&point| is_free[point]) {
        let order = best.map_or(std::cmp::Ordering::Less, |best| {
            touching[point].cmp(&touching[best])
        });
        if order.is_lt() {
            (best, equals) = (Some(point), 1);
        } else if order.is_eq() {
            equals += 1;
            if rng.random_range(0..equals) == 0 {
                best = Some(point);
            }
        }
    }
    best
}

/// The cosines of the code but for 1, the greatest first. Every point has the same, so one is enough.
fn levels(rows: &[f64], dim: usize) -> Vec<f64> {
    let first = &rows[..dim];
    let mut cosines: Vec<f64> = rows
        .chunks_exact(dim)
        .skip(1)
        .map(|row| first.iter().zip(row).map(|(a, b)| a * b).sum())
        .collect();
    cosines.sort_by(|a, b| b.total_cmp(a));
    cosines.dedup_by(|b, a| (*a - *b).abs() < SAME);
    cosines
}
