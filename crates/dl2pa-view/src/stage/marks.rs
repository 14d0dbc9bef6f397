//! The marks of the stage: glyphs, labels on pins, rings for class means, dots for samples.

use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2,
};

use crate::palette::{ClassStyle, Glyph};
use crate::theme::{Tokens, Type, fade, mix};

/// Sizes of marks in points; they shrink with the number of classes and with the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sizes {
    /// Half the width of a glyph.
    pub glyph: f32,
    /// Height of a label's text.
    pub text: f32,
    /// Radius of a class mean's ring.
    pub ring: f32,
    /// Radius of a sample's dot.
    pub dot: f32,
}

impl Sizes {
    /// Sizes for so many classes on a sphere of `radius` points.
    pub(crate) fn of(classes: usize, radius: f32) -> Self {
        let room = (radius / 230.0).clamp(0.62, 1.35);
        let crowd = match classes {
            0..=12 => 1.15,
            13..=40 => 1.0,
            _ => 0.78,
        };
        Self {
            glyph: (5.2 * room * crowd).max(3.2),
            text: (11.5 * room * crowd).clamp(9.0, 14.0),
            ring: (5.6 * room * crowd).max(3.6),
            dot: (2.1 * room).clamp(1.5, 2.8),
        }
    }
}

/// A filled glyph of half-width `size`.
pub(crate) fn glyph(painter: &Painter, at: Pos2, size: f32, style: ClassStyle, opacity: f32) {
    let color = fade(style.color, opacity);
    match style.glyph {
        Glyph::Circle => {
            painter.circle_filled(at, size, color);
        }
        Glyph::Square => {
            let rect = Rect::from_center_size(at, Vec2::splat(size * 1.8));
            painter.rect_filled(rect, CornerRadius::same(1), color);
        }
        Glyph::Triangle => {
            let s = size * 1.2;
            let points = vec![
                at + vec2(0.0, -s),
                at + vec2(s * 0.95, s * 0.72),
                at + vec2(-s * 0.95, s * 0.72),
            ];
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
        }
        Glyph::Diamond => {
            let s = size * 1.25;
            let points = vec![
                at + vec2(0.0, -s),
                at + vec2(s, 0.0),
                at + vec2(0.0, s),
                at + vec2(-s, 0.0),
            ];
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
        }
        Glyph::Cross => {
            let s = size * 0.95;
            let stroke = Stroke::new((size * 0.72).max(1.5), color);
            painter.line_segment([at + vec2(-s, -s), at + vec2(s, s)], stroke);
            painter.line_segment([at + vec2(-s, s), at + vec2(s, -s)], stroke);
        }
    }
}

/// How a label is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LabelLook<'a> {
    /// The short name; empty shows the glyph alone.
    pub name: &'a str,
    /// Colour and shape of the class.
    pub style: ClassStyle,
    /// 0 to 1.
    pub opacity: f32,
    /// Opacity of the name and its plate on top of that, 0 to 1.
    pub name_opacity: f32,
    /// Drawn with an outline in the accent.
    pub emphasised: bool,
    /// Enlargement.
    pub scale: f32,
}

/// A label: the class's glyph and short name on a small plate centred at `at`.
pub(crate) fn label(
    painter: &Painter,
    at: Pos2,
    sizes: Sizes,
    look: &LabelLook<'_>,
    tokens: &Tokens,
) {
    let size = sizes.glyph * look.scale;
    let name_opacity = look.opacity * look.name_opacity;
    if look.name.is_empty() || name_opacity < 0.04 {
        glyph_on_ground(painter, at, size, look, tokens);
        return;
    }
    let mut font = Type::Tiny.semibold();
    font.size = sizes.text * look.scale.min(1.25);
    let galley = painter.layout_no_wrap(look.name.to_owned(), font, Color32::PLACEHOLDER);
    let gap = size * 0.7;
    let pad = vec2(size * 0.85, size * 0.42);
    let inner = vec2(
        2.0 * size + gap + galley.size().x,
        galley.size().y.max(2.0 * size),
    );
    // The plate stays nearly solid when the label steps back, or pins would strike its name through.
    let plate = Rect::from_center_size(at, inner + 2.0 * pad);
    let ground = if tokens.dark {
        mix(tokens.background, tokens.surface, 0.4)
    } else {
        tokens.surface
    };
    let edge = if look.emphasised {
        Stroke::new(1.5, fade(tokens.accent, look.opacity))
    } else {
        Stroke::new(
            1.0,
            fade(
                mix(look.style.color, tokens.outline, 0.35),
                0.75 * name_opacity,
            ),
        )
    };
    let radius = CornerRadius::same((plate.height() / 2.0).min(10.0) as u8);
    painter.rect(
        plate,
        radius,
        fade(
            ground,
            0.92 * look.name_opacity * (0.5 + 0.5 * look.opacity),
        ),
        edge,
        StrokeKind::Inside,
    );
    let glyph_at = Pos2::new(plate.left() + pad.x + size, at.y);
    glyph(painter, glyph_at, size, look.style, look.opacity);
    let text_at =
        Align2::LEFT_CENTER.anchor_size(Pos2::new(glyph_at.x + size + gap, at.y), galley.size());
    painter.galley(text_at.min, galley, fade(tokens.text, name_opacity));
}

/// A glyph alone, on a thin ring of the ground so that neighbours stay apart.
fn glyph_on_ground(painter: &Painter, at: Pos2, size: f32, look: &LabelLook<'_>, tokens: &Tokens) {
    if look.style.glyph == Glyph::Circle {
        painter.circle_filled(at, size + 1.2, fade(tokens.surface, 0.8 * look.opacity));
    }
    if look.emphasised {
        painter.circle_stroke(
            at,
            size + 3.0,
            Stroke::new(1.5, fade(tokens.accent, look.opacity)),
        );
    }
    glyph(painter, at, size, look.style, look.opacity);
}

/// A class mean.
pub(crate) fn ring(
    painter: &Painter,
    at: Pos2,
    radius: f32,
    color: Color32,
    opacity: f32,
    tokens: &Tokens,
) {
    painter.circle_filled(at, radius + 0.4, fade(tokens.sphere_shade, 0.55 * opacity));
    painter.circle_stroke(at, radius, Stroke::new(2.0, fade(color, opacity)));
}

/// A sample. On the light theme pale colours get a darker rim to stand on.
pub(crate) fn dot(
    painter: &Painter,
    at: Pos2,
    radius: f32,
    color: Color32,
    opacity: f32,
    tokens: &Tokens,
) {
    if !tokens.dark {
        let rim = mix(color, Color32::BLACK, 0.4);
        painter.circle_filled(at, radius + 0.5, fade(rim, opacity * 0.7));
    }
    painter.circle_filled(at, radius, fade(color, opacity));
}

/// A line of dashes between two points on the screen.
pub(crate) fn dashed(painter: &Painter, points: &[Pos2], stroke: Stroke) {
    painter.extend(Shape::dashed_line(points, stroke, 4.0, 4.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_shrink_with_the_crowd_and_never_vanish() {
        let few = Sizes::of(10, 230.0);
        let many = Sizes::of(100, 230.0);
        assert!(many.glyph < few.glyph && many.text < few.text);
        let tiny = Sizes::of(100, 20.0);
        assert!(tiny.glyph >= 3.0 && tiny.text >= 9.0 && tiny.dot >= 1.5);
    }
}
