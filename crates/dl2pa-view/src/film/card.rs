//! How far a film has come, over the stage: in words, as a bar, and how to give it up.

use egui::{
    Color32, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::playground::Playground;
use crate::text::film as words;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type};

const WIDEST: f32 = 360.0;
const BAR: f32 = 4.0;

/// Draws it into the upper part of `rect`, where a film is being made; a click on it gives the film up.
pub(crate) fn draw(parts: &mut Playground, ui: &Ui, rect: Rect) {
    let Some(film) = &parts.film else {
        return;
    };
    let (done, all) = film.progress();
    let said = words::progress(done.to_string(), all.to_string());
    let tokens = Tokens::from_ui(ui);
    let inner = (rect.width() - 8.0 * GRID).min(WIDEST) - 6.0 * GRID;
    let line = |text: String, kind: Type, color: Color32| {
        ui.painter().layout(text, kind.regular(), color, inner)
    };
    let headline = line(said.clone(), Type::Body, tokens.text);
    let hint = line(words::how_to_end().to_owned(), Type::Small, tokens.muted);
    let height = headline.size().y + hint.size().y + BAR + 4.0 * GRID;
    // A message stands where this would.
    let below = if parts.note.message().is_some() {
        34.0
    } else {
        16.0
    };
    let corner = pos2(
        rect.center().x - 0.5 * inner - 3.0 * GRID,
        rect.top() + below * GRID,
    );
    let card = Rect::from_min_size(corner, vec2(inner, height) + vec2(6.0, 4.0) * GRID);
    let radius = CornerRadius::same(CONTROL_RADIUS);
    let painter = ui.painter();
    painter.add(ui.visuals().popup_shadow.as_shape(card, radius));
    let outline = Stroke::new(1.0, tokens.accent);
    painter.rect(card, radius, tokens.raised, outline, StrokeKind::Inside);
    let mut at = card.min + vec2(3.0, 2.0) * GRID;
    let headline_height = headline.size().y;
    painter.galley(at, headline, Color32::PLACEHOLDER);
    at.y += headline_height + 2.0 * GRID;
    let track = Rect::from_min_size(at, vec2(inner, BAR));
    let round = CornerRadius::same(2);
    painter.rect_filled(track, round, tokens.outline);
    let share = done as f32 / all.max(1) as f32;
    painter.rect_filled(track.with_max_x(at.x + inner * share), round, tokens.accent);
    at.y += BAR + 2.0 * GRID;
    painter.galley(at, hint, Color32::PLACEHOLDER);
    let response = ui.interact(card, ui.scope_id().with("film"), Sense::click());
    response.widget_info(|| {
        let name = format!("{said} {}", words::how_to_end());
        WidgetInfo::labeled(Role::Button, true, name)
    });
    if response.clicked() {
        parts.end_film();
    }
}
