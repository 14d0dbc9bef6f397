//! The section of the setup in which points are drawn and tables pasted.

use dl2pa_core::config::RunConfig;
use egui::{
    Align2, CornerRadius, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2,
};

use super::square::{MOST_CLASSES, letter};
use super::{Own, Wish};
use crate::controls::Touch;
use crate::controls::widgets::{Weight, text_button};
use crate::palette;
use crate::stage::glyph;
use crate::text::own as words;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type, fade};

/// Letters of a pasted table that its field takes.
const MOST_LETTERS: usize = 1 << 20;

impl Own {
    /// Draws the section, where own data are chosen. `config` is that of the present run.
    pub(crate) fn section(&mut self, ui: &mut Ui, config: &RunConfig, touch: Touch) {
        if !self.is_shown(config.dataset) {
            return;
        }
        if let Some(given) = self.table_of(config) {
            let table = &given.table;
            let size = words::size(table.rows(), table.features(), table.class_names().len());
            line(ui, &format!("{}: {size}", words::bare(&given.file)));
        }
        self.classes(ui, touch);
        let drawn = self.square.ui(ui);
        if drawn.is_full {
            self.wishes.push(Wish::Say(words::square_full()));
        }
        if drawn.is_done {
            self.wishes.push(Wish::Drawn);
        }
        if self.square.count() > 0 && self.square.table().is_err() {
            line(ui, words::too_few_points());
        }
        self.buttons(ui, touch);
        self.paste_field(ui, touch);
        line(ui, words::drop_a_file());
        line(ui, words::stays_here());
    }

    /// A chip for each class, and one to add another.
    fn classes(&mut self, ui: &mut Ui, touch: Touch) {
        let tokens = Tokens::from_ui(ui);
        let styles = palette::styles(self.square.classes, None, tokens.dark);
        let side = if touch.0 { 40.0 } else { 28.0 };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            for (class, style) in styles.iter().enumerate() {
                let name = letter(class);
                let (rect, response) =
                    ui.allocate_exact_size(vec2(side + 12.0, side), Sense::click());
                let chosen = self.square.class == class && !self.square.erases;
                let hot = response.hovered() || response.has_focus();
                let radius = CornerRadius::same(CONTROL_RADIUS);
                let fill = if hot { tokens.hovered } else { tokens.raised };
                ui.painter().rect_filled(rect, radius, fill);
                if chosen || response.has_focus() {
                    let color = if chosen { style.color } else { tokens.accent };
                    let ring = Stroke::new(2.0, color);
                    ui.painter()
                        .rect_stroke(rect, radius, ring, StrokeKind::Inside);
                }
                let at = rect.left_center() + vec2(12.0, 0.0);
                glyph(ui.painter(), at, 4.5, *style, 1.0);
                ui.painter().text(
                    rect.right_center() - vec2(10.0, 0.0),
                    Align2::RIGHT_CENTER,
                    &name,
                    Type::Small.semibold(),
                    if chosen { tokens.text } else { tokens.muted },
                );
                response.widget_info(|| {
                    let label = words::draw_class(&name);
                    WidgetInfo::selected(Role::RadioButton, true, chosen, label)
                });
                if response.clicked() {
                    (self.square.class, self.square.erases) = (class, false);
                }
            }
            if self.square.classes < MOST_CLASSES && add(ui, side) {
                self.square.class = self.square.classes;
                self.square.classes += 1;
                self.square.erases = false;
            }
        });
    }

    fn buttons(&mut self, ui: &mut Ui, touch: Touch) {
        let has_points = self.square.count() > 0;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            if has_points {
                let weight = match self.square.erases {
                    true => Weight::Primary,
                    false => Weight::Plain,
                };
                if text_button(ui, None, words::erase(), false, weight, touch).clicked() {
                    self.square.erases = !self.square.erases;
                }
                if text_button(ui, None, words::clear(), false, Weight::Plain, touch).clicked() {
                    self.square.clear();
                    self.square.erases = false;
                }
                if self.square.table().is_ok()
                    && text_button(ui, None, words::save(), false, Weight::Plain, touch).clicked()
                {
                    self.wishes.push(Wish::Save);
                }
            }
            let weight = Weight::Plain;
            if self.pasting.is_none()
                && text_button(ui, None, words::paste(), false, weight, touch).clicked()
            {
                self.pasting = Some(String::new());
            }
        });
    }

    fn paste_field(&mut self, ui: &mut Ui, touch: Touch) {
        let Some(text) = &mut self.pasting else {
            return;
        };
        let name = line(ui, words::paste_field()).id;
        let field = TextEdit::multiline(text)
            .hint_text(words::paste_example())
            .char_limit(MOST_LETTERS)
            .desired_rows(4)
            .desired_width(f32::INFINITY)
            .font(Type::Small.regular());
        egui::ScrollArea::vertical()
            .id_salt("paste")
            .max_height(120.0)
            .show(ui, |ui| {
                ui.add(field).labelled_by(name);
            });
        let is_filled = !text.trim().is_empty();
        let weight = if is_filled {
            Weight::Primary
        } else {
            Weight::Plain
        };
        if text_button(ui, None, words::learn(), false, weight, touch).clicked() && is_filled {
            self.wishes.push(Wish::Pasted(text.clone()));
        }
    }
}

/// The chip that adds a class; true when it was pressed.
fn add(ui: &mut Ui, side: f32) -> bool {
    let tokens = Tokens::from_ui(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let hot = response.hovered() || response.has_focus();
    let color = if hot { tokens.text } else { tokens.muted };
    let radius = CornerRadius::same(CONTROL_RADIUS);
    let ring = Stroke::new(1.0, fade(color, 0.6));
    ui.painter()
        .rect_stroke(rect, radius, ring, StrokeKind::Inside);
    let stroke = Stroke::new(1.6, color);
    let at = rect.center();
    let arm = 5.0;
    ui.painter().hline(at.x - arm..=at.x + arm, at.y, stroke);
    ui.painter().vline(at.x, at.y - arm..=at.y + arm, stroke);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words::add_class()));
    response.on_hover_text(words::add_class()).clicked()
}

/// One line that explains.
fn line(ui: &mut Ui, text: &str) -> Response {
    let text = egui::RichText::new(text)
        .font(Type::Small.regular())
        .color(Tokens::from_ui(ui).muted);
    ui.add(egui::Label::new(text).wrap())
}
