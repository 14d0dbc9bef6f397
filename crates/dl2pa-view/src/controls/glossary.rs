//! What the words mean: a list over everything, found by typing.

use egui::{Key, Label, Modal, RichText, ScrollArea, Ui, vec2};

use super::Touch;
use crate::text::glossary as words;
use crate::text::keys;
use crate::theme::{GRID, Tokens, Type};

const WIDTH: f32 = 520.0;
/// Of the window's height.
const MOST_HEIGHT: f32 = 0.66;

/// State of the list.
#[derive(Debug, Default)]
pub(crate) struct Glossary {
    is_open: bool,
    typed: String,
}

impl Glossary {
    /// Opens or closes it.
    pub(crate) fn toggle(&mut self) {
        *self = Self {
            is_open: !self.is_open,
            typed: String::new(),
        };
    }

    /// Draws it over everything where it is open.
    pub(crate) fn ui(&mut self, ui: &Ui, touch: Touch) {
        if !self.is_open {
            return;
        }
        let tokens = Tokens::from_ui(ui);
        let frame = egui::Frame::popup(ui.style()).inner_margin(4.0 * GRID);
        let modal = Modal::new(ui.scope_id().with("glossary")).frame(frame);
        let modal = modal.show(ui.ctx(), |ui| {
            let window = ui.ctx().content_rect();
            let width = WIDTH.min(window.width() - 12.0 * GRID);
            ui.set_width(width);
            let title = RichText::new(words::title())
                .font(Type::Title.semibold())
                .color(tokens.text);
            ui.label(title);
            ui.add_space(GRID);
            let field = egui::TextEdit::singleline(&mut self.typed)
                .hint_text(keys::search())
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, touch.height()))
                .align(egui::Align2::LEFT_CENTER);
            let field = ui.add(field);
            field.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::TextInput, true, keys::search())
            });
            field.request_focus();
            ui.add_space(2.0 * GRID);
            let found = found(&self.typed);
            let area = ScrollArea::vertical().max_height(window.height() * MOST_HEIGHT);
            area.show(ui, |ui| {
                ui.set_width(width - 2.0 * GRID);
                for (word, meaning) in &found {
                    let word = RichText::new(*word)
                        .font(Type::Body.semibold())
                        .color(tokens.text);
                    ui.label(word);
                    let meaning = RichText::new(*meaning)
                        .font(Type::Small.regular())
                        .color(tokens.muted);
                    ui.add(Label::new(meaning).wrap());
                    ui.add_space(2.0 * GRID);
                }
                if found.is_empty() {
                    ui.label(words::nothing());
                }
            });
            ui.input(|input| input.key_pressed(Key::Escape))
        });
        if modal.should_close() || modal.inner {
            self.is_open = false;
        }
    }
}

/// The words that hold everything typed, in their name or in what they mean.
fn found(typed: &str) -> Vec<words::Term> {
    let typed = typed.to_lowercase();
    let holds = |(word, meaning): &words::Term| {
        let all = format!("{word} {meaning}").to_lowercase();
        typed.split_whitespace().all(|part| all.contains(part))
    };
    words::terms().into_iter().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_its_name_and_by_its_meaning() {
        assert_eq!(found("").len(), words::terms().len());
        assert_eq!(found("LOGIT")[0].0, "Logit");
        assert!(
            found("kuhn munkres")
                .iter()
                .any(|term| term.0 == "Matching")
        );
        assert!(found("xyzzy").is_empty());
    }
}
