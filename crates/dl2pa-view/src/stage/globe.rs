//! The sphere itself: a softly lit disc, a rim of light, and circles of latitude and longitude.

use egui::{Color32, Mesh, Painter, Shape, Stroke, Vec2, epaint::Vertex, epaint::WHITE_UV};
use glam::Vec3;

use super::camera::Lens;
use crate::theme::{Tokens, fade, mix};

const RINGS: usize = 16;
const SEGMENTS: usize = 56;
/// Circles are cut into this many pieces.
const CIRCLE_STEPS: usize = 60;

/// The halo around the sphere, drawn before everything else.
pub(crate) fn halo(painter: &Painter, lens: &Lens, tokens: &Tokens) {
    if lens.is_map {
        return;
    }
    let mut mesh = Mesh::default();
    let (reach, drop, color) = if tokens.dark {
        (1.16, 0.0, fade(tokens.sphere_rim, 0.22))
    } else {
        (1.10, 0.035, fade(tokens.sphere_rim, 0.45))
    };
    let centre = lens.centre + Vec2::new(0.0, drop * lens.radius);
    for (radius, color) in [
        (0.97, color),
        (1.04, fade(color, 0.45)),
        (reach, Color32::TRANSPARENT),
    ] {
        for segment in 0..=SEGMENTS {
            let offset = Vec2::angled(angle(segment)) * (radius * lens.radius);
            mesh.vertices.push(vertex(centre + offset, color));
        }
    }
    for ring in 0..2 {
        join(
            &mut mesh,
            ring * (SEGMENTS + 1),
            (ring + 1) * (SEGMENTS + 1),
        );
    }
    painter.add(Shape::mesh(mesh));
}

/// The lit disc. It is not quite opaque: what lies on the far side shines through, dimmed.
pub(crate) fn disc(painter: &Painter, lens: &Lens, tokens: &Tokens) {
    if lens.is_map {
        sheet(painter, lens, tokens);
        return;
    }
    let light = Vec3::new(-0.5, 0.62, 0.6).normalize();
    let opacity = if tokens.dark { 0.68 } else { 0.66 };
    let mut mesh = Mesh::default();
    for ring in 0..=RINGS {
        // Rings crowd towards the outline, where the normal turns fastest.
        let share = ring as f32 / RINGS as f32;
        let radius = (share * std::f32::consts::FRAC_PI_2).sin();
        for segment in 0..=SEGMENTS {
            let offset = Vec2::angled(angle(segment)) * radius;
            let normal = Lens::normal(offset);
            let lit = (0.5 + 0.5 * normal.dot(light)).powf(1.7);
            let body = mix(tokens.sphere_shade, tokens.sphere_light, lit);
            // Light wraps round the edge that faces it.
            let edge = radius.powi(7) * (0.25 + 0.75 * lit);
            let color = mix(body, tokens.sphere_rim, edge * 0.8);
            let color = fade(color, opacity + (1.0 - opacity) * radius.powi(9));
            mesh.vertices
                .push(vertex(lens.centre + offset * lens.radius, color));
        }
    }
    // One more ring, a point wide and fading out, so that the outline is smooth.
    for segment in 0..=SEGMENTS {
        let offset = Vec2::angled(angle(segment)) * (lens.radius + 1.2);
        mesh.vertices
            .push(vertex(lens.centre + offset, Color32::TRANSPARENT));
    }
    for ring in 0..=RINGS {
        join(
            &mut mesh,
            ring * (SEGMENTS + 1),
            (ring + 1) * (SEGMENTS + 1),
        );
    }
    painter.add(Shape::mesh(mesh));
}

/// The ground of a map.
fn sheet(painter: &Painter, lens: &Lens, tokens: &Tokens) {
    let radius = lens.radius;
    painter.add(Shape::Ellipse(egui::epaint::EllipseShape {
        center: lens.centre,
        radius: Vec2::new(2.0 * radius, radius),
        fill: fade(mix(tokens.sphere_shade, tokens.sphere_light, 0.4), 0.8),
        stroke: Stroke::new(1.5, fade(tokens.sphere_rim, 0.7)),
        angle: 0.0,
    }));
}

/// Circles of latitude and longitude on the near or the far side. With `ring_only` the equator stands
/// out and the rest nearly vanishes: points of the plane (d = 2) lie on it.
pub(crate) fn graticule(
    painter: &Painter,
    lens: &Lens,
    tokens: &Tokens,
    near: bool,
    ring_only: bool,
) {
    let strength = match (near, ring_only) {
        (true, false) => 0.30,
        (true, true) => 0.14,
        (false, _) => 0.22,
    };
    let thin = Stroke::new(1.0, fade(tokens.graticule, strength));
    for meridian in 0..6 {
        let (sin, cos) = (meridian as f32 * std::f32::consts::PI / 6.0).sin_cos();
        circle(painter, lens, near, thin, |a| {
            Vec3::new(cos * a.cos(), sin * a.cos(), a.sin())
        });
    }
    for parallel in -2..=2 {
        let (z, r) = (parallel as f32 * std::f32::consts::PI / 6.0).sin_cos();
        let stroke = if parallel == 0 && ring_only {
            Stroke::new(2.0, fade(tokens.graticule, 0.9))
        } else if parallel == 0 {
            Stroke::new(1.2, fade(tokens.graticule, strength * 1.6))
        } else {
            thin
        };
        circle(painter, lens, near, stroke, |a| {
            Vec3::new(r * a.cos(), r * a.sin(), z)
        });
    }
}

fn circle(painter: &Painter, lens: &Lens, near: bool, stroke: Stroke, at: impl Fn(f32) -> Vec3) {
    let points =
        (0..=CIRCLE_STEPS).map(|i| at(i as f32 / CIRCLE_STEPS as f32 * std::f32::consts::TAU));
    line_on_side(painter, lens, near, stroke, points);
}

/// A line through `points`, but only its pieces on the near or the far side.
pub(crate) fn line_on_side(
    painter: &Painter,
    lens: &Lens,
    near: bool,
    stroke: Stroke,
    points: impl Iterator<Item = Vec3>,
) {
    let mut piece = Vec::new();
    let mut previous: Option<super::camera::Seen> = None;
    for point in points {
        let seen = lens.see(point);
        if previous.is_some_and(|before| !lens.joins(before.pos, seen.pos)) {
            if piece.len() > 1 {
                painter.add(Shape::line(std::mem::take(&mut piece), stroke));
            }
            piece.clear();
            previous = None;
        }
        if seen.is_near() == near {
            if piece.is_empty()
                && let Some(before) = previous
            {
                piece.push(before.pos);
            }
            piece.push(seen.pos);
        } else if !piece.is_empty() {
            painter.add(Shape::line(std::mem::take(&mut piece), stroke));
        }
        previous = Some(seen);
    }
    if piece.len() > 1 {
        painter.add(Shape::line(piece, stroke));
    }
}

fn angle(segment: usize) -> f32 {
    segment as f32 / SEGMENTS as f32 * std::f32::consts::TAU
}

fn vertex(pos: egui::Pos2, color: Color32) -> Vertex {
    Vertex {
        pos,
        uv: WHITE_UV,
        color,
    }
}

/// Joins two rings of vertices by triangles.
fn join(mesh: &mut Mesh, inner: usize, outer: usize) {
    for segment in 0..SEGMENTS {
        let (a, b) = ((inner + segment) as u32, (inner + segment + 1) as u32);
        let (c, d) = ((outer + segment) as u32, (outer + segment + 1) as u32);
        mesh.add_triangle(a, b, c);
        mesh.add_triangle(b, d, c);
    }
}
