//! The gauge of the spreading's temperature t, on a logarithmic scale.

use dl2pa_core::prototypes::PAPER_T;
use egui::{Align2, CornerRadius, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::text::prototypes as text;
use crate::theme::{GRID, Tokens, Type, fade};

/// Left and right end of the scale.
const SCALE: [f64; 2] = [1.0, text::MOST_T];

/// How much of the gauge there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Figure, scale and the mark of the paper.
    Full,
    /// Figure and a short scale.
    Short,
    /// The figure.
    Figure,
}

/// Draws the gauge into the lower left corner of `rect`.
pub(super) fn draw(ui: &Ui, rect: Rect, t: f64, room: Room) {
    let tokens = Tokens::from_ui(ui);
    let (width, height, pad) = match room {
        Room::Full => (136.0, 54.0, 4.0 * GRID),
        Room::Short => (74.0, 34.0, 2.5 * GRID),
        Room::Figure => (60.0, 16.0, 2.0 * GRID),
    };
    let area = Rect::from_min_size(
        pos2(rect.left() + pad, rect.bottom() - pad - height),
        vec2(width, height),
    );
    let painter = ui.painter();
    let kind = if room == Room::Figure {
        Type::Small
    } else {
        Type::Title
    };
    painter.text(
        area.left_top(),
        Align2::LEFT_TOP,
        text::t_is(t),
        kind.semibold(),
        tokens.text,
    );
    if room != Room::Figure {
        scale(ui, area, t, room == Room::Full, &tokens);
    }
    let response = ui.interact(area, ui.scope_id().with("t"), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text::t_is(t)));
    response.on_hover_text(text::t_hint());
}

fn scale(ui: &Ui, area: Rect, t: f64, with_mark: bool, tokens: &Tokens) {
    let painter = ui.painter();
    let y = area.top() + 26.0;
    let x = |t: f64| area.left() + area.width() * share(t);
    let rail = |right: f32| Rect::from_min_max(pos2(area.left(), y - 2.0), pos2(right, y + 2.0));
    painter.rect_filled(rail(area.right()), CornerRadius::same(2), tokens.hovered);
    painter.rect_filled(rail(x(t)), CornerRadius::same(2), tokens.accent);
    painter.circle_filled(pos2(x(t), y), 5.0, tokens.accent);
    if with_mark {
        let mark = x(PAPER_T);
        let line = [pos2(mark, y + 5.0), pos2(mark, y + 10.0)];
        painter.line_segment(line, Stroke::new(1.5, fade(tokens.muted, 0.9)));
        painter.text(
            pos2(mark - 3.0, y + 11.0),
            Align2::LEFT_TOP,
            text::t_of_the_paper(),
            Type::Tiny.regular(),
            tokens.muted,
        );
    }
}

/// Where t lies on the scale, 0 to 1.
fn share(t: f64) -> f32 {
    let [low, high] = SCALE.map(f64::ln);
    let t = if t > 0.0 { t.ln() } else { low };
    ((t - low) / (high - low)).clamp(0.0, 1.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenfold_is_a_quarter_of_the_scale() {
        assert_eq!(share(1.0), 0.0);
        assert!((share(10.0) - 0.25).abs() < 1e-6);
        assert!((share(1000.0) - 0.75).abs() < 1e-6);
        assert_eq!(share(1e9), 1.0);
        assert_eq!(share(0.0), 0.0);
        assert_eq!(share(f64::NAN), 0.0);
    }
}
