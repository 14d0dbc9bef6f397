//! The bar at the top, with the transport, and the line at the bottom.

use egui::{Align, Align2, Layout, Rect, Ui, pos2, vec2};

use crate::controls::Touch;
use crate::controls::icons::{self, Icon};
use crate::controls::share;
use crate::controls::transport::PlayState;
use crate::controls::widgets::{Weight, icon_button};
use crate::frame::{Drawn, Input};
use crate::hiding::Part;
use crate::layout::Regions;
use crate::playground::{Playground, inside};
use crate::text;
use crate::theme::{GRID, Tokens, Type};

/// Name, transport, and what concerns the whole window.
pub(crate) fn top(
    parts: &mut Playground,
    ui: &mut Ui,
    rect: Rect,
    regions: &Regions,
    input: &Input<'_>,
    drawn: &mut Drawn,
) {
    let touch = Touch(regions.touch);
    let rect = rect.shrink2(vec2(4.0 * GRID, 0.0));
    let tokens = Tokens::from_ui(ui);
    let y = rect.center().y;
    icons::logo(
        ui.painter(),
        pos2(rect.left() + 12.0, y),
        26.0,
        tokens.accent,
        tokens.muted,
    );
    let name = ui.painter().text(
        pos2(rect.left() + 34.0, y),
        Align2::LEFT_CENTER,
        text::name(),
        egui::FontId::new(17.0, Type::Title.semibold().family),
        tokens.text,
    );
    let mut left = name.right();
    if rect.width() > 1060.0 {
        let tagline = ui.painter().text(
            pos2(name.right() + 10.0, y + 1.0),
            Align2::LEFT_CENTER,
            text::tagline(),
            Type::Small.regular(),
            tokens.muted,
        );
        left = tagline.right();
    }
    // The transport starts where the stage does, so that columns line up.
    let start = if regions.touch {
        left + 3.0 * GRID
    } else {
        regions.stage.left().max(left + 4.0 * GRID)
    };
    let area = Rect::from_min_max(pos2(start, rect.top()), rect.max);
    inside(ui, "bar", area, |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if !regions.touch {
                drawn
                    .asks
                    .extend(parts.transport.buttons(ui, input.play, touch));
                if !parts.hidden.has(Part::Speed) {
                    ui.add_space(4.0 * GRID);
                    let width = if rect.width() > 1000.0 { 130.0 } else { 80.0 };
                    drawn
                        .asks
                        .extend(parts.transport.speed_ui(ui, width, touch));
                }
                if !parts.hidden.has(Part::Seed) {
                    ui.add_space(3.0 * GRID);
                    drawn
                        .asks
                        .extend(parts.transport.seed(ui, parts.lead.run.config.seed, touch));
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = GRID;
                let (icon, name, theme) = if tokens.dark {
                    (Icon::Sun, text::to_light(), egui::ThemePreference::Light)
                } else {
                    (Icon::Moon, text::to_dark(), egui::ThemePreference::Dark)
                };
                if icon_button(ui, icon, name, name, Weight::Quiet, touch).clicked() {
                    ui.ctx().set_theme(theme);
                }
                let labels = icon_button(
                    ui,
                    Icon::Tag,
                    text::labels(),
                    text::labels_hint(),
                    Weight::Quiet,
                    touch,
                );
                if labels.clicked() {
                    parts.names = !parts.names;
                }
                if !parts.hidden.has(Part::Share) {
                    let has_address = input.host.address.is_some();
                    drawn.take = drawn.take.or(share::menu(ui, has_address, touch));
                }
                if !regions.touch {
                    language(parts, ui, touch);
                }
                if regions.touch && !parts.hidden.has(Part::Seed) {
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let room = ui.available_width() - 52.0 - 42.0 - 34.0;
                        ui.add_space(room.max(0.0));
                        drawn.asks.extend(parts.transport.seed(
                            ui,
                            parts.lead.run.config.seed,
                            touch,
                        ));
                    });
                }
            });
        });
    });
}

/// The code of the other language, which a press begins to speak.
fn language(parts: &mut Playground, ui: &mut Ui, touch: Touch) {
    let tokens = Tokens::from_ui(ui);
    let code = egui::RichText::new(text::other_code())
        .font(Type::Small.regular())
        .color(tokens.muted);
    let button = egui::Button::new(code)
        .frame_when_inactive(false)
        .min_size(vec2(touch.height(), touch.height()));
    let button = ui.add(button).on_hover_text(text::other_hint());
    button.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, text::other_language())
    });
    if button.clicked() {
        parts.speak(text::catalogue::after(parts.language()));
    }
}

/// The line at the bottom: device, speed, epoch on the left, the notice on the right.
pub(crate) fn status(
    parts: &Playground,
    ui: &mut Ui,
    rect: Rect,
    is_touch: bool,
    input: &Input<'_>,
) {
    let snapshot = parts.lead.snapshot.as_ref();
    let tokens = Tokens::from_ui(ui);
    let rect = rect.shrink2(vec2(4.0 * GRID, 0.0));
    let y = rect.center().y;
    let mut left = rect.left() + 4.0;
    let color = match input.play {
        PlayState::Running => tokens.accent,
        PlayState::Paused | PlayState::Ended => tokens.faint,
    };
    ui.painter().circle_filled(pos2(left, y), 3.5, color);
    left += 12.0;
    let mut said = vec![text::host::line(&input.host.device_line)];
    if let Some(snapshot) = snapshot {
        if snapshot.steps_per_sec > 0.0 {
            said.push(text::steps_per_sec(snapshot.steps_per_sec));
        }
        said.push(text::steps_done(snapshot.step));
    }
    said.retain(|part| !part.is_empty());
    let notice = input.host.notice.as_ref().map(text::host::line);
    // A phone has room for one of them, and the steps are seen in the plots anyway.
    let words = match &notice {
        _ if is_touch && parts.tour.is_some() => text::tour::take_over().to_owned(),
        Some(notice) if is_touch => notice.clone(),
        _ => said.join("  ·  "),
    };
    let drawn = ui.painter().text(
        pos2(left, y),
        Align2::LEFT_CENTER,
        words,
        Type::Small.regular(),
        tokens.muted,
    );
    let room = rect.right() - drawn.right() - 6.0 * GRID;
    let right = match notice {
        _ if is_touch => None,
        _ if parts.tour.is_some() => Some(text::tour::take_over().to_owned()),
        Some(notice) => Some(notice),
        None if input.host.fps > 0.0 => Some(text::frames(input.host.fps, input.host.frame_ms_p95)),
        None => None,
    };
    if let Some(right) = right {
        let area = Rect::from_min_max(pos2(rect.right() - room.max(20.0), rect.top()), rect.max);
        inside(ui, "notice", area, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let words = egui::RichText::new(&right)
                    .font(Type::Small.regular())
                    .color(tokens.muted);
                ui.add(egui::Label::new(words).truncate())
                    .on_hover_text(&right);
            });
        });
    }
}
