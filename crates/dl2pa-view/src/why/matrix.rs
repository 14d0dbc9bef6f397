//! The score of every pair as a heat map that is pointed at, walked over and put in order; what is drawn over its
//! cells is in [`super::signs`].

use dl2pa_core::assignment::WhatIf;
use egui::{
    Color32, ColorImage, Rect, Response, Role, Sense, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};

use super::order::Order;
use super::parts;
use super::signs::{
    Drawing, EDGE, Grid, NAMED_CELL, PRICES, SMALL_CELL, cosine_color, slack_color,
};
use super::story::Teller;
use crate::controls::widgets::segmented;
use crate::playground::inside;
use crate::selection::Selection;
use crate::text::why as text;
use crate::theme::{GRID, Tokens};

/// The grid is at most so many points wide.
const MOST_SIDE: f32 = 420.0;

/// What the heat map shows, and the picture of it.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    diagonal: bool,
    slack: bool,
    /// The pair that the keyboard or a tap has chosen: class and prototype.
    cursor: Option<(usize, usize)>,
    picture: Option<Picture>,
}

/// The cells, drawn once for each matching, order, kind and theme.
struct Picture {
    texture: TextureHandle,
    order: Order,
    kind: (bool, bool, bool),
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("order", &self.order)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Matrix {
    /// Another matching is to be shown.
    pub(super) fn forget(&mut self) {
        self.picture = None;
        self.cursor = None;
    }

    /// Draws the section. Where cells are small, only the moves of the classes `told` have boxes.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        teller: &Teller<'_>,
        told: &[usize],
        what_if: Option<&WhatIf>,
        selection: &mut Selection,
    ) {
        parts::headline(ui, text::matrix());
        parts::note(ui, text::matrix_note());
        self.switches(ui, teller);
        self.paint_cells(ui, teller);
        let Some(picture) = &self.picture else {
            return;
        };
        let (rows, columns) = (picture.order.rows.len(), picture.order.columns.len());
        let (grid, response) = lay_out(ui, rows, columns, self.slack);
        let pointed = response
            .hover_pos()
            .or(response.interact_pointer_pos())
            .and_then(|at| grid.at(at, rows, columns))
            .map(|(row, column)| (picture.order.rows[row], picture.order.columns[column]));
        if let Some((class, prototype)) = pointed {
            selection.hover_pair(class, prototype);
            if response.clicked() {
                self.cursor = Some((class, prototype));
                selection.choose_class(class);
            }
        }
        if response.has_focus() {
            let from = self.cursor.or_else(|| {
                let class = picture.order.rows.first().copied()?;
                Some((class, teller.reasons.after().as_slice()[class] as usize))
            });
            if let Some(from) = from {
                let cursor = moved_by_arrows(ui, &response, &picture.order, from);
                self.cursor = Some(cursor);
                if pointed.is_none() {
                    selection.hover_pair(cursor.0, cursor.1);
                }
            }
        }
        let painter = ui.painter();
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(picture.texture.id(), grid.rect, uv, Color32::WHITE);
        let drawing = Drawing {
            grid,
            order: &picture.order,
            teller,
            tokens: Tokens::from_ui(ui),
        };
        drawing.edges(ui, selection.class());
        if self.slack {
            drawing.prices(ui);
        }
        drawing.boxes(ui, told, what_if);
        let looked_at = pointed.or(self.cursor.filter(|_| response.has_focus()));
        let seen = looked_at.or_else(|| {
            let class = selection.class().filter(|&class| class < rows)?;
            let own = teller.reasons.after().as_slice()[class] as usize;
            Some((class, selection.prototype().unwrap_or(own)))
        });
        if let Some(seen) = seen {
            drawing.cross(ui, seen);
        }
        parts::focus_ring(ui, drawing.grid.rect, &response, &drawing.tokens);
        drawing.read_out(ui, seen, self.slack);
        response.widget_info(|| {
            let cell = seen.map_or(String::new(), |(class, prototype)| {
                let name = teller.input.run.name(class);
                text::cell(name, prototype, teller.reasons.score(class, prototype))
            });
            let name = text::matrix_name(rows, columns, &cell);
            WidgetInfo::labeled(Role::Image, true, name)
        });
    }

    /// The two choices above the grid.
    fn switches(&mut self, ui: &mut Ui, teller: &Teller<'_>) {
        let touch = teller.input.touch;
        let size = vec2(ui.available_width(), touch.height());
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let middle = rect.left() + rect.width() * 0.54;
        let left = rect.with_max_x(middle - GRID / 2.0);
        let right = rect.with_min_x(middle + GRID / 2.0);
        let orders = [
            (text::by_number(), text::by_number_hint()),
            (text::diagonal(), text::diagonal_hint()),
        ];
        inside(ui, "order", left, |ui| {
            let taken = usize::from(self.diagonal);
            if let Some(place) = segmented(ui, &orders, Some(taken), true, touch) {
                self.diagonal = place == 1;
            }
        });
        let kinds = [
            (text::by_cosine(), text::by_cosine_hint()),
            (text::by_slack(), text::by_slack_hint()),
        ];
        inside(ui, "kind", right, |ui| {
            let taken = usize::from(self.slack);
            if let Some(place) = segmented(ui, &kinds, Some(taken), true, touch) {
                self.slack = place == 1;
            }
        });
    }

    fn paint_cells(&mut self, ui: &Ui, teller: &Teller<'_>) {
        let tokens = Tokens::from_ui(ui);
        let kind = (self.diagonal, self.slack, tokens.dark);
        if self
            .picture
            .as_ref()
            .is_some_and(|picture| picture.kind == kind)
        {
            return;
        }
        let order = Order::of(teller.reasons, self.diagonal);
        let pixels = order
            .rows
            .iter()
            .flat_map(|&class| order.columns.iter().map(move |&column| (class, column)))
            .map(|(class, prototype)| {
                let reasons = teller.reasons;
                if self.slack {
                    slack_color(reasons.slack(class, prototype), &tokens)
                } else {
                    cosine_color(reasons.score(class, prototype), &tokens)
                }
            })
            .collect();
        let image = ColorImage::new([order.columns.len(), order.rows.len()], pixels);
        let texture = ui
            .ctx()
            .load_texture("score matrix", image, TextureOptions::NEAREST);
        self.picture = Some(Picture {
            texture,
            order,
            kind,
        });
    }
}

/// Takes the room of the grid with its edges.
fn lay_out(ui: &mut Ui, rows: usize, columns: usize, prices: bool) -> (Grid, Response) {
    let width = ui.available_width();
    let strip = if prices { PRICES } else { 0.0 };
    let scale = ui.ctx().pixels_per_point();
    let cell_of = |left: f32| {
        let side = (width - left - strip).min(MOST_SIDE);
        let cell = side / columns.max(1) as f32;
        // Whole pixels, so that no row is wider than its neighbour, where that does not cost much room.
        if cell >= SMALL_CELL {
            (cell * scale).floor() / scale
        } else {
            cell
        }
    };
    let named = 26.0;
    let (left, cell) = if cell_of(named) >= NAMED_CELL {
        (named, cell_of(named))
    } else {
        (EDGE + 2.0, cell_of(EDGE + 2.0))
    };
    let top = EDGE + 2.0;
    let size = vec2(
        width,
        top + cell * rows as f32 + if prices { PRICES } else { 0.0 },
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spare = width - left - strip - cell * columns as f32;
    let min = pos2(rect.left() + left + spare.max(0.0) / 2.0, rect.top() + top);
    let rect = Rect::from_min_size(min, vec2(columns as f32, rows as f32) * cell);
    (Grid { rect, cell }, response)
}

/// Where the arrow keys lead from a pair.
fn moved_by_arrows(
    ui: &Ui,
    response: &Response,
    order: &Order,
    from: (usize, usize),
) -> (usize, usize) {
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        memory.set_focus_lock_filter(response.id, filter);
    });
    let (down, right) = ui.input(|input| {
        let pressed = |key| isize::from(input.key_pressed(key));
        (
            pressed(egui::Key::ArrowDown) - pressed(egui::Key::ArrowUp),
            pressed(egui::Key::ArrowRight) - pressed(egui::Key::ArrowLeft),
        )
    });
    order.beside(from, down, right)
}
