//! The cells of the prototypes on the sphere: wherever a sample lies within one, that prototype is the nearest.

use egui::Stroke;
use glam::Vec3;

use super::{Frame, globe};
use crate::theme::fade;

/// With more prototypes than this their cells are too small to help.
const MOST: usize = 120;
/// Points of an edge, for each radian.
const STEPS_PER_RAD: f32 = 9.0;
/// Points that moved less than this have the same cells.
const SAME: f32 = 1e-3;

/// One edge: the points `u cos a + v sin a` for `a` from `from` to `to`, in radians.
#[derive(Clone, Copy, Debug)]
struct Edge {
    u: Vec3,
    v: Vec3,
    from_rad: f32,
    to_rad: f32,
}

/// The edges between the cells of some points.
#[derive(Debug, Default)]
pub(super) struct Cells {
    of: Vec<Vec3>,
    edges: Vec<Edge>,
}

impl Cells {
    /// The cells of `points` (unit vectors); cheap when they have not moved.
    pub(super) fn follow(&mut self, points: &[Vec3]) {
        let is_same = self.of.len() == points.len()
            && self
                .of
                .iter()
                .zip(points)
                .all(|(a, b)| a.distance_squared(*b) < SAME * SAME);
        if is_same {
            return;
        }
        self.of = points.to_vec();
        self.edges.clear();
        if (3..=MOST).contains(&points.len()) {
            for (i, &a) in points.iter().enumerate() {
                let between = points[..i].iter().enumerate();
                let found = between.filter_map(|(j, &b)| edge(points, (i, a), (j, b)));
                self.edges.extend(found);
            }
        }
    }

    /// Draws the edges of one side.
    pub(super) fn draw(&self, frame: &Frame<'_>, near: bool) {
        let strength = if near { 0.5 } else { 0.25 };
        let stroke = Stroke::new(1.0, fade(frame.tokens.graticule, strength));
        for edge in &self.edges {
            let turn = edge.to_rad - edge.from_rad;
            let steps = 1 + (turn * STEPS_PER_RAD) as usize;
            let points = (0..=steps).map(|i| {
                let (sin, cos) = (edge.from_rad + turn * i as f32 / steps as f32).sin_cos();
                edge.u * cos + edge.v * sin
            });
            globe::line_on_side(frame.painter, &frame.lens, near, stroke, points);
        }
    }
}

/// What is as near to `a` as to `b` and no nearer to any other point: a piece of a great circle. Each other point
/// leaves half of what is left at most.
fn edge(points: &[Vec3], (i, a): (usize, Vec3), (j, b): (usize, Vec3)) -> Option<Edge> {
    let across = (a - b).try_normalize()?;
    // Towards the middle of both, where the piece lies if the two are neighbours.
    let middle = a + b;
    let u = (middle - across * middle.dot(across)).try_normalize()?;
    let v = across.cross(u);
    let (mut from_rad, mut to_rad) = (-std::f32::consts::PI, std::f32::consts::PI);
    for (k, &c) in points.iter().enumerate() {
        if k == i || k == j {
            continue;
        }
        // Nearer to `a` than to `c`: an angle within a quarter turn of this one.
        let away = a - c;
        let (x, y) = (away.dot(u), away.dot(v));
        if x.hypot(y) < 1e-6 {
            continue;
        }
        let best = y.atan2(x);
        let quarter = std::f32::consts::FRAC_PI_2;
        let (low, high) = (best - quarter, best + quarter);
        // The half turn may wrap round; what is left lies round 0 or is cut from one side.
        let turn = std::f32::consts::TAU;
        let overlap = [-turn, 0.0, turn]
            .map(|shift| (from_rad.max(low + shift), to_rad.min(high + shift)))
            .into_iter()
            .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
        (from_rad, to_rad) = overlap?;
        if to_rad - from_rad < 1e-4 {
            return None;
        }
    }
    Some(Edge {
        u,
        v,
        from_rad,
        to_rad,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(points: &[Vec3]) -> Cells {
        let mut cells = Cells::default();
        cells.follow(points);
        cells
    }

    #[test]
    fn the_octahedron_has_the_cells_of_a_cube() {
        let points = [
            Vec3::X,
            Vec3::NEG_X,
            Vec3::Y,
            Vec3::NEG_Y,
            Vec3::Z,
            Vec3::NEG_Z,
        ];
        let cells = cells(&points);
        assert_eq!(cells.edges.len(), 12);
        // The edge of a cube is seen from its centre under arccos(1/3).
        for edge in &cells.edges {
            let turn = edge.to_rad - edge.from_rad;
            assert!((turn - (1.0_f32 / 3.0).acos()).abs() < 1e-3, "{turn}");
        }
    }

    #[test]
    fn every_point_of_an_edge_has_two_nearest_prototypes() {
        // A spiral: no symmetry at all.
        let points: Vec<Vec3> = (0..25)
            .map(|i| {
                let z = 1.0 - 2.0 * (i as f32 + 0.5) / 25.0;
                let (sin, cos) = (i as f32 * 2.4).sin_cos();
                let r = (1.0 - z * z).sqrt();
                Vec3::new(r * cos, r * sin, z)
            })
            .collect();
        let cells = cells(&points);
        // Euler: a map of n cells, three of which meet at each corner, has 3n - 6 edges.
        assert_eq!(cells.edges.len(), 3 * 25 - 6);
        for edge in &cells.edges {
            for share in [0.01, 0.5, 0.99] {
                let at = edge.from_rad + (edge.to_rad - edge.from_rad) * share;
                let point = edge.u * at.cos() + edge.v * at.sin();
                let mut cosines: Vec<f32> = points.iter().map(|p| p.dot(point)).collect();
                cosines.sort_by(|a, b| b.total_cmp(a));
                assert!((cosines[0] - cosines[1]).abs() < 1e-4);
                assert!(cosines[0] >= cosines[2] - 1e-4);
            }
        }
    }
}
