//! What stands on and around the cells of the score matrix: whose row it is, which pairs were chosen, prices, and
//! one line of words.

use dl2pa_core::assignment::WhatIf;
use egui::{Align2, Color32, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::order::Order;
use super::story::Teller;
use crate::text::why as text;
use crate::theme::{GRID, Tokens, Type, fade, mix};

/// Cells from this size on have their class's name beside their row, in points.
pub(super) const NAMED_CELL: f32 = 9.5;
/// Cells below this size have boxes larger than they are.
pub(super) const SMALL_CELL: f32 = 6.0;
/// Width of the marks along the edges.
pub(super) const EDGE: f32 = 6.0;
/// Width of the bars that show prices.
pub(super) const PRICES: f32 = 22.0;

/// Where the grid lies.
pub(super) struct Grid {
    pub rect: Rect,
    /// Side of a cell, in points.
    pub cell: f32,
}

impl Grid {
    pub(super) fn cell(&self, row: f32, column: f32) -> Rect {
        let at = self.rect.min + vec2(column, row) * self.cell;
        Rect::from_min_size(at, vec2(self.cell, self.cell))
    }

    /// Row and column under a point.
    pub(super) fn at(&self, point: Pos2, rows: usize, columns: usize) -> Option<(usize, usize)> {
        let offset = (point - self.rect.min) / self.cell;
        let inside = offset.x >= 0.0 && offset.y >= 0.0;
        let place = (offset.y as usize, offset.x as usize);
        (inside && place.0 < rows && place.1 < columns).then_some(place)
    }
}

/// From the ground at -1 to the accent at 1, most of the way above 0.
pub(super) fn cosine_color(cosine: f64, tokens: &Tokens) -> Color32 {
    let share = ((cosine as f32 + 1.0) / 2.0).clamp(0.0, 1.0);
    mix(tokens.raised, tokens.accent, share.powf(2.2))
}

/// From the accent at 0 to the ground at 1 and above.
pub(super) fn slack_color(slack: f64, tokens: &Tokens) -> Color32 {
    let share = 1.0 - (slack as f32).clamp(0.0, 1.0);
    mix(tokens.raised, tokens.accent, share.powf(2.2))
}

/// What is drawn over the cells.
pub(super) struct Drawing<'a> {
    pub grid: Grid,
    pub order: &'a Order,
    pub teller: &'a Teller<'a>,
    pub tokens: Tokens,
}

impl Drawing<'_> {
    /// The class of each row at the left, that of each column's prototype at the top.
    pub(super) fn edges(&self, ui: &Ui, focus: Option<usize>) {
        let Self {
            grid,
            order,
            teller,
            tokens,
        } = self;
        let painter = ui.painter();
        let styles = teller.input.run.styles(tokens.dark);
        let color = |class: usize| styles.get(class).map_or(tokens.faint, |style| style.color);
        let named = grid.cell >= NAMED_CELL;
        let thick = (grid.cell - 1.0).max(grid.cell * 0.8);
        for (row, &class) in order.rows.iter().enumerate() {
            let cell = grid.cell(row as f32, 0.0);
            let mark = Rect::from_center_size(
                pos2(grid.rect.left() - 1.0 - EDGE / 2.0, cell.center().y),
                vec2(EDGE - 1.0, thick),
            );
            painter.rect_filled(mark, 0.0, color(class));
            if named {
                let mut font = Type::Tiny.regular();
                font.size = (grid.cell - 0.5).min(font.size);
                let ink = if focus == Some(class) {
                    tokens.text
                } else {
                    tokens.muted
                };
                let at = pos2(mark.left() - 2.0, cell.center().y);
                let name = teller.input.name(class as u32);
                painter.text(at, Align2::RIGHT_CENTER, name, font, ink);
            }
        }
        let owners = teller.reasons.after().classes_of_prototypes();
        for (column, &prototype) in order.columns.iter().enumerate() {
            let cell = grid.cell(0.0, column as f32);
            let mark = Rect::from_center_size(
                pos2(cell.center().x, grid.rect.top() - 1.0 - EDGE / 2.0),
                vec2(thick, EDGE - 1.0),
            );
            let owner = owners.get(prototype).copied().flatten();
            let ink = owner.map_or(tokens.faint, |class| color(class as usize));
            painter.rect_filled(mark, 0.0, ink);
        }
    }

    /// Prices as bars: of the classes at the right, of the prototypes below.
    pub(super) fn prices(&self, ui: &Ui) {
        let (grid, reasons) = (&self.grid, self.teller.reasons);
        let class = self
            .order
            .rows
            .iter()
            .map(|&class| reasons.class_price(class));
        let prototype = self.order.columns.iter();
        let prototype = prototype.map(|&prototype| reasons.prototype_price(prototype));
        let most = class
            .clone()
            .chain(prototype.clone())
            .fold(1e-6_f64, |most, price| most.max(price.abs()));
        let length = |price: f64| (PRICES - 6.0) * (price.abs() / most) as f32;
        let ink = |price: f64| {
            if price < 0.0 {
                self.tokens.faint
            } else {
                self.tokens.muted
            }
        };
        let thick = (grid.cell * 0.6).max(1.0);
        for (row, price) in class.enumerate() {
            let cell = grid.cell(row as f32, 0.0);
            let from = pos2(grid.rect.right() + 4.0, cell.center().y - thick / 2.0);
            let bar = Rect::from_min_size(from, vec2(length(price), thick));
            ui.painter().rect_filled(bar, 0.0, ink(price));
        }
        for (column, price) in prototype.enumerate() {
            let cell = grid.cell(0.0, column as f32);
            let from = pos2(cell.center().x - thick / 2.0, grid.rect.bottom() + 4.0);
            let bar = Rect::from_min_size(from, vec2(thick, length(price)));
            ui.painter().rect_filled(bar, 0.0, ink(price));
        }
    }

    /// The chosen pairs: solid now, dashed before; crossed out what is barred, dotted what would take its place.
    pub(super) fn boxes(&self, ui: &Ui, told: &[usize], what_if: Option<&WhatIf>) {
        let Self {
            grid,
            order,
            teller,
            tokens,
        } = self;
        let painter = ui.painter();
        let reasons = teller.reasons;
        let (grown, wide) = if grid.cell < SMALL_CELL {
            (1.0, 1.2)
        } else {
            (0.5, 2.0)
        };
        let place = |class: usize, prototype: u32| {
            Some((
                order.row(class)? as f32,
                order.column(prototype as usize)? as f32,
            ))
        };
        for (class, &now) in reasons.after().as_slice().iter().enumerate() {
            let Some((row, column)) = place(class, now) else {
                continue;
            };
            let before = reasons.before().as_slice()[class];
            if before == now {
                if grid.cell >= SMALL_CELL {
                    let stroke = Stroke::new(1.0, fade(tokens.text, 0.65));
                    let cell = grid.cell(row, column).shrink(0.5);
                    painter.rect_stroke(cell, 1.0, stroke, StrokeKind::Inside);
                }
                continue;
            }
            if grid.cell < SMALL_CELL && !told.contains(&class) {
                continue;
            }
            if let Some((row, old)) = place(class, before) {
                let cell = grid.cell(row, old).expand(grown - 0.5);
                dashed_box(painter, cell, Stroke::new(1.2, tokens.text), grid.cell);
                // The box slides over while the label travels.
                let stage = teller.input.stage;
                let done = stage.moved_share(teller.relabelling, class, teller.input.now_secs);
                let cell = grid.cell(row, old + (column - old) * done).expand(grown);
                let stroke = Stroke::new(wide, tokens.text);
                painter.rect_stroke(cell, 1.5, stroke, StrokeKind::Middle);
            }
        }
        if let Some(what_if) = what_if {
            if let Some((row, column)) = place(what_if.class as usize, what_if.barred) {
                let cell = grid.cell(row, column).expand(grown);
                let stroke = Stroke::new(2.0, tokens.alarm);
                painter.line_segment([cell.left_top(), cell.right_bottom()], stroke);
                painter.line_segment([cell.right_top(), cell.left_bottom()], stroke);
            }
            for step in what_if.passings.iter().flat_map(|part| &part.moves) {
                if let Some((row, column)) = place(step.class as usize, step.to) {
                    let centre = grid.cell(row, column).center();
                    let radius = (grid.cell * 0.28).max(2.0);
                    painter.circle(
                        centre,
                        radius,
                        tokens.surface,
                        Stroke::new(1.5, tokens.text),
                    );
                }
            }
        }
    }

    /// Row and column of the pair looked at.
    pub(super) fn cross(&self, ui: &Ui, (class, prototype): (usize, usize)) {
        let (Some(row), Some(column)) = (self.order.row(class), self.order.column(prototype))
        else {
            return;
        };
        let grid = self.grid.rect;
        let cell = self.grid.cell(row as f32, column as f32);
        let stroke = Stroke::new(1.0, fade(self.tokens.text, 0.8));
        let across = Rect::from_min_max(
            pos2(grid.left(), cell.top()),
            pos2(grid.right(), cell.bottom()),
        );
        let down = Rect::from_min_max(
            pos2(cell.left(), grid.top()),
            pos2(cell.right(), grid.bottom()),
        );
        for band in [across, down] {
            ui.painter()
                .rect_stroke(band, 0.0, stroke, StrokeKind::Outside);
        }
    }

    /// One line under the grid: the pair looked at in words, or what the signs mean.
    pub(super) fn read_out(&self, ui: &mut Ui, seen: Option<(usize, usize)>, slack: bool) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let (tokens, reasons) = (&self.tokens, self.teller.reasons);
        let painter = ui.painter();
        let y = rect.center().y;
        if let Some((class, prototype)) = seen {
            let styles = self.teller.input.run.styles(tokens.dark);
            if let Some(&style) = styles.get(class) {
                crate::stage::glyph(painter, pos2(rect.left() + 6.0, y), 4.6, style, 1.0);
            }
            let name = self.teller.input.name(class as u32);
            let cosine = reasons.score(class, prototype);
            let words = if slack {
                text::short_cell(name, prototype)
            } else {
                text::cell(name, prototype, cosine)
            };
            painter.text(
                pos2(rect.left() + 17.0, y),
                Align2::LEFT_CENTER,
                words,
                Type::Small.semibold(),
                tokens.text,
            );
            let is = |pins: &[u32]| pins.get(class) == Some(&(prototype as u32));
            let state = if slack {
                text::slack(
                    reasons.class_price(class),
                    reasons.prototype_price(prototype),
                    cosine,
                    reasons.slack(class, prototype),
                )
            } else if is(reasons.after().as_slice()) {
                text::box_now().to_owned()
            } else if is(reasons.before().as_slice()) {
                text::box_before().to_owned()
            } else {
                String::new()
            };
            let font = Type::Small.regular();
            painter.text(
                rect.right_center(),
                Align2::RIGHT_CENTER,
                state,
                font,
                tokens.muted,
            );
            return;
        }
        let scale = Rect::from_min_size(pos2(rect.left() + 18.0, y - 4.0), vec2(56.0, 8.0));
        let steps = 28;
        for i in 0..steps {
            let share = (f64::from(i) + 0.5) / f64::from(steps);
            let color = if slack {
                slack_color(share, tokens)
            } else {
                cosine_color(share * 2.0 - 1.0, tokens)
            };
            let width = scale.width() / steps as f32;
            let left = scale.left() + width * i as f32;
            let bar = Rect::from_min_size(pos2(left, scale.top()), vec2(width + 0.5, 8.0));
            painter.rect_filled(bar, 0.0, color);
        }
        let tiny = |at: Pos2, align: Align2, words: &str| {
            painter.text(at, align, words, Type::Tiny.regular(), tokens.muted)
        };
        let ends = if slack { ["0", "1"] } else { ["−1", "1"] };
        tiny(pos2(scale.left() - 4.0, y), Align2::RIGHT_CENTER, ends[0]);
        let end = tiny(pos2(scale.right() + 4.0, y), Align2::LEFT_CENTER, ends[1]);
        let mut left = end.right() + 4.0 * GRID;
        for (name, dashed) in [(text::box_now(), false), (text::box_before(), true)] {
            let sign = Rect::from_center_size(pos2(left + 5.0, y), vec2(10.0, 10.0));
            if dashed {
                dashed_box(painter, sign, Stroke::new(1.2, tokens.text), 10.0);
            } else {
                let stroke = Stroke::new(2.0, tokens.text);
                painter.rect_stroke(sign, 1.5, stroke, StrokeKind::Inside);
            }
            left = tiny(pos2(left + 15.0, y), Align2::LEFT_CENTER, name).right() + 3.0 * GRID;
        }
    }
}

fn dashed_box(painter: &egui::Painter, rect: Rect, stroke: Stroke, cell: f32) {
    let rect = rect.shrink(0.5);
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    let dash = (cell * 0.22).clamp(1.5, 3.0);
    painter.extend(Shape::dashed_line(&corners, stroke, dash, dash));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_in_the_cell_that_is_drawn_there() {
        let grid = Grid {
            rect: Rect::from_min_size(pos2(10.0, 20.0), vec2(40.0, 40.0)),
            cell: 10.0,
        };
        for row in 0..4 {
            for column in 0..4 {
                let cell = grid.cell(row as f32, column as f32);
                assert_eq!(grid.at(cell.center(), 4, 4), Some((row, column)));
            }
        }
        assert_eq!(grid.at(pos2(9.0, 25.0), 4, 4), None);
        assert_eq!(grid.at(pos2(25.0, 61.0), 4, 4), None);
    }

    #[test]
    fn what_is_more_alike_or_wastes_less_is_nearer_to_the_accent() {
        let away = |color: Color32, tokens: &Tokens| {
            let channels = color.to_array().into_iter().zip(tokens.accent.to_array());
            channels.map(|(a, b)| i32::from(a.abs_diff(b))).sum::<i32>()
        };
        for theme in [egui::Theme::Dark, egui::Theme::Light] {
            let tokens = Tokens::of(theme);
            let cosines: Vec<i32> = (-10..=10)
                .map(|tenth| away(cosine_color(f64::from(tenth) / 10.0, &tokens), &tokens))
                .collect();
            assert!(cosines.windows(2).all(|pair| pair[0] >= pair[1]));
            assert_eq!(away(cosine_color(1.0, &tokens), &tokens), 0);
            assert_eq!(away(slack_color(-1e-12, &tokens), &tokens), 0);
            assert!(away(slack_color(0.5, &tokens), &tokens) > 0);
        }
    }
}
