//! Which points of a code to take when fewer are wanted than it has.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::Streams;
use rand::RngExt;

/// Name of the random stream that breaks ties, the same for every seed.
const TIES: &str = "codes";
/// Most choices that are compared.
const MOST_TRIES: usize = 32;
/// Products of single numbers that all choices together may take, unless one takes more: a tenth of a
/// second.
const MOST_PRODUCTS: usize = 100_000_000;
/// Most different cosines of a code; the 600-cell has as many.
const MOST_LEVELS: usize = 8;
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
    pairs: [u64; MOST_LEVELS],
}

fn choose_once(
    rows: &[f64],
    dim: usize,
    count: usize,
    levels: &[f64],
    rng: &mut StreamRng,
) -> Choice {
    let all = rows.len() / dim;
    // Of each point how many chosen ones it has at each level, 16 bits a level, the greatest cosine in
    // the highest: the order of these numbers is the order of preference.
    let mut touching = vec![0_u128; all];
    let mut free: Vec<usize> = (0..all).collect();
    let mut points = Vec::with_capacity(count);
    let mut pairs = [0; MOST_LEVELS];
    while points.len() < count {
        let Some(place) = least(&touching, &free, rng) else {
            break;
        };
        let next = free.swap_remove(place);
        points.push(next);
        for (level, sum) in pairs.iter_mut().enumerate() {
            *sum += (touching[next] >> shift(level)) as u64 & 0xffff;
        }
        let chosen = &rows[next * dim..(next + 1) * dim];
        for &point in &free {
            let row = &rows[point * dim..(point + 1) * dim];
            let cos: f64 = chosen.iter().zip(row).map(|(a, b)| a * b).sum();
            // The levels are sorted: the first that is not greater is the cosine's own.
            let level = levels.partition_point(|&level| level > cos + SAME);
            touching[point] += 1 << shift(level);
        }
    }
    Choice { points, pairs }
}

const fn shift(level: usize) -> usize {
    16 * (MOST_LEVELS - 1).saturating_sub(level)
}

/// The place in `free` of a point that touches least, any of them with the same chance.
fn least(touching: &[u128], free: &[usize], rng: &mut StreamRng) -> Option<usize> {
    let least = free.iter().map(|&point| touching[point]).min()?;
    let is_least = |&place: &usize| touching[free[place]] == least;
    let equals = (0..free.len()).filter(is_least).count();
    (0..free.len())
        .filter(is_least)
        .nth(rng.random_range(0..equals))
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
