//! The choice of how prototypes are made: a menu of the methods, and t where one stays fixed.

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::prototypes::codes::Code;
use dl2pa_core::prototypes::{MOST_CODE_POINTS_ON_PAGE, Method};
use egui::{Align2, CornerRadius, Popup, PopupCloseBehavior, ScrollArea, Sense, Ui, pos2, vec2};

use super::Touch;
use super::widgets::{drop_down, title};
use crate::text::prototypes as text;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type, fade};

/// Temperatures on offer.
pub(super) const TEMPERATURES: [f64; 11] =
    [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 40.0, 100.0, 300.0];

/// The methods in the order of the menu; the codes follow.
const OFFERED: [Method; 11] = [
    Method::Auto,
    Method::Annealed,
    Method::Uniformity,
    Method::Released,
    Method::Simplex,
    Method::CrossPolytope,
    Method::Polygon,
    Method::Tiled,
    Method::Random,
    Method::Hpn,
    Method::Etf,
];
const MENU_WIDTH: f32 = 316.0;
const MOST_MENU_HEIGHT: f32 = 430.0;

/// Draws the choice; true when another method was chosen. `made_by` is what the automatic one came to.
pub(super) fn choice(
    ui: &mut Ui,
    draft: &mut RunConfig,
    made_by: Option<Method>,
    touch: Touch,
) -> bool {
    let is_learned = draft.head == HeadKind::Psc;
    let made_by = made_by
        .filter(|_| !is_learned && draft.prototype_method == Method::Auto)
        .map(text::method_name)
        .unwrap_or_default();
    title(
        ui,
        text::method(),
        &made_by,
        text::method_hint(),
        !is_learned,
    );
    let shown = if is_learned {
        text::method_learned().to_owned()
    } else {
        text::method_name(draft.prototype_method)
    };
    let button = drop_down(ui, text::method(), &shown, !is_learned, touch);
    let mut chosen = None;
    Popup::menu(&button)
        .gap(4.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.set_max_width(MENU_WIDTH);
            ScrollArea::vertical()
                .max_height(MOST_MENU_HEIGHT)
                .show(ui, |ui| {
                    chosen = menu(ui, draft, touch);
                });
            if chosen.is_some() {
                ui.close();
            }
        });
    if let Some(method) = chosen {
        draft.prototype_method = method;
    }
    chosen.is_some()
}

fn menu(ui: &mut Ui, draft: &RunConfig, touch: Touch) -> Option<Method> {
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, method: Method| {
        let reason = why_not(method, draft.classes, draft.dim);
        let taken = method == draft.prototype_method;
        if row(ui, method, taken, reason.as_deref(), touch) && !taken {
            chosen = Some(method);
        }
    };
    for method in OFFERED {
        offer(ui, method);
    }
    ui.add_space(GRID);
    ui.separator();
    title(ui, text::codes(), "", "", true);
    // What can be chosen comes first, since most codes need other numbers.
    let codes = Code::ALL.iter().map(|&code| Method::Code(code));
    let (apply, others): (Vec<_>, Vec<_>) =
        codes.partition(|&method| why_not(method, draft.classes, draft.dim).is_none());
    for method in apply.into_iter().chain(others) {
        offer(ui, method);
    }
    chosen
}

/// A row of the menu: name and explanation, or why it cannot be chosen. True when chosen.
fn row(ui: &mut Ui, method: Method, taken: bool, reason: Option<&str>, touch: Touch) -> bool {
    let tokens = Tokens::from_ui(ui);
    let enabled = reason.is_none();
    let height = if touch.0 { 48.0 } else { 40.0 };
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(MENU_WIDTH, height), sense);
    let name = text::method_name(method);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::MenuItemRadio, enabled, taken, &name)
    });
    let radius = CornerRadius::same(CONTROL_RADIUS);
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, radius, tokens.hovered);
    } else if taken {
        ui.painter().rect_filled(rect, radius, tokens.raised);
    }
    let left = rect.left() + 3.0 * GRID;
    if taken {
        let dot = pos2(rect.right() - 3.5 * GRID, rect.center().y);
        ui.painter().circle_filled(dot, 3.5, tokens.accent);
    }
    let opacity = if enabled { 1.0 } else { 0.55 };
    let note = text::method_note(method);
    ui.painter().text(
        pos2(left, rect.center().y - 8.0),
        Align2::LEFT_CENTER,
        &name,
        Type::Body.semibold(),
        fade(tokens.text, opacity),
    );
    ui.painter().text(
        pos2(left, rect.center().y + 9.0),
        Align2::LEFT_CENTER,
        reason.unwrap_or(&note),
        Type::Tiny.regular(),
        fade(tokens.muted, opacity.max(0.75)),
    );
    let clicked = response.clicked();
    if let Some(reason) = reason {
        response.on_hover_text(format!("{note} {reason}"));
    }
    clicked
}

/// Why a method cannot make `count` prototypes in `dim` dimensions here; `None` when it can.
pub(super) fn why_not(method: Method, count: usize, dim: usize) -> Option<String> {
    match method {
        Method::Simplex | Method::Etf if count > dim + 1 => Some(text::no_simplex(count, dim)),
        Method::CrossPolytope if count > 2 * dim => Some(text::no_cross_polytope(count, dim)),
        Method::Polygon if dim != 2 => Some(text::no_polygon().to_owned()),
        Method::Tiled => Some(text::no_tiled().to_owned()),
        Method::Code(code) if code.dim() > dim => Some(text::code_needs_dim(code.dim())),
        Method::Code(code) if code.len() < count => Some(text::code_too_few(code.len(), count)),
        Method::Code(code) if code.len() > MOST_CODE_POINTS_ON_PAGE => {
            Some(text::code_too_large().to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::prototypes::Spreader;
    use dl2pa_core::streams::Streams;

    use super::*;

    #[test]
    fn the_menu_holds_every_method() {
        for method in Method::GENERAL {
            assert!(OFFERED.contains(method), "{method}");
        }
        assert_eq!(OFFERED.len(), Method::GENERAL.len());
    }

    #[test]
    fn what_the_menu_offers_is_what_the_session_takes() {
        let codes = Code::ALL.iter().map(|&code| Method::Code(code));
        let methods: Vec<Method> = Method::GENERAL.iter().copied().chain(codes).collect();
        for (count, dim) in [
            (3, 2),
            (7, 2),
            (4, 3),
            (6, 3),
            (12, 3),
            (25, 3),
            (24, 4),
            (10, 5),
            (100, 32),
            (100, 128),
        ] {
            for &method in &methods {
                let made = Spreader::new(count, dim, method, 2.0, &Streams::new(1));
                assert_eq!(
                    made.is_err(),
                    why_not(method, count, dim).is_some(),
                    "{count} in {dim} by {method}: {:?}",
                    made.err()
                );
            }
        }
    }
}
