//! The list of everything that can be asked for by a key: found by typing, chosen by arrows or a click.

use egui::{Align, Key, Layout, Modal, Modifiers, ScrollArea, Ui, vec2};

use super::Touch;
use super::keys::Wish;
use crate::text::keys as words;
use crate::theme::{GRID, Tokens, Type};

const WIDTH: f32 = 460.0;
const HEIGHT: f32 = 380.0;

/// State of the list.
#[derive(Debug, Default)]
pub(crate) struct CommandList {
    is_open: bool,
    typed: String,
    chosen: usize,
}

impl CommandList {
    /// Opens or closes it.
    pub(crate) fn toggle(&mut self) {
        *self = Self {
            is_open: !self.is_open,
            ..Self::default()
        };
    }

    /// Draws it over everything where it is open; what was chosen. Some wishes may be left out.
    pub(crate) fn ui(
        &mut self,
        ui: &Ui,
        touch: Touch,
        is_left_out: impl Fn(Wish) -> bool,
    ) -> Option<Wish> {
        if !self.is_open {
            return None;
        }
        let tokens = Tokens::from_ui(ui);
        let frame = egui::Frame::popup(ui.style()).inner_margin(4.0 * GRID);
        let modal = Modal::new(ui.scope_id().with("command-list")).frame(frame);
        let modal = modal.show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = GRID;
            let width = WIDTH.min(ui.ctx().content_rect().width() - 12.0 * GRID);
            ui.set_width(width);
            let title = egui::RichText::new(words::title())
                .font(Type::Title.semibold())
                .color(tokens.text);
            ui.label(title);
            ui.add_space(GRID);
            // Before the field takes them.
            let (down, up, enter) = ui.input_mut(|input| {
                (
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                    input.consume_key(Modifiers::NONE, Key::Enter),
                )
            });
            let field = egui::TextEdit::singleline(&mut self.typed)
                .hint_text(words::search())
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, touch.height()))
                .align(egui::Align2::LEFT_CENTER);
            let field = ui.add(field);
            field.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::TextInput, true, words::search())
            });
            field.request_focus();
            if field.changed() {
                self.chosen = 0;
            }
            let mut found = found(&self.typed);
            found.retain(|entry| !is_left_out(entry.2));
            let last = found.len().saturating_sub(1);
            self.chosen = (self.chosen + down).saturating_sub(up).min(last);
            ui.add_space(2.0 * GRID);
            let mut wish = None;
            let height = HEIGHT.min(ui.ctx().content_rect().height() * 0.6);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                ui.set_width(width);
                for (place, (name, key, what)) in found.iter().enumerate() {
                    let is_chosen = place == self.chosen;
                    let button = egui::Button::new(*name)
                        .shortcut_text(key.as_str())
                        .fill(if is_chosen {
                            tokens.hovered
                        } else {
                            egui::Color32::TRANSPARENT
                        })
                        .min_size(vec2(width - 4.0 * GRID, touch.height()))
                        .frame_when_inactive(is_chosen);
                    let row =
                        ui.with_layout(Layout::top_down_justified(Align::Min), |ui| ui.add(button));
                    if is_chosen && (down > 0 || up > 0) {
                        row.inner.scroll_to_me(None);
                    }
                    if row.inner.clicked() || (is_chosen && enter) {
                        wish = Some(*what);
                    }
                }
                if found.is_empty() {
                    ui.label(words::nothing());
                }
            });
            wish
        });
        if modal.should_close() || modal.inner.is_some() {
            self.is_open = false;
        }
        modal.inner
    }
}

/// The entries whose name holds every word typed, in any case.
fn found(typed: &str) -> Vec<words::Entry> {
    let typed = typed.to_lowercase();
    let holds = |name: &str| {
        let name = name.to_lowercase();
        typed.split_whitespace().all(|word| name.contains(word))
    };
    let entries = words::entries().into_iter();
    entries.filter(|(name, ..)| holds(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_entries_in_any_order_and_case() {
        assert_eq!(found("").len(), words::entries().len());
        let wishes: Vec<Wish> = found("SEED new").iter().map(|entry| entry.2).collect();
        assert_eq!(wishes, [Wish::NewSeed]);
        assert!(found("xyzzy").is_empty());
    }
}
