//! Where starts begin: clumps, and arrangements with a symmetry, which the descent keeps.
//!
//! The best arrangements of many numbers are symmetric and so rare among all local optima that random
//! starts miss them (120 points on the ordinary sphere, 40 in 5 dimensions). Among starts with a
//! rotation of the right order they are common.

use std::f64::consts::TAU;

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use rand::RngExt;

use crate::prototypes::rows::normalise_rows;
use crate::prototypes::trajectory::clump;

/// First temperatures (see [`super::plan`]) in turn: low ones nearly always lead to the same few
/// arrangements, which for some numbers (13 in 3 dimensions) are not the best.
const FIRST_HARDNESSES: [f64; 4] = [10.0, 30.0, 3.0, 100.0];
/// Orders of the rotations, in turn.
const ORDERS: [usize; 10] = [2, 3, 5, 4, 6, 2, 3, 5, 10, 8];
/// In more dimensions symmetric starts find nothing that others do not.
const MOST_SYMMETRIC_DIM: usize = 12;
/// Symmetric starts are no clumps; a touch of noise lets points leave a rotation's axis.
const NOISE_RAD: f64 = 1e-3;

/// The beginning of one start.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    /// c x d, unit rows.
    pub rows: Vec<f64>,
    /// Whether all rows are near one pole and have to open first.
    pub is_clump: bool,
    /// The hardness of the first stage.
    pub hardness: f64,
}

/// The beginning of start `index` of `count` points in `dim` dimensions.
pub(super) fn beginning(index: usize, count: usize, dim: usize, rng: &mut StreamRng) -> Beginning {
    let hardness = FIRST_HARDNESSES[index / 2 % FIRST_HARDNESSES.len()];
    if index % 2 == 1 && dim <= MOST_SYMMETRIC_DIM {
        let order = ORDERS[index / 2 % ORDERS.len()];
        Beginning {
            rows: symmetric(count, dim, order, rng),
            is_clump: false,
            hardness: FIRST_HARDNESSES[0],
        }
    } else {
        Beginning {
            rows: clump(count, dim, rng),
            is_clump: true,
            hardness,
        }
    }
}

/// `count` points (count x `dim`, unit rows) in orbits of a random rotation or rotary reflection of the
/// given order; what is left over lies on its axis if it has one, or anywhere.
fn symmetric(count: usize, dim: usize, order: usize, rng: &mut StreamRng) -> Vec<f64> {
    // The planes of coordinates (0, 1), (2, 3), ... turn by multiples of a full turn / order.
    let turns: Vec<usize> = (0..dim / 2)
        .map(|plane| {
            if plane == 0 {
                1
            } else {
                rng.random_range(0..order)
            }
        })
        .collect();
    let has_axis = dim % 2 == 1;
    let is_reflecting = has_axis && order.is_multiple_of(2) && rng.random_range(0..2) == 1;
    let mut rows = Vec::with_capacity(count * dim);
    let left_over = count % order;
    if has_axis && !is_reflecting && left_over <= 2 {
        for pole in 0..left_over {
            let noise: Vec<f64> = (0..dim).map(|_| standard_normal(rng)).collect();
            rows.extend(noise.iter().map(|value| value * NOISE_RAD));
            let last = rows.len() - 1;
            rows[last] += if pole == 0 { 1.0 } else { -1.0 };
        }
    }
    while rows.len() < count * dim {
        let point: Vec<f64> = (0..dim).map(|_| standard_normal(rng)).collect();
        let is_orbit = rows.len() + order * dim <= count * dim;
        for power in 0..if is_orbit { order } else { 1 } {
            for (plane, turn) in point.chunks_exact(2).zip(&turns) {
                let angle_rad = TAU * (turn * power % order) as f64 / order as f64;
                let (sine, cosine) = libm::sincos(angle_rad);
                rows.push(cosine * plane[0] - sine * plane[1]);
                rows.push(sine * plane[0] + cosine * plane[1]);
            }
            if has_axis {
                let is_mirrored = is_reflecting && power % 2 == 1;
                let height = point[dim - 1];
                rows.push(if is_mirrored { -height } else { height });
            }
        }
    }
    normalise_rows(&mut rows, dim);
    rows
}
