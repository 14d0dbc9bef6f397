//! The few widgets of the house: icon buttons, segmented choices, sliders with a title.

use egui::{
    Align2, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::Touch;
use super::icons::{self, Icon};
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type, fade};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The one thing to press here.
    Primary,
    /// A resting surface.
    Plain,
    /// Nothing but its icon until the pointer comes.
    Quiet,
}

/// A square button with an icon; `label` is its name for screen readers, `hint` its tooltip.
pub(crate) fn icon_button(
    ui: &mut Ui,
    icon: Icon,
    label: &str,
    hint: &str,
    weight: Weight,
    touch: Touch,
) -> Response {
    let size = touch.height();
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::click());
    let tokens = Tokens::from_ui(ui);
    let color = surface(ui, rect, &response, weight, &tokens);
    icons::draw(ui.painter(), icon, rect.center(), size * 0.5, color);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    response.on_hover_text(hint)
}

/// A button with words, and a chevron when it opens something.
pub(crate) fn text_button(
    ui: &mut Ui,
    icon: Option<Icon>,
    label: &str,
    opens: bool,
    weight: Weight,
    touch: Touch,
) -> Response {
    let tokens = Tokens::from_ui(ui);
    let galley = ui
        .painter()
        .layout_no_wrap(label.to_owned(), Type::Body.regular(), tokens.text);
    let icon_width = if icon.is_some() { 22.0 } else { 0.0 };
    let chevron_width = if opens { 16.0 } else { 0.0 };
    let width = galley.size().x + 6.0 * GRID + icon_width + chevron_width;
    let (rect, response) = ui.allocate_exact_size(vec2(width, touch.height()), Sense::click());
    let color = surface(ui, rect, &response, weight, &tokens);
    let mut left = rect.left() + 3.0 * GRID;
    if let Some(icon) = icon {
        icons::draw(
            ui.painter(),
            icon,
            pos2(left + 7.0, rect.center().y),
            15.0,
            color,
        );
        left += icon_width;
    }
    let at = Align2::LEFT_CENTER.anchor_size(pos2(left, rect.center().y), galley.size());
    ui.painter()
        .galley_with_override_text_color(at.min, galley, color);
    if opens {
        icons::chevron(
            ui.painter(),
            pos2(rect.right() - 3.5 * GRID, rect.center().y),
            fade(color, 0.7),
        );
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    response
}

/// A button as wide as there is room that shows what is taken and opens a menu.
pub(crate) fn drop_down(
    ui: &mut Ui,
    name: &str,
    taken: &str,
    enabled: bool,
    touch: Touch,
) -> Response {
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let size = vec2(ui.available_width(), touch.height());
    let (rect, response) = ui.allocate_exact_size(size, sense);
    let tokens = Tokens::from_ui(ui);
    let color = if enabled {
        surface(ui, rect, &response, Weight::Plain, &tokens)
    } else {
        let radius = CornerRadius::same(CONTROL_RADIUS);
        ui.painter()
            .rect_filled(rect, radius, fade(tokens.raised, 0.45));
        fade(tokens.muted, 0.6)
    };
    ui.painter().text(
        pos2(rect.left() + 3.0 * GRID, rect.center().y),
        Align2::LEFT_CENTER,
        taken,
        Type::Small.semibold(),
        color,
    );
    if enabled {
        let at = pos2(rect.right() - 3.5 * GRID, rect.center().y);
        icons::chevron(ui.painter(), at, fade(color, 0.7));
    }
    response
        .widget_info(|| WidgetInfo::labeled(Role::ComboBox, enabled, format!("{name}: {taken}")));
    response
}

fn surface(
    ui: &Ui,
    rect: Rect,
    response: &Response,
    weight: Weight,
    tokens: &Tokens,
) -> egui::Color32 {
    let hot = response.hovered() || response.has_focus();
    let (fill, color) = match (weight, hot) {
        (Weight::Primary, false) => (tokens.accent, tokens.on_accent),
        (Weight::Primary, true) => (
            crate::theme::mix(tokens.accent, tokens.text, 0.15),
            tokens.on_accent,
        ),
        (Weight::Plain, false) => (tokens.raised, tokens.text),
        (Weight::Plain | Weight::Quiet, true) => (tokens.hovered, tokens.text),
        (Weight::Quiet, false) => (egui::Color32::TRANSPARENT, tokens.muted),
    };
    let radius = CornerRadius::same(CONTROL_RADIUS);
    ui.painter().rect_filled(rect, radius, fill);
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        ui.painter()
            .rect_stroke(rect.expand(2.0), radius, ring, StrokeKind::Inside);
    }
    color
}

/// A row of choices of which one is taken; returns the choice that was pressed.
/// `choices` are names with one-sentence explanations.
pub(crate) fn segmented(
    ui: &mut Ui,
    choices: &[(&str, &str)],
    taken: Option<usize>,
    enabled: bool,
    touch: Touch,
) -> Option<usize> {
    let tokens = Tokens::from_ui(ui);
    let width = ui.available_width();
    let (track, _) = ui.allocate_exact_size(vec2(width, touch.height()), Sense::hover());
    let radius = CornerRadius::same(CONTROL_RADIUS);
    let opacity = if enabled { 1.0 } else { 0.45 };
    ui.painter()
        .rect_filled(track, radius, fade(tokens.raised, opacity));
    let inner = track.shrink(3.0);
    let font = Type::Small;
    let widths: Vec<f32> = choices
        .iter()
        .map(|(name, _)| {
            let galley =
                ui.painter()
                    .layout_no_wrap((*name).to_owned(), font.semibold(), tokens.text);
            galley.size().x
        })
        .collect();
    // Room left over is shared evenly, so that long names keep theirs.
    let spare = (inner.width() - widths.iter().sum::<f32>()) / choices.len().max(1) as f32;
    let mut left = inner.left();
    let mut pressed = None;
    for (i, (name, hint)) in choices.iter().enumerate() {
        let cell = Rect::from_min_size(
            pos2(left, inner.top()),
            vec2(widths[i] + spare, inner.height()),
        );
        left = cell.right();
        let sense = if enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let response = ui.interact(cell, ui.scope_id().with(("choice", *name)), sense);
        let chosen = taken == Some(i);
        let color = if chosen {
            ui.painter().rect_filled(
                cell,
                CornerRadius::same(CONTROL_RADIUS - 2),
                fade(tokens.accent, opacity),
            );
            tokens.on_accent
        } else if response.hovered() && enabled {
            tokens.text
        } else {
            tokens.muted
        };
        if response.has_focus() {
            let ring = Stroke::new(2.0, tokens.text);
            ui.painter().rect_stroke(
                cell,
                CornerRadius::same(CONTROL_RADIUS - 2),
                ring,
                StrokeKind::Inside,
            );
        }
        let font = if chosen {
            font.semibold()
        } else {
            font.regular()
        };
        ui.painter().text(
            cell.center(),
            Align2::CENTER_CENTER,
            name,
            font,
            fade(color, if chosen { 1.0 } else { opacity }),
        );
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, *name));
        if response.clicked() && !chosen {
            pressed = Some(i);
        }
        response.on_hover_text(*hint);
    }
    pressed
}

/// The title of a control with its value on the right.
pub(crate) fn title(ui: &mut Ui, name: &str, value: &str, hint: &str, enabled: bool) {
    let tokens = Tokens::from_ui(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let opacity = if enabled { 1.0 } else { 0.5 };
    ui.painter().text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        Type::Small.regular(),
        fade(tokens.muted, opacity),
    );
    ui.painter().text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        value,
        Type::Small.semibold(),
        fade(tokens.text, opacity),
    );
    if !hint.is_empty() {
        response.on_hover_text(hint);
    }
}

/// A slider over places 0..=last, as wide as there is room. True when the choice is made: the knob was
/// let go, or a key or a click on the rail moved it.
pub(crate) fn slider(
    ui: &mut Ui,
    name: &str,
    place: &mut usize,
    last: usize,
    enabled: bool,
    touch: Touch,
) -> bool {
    let tokens = Tokens::from_ui(ui);
    let height = if touch.0 { 40.0 } else { 20.0 };
    let sense = if enabled {
        Sense::click_and_drag()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), sense);
    let knob = if touch.0 { 10.0 } else { 7.0 };
    let (from, to) = (rect.left() + knob, rect.right() - knob);
    let before = *place;
    if let Some(pointer) = response.interact_pointer_pos() {
        let share = ((pointer.x - from) / (to - from).max(1.0)).clamp(0.0, 1.0);
        *place = (share * last as f32).round() as usize;
    }
    let mut keyed = false;
    if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = egui::EventFilter {
                horizontal_arrows: true,
                ..egui::EventFilter::default()
            };
            memory.set_focus_lock_filter(response.id, filter);
        });
        let (less, more) = ui.input(|input| {
            (
                input.key_pressed(egui::Key::ArrowLeft),
                input.key_pressed(egui::Key::ArrowRight),
            )
        });
        *place = (*place + usize::from(more))
            .saturating_sub(usize::from(less))
            .min(last);
        keyed = *place != before;
    }
    let opacity = if enabled { 1.0 } else { 0.4 };
    let x = from + (to - from) * *place as f32 / last.max(1) as f32;
    let y = rect.center().y;
    let painter = ui.painter();
    let rail =
        |left: f32, right: f32| Rect::from_min_max(pos2(left, y - 2.0), pos2(right, y + 2.0));
    painter.rect_filled(
        rail(rect.left(), rect.right()),
        2.0,
        fade(tokens.hovered, opacity),
    );
    painter.rect_filled(rail(rect.left(), x), 2.0, fade(tokens.accent, opacity));
    let grown = if response.hovered() || response.dragged() {
        knob + 1.0
    } else {
        knob
    };
    painter.circle_filled(pos2(x, y), grown + 2.0, tokens.surface);
    painter.circle_filled(
        pos2(x, y),
        grown,
        if enabled { tokens.accent } else { tokens.faint },
    );
    if response.has_focus() {
        painter.circle_stroke(pos2(x, y), grown + 3.0, Stroke::new(2.0, tokens.accent));
    }
    let value = *place as f64;
    response.widget_info(|| WidgetInfo::slider(enabled, value, name));
    response.drag_stopped() || response.clicked() || keyed
}
