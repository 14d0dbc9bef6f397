//! The icons, drawn as vectors so that they are sharp at every size and need no font.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Play,
    Pause,
    Replay,
    Step,
    Dice,
    Sun,
    Moon,
    Tag,
    Back,
    Forth,
    Share,
    Branch,
}

/// Draws `icon` centred at `at`, about `size` points large.
pub(crate) fn draw(painter: &Painter, icon: Icon, at: Pos2, size: f32, color: Color32) {
    let s = size / 2.0;
    let stroke = Stroke::new((size / 10.0).max(1.5), color);
    match icon {
        Icon::Play => triangle(painter, at + vec2(s * 0.12, 0.0), s * 0.85, color),
        Icon::Back | Icon::Forth => {
            let side = if icon == Icon::Back { -1.0 } else { 1.0 };
            let points = [(-0.25, -0.55), (0.3, 0.0), (-0.25, 0.55)];
            let points = points.map(|(x, y)| at + vec2(x * side, y) * s);
            painter.add(Shape::line(points.into(), stroke));
        }
        Icon::Pause => {
            for side in [-1.0, 1.0] {
                let bar = Rect::from_center_size(
                    at + vec2(side * s * 0.38, 0.0),
                    vec2(s * 0.42, s * 1.5),
                );
                painter.rect_filled(bar, s * 0.12, color);
            }
        }
        Icon::Replay => {
            let points: Vec<Pos2> = (0..=20)
                .map(|i| at + Vec2::angled(-0.9 + i as f32 / 20.0 * 5.2) * (s * 0.72))
                .collect();
            let tip = points[0];
            painter.add(Shape::line(points, stroke));
            let head = vec![
                tip + vec2(s * 0.34, -s * 0.50),
                tip + vec2(s * 0.30, s * 0.34),
                tip + vec2(-s * 0.50, s * 0.10),
            ];
            painter.add(Shape::convex_polygon(head, color, Stroke::NONE));
        }
        Icon::Step => {
            triangle(painter, at - vec2(s * 0.18, 0.0), s * 0.72, color);
            let bar = Rect::from_center_size(at + vec2(s * 0.66, 0.0), vec2(s * 0.26, s * 1.25));
            painter.rect_filled(bar, s * 0.1, color);
        }
        Icon::Dice => {
            let face = Rect::from_center_size(at, Vec2::splat(s * 1.5));
            painter.rect_stroke(face, s * 0.32, stroke, egui::StrokeKind::Middle);
            for (x, y) in [(-1.0, -1.0), (1.0, 1.0), (0.0, 0.0)] {
                painter.circle_filled(at + vec2(x, y) * (s * 0.36), s * 0.15, color);
            }
        }
        Icon::Sun => {
            painter.circle_stroke(at, s * 0.36, stroke);
            for i in 0..8 {
                let ray = Vec2::angled(i as f32 * std::f32::consts::FRAC_PI_4);
                painter.line_segment([at + ray * (s * 0.62), at + ray * (s * 0.88)], stroke);
            }
        }
        Icon::Moon => {
            // Two arcs: the moon's edge, and the edge of the shadow back through its inside.
            let (r, away, bite) = (s * 0.8, vec2(0.45, -0.35) * (s * 0.8), s * 0.8 * 0.8);
            let toward = away.angle();
            let along = |centre: Pos2, radius: f32, from: f32, to: f32| {
                (0..=16).map(move |i| {
                    centre + Vec2::angled(from + (to - from) * i as f32 / 16.0) * radius
                })
            };
            let turn = std::f32::consts::TAU;
            let mut points: Vec<Pos2> =
                along(at, r, toward + 0.926, toward + turn - 0.926).collect();
            points.extend(along(
                at + away,
                bite,
                toward + turn - 1.609,
                toward + 1.609,
            ));
            painter.add(Shape::closed_line(points, stroke));
        }
        Icon::Tag => {
            let points = vec![
                at + vec2(-s * 0.8, -s * 0.5),
                at + vec2(s * 0.25, -s * 0.5),
                at + vec2(s * 0.85, 0.0),
                at + vec2(s * 0.25, s * 0.5),
                at + vec2(-s * 0.8, s * 0.5),
            ];
            painter.add(Shape::closed_line(points, stroke));
            painter.circle_filled(at + vec2(s * 0.22, 0.0), s * 0.13, color);
        }
        Icon::Branch => {
            // A line that goes on, and one that leaves it.
            let [start, end, side] =
                [(-0.45, 0.8), (-0.45, -0.8), (0.55, -0.45)].map(|(x, y)| at + vec2(x, y) * s);
            painter.line_segment([start, end], stroke);
            let bow = [(-0.45, 0.45), (-0.3, 0.15), (0.4, 0.05), (0.55, -0.25)];
            let bow = bow.map(|(x, y)| at + vec2(x, y) * s).to_vec();
            painter.add(Shape::line(bow, stroke));
            for end in [start, end, side] {
                painter.circle_filled(end, s * 0.27, color);
            }
        }
        Icon::Share => {
            // An arrow that leaves a tray.
            let tray = [(-0.7, -0.05), (-0.7, 0.8), (0.7, 0.8), (0.7, -0.05)];
            let tray = tray.map(|(x, y)| at + vec2(x, y) * s).to_vec();
            painter.add(Shape::line(tray, stroke));
            painter.line_segment([at + vec2(0.0, s * 0.35), at - vec2(0.0, s * 0.8)], stroke);
            let head = [(-0.36, -0.46), (0.0, -0.84), (0.36, -0.46)];
            let head = head.map(|(x, y)| at + vec2(x, y) * s).to_vec();
            painter.add(Shape::line(head, stroke));
        }
    }
}

/// The mark of the program: a sphere with a label on its way from one pin to another.
pub(crate) fn logo(painter: &Painter, at: Pos2, size: f32, accent: Color32, quiet: Color32) {
    let r = size / 2.0;
    painter.circle_stroke(at, r - 1.0, Stroke::new(2.0, accent));
    let (from, to) = (at + vec2(-0.42, 0.28) * r, at + vec2(0.42, -0.16) * r);
    let bow: Vec<Pos2> = (0..=12)
        .map(|i| {
            let t = i as f32 / 12.0;
            from + (to - from) * t - vec2(0.0, (t * std::f32::consts::PI).sin() * r * 0.34)
        })
        .collect();
    painter.add(Shape::line(bow, Stroke::new(1.5, accent)));
    painter.circle_filled(from, r * 0.15, quiet);
    painter.circle_filled(to, r * 0.22, accent);
}

/// A small arrow that says "opens below".
pub(crate) fn chevron(painter: &Painter, at: Pos2, color: Color32) {
    let points = vec![
        pos2(at.x - 3.5, at.y - 1.5),
        pos2(at.x, at.y + 2.0),
        pos2(at.x + 3.5, at.y - 1.5),
    ];
    painter.add(Shape::line(points, Stroke::new(1.5, color)));
}

/// The arrow of a section: it points right while folded and down while open.
pub(crate) fn fold(painter: &Painter, at: Pos2, open: bool, color: Color32) {
    if open {
        return chevron(painter, at, color);
    }
    let points = vec![
        pos2(at.x - 1.5, at.y - 3.5),
        pos2(at.x + 2.0, at.y),
        pos2(at.x - 1.5, at.y + 3.5),
    ];
    painter.add(Shape::line(points, Stroke::new(1.5, color)));
}

fn triangle(painter: &Painter, at: Pos2, s: f32, color: Color32) {
    let points = vec![
        at + vec2(-s * 0.75, -s * 0.95),
        at + vec2(s * 0.95, 0.0),
        at + vec2(-s * 0.75, s * 0.95),
    ];
    painter.add(Shape::convex_polygon(
        points,
        color,
        Stroke::new(1.0, color),
    ));
}
