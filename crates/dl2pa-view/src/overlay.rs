//! What lies over the stage's corners: title, figures, the empty and the failed state.

use std::sync::Arc;

use dl2pa_core::protocol::{Phase, Snapshot};
use egui::{Align2, CornerRadius, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::controls::Touch;
use crate::controls::widgets::{Weight, text_button};
use crate::text;
use crate::theme::{CARD_RADIUS, GRID, Tokens, Type, fade};

/// Height that the title row takes from the stage, in points.
pub(crate) fn title_height(compact: bool) -> f32 {
    if compact { 44.0 } else { 56.0 }
}

/// Title on the left, and on the right the figures that matter, where they are of one run alone (`has_figures`).
/// True while the pointer is on the figure of the closest pair.
pub(crate) fn title(
    ui: &Ui,
    rect: Rect,
    snapshot: Option<&Arc<Snapshot>>,
    (heading, subtitle, caption): (String, String, Option<String>),
    has_figures: bool,
) -> bool {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter();
    let compact = rect.width() < 520.0;
    let (left, top) = (rect.left() + 4.0 * GRID, rect.top() + 3.0 * GRID);
    painter.text(
        pos2(left, top),
        Align2::LEFT_TOP,
        heading,
        Type::Title.semibold(),
        tokens.text,
    );
    let mut line =
        egui::text::LayoutJob::simple_singleline(subtitle, Type::Small.regular(), tokens.muted);
    if compact && has_figures {
        // What is beside it on the right needs the rest.
        line.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() * 0.55);
    }
    let line = painter.layout_job(line);
    painter.galley(pos2(left, top + 20.0), line, tokens.muted);
    if let Some(caption) = caption {
        painter.text(
            pos2(left, top + 38.0),
            Align2::LEFT_TOP,
            caption,
            Type::Small.regular(),
            tokens.muted,
        );
    }
    has_figures && figures(ui, rect, snapshot, compact)
}

/// The figures; true while the pointer is on that of the closest pair.
fn figures(ui: &Ui, rect: Rect, snapshot: Option<&Arc<Snapshot>>, compact: bool) -> bool {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter();
    let top = rect.top() + 3.0 * GRID;
    let accuracy = snapshot
        .and_then(|snapshot| snapshot.test_accuracy)
        .map(text::percent);
    let angle = snapshot.map(|snapshot| text::prototypes::degrees(snapshot.min_angle_deg));
    let bound = snapshot.map(|snapshot| snapshot.provenance.bound_angle_deg);
    let moved = snapshot.map(|snapshot| snapshot.labels_moved.iter().sum::<u32>().to_string());
    let accuracy = (text::test_accuracy(), accuracy, None);
    let closest = (
        text::closest_pair(),
        angle,
        bound.map(text::prototypes::of_at_most),
    );
    let spreading =
        snapshot.is_some_and(|snapshot| matches!(snapshot.phase, Phase::Spreading { .. }));
    let figures = match (compact, spreading) {
        (true, true) => vec![closest],
        (true, false) => vec![accuracy],
        (false, _) => vec![accuracy, (text::labels_moved(), moved, None), closest],
    };
    let mut right = rect.right() - 4.0 * GRID;
    let mut pointed = false;
    for (name, value, under) in figures.iter().rev() {
        let color = if value.is_some() {
            tokens.text
        } else {
            tokens.faint
        };
        let value = value.as_deref().unwrap_or(text::nothing_yet());
        let figure = if compact { Type::Title } else { Type::Display };
        let small = |words: &str| {
            painter.layout_no_wrap(words.to_owned(), Type::Small.regular(), tokens.muted)
        };
        let value = painter.layout_no_wrap(value.to_owned(), figure.semibold(), color);
        let lines = [Some(small(name)), under.as_deref().map(small)];
        let mut width = value.size().x;
        painter.galley(pos2(right - width, top - 2.0), value, color);
        let mut y = top + if compact { 20.0 } else { 27.0 };
        for line in lines.into_iter().flatten() {
            width = width.max(line.size().x);
            let at = pos2(right - line.size().x, y);
            y += line.size().y + 1.0;
            painter.galley(at, line, tokens.muted);
        }
        if under.is_some() {
            let area = Rect::from_min_max(pos2(right - width, top - 2.0), pos2(right, y));
            let response = ui.interact(area, ui.scope_id().with("closest"), Sense::hover());
            pointed = response.hovered();
            response.on_hover_text(text::prototypes::pair_hint());
        }
        right -= width + 6.0 * GRID;
    }
    pointed
}

/// What the stage says before the first snapshot.
pub(crate) fn getting_ready(ui: &Ui, rect: Rect) {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter_at(rect);
    let centre = rect.center();
    painter.text(
        centre - vec2(0.0, 12.0),
        Align2::CENTER_CENTER,
        text::empty_title(),
        Type::Display.semibold(),
        tokens.text,
    );
    let mut job = egui::text::LayoutJob::simple(
        text::empty_body().to_owned(),
        Type::Body.regular(),
        tokens.muted,
        (rect.width() - 48.0).min(320.0),
    );
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    painter.galley(pos2(centre.x, centre.y + 10.0), galley, tokens.muted);
}

/// What a person may do about a run that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    Again,
    Slower,
}

/// A card in the middle of the stage: headline, cause, and buttons for what can be done.
pub(crate) fn stopped(
    ui: &mut Ui,
    rect: Rect,
    headline: &str,
    cause: &str,
    remedies: &[Remedy],
) -> Option<Remedy> {
    let tokens = Tokens::from_ui(ui);
    let width = (rect.width() - 8.0 * GRID).min(400.0);
    let pad = 5.0 * GRID;
    let painter = ui.painter_at(rect);
    let body = painter.layout(
        cause.to_owned(),
        Type::Body.regular(),
        tokens.muted,
        width - 2.0 * pad,
    );
    let buttons =
        (remedies.len() as f32 * (Touch(false).height() + 2.0 * GRID) - 2.0 * GRID).max(0.0);
    let height = 2.0 * pad
        + 34.0
        + body.size().y
        + if remedies.is_empty() {
            0.0
        } else {
            3.0 * GRID + buttons
        };
    let card = Rect::from_center_size(rect.center(), vec2(width, height));
    painter.rect_filled(
        rect,
        CornerRadius::same(CARD_RADIUS),
        fade(tokens.surface, 0.6),
    );
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
    let inner = card.shrink(pad);
    painter.circle_filled(
        pos2(inner.left() + 5.0, inner.top() + 12.0),
        5.0,
        tokens.alarm,
    );
    painter.text(
        pos2(inner.left() + 20.0, inner.top() + 12.0),
        Align2::LEFT_CENTER,
        headline,
        Type::Display.semibold(),
        tokens.text,
    );
    let body_bottom = inner.top() + 34.0 + body.size().y;
    painter.galley(pos2(inner.left(), inner.top() + 34.0), body, tokens.muted);
    let area = Rect::from_min_max(pos2(inner.left(), body_bottom + 3.0 * GRID), inner.max);
    let mut pressed = None;
    ui.scope_builder(egui::UiBuilder::new().max_rect(area), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0 * GRID;
        for (i, &remedy) in remedies.iter().enumerate() {
            let words = match remedy {
                Remedy::Again => text::try_again(),
                Remedy::Slower => text::try_slower(),
            };
            let weight = if i == 0 {
                Weight::Primary
            } else {
                Weight::Plain
            };
            if text_button(ui, None, words, false, weight, Touch(false)).clicked() {
                pressed = Some(remedy);
            }
        }
    });
    pressed
}
