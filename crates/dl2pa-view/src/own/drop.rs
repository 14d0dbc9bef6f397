//! What is shown while a file is held over the window: where it may be dropped, and what comes of it.

use egui::{
    Align2, CornerRadius, Id, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2,
    vec2,
};

use crate::text::own as words;
use crate::theme::{CARD_RADIUS, GRID, Tokens, Type, fade};

/// Draws the overlay over everything, while there is a file over the window.
pub(crate) fn overlay(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let tokens = Tokens::from_ui(ui);
    let layer = LayerId::new(Order::Foreground, Id::unique("drop"));
    let window = ui.ctx().content_rect();
    let painter = ui.ctx().layer_painter(layer).with_clip_rect(window);
    painter.rect_filled(window, CornerRadius::ZERO, fade(tokens.background, 0.82));
    let size = vec2(420.0, 240.0).min(window.size() - Vec2::splat(8.0 * GRID));
    let card = Rect::from_center_size(window.center(), size);
    painter.rect_filled(card, CornerRadius::same(CARD_RADIUS), tokens.surface);
    let edge = outline(card.shrink(3.0 * GRID), f32::from(CARD_RADIUS));
    let stroke = Stroke::new(2.0, tokens.accent);
    painter.extend(Shape::dashed_line(&edge, stroke, 9.0, 7.0));
    let top = card.center() - vec2(0.0, 46.0);
    tray(&painter, top, &tokens);
    painter.text(
        card.center() + vec2(0.0, 22.0),
        Align2::CENTER_CENTER,
        words::drop(),
        Type::Display.semibold(),
        tokens.text,
    );
    let mut job = egui::text::LayoutJob::simple(
        words::drop_note().to_owned(),
        Type::Body.regular(),
        tokens.muted,
        card.width() - 16.0 * GRID,
    );
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    painter.galley(card.center() + vec2(0.0, 46.0), galley, tokens.muted);
}

/// A point that falls onto the sphere, which is what will happen to the data.
fn tray(painter: &Painter, at: Pos2, tokens: &Tokens) {
    let stroke = Stroke::new(2.5, tokens.accent);
    let bow: Vec<Pos2> = (0..=24)
        .map(|i| Vec2::angled((0.12 + 0.76 * i as f32 / 24.0) * std::f32::consts::PI))
        .map(|v| at + vec2(0.0, -6.0) + v * vec2(44.0, 34.0))
        .collect();
    painter.add(Shape::line(bow, stroke));
    let tip = at + vec2(0.0, 12.0);
    painter.line_segment([at - vec2(0.0, 26.0), tip], stroke);
    for side in [-1.0, 1.0] {
        painter.line_segment([tip, tip + vec2(9.0 * side, -9.0)], stroke);
    }
    painter.circle_filled(at - vec2(0.0, 30.0), 5.0, tokens.accent);
}

/// The edge of `rect` with round corners, as points.
fn outline(rect: Rect, radius: f32) -> Vec<Pos2> {
    let inner = rect.shrink(radius);
    let corners = [
        inner.right_bottom(),
        inner.left_bottom(),
        inner.left_top(),
        inner.right_top(),
    ];
    let quarter = std::f32::consts::FRAC_PI_2;
    let mut points: Vec<Pos2> = corners
        .iter()
        .enumerate()
        .flat_map(|(corner, &centre)| {
            (0..=6).map(move |i| {
                let turn = quarter * (corner as f32 + i as f32 / 6.0);
                centre + Vec2::angled(turn) * radius
            })
        })
        .collect();
    points.push(points.first().copied().unwrap_or(pos2(0.0, 0.0)));
    points
}
