//! The pairs that matter: those close enough that their term is not lost beside the closest pair's.

use crate::prototypes::rows::{dot, max_cosine};

/// Terms smaller than exp(-this) of the largest are left out.
const NEGLIGIBLE: f64 = 32.0;
/// How much farther than needed the list reaches, as a share of the spacing: points may move by half of
/// it before the list is stale.
const MARGIN: f64 = 0.4;
/// From this share of all pairs on, a list of all of them is better, for it never grows stale.
const MOST_LISTED: f64 = 0.6;

/// A list of pairs with the reach it was made for.
#[derive(Debug)]
pub(in crate::prototypes) struct Pairs {
    dim: usize,
    /// About the angle between neighbours in a good arrangement.
    spacing_rad: f64,
    list: Vec<(u32, u32)>,
    /// Where the points were when the list was made, and up to which angle it is complete there.
    anchor: Vec<f64>,
    reach_rad: f64,
}

impl Pairs {
    /// No pair yet.
    pub fn new(dim: usize, spacing_rad: f64) -> Self {
        Self {
            dim,
            spacing_rad,
            list: Vec::new(),
            anchor: Vec::new(),
            reach_rad: -1.0,
        }
    }

    pub fn list(&self) -> &[(u32, u32)] {
        &self.list
    }

    /// Forgets the list, since the sharpness has changed.
    pub fn forget(&mut self) {
        // A list of all pairs serves any sharpness, but a sharp function is better off with fewer.
        self.reach_rad = -1.0;
    }

    /// Whether the list has every pair of `unit` whose term counts at `sharpness` while the greatest
    /// cosine is `largest`.
    pub fn are_enough(&self, unit: &[f64], largest: f64, sharpness: f64) -> bool {
        if self.reach_rad.is_infinite() {
            return true;
        }
        let needed_rad = needed_rad(largest, sharpness);
        self.reach_rad >= needed_rad
            && self.reach_rad - 2.0 * self.farthest_move_rad(unit) >= needed_rad
    }

    /// Lists the pairs of `unit` that may soon count at `sharpness`.
    pub fn rebuild(&mut self, unit: &[f64], sharpness: f64) {
        let dim = self.dim;
        // As the points spread the greatest cosine falls, and pairs farther apart begin to count.
        let largest = max_cosine(unit, dim).min(libm::cos(self.spacing_rad));
        self.reach_rad = needed_rad(largest, sharpness) + MARGIN * self.spacing_rad;
        self.list.clear();
        let count = unit.len() / dim;
        let all = count * (count - 1) / 2;
        if self.reach_rad < std::f64::consts::PI {
            let cut = libm::cos(self.reach_rad);
            for (i, a) in unit.chunks_exact(dim).enumerate() {
                for (j, b) in unit.chunks_exact(dim).take(i).enumerate() {
                    if dot(a, b) > cut {
                        self.list.push((i as u32, j as u32));
                    }
                }
            }
        }
        let are_few = self.reach_rad < std::f64::consts::PI
            && (self.list.len() as f64) < MOST_LISTED * all as f64;
        if are_few {
            self.anchor.clear();
            self.anchor.extend_from_slice(unit);
        } else {
            self.reach_rad = f64::INFINITY;
            self.list.clear();
            self.list
                .extend((0..count as u32).flat_map(|i| (0..i).map(move |j| (i, j))));
        }
    }

    fn farthest_move_rad(&self, unit: &[f64]) -> f64 {
        let rows = unit.chunks_exact(self.dim);
        let squares = rows.zip(self.anchor.chunks_exact(self.dim)).map(|(a, b)| {
            let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
            squares.sum::<f64>()
        });
        let chord = squares.fold(0.0, f64::max).sqrt();
        2.0 * libm::asin((chord / 2.0).min(1.0))
    }
}

/// The angle up to which terms count.
fn needed_rad(largest: f64, sharpness: f64) -> f64 {
    libm::acos((largest - NEGLIGIBLE / sharpness).clamp(-1.0, 1.0))
}
