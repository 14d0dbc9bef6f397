//! The button in the timeline that branches from the moment shown.

use egui::{Align2, CornerRadius, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::controls::icons::{self, Icon};
use crate::text::branch as words;
use crate::theme::{GRID, Tokens, Type, fade};

const HEIGHT: f32 = 18.0;
const ICON: f32 = 12.0;

/// The epoch that a branch would begin at, or why there can be none.
pub(crate) type Offer = Result<usize, &'static str>;

/// Draws the button so that it ends at `right` and begins behind `left`, without its word where there is no room for
/// that. True when pressed.
pub(crate) fn chip(ui: &Ui, right: Pos2, left: f32, offer: Offer) -> bool {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter();
    let word = painter.layout_no_wrap(
        words::name().to_owned(),
        Type::Small.semibold(),
        tokens.text,
    );
    let bare = ICON + 3.0 * GRID;
    let whole = bare + GRID + word.size().x;
    let has_word = whole < right.x - left - 2.0 * GRID;
    let width = if has_word { whole } else { bare };
    let center = pos2(right.x - 0.5 * width, right.y);
    let rect = Rect::from_center_size(center, vec2(width, HEIGHT));
    let is_offered = offer.is_ok();
    let sense = if is_offered {
        Sense::click()
    } else {
        Sense::hover()
    };
    let response = ui.interact(rect.expand(3.0), ui.scope_id().with("branch"), sense);
    let is_hot = is_offered && (response.hovered() || response.has_focus());
    let (fill, color) = match (is_offered, is_hot) {
        (true, true) => (tokens.hovered, tokens.text),
        (true, false) => (tokens.raised, tokens.accent),
        (false, _) => (fade(tokens.raised, 0.45), fade(tokens.muted, 0.6)),
    };
    painter.rect_filled(rect, CornerRadius::same(9), fill);
    let at = pos2(rect.left() + 1.5 * GRID + 0.5 * ICON, rect.center().y);
    icons::draw(painter, Icon::Branch, at, ICON, color);
    if has_word {
        let at = pos2(at.x + 0.5 * ICON + GRID, rect.center().y);
        let at = Align2::LEFT_CENTER.anchor_size(at, word.size());
        painter.galley_with_override_text_color(at.min, word, color);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_offered, words::name()));
    let is_pressed = response.clicked();
    response.on_hover_text(match offer {
        Ok(epoch) => words::hint(epoch),
        Err(reason) => reason.to_owned(),
    });
    is_pressed
}
