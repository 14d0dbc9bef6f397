//! The class key: every class with its colour, shape and short name; hovering stresses the class.

use egui::{Align2, CornerRadius, Rect, Sense, Ui, pos2, vec2};

use crate::palette::{ClassStyle, Glyph, SHAPES};
use crate::run::Run;
use crate::selection::Selection;
use crate::theme::{GRID, Tokens, Type, fade};

const GAP: f32 = 2.0;

/// How the cells of the key are laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    cell: egui::Vec2,
    columns: usize,
    rows: usize,
    names: bool,
}

impl Grid {
    /// Cells for so many classes in a width; names where they fit into three rows.
    pub(crate) fn of(classes: usize, width: f32) -> Self {
        let fit = |cell: egui::Vec2, names: bool| {
            let columns = (((width + GAP) / (cell.x + GAP)) as usize).clamp(1, classes.max(1));
            // Even rows look calmer than a full one and a short one; groups of shapes stay together.
            let even = classes.max(1).div_ceil(classes.max(1).div_ceil(columns));
            let whole = even.next_multiple_of(SHAPES);
            let columns = if classes > 20 && whole <= columns {
                whole
            } else {
                even
            };
            Self {
                cell,
                columns,
                rows: classes.max(1).div_ceil(columns),
                names,
            }
        };
        let named = fit(vec2(38.0, 22.0), true);
        if named.rows <= 2 {
            named
        } else {
            fit(vec2(18.0, 18.0), false)
        }
    }

    /// Height of the whole key.
    pub(crate) fn height(&self) -> f32 {
        self.rows as f32 * (self.cell.y + GAP) - GAP
    }
}

/// Draws the key into `rect`, centred.
pub(crate) fn ui(ui: &Ui, rect: Rect, run: &Run, selection: &mut Selection) {
    let tokens = Tokens::from_ui(ui);
    let grid = Grid::of(run.classes(), rect.width());
    let width = grid.columns as f32 * (grid.cell.x + GAP) - GAP;
    let left = rect.center().x - width / 2.0;
    for (class, &style) in run.styles(tokens.dark).iter().enumerate() {
        let (row, column) = (class / grid.columns, class % grid.columns);
        let cell = Rect::from_min_size(
            pos2(
                left + column as f32 * (grid.cell.x + GAP),
                rect.top() + row as f32 * (grid.cell.y + GAP),
            ),
            grid.cell,
        );
        let response = ui.interact(cell, ui.scope_id().with(("class", class)), Sense::click());
        response.widget_info(|| {
            let name = crate::text::class_title(run.name(class));
            egui::WidgetInfo::labeled(egui::Role::Button, true, name)
        });
        if response.clicked() {
            selection.click(Some(class));
        }
        if response.hovered() {
            selection.hover(class);
        }
        chip(
            ui,
            cell,
            style,
            run.short_name(class),
            class,
            &grid,
            selection,
        );
    }
}

fn chip(
    ui: &Ui,
    cell: Rect,
    style: ClassStyle,
    name: &str,
    class: usize,
    grid: &Grid,
    selection: &Selection,
) {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter();
    let stressed = selection.class() == Some(class) || selection.moved().contains(&(class as u32));
    let opacity = if selection.presence(class) < 1.0 {
        0.4
    } else {
        1.0
    };
    if stressed {
        painter.rect_filled(cell, CornerRadius::same(6), tokens.hovered);
    }
    let at = if grid.names {
        pos2(cell.left() + 2.5 * GRID, cell.center().y)
    } else {
        cell.center()
    };
    crate::stage::glyph(
        painter,
        at,
        if style.glyph == Glyph::Circle {
            4.5
        } else {
            4.2
        },
        style,
        opacity,
    );
    if grid.names {
        painter.text(
            pos2(at.x + 2.0 * GRID, cell.center().y),
            Align2::LEFT_CENTER,
            name,
            Type::Tiny.regular(),
            fade(tokens.text, opacity),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_classes_have_names_and_many_fit_all_the_same() {
        let few = Grid::of(10, 600.0);
        assert!(few.names && few.rows == 1);
        let some = Grid::of(25, 600.0);
        assert!(some.names && some.rows == 2 && some.columns == 15);
        let many = Grid::of(100, 360.0);
        assert!(!many.names && many.rows * many.columns >= 100);
        assert!(many.columns as f32 * 20.0 <= 362.0);
        assert!(Grid::of(0, 100.0).height() > 0.0);
    }
}
