//! Shapes of egui as SVG: paths stay paths and text stays text.
//!
//! Meshes, which shade the sphere, become triangles of one colour each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use egui::epaint::{
    ClippedShape, ColorMode, Mesh, PathShape, RectShape, Shape, StrokeKind, TextShape,
};
use egui::{Color32, FontFamily, Pos2, Rect, Stroke, TextFormat, Vec2, pos2};

use crate::fonts::SEMIBOLD;

/// Steps of a colour channel that show where two areas touch.
const SEEN: u8 = 7;
/// How often the sides of a triangle are halved for a smooth shade.
const FINEST: u32 = 2;

/// An SVG document of `size` points with `shapes` on `ground`; `title` is for screen readers.
pub(crate) fn document(
    shapes: &[ClippedShape],
    size: Vec2,
    ground: Color32,
    title: &str,
) -> String {
    let mut writer = Writer::default();
    for clipped in shapes {
        writer.clipped(clipped);
    }
    let Writer { body, clips } = writer;
    let (width, height) = (number(size.x), number(size.y));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"Inter, 'Helvetica Neue', Arial, sans-serif\" role=\"img\"><title>{}</title>",
        escaped(title)
    );
    text.push_str("<defs>");
    for (rect, name) in clips {
        put(
            &mut text,
            format_args!("<clipPath id=\"c{name}\"><path d=\"{rect}\"/></clipPath>"),
        );
    }
    text.push_str("</defs>");
    let all = Rect::from_min_size(Pos2::ZERO, size);
    put(
        &mut text,
        format_args!("<path d=\"{}\"{}/>", outline(all), paint("fill", ground)),
    );
    text.push_str(&body);
    text.push_str("</svg>\n");
    text
}

#[derive(Default)]
struct Writer {
    body: String,
    /// Outlines that shapes are clipped to, numbered.
    clips: BTreeMap<String, usize>,
}

/// Writing to a string does not fail.
fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).ok();
}

impl Writer {
    fn clipped(&mut self, clipped: &ClippedShape) {
        if matches!(clipped.shape, Shape::Noop) || !clipped.clip_rect.is_positive() {
            return;
        }
        let start = self.body.len();
        let needs_clip = !clipped
            .clip_rect
            .contains_rect(clipped.shape.visual_bounding_rect());
        if needs_clip {
            let next = self.clips.len();
            let name = *self.clips.entry(outline(clipped.clip_rect)).or_insert(next);
            put(
                &mut self.body,
                format_args!("<g clip-path=\"url(#c{name})\">"),
            );
        }
        let inside = self.body.len();
        self.shape(&clipped.shape);
        if self.body.len() == inside {
            self.body.truncate(start);
        } else if needs_clip {
            self.body.push_str("</g>");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(circle) => self.ellipse(
                circle.center,
                Vec2::splat(circle.radius),
                circle.fill,
                circle.stroke,
            ),
            Shape::Ellipse(ellipse) => {
                self.ellipse(ellipse.center, ellipse.radius, ellipse.fill, ellipse.stroke);
            }
            Shape::LineSegment { points, stroke } => {
                let look = strokes(*stroke);
                self.path(&line(points, false), Color32::TRANSPARENT, &look);
            }
            Shape::Path(path) => self.polygon(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.text(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            Shape::QuadraticBezier(curve) => {
                let [a, b, c] = curve.points.map(point);
                let end = if curve.closed { "Z" } else { "" };
                let look = path_strokes(&curve.stroke, curve.points[0]);
                self.path(&format!("M{a}Q{b} {c}{end}"), curve.fill, &look);
            }
            Shape::CubicBezier(curve) => {
                let [a, b, c, d] = curve.points.map(point);
                let end = if curve.closed { "Z" } else { "" };
                let look = path_strokes(&curve.stroke, curve.points[0]);
                self.path(&format!("M{a}C{b} {c} {d}{end}"), curve.fill, &look);
            }
            Shape::Band(band) => {
                let upper = band.points.iter().map(|p| pos2(p.x, p.y.min));
                let lower = band.points.iter().rev().map(|p| pos2(p.x, p.y.max));
                let edge: Vec<Pos2> = upper.chain(lower).collect();
                self.path(&line(&edge, true), band.fill, &strokes(band.stroke));
            }
            // Nothing of ours paints by callback.
            Shape::Callback(_) | Shape::Noop => {}
        }
    }

    fn path(&mut self, outline: &str, fill: Color32, stroke: &str) {
        if outline.is_empty() || (fill == Color32::TRANSPARENT && stroke.is_empty()) {
            return;
        }
        let fill = paint("fill", fill);
        put(
            &mut self.body,
            format_args!("<path d=\"{outline}\"{fill}{stroke}/>"),
        );
    }

    fn ellipse(&mut self, centre: Pos2, radius: Vec2, fill: Color32, stroke: Stroke) {
        let look = strokes(stroke);
        if fill == Color32::TRANSPARENT && look.is_empty() {
            return;
        }
        let (cx, cy) = (number(centre.x), number(centre.y));
        let (rx, ry) = (number(radius.x), number(radius.y));
        let fill = paint("fill", fill);
        put(
            &mut self.body,
            format_args!("<ellipse cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\"{fill}{look}/>"),
        );
    }

    fn polygon(&mut self, path: &PathShape) {
        let Some(&first) = path.points.first() else {
            return;
        };
        let look = path_strokes(&path.stroke, first);
        self.path(&line(&path.points, path.closed), path.fill, &look);
    }

    fn rect(&mut self, shape: &RectShape) {
        let look = strokes(shape.stroke);
        if shape.fill == Color32::TRANSPARENT && look.is_empty() {
            return;
        }
        // SVG draws its stroke on the edge.
        let inset = match shape.stroke_kind {
            StrokeKind::Inside => shape.stroke.width / 2.0,
            StrokeKind::Middle => 0.0,
            StrokeKind::Outside => -shape.stroke.width / 2.0,
        };
        let rect = shape.rect.shrink(inset);
        let (x, y) = (number(rect.left()), number(rect.top()));
        let (width, height) = (
            number(rect.width().max(0.0)),
            number(rect.height().max(0.0)),
        );
        // Ours are rounded alike in all corners.
        let corner = number(f32::from(shape.corner_radius.nw));
        let fill = paint("fill", shape.fill);
        // A shadow is a soft rectangle.
        let blur = if shape.blur_width > 0.0 {
            format!(
                " style=\"filter:blur({}px)\"",
                number(shape.blur_width / 2.0)
            )
        } else {
            String::new()
        };
        put(
            &mut self.body,
            format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{corner}\"{fill}{look}{blur}/>"
            ),
        );
    }

    /// Triangles without soft edges, so that no seams show between them.
    fn mesh(&mut self, mesh: &Mesh) {
        let mut triangles = String::new();
        for corners in mesh.indices.chunks_exact(3) {
            let vertices: Vec<_> = corners
                .iter()
                .filter_map(|&index| mesh.vertices.get(index as usize))
                .collect();
            let [a, b, c] = vertices[..] else { continue };
            let corners = [a, b, c].map(|vertex| (vertex.pos, vertex.color));
            triangle(&mut triangles, corners, FINEST);
        }
        if !triangles.is_empty() {
            put(
                &mut self.body,
                format_args!("<g shape-rendering=\"crispEdges\">{triangles}</g>"),
            );
        }
    }

    /// Each row of text as wide as it is on the screen, whatever font draws it.
    fn text(&mut self, shape: &TextShape) {
        let job = &shape.galley.job;
        let mut offset = 0;
        for row in &shape.galley.rows {
            let words: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
            let format = job
                .sections
                .iter()
                .find(|section| section.byte_range.end.0 > offset)
                .or(job.sections.last())
                .map(|section| section.format.clone())
                .unwrap_or_default();
            offset += words.len() + usize::from(row.ends_with_newline);
            let (Some(first), Some(last)) = (row.glyphs.first(), row.glyphs.last()) else {
                continue;
            };
            if words.trim().is_empty() {
                continue;
            }
            let at = shape.pos + row.pos.to_vec2() + first.pos.to_vec2();
            let colour = colour_of(shape, &format).gamma_multiply(shape.opacity_factor);
            let (x, y) = (number(at.x), number(at.y));
            let length = number(last.max_x() - first.pos.x);
            let size = number(format.font_id.size);
            let weight = match &format.font_id.family {
                FontFamily::Name(name) if **name == *SEMIBOLD => " font-weight=\"600\"",
                _ => "",
            };
            let turn = if shape.angle == 0.0 {
                String::new()
            } else {
                let degrees = number(shape.angle.to_degrees());
                let (px, py) = (number(shape.pos.x), number(shape.pos.y));
                format!(" transform=\"rotate({degrees} {px} {py})\"")
            };
            put(
                &mut self.body,
                format_args!(
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight} textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"{}{turn} xml:space=\"preserve\">{}</text>",
                    paint("fill", colour),
                    escaped(&words)
                ),
            );
        }
    }
}

/// A triangle in the mean of its corners' colours, or four smaller ones where those differ much.
fn triangle(text: &mut String, [a, b, c]: [(Pos2, Color32); 3], halvings: u32) {
    let colour = mean([a.1, b.1, c.1]);
    let differs = |other: Color32| {
        let pairs = colour.to_array().into_iter().zip(other.to_array());
        pairs.map(|(x, y)| x.abs_diff(y)).max() > Some(SEEN)
    };
    if halvings > 0 && [a, b, c].into_iter().any(|corner| differs(corner.1)) {
        let middle = |p: (Pos2, Color32), q: (Pos2, Color32)| {
            (p.0.lerp(q.0, 0.5), p.1.lerp_to_gamma(q.1, 0.5))
        };
        let (ab, bc, ca) = (middle(a, b), middle(b, c), middle(c, a));
        for part in [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]] {
            triangle(text, part, halvings - 1);
        }
    } else if colour != Color32::TRANSPARENT {
        let edge = line(&[a.0, b.0, c.0], true);
        put(
            text,
            format_args!("<path d=\"{edge}\"{}/>", paint("fill", colour)),
        );
    }
}

fn colour_of(shape: &TextShape, format: &TextFormat) -> Color32 {
    let own = shape.override_text_color.unwrap_or(format.color);
    if own == Color32::PLACEHOLDER {
        shape.fallback_color
    } else {
        own
    }
}

fn mean(colours: [Color32; 3]) -> Color32 {
    let channel = |i: usize| {
        let sum: u16 = colours
            .iter()
            .map(|colour| u16::from(colour.to_array()[i]))
            .sum();
        (sum / 3) as u8
    };
    Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3))
}

/// At most two decimals: a hundredth of a point is seen by nobody. What is not finite is 0.
fn number(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let mut text = format!("{value:.2}");
    let kept = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(kept);
    if text == "-0" { "0".to_owned() } else { text }
}

fn point(at: Pos2) -> String {
    format!("{} {}", number(at.x), number(at.y))
}

fn line(points: &[Pos2], closed: bool) -> String {
    let mut text = String::new();
    for (place, &at) in points.iter().enumerate() {
        text.push(if place == 0 { 'M' } else { 'L' });
        text.push_str(&point(at));
    }
    if closed && !text.is_empty() {
        text.push('Z');
    }
    text
}

fn outline(rect: Rect) -> String {
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
    ];
    line(&corners, true)
}

/// `fill` or `stroke` with its opacity.
fn paint(kind: &str, colour: Color32) -> String {
    if colour == Color32::TRANSPARENT {
        return format!(" {kind}=\"none\"");
    }
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    let mut text = format!(" {kind}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < u8::MAX {
        let opacity = number(f32::from(a) / 255.0);
        put(&mut text, format_args!(" {kind}-opacity=\"{opacity}\""));
    }
    text
}

fn strokes(stroke: Stroke) -> String {
    if stroke.width <= 0.0 || stroke.color == Color32::TRANSPARENT {
        return String::new();
    }
    let width = number(stroke.width);
    format!("{} stroke-width=\"{width}\"", paint("stroke", stroke.color))
}

/// A stroke whose colour changes along the path has that of its beginning.
fn path_strokes(stroke: &egui::epaint::PathStroke, first: Pos2) -> String {
    let color = match &stroke.color {
        ColorMode::Solid(colour) => *colour,
        ColorMode::UV(colour_at) => colour_at(Rect::from_min_max(first, first), first),
    };
    strokes(Stroke::new(stroke.width, color))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no place for control characters.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
