//! The closest pair of prototypes, the pairs that are as close, and how they are marked on the sphere.

use egui::{Align2, CornerRadius, Pos2, Rect, Stroke, StrokeKind, vec2};
use glam::Vec3;

use super::scene::Scene;
use super::{Frame, arc, globe};
use crate::text::prototypes as text;
use crate::theme::{Type, fade, mix};

/// A pair is as close as the closest when its angle is at most this share greater.
const SHARED_WITHIN: f64 = 0.01;
/// With more such pairs for each prototype their lines would hide the sphere.
const MOST_SHARED_EACH: usize = 4;

/// The pairs that are closest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Closest {
    /// Smallest angle, in degrees.
    pub angle_deg: f64,
    /// The closest first.
    pairs: Vec<[u32; 2]>,
    count: usize,
}

impl Closest {
    /// Finds them among `rows` (c x `dim`, unit rows); `None` for fewer than two.
    pub(crate) fn of(rows: &[f32], dim: usize) -> Option<Self> {
        let count = rows.len() / dim.max(1);
        let mut all: Vec<(f64, [u32; 2])> = Vec::with_capacity(count * count.saturating_sub(1) / 2);
        for (i, a) in rows.chunks_exact(dim.max(1)).enumerate() {
            for (j, b) in rows.chunks_exact(dim.max(1)).take(i).enumerate() {
                all.push((angle_deg(a, b), [j as u32, i as u32]));
            }
        }
        let nearest = |a: &&(f64, [u32; 2]), b: &&(f64, [u32; 2])| a.0.total_cmp(&b.0);
        let &(angle_deg, first) = all.iter().min_by(nearest)?;
        let most_deg = angle_deg * (1.0 + SHARED_WITHIN);
        let others = all
            .iter()
            .filter(|&&(angle, pair)| angle <= most_deg && pair != first)
            .map(|&(_, pair)| pair);
        Some(Self {
            angle_deg,
            pairs: std::iter::once(first).chain(others).collect(),
            count,
        })
    }

    /// The middle of the closest pair among `pins`, at any distance from the centre.
    pub(crate) fn middle(&self, pins: &[Vec3]) -> Vec3 {
        let ends = self.pairs.first().into_iter().flatten();
        ends.filter_map(|&pin| pins.get(pin as usize)).sum()
    }

    /// The pair to mark: `before` while it is one of the closest and can be seen, or else the one that
    /// faces the eye most.
    pub(crate) fn choose(
        &self,
        before: Option<[u32; 2]>,
        facing: impl Fn([u32; 2]) -> f32,
    ) -> Option<[u32; 2]> {
        before
            .filter(|pair| self.pairs.contains(pair) && facing(*pair) > 0.0)
            .or_else(|| {
                let pairs = self.pairs.iter().copied();
                pairs.max_by(|&a, &b| facing(a).total_cmp(&facing(b)))
            })
    }

    /// The pairs as close as the closest; none when they are too many to be told apart.
    pub(crate) fn shared(&self) -> &[[u32; 2]] {
        if self.pairs.len() > MOST_SHARED_EACH * self.count {
            &[]
        } else {
            &self.pairs
        }
    }
}

/// Angle between unit vectors in degrees, good for small ones too.
fn angle_deg(a: &[f32], b: &[f32]) -> f64 {
    let squared: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2))
        .sum();
    2.0 * (squared.sqrt() / 2.0).min(1.0).asin().to_degrees()
}

/// Draws the marked pair, and with `web` all pairs as close, as far as they lie on one side.
pub(super) fn draw(frame: &Frame<'_>, scene: &Scene, web: bool, near: bool) {
    let tokens = &frame.tokens;
    let dim = if near { 1.0 } else { 0.5 };
    if web {
        let stroke = Stroke::new(1.3, fade(tokens.accent, 0.5 * dim));
        for [a, b] in scene.shared_pairs() {
            line(frame, a, b, stroke, near);
        }
    }
    let Some([a, b]) = scene.marked_pair() else {
        return;
    };
    let casing = fade(mix(tokens.background, tokens.surface, 0.5), 0.75 * dim);
    line(frame, a, b, Stroke::new(6.0, casing), near);
    line(
        frame,
        a,
        b,
        Stroke::new(3.0, fade(tokens.accent, dim)),
        near,
    );
    for end in [a, b] {
        let seen = frame.lens.see(end);
        if seen.is_near() == near {
            let radius = 4.0 * seen.scale;
            frame.painter.circle_filled(seen.pos, radius + 1.5, casing);
            frame
                .painter
                .circle_filled(seen.pos, radius, fade(tokens.accent, dim));
        }
    }
}

/// Writes the angle beside the marked pair.
pub(super) fn label(frame: &Frame<'_>, scene: &Scene) {
    let (Some([a, b]), Some(angle_deg)) = (scene.marked_pair(), scene.closest_deg()) else {
        return;
    };
    let middle = frame.lens.see(arc::along(a, b, 0.5) * 1.02);
    let opacity = if middle.is_near() { 1.0 } else { 0.6 };
    let tokens = &frame.tokens;
    let galley = frame.painter.layout_no_wrap(
        text::degrees(angle_deg),
        Type::Small.semibold(),
        fade(tokens.text, opacity),
    );
    let size = galley.size() + vec2(12.0, 5.0);
    let at = beside(frame, middle.pos, [a, b], size.x.max(size.y));
    let room = frame.bounds.shrink2(size / 2.0);
    let at = if room.is_positive() {
        room.clamp(at)
    } else {
        at
    };
    let plate = Rect::from_center_size(at, size);
    frame.painter.rect(
        plate,
        CornerRadius::same(9),
        fade(mix(tokens.background, tokens.surface, 0.6), 0.9 * opacity),
        Stroke::new(1.0, fade(tokens.accent, 0.8 * opacity)),
        StrokeKind::Inside,
    );
    let text_at = Align2::CENTER_CENTER.anchor_size(at, galley.size());
    frame.painter.galley(text_at.min, galley, tokens.text);
}

/// A point off the middle of the pair's line, across it and away from the sphere's centre.
fn beside(frame: &Frame<'_>, middle: Pos2, ends: [Vec3; 2], size: f32) -> Pos2 {
    let [from, to] = ends.map(|end| frame.lens.see(end).pos);
    let across = (to - from).rot90();
    let across = if across.length() > 1.0 {
        across.normalized()
    } else {
        vec2(0.0, -1.0)
    };
    let outward = middle - frame.lens.centre;
    let sign = if across.dot(outward) < 0.0 { -1.0 } else { 1.0 };
    middle + across * (sign * (0.35 * size + 9.0))
}

fn line(frame: &Frame<'_>, a: Vec3, b: Vec3, stroke: Stroke, near: bool) {
    let n = arc::steps(a, b);
    let points = (0..=n).map(|i| arc::along(a, b, i as f32 / n as f32));
    globe::line_on_side(frame.painter, &frame.lens, near, stroke, points);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_octahedron_has_twelve_closest_pairs_and_a_lone_pair_is_alone() {
        let octahedron = [
            1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0,
            -1.0,
        ];
        let closest = Closest::of(&octahedron, 3).unwrap();
        assert!((closest.angle_deg - 90.0).abs() < 1e-6);
        assert_eq!(closest.shared().len(), 12);
        let (sin, cos) = 0.001_f32.sin_cos();
        let near = [1.0, 0.0, 0.0, cos, sin, 0.0, 0.0, 0.0, 1.0];
        let closest = Closest::of(&near, 3).unwrap();
        assert!((closest.angle_deg - 0.001_f64.to_degrees()).abs() < 1e-5);
        assert_eq!(closest.shared(), [[0, 1]]);
    }

    #[test]
    fn a_simplex_has_too_many_closest_pairs_to_draw() {
        let mut axes = vec![0.0; 400];
        (0..20).for_each(|i| axes[i * 20 + i] = 1.0);
        assert!(Closest::of(&axes, 20).unwrap().shared().is_empty());
    }

    #[test]
    fn the_marked_pair_stays_while_it_can_be_seen() {
        let square = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
        let closest = Closest::of(&square, 2).unwrap();
        let kept = closest.choose(Some([1, 2]), |_| 1.0);
        assert_eq!(kept, Some([1, 2]));
        let facing = |pair: [u32; 2]| if pair == [0, 3] { 1.0 } else { -1.0 };
        assert_eq!(closest.choose(Some([1, 2]), facing), Some([0, 3]));
        assert_ne!(closest.choose(Some([0, 2]), |_| 1.0), Some([0, 2]));
    }

    #[test]
    fn nothing_is_closest_where_there_is_no_pair() {
        assert_eq!(Closest::of(&[], 3), None);
        assert_eq!(Closest::of(&[1.0, 0.0], 2), None);
        assert_eq!(Closest::of(&[1.0], 0), None);
        assert!(Closest::of(&[f32::NAN; 6], 3).is_some());
    }
}
