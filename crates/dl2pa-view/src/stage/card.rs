//! The card of one class: its name, its prototype, and how near its mean is to it.

use std::sync::Arc;

use dl2pa_core::protocol::Snapshot;
use egui::{Align2, CornerRadius, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::{marks, scene};
use crate::run::Run;
use crate::text;
use crate::theme::{CARD_RADIUS, Tokens, Type};

const WIDTH: f32 = 196.0;
const PAD: f32 = 12.0;
const ROW: f32 = 20.0;
/// Room that a card takes at most, in points.
pub(super) const HEIGHT: f32 = 3.0 * PAD + 24.0 + 3.0 * ROW;

/// Draws the card into the lower left corner of `rect`.
pub(super) fn draw(ui: &Ui, rect: Rect, class: usize, snapshot: &Arc<Snapshot>, run: &Run) {
    let tokens = Tokens::from_ui(ui);
    let Some(&style) = run.styles(tokens.dark).get(class) else {
        return;
    };
    let rows = rows(class, snapshot);
    let height = 2.0 * PAD + 24.0 + ROW * rows.len() as f32;
    let card = Rect::from_min_size(
        pos2(rect.left() + PAD, rect.bottom() - PAD - height),
        vec2(WIDTH, height),
    );
    let painter = ui.painter();
    let radius = CornerRadius::same(CARD_RADIUS);
    painter.add(Shape::from(
        ui.visuals().popup_shadow.as_shape(card, radius),
    ));
    painter.rect(
        card,
        radius,
        tokens.surface,
        Stroke::new(1.0, tokens.outline),
        StrokeKind::Inside,
    );
    let inner = card.shrink(PAD);
    let title_y = inner.top() + 8.0;
    marks::glyph(painter, pos2(inner.left() + 6.0, title_y), 5.5, style, 1.0);
    painter.text(
        pos2(inner.left() + 20.0, title_y),
        Align2::LEFT_CENTER,
        text::class_title(run.name(class)),
        Type::Title.semibold(),
        tokens.text,
    );
    for (i, (name, value)) in rows.iter().enumerate() {
        let y = inner.top() + 24.0 + ROW * (i as f32 + 0.5);
        painter.text(
            pos2(inner.left(), y),
            Align2::LEFT_CENTER,
            name,
            Type::Small.regular(),
            tokens.muted,
        );
        painter.text(
            pos2(inner.right(), y),
            Align2::RIGHT_CENTER,
            value,
            Type::Small.semibold(),
            tokens.text,
        );
    }
}

fn rows(class: usize, snapshot: &Arc<Snapshot>) -> Vec<(&'static str, String)> {
    let mut rows = Vec::with_capacity(3);
    if let Some(&pin) = snapshot.assignment.get(class) {
        rows.push((text::card_prototype(), format!("{}", pin + 1)));
    }
    match scene::cosine(snapshot, class) {
        Some(cosine) => {
            rows.push((text::card_cosine(), text::number::fixed(cosine.into(), 3)));
            rows.push((
                text::card_angle(),
                format!(
                    "{}°",
                    text::number::fixed(cosine.acos().to_degrees().into(), 1)
                ),
            ));
        }
        None => rows.push((text::card_mean(), text::card_unseen().to_owned())),
    }
    rows
}
