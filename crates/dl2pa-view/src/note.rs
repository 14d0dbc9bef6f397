//! A short message over the stage: it goes by itself, or when it is clicked.

use egui::{
    Color32, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::text::sharing::close;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type};

/// Time to read a message: so long, and so much more for each letter.
const LEAST_SECS: f64 = 3.5;
const SECS_A_LETTER: f64 = 0.06;
const WIDEST: f32 = 440.0;

/// The message there is, if any.
#[derive(Debug, Default)]
pub(crate) struct Note {
    message: Option<String>,
    /// Known from the first frame that shows it.
    until_secs: Option<f64>,
}

impl Note {
    /// Shows `message` instead of what is shown.
    pub(crate) fn say(&mut self, message: String) {
        self.message = Some(message);
        self.until_secs = None;
    }

    /// What is shown.
    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Draws it into the upper part of `rect`, under the title.
    pub(crate) fn ui(&mut self, ui: &Ui, rect: Rect, now_secs: f64) {
        let Some(message) = &self.message else {
            return;
        };
        let letters = message.chars().count() as f64;
        let until = *self
            .until_secs
            .get_or_insert(now_secs + LEAST_SECS + letters * SECS_A_LETTER);
        if now_secs >= until {
            self.message = None;
            return;
        }
        let tokens = Tokens::from_ui(ui);
        let width = (rect.width() - 8.0 * GRID).min(WIDEST);
        let galley = ui.painter().layout(
            message.clone(),
            Type::Body.regular(),
            tokens.text,
            width - 6.0 * GRID,
        );
        let size = galley.size() + vec2(6.0, 4.0) * GRID;
        let corner = pos2(rect.center().x - size.x / 2.0, rect.top() + 16.0 * GRID);
        let card = Rect::from_min_size(corner, size);
        let radius = CornerRadius::same(CONTROL_RADIUS);
        let painter = ui.painter();
        painter.add(ui.visuals().popup_shadow.as_shape(card, radius));
        painter.rect(
            card,
            radius,
            tokens.raised,
            Stroke::new(1.0, tokens.accent),
            StrokeKind::Inside,
        );
        painter.galley(
            card.min + vec2(3.0, 2.0) * GRID,
            galley,
            Color32::PLACEHOLDER,
        );
        let response = ui.interact(card, ui.scope_id().with("note"), Sense::click());
        // The name is the message, so that a screen reader reads it.
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Button, true, format!("{message} {}", close()))
        });
        if response.clicked() {
            self.message = None;
        }
        let left = std::time::Duration::from_secs_f64((until - now_secs).max(0.0));
        ui.ctx().request_repaint_after(left);
    }
}
