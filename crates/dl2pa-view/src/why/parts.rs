//! The small pieces that the panel's sections are made of: headlines, paragraphs, rows, the empty state.

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::controls::{Touch, icons};
use crate::text::Sentence;
use crate::text::why as text;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type, fade, mix};

/// Room and a hairline between two sections.
pub(super) fn gap(ui: &mut Ui) {
    let tokens = Tokens::from_ui(ui);
    let size = vec2(ui.available_width(), 3.0 * GRID);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let line = [rect.left_center(), rect.right_center()];
    ui.painter()
        .line_segment(line, Stroke::new(1.0, tokens.outline));
}

/// The headline of a section.
pub(super) fn headline(ui: &mut Ui, words: &str) {
    let tokens = Tokens::from_ui(ui);
    let words = egui::RichText::new(words)
        .font(Type::Small.semibold())
        .color(tokens.text);
    ui.label(words);
}

/// A paragraph that explains.
pub(super) fn note(ui: &mut Ui, words: impl Into<String>) {
    let tokens = Tokens::from_ui(ui);
    let words = egui::RichText::new(words)
        .font(Type::Small.regular())
        .color(tokens.muted);
    ui.add(egui::Label::new(words).wrap());
}

/// A paragraph with its news first.
pub(super) fn sentence(ui: &mut Ui, (stressed, rest): &Sentence) {
    let tokens = Tokens::from_ui(ui);
    let mut job = LayoutJob::default();
    job.append(
        stressed,
        0.0,
        TextFormat::simple(Type::Body.semibold(), tokens.text),
    );
    job.append(
        rest,
        4.0,
        TextFormat::simple(Type::Body.regular(), tokens.muted),
    );
    ui.add(egui::Label::new(job).wrap());
}

/// A name on the left and a figure on the right; a `sum` has a line above it.
pub(super) fn figure(ui: &mut Ui, name: &str, value: &str, sum: bool) {
    let tokens = Tokens::from_ui(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let painter = ui.painter();
    if sum {
        let line = [rect.left_top(), rect.right_top()];
        painter.line_segment(line, Stroke::new(1.0, tokens.outline));
    }
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        Type::Small.regular(),
        tokens.muted,
    );
    painter.text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        value,
        Type::Small.semibold(),
        tokens.text,
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
}

/// A small button of which one of several is taken.
pub(super) fn chip(ui: &mut Ui, words: &str, name: &str, taken: bool, touch: Touch) -> Response {
    let tokens = Tokens::from_ui(ui);
    let font = if taken {
        Type::Small.semibold()
    } else {
        Type::Small.regular()
    };
    let galley = ui
        .painter()
        .layout_no_wrap(words.to_owned(), font, tokens.text);
    let height = if touch.0 { 36.0 } else { 24.0 };
    let size = vec2(galley.size().x + 4.0 * GRID, height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let (fill, color) = if taken {
        (tokens.accent, tokens.on_accent)
    } else if response.hovered() {
        (tokens.hovered, tokens.text)
    } else {
        (tokens.raised, tokens.text)
    };
    let radius = CornerRadius::same(CONTROL_RADIUS);
    ui.painter().rect_filled(rect, radius, fill);
    focus_ring(ui, rect, &response, &tokens);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter()
        .galley_with_override_text_color(at.min, galley, color);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, taken, name));
    response
}

/// The row that folds and unfolds a section.
pub(super) fn fold(ui: &mut Ui, words: &str, open: &mut bool, touch: Touch) {
    let tokens = Tokens::from_ui(ui);
    let height = if touch.0 { 34.0 } else { 20.0 };
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *open = !*open;
    }
    ui.painter().text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        words,
        Type::Small.semibold(),
        tokens.text,
    );
    let hot = response.hovered() || response.has_focus();
    let at = pos2(rect.right() - 4.0, rect.center().y);
    let color = if hot { tokens.text } else { tokens.muted };
    icons::fold(ui.painter(), at, *open, color);
    focus_ring(ui, rect, &response, &tokens);
    let is_open = *open;
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, words));
}

/// Shows that the keyboard is here.
pub(super) fn focus_ring(ui: &Ui, rect: egui::Rect, response: &Response, tokens: &Tokens) {
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        let radius = CornerRadius::same(CONTROL_RADIUS);
        ui.painter()
            .rect_stroke(rect.expand(2.0), radius, ring, StrokeKind::Inside);
    }
}

/// The empty panel: two pins with their labels, a headline, and why there is nothing to see.
pub(super) fn nothing(ui: &mut Ui, why: text::Nothing, period: f64) {
    let tokens = Tokens::from_ui(ui);
    let (title, body) = text::nothing(why, period);
    ui.add_space((ui.available_height() * 0.16).clamp(2.0 * GRID, 90.0));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 76.0), Sense::hover());
    let painter = ui.painter();
    let y = rect.top() + 22.0;
    let ink = mix(tokens.faint, tokens.muted, 0.4);
    for side in [-1.0, 1.0] {
        let head = pos2(rect.center().x + side * 40.0, y);
        painter.line_segment([head, head + vec2(0.0, 30.0)], Stroke::new(2.0, ink));
        painter.circle_filled(head + vec2(0.0, 30.0), 2.5, ink);
        let (fill, edge): (Color32, _) = if side < 0.0 {
            (tokens.accent, tokens.accent)
        } else {
            (tokens.surface, ink)
        };
        painter.circle(head, 9.0, fill, Stroke::new(2.0, edge));
    }
    // The way a label would take, dashed as on the sphere.
    let moves = why == text::Nothing::NotYet;
    let way: Vec<egui::Pos2> = (0..=16)
        .map(|i| {
            let t = i as f32 / 16.0;
            let lift = 16.0 * (std::f32::consts::PI * t).sin();
            pos2(rect.center().x - 26.0 + 52.0 * t, y - 4.0 - lift)
        })
        .collect();
    let color = if moves { tokens.accent } else { fade(ink, 0.6) };
    painter.extend(egui::Shape::dashed_line(
        &way,
        Stroke::new(1.6, color),
        4.0,
        4.0,
    ));
    ui.vertical_centered(|ui| {
        let title = egui::RichText::new(title)
            .font(Type::Title.semibold())
            .color(tokens.text);
        ui.add(egui::Label::new(title).wrap());
        ui.add_space(GRID);
        let body = egui::RichText::new(body)
            .font(Type::Body.regular())
            .color(tokens.muted);
        ui.set_max_width(ui.available_width().min(320.0));
        ui.add(egui::Label::new(body).wrap());
    });
}
