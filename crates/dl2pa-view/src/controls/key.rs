//! What the marks on the stage mean, and the switch of the mark that can be hidden.

use egui::{
    Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::Touch;
use super::widgets::title;
use crate::text::{self, prototypes as words};
use crate::theme::{GRID, Tokens, Type, fade};

/// Draws the key; `pair` says whether the closest pair is marked, and its row changes that.
pub(crate) fn ui(ui: &mut Ui, pair: &mut bool, touch: Touch) {
    let tokens = Tokens::from_ui(ui);
    ui.spacing_mut().item_spacing.y = GRID;
    title(ui, text::key_title(), "", "", true);
    for (i, sign) in [
        text::key_pin(),
        text::key_mean(),
        text::key_error(),
        text::key_sample(),
    ]
    .into_iter()
    .enumerate()
    {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let painter = ui.painter();
        let at = pos2(rect.left() + 10.0, rect.center().y);
        let color = tokens.accent;
        match i {
            0 => {
                painter.line_segment([at + vec2(0.0, 8.0), at], Stroke::new(1.5, tokens.pin));
                painter.circle_filled(at + vec2(0.0, 8.0), 1.8, tokens.pin);
                painter.circle_filled(at - vec2(0.0, 2.0), 5.0, color);
            }
            1 => {
                painter.circle_stroke(at, 5.0, Stroke::new(2.0, color));
            }
            2 => {
                painter.line_segment(
                    [at - vec2(8.0, 0.0), at + vec2(8.0, 0.0)],
                    Stroke::new(1.5, fade(color, 0.8)),
                );
            }
            _ => {
                painter.circle_filled(at, 2.4, color);
            }
        }
        painter.text(
            pos2(rect.left() + 26.0, rect.center().y),
            Align2::LEFT_CENTER,
            sign,
            Type::Small.regular(),
            tokens.muted,
        );
    }
    pair_row(ui, pair, touch);
}

/// The row of the closest pair, with a switch.
fn pair_row(ui: &mut Ui, on: &mut bool, touch: Touch) {
    let tokens = Tokens::from_ui(ui);
    let height = if touch.0 { 34.0 } else { 20.0 };
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
    }
    let hot = response.hovered() || response.has_focus();
    let painter = ui.painter();
    let at = pos2(rect.left() + 10.0, rect.center().y);
    let ends = [at - vec2(7.0, 0.0), at + vec2(7.0, 0.0)];
    painter.line_segment(ends, Stroke::new(3.0, tokens.accent));
    for end in ends {
        painter.circle_filled(end, 3.5, tokens.accent);
    }
    painter.text(
        pos2(rect.left() + 26.0, rect.center().y),
        Align2::LEFT_CENTER,
        words::pair_key(),
        Type::Small.regular(),
        if hot { tokens.text } else { tokens.muted },
    );
    let track =
        Rect::from_center_size(pos2(rect.right() - 14.0, rect.center().y), vec2(26.0, 15.0));
    let fill = if *on { tokens.accent } else { tokens.hovered };
    painter.rect_filled(track, CornerRadius::same(8), fill);
    let knob = if *on {
        track.right() - 7.5
    } else {
        track.left() + 7.5
    };
    let color = if *on { tokens.on_accent } else { tokens.muted };
    painter.circle_filled(pos2(knob, track.center().y), 5.0, color);
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        painter.rect_stroke(
            track.expand(3.0),
            CornerRadius::same(9),
            ring,
            StrokeKind::Inside,
        );
    }
    let is_on = *on;
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, words::pair_key()));
    response.on_hover_text(words::pair_key_hint());
}
