//! The square that points are drawn in.

use dl2pa_core::datasets::{Table, TableError};
use egui::{
    Align2, CornerRadius, PointerButton, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::link::{MAX_CELLS, Points};
use crate::palette;
use crate::stage::glyph;
use crate::text::own as words;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type, fade};

/// Classes at most: a letter each.
pub(super) const MOST_CLASSES: usize = 26;
/// Points at most; more would only make the picture full.
const MOST_POINTS: usize = 5_000;
/// Widest square, in points of the screen.
const WIDEST: f32 = 320.0;
/// Narrowest, where hardly anything of it can be seen.
const LEAST: f32 = 120.0;
/// A drag puts the next points after so many points of the screen.
const SPRAY_STEP: f32 = 5.0;
/// Points of one puff, and how far it reaches, in cells.
const PUFF: usize = 2;
const PUFF_CELLS: f32 = 11.0;
/// How far the eraser reaches, in cells.
const ERASER_CELLS: f32 = 12.0;
/// The turn that spreads points evenly (the golden angle), in radians.
const GOLDEN_RAD: f32 = 2.399_963;

/// The points that were drawn, and what the pointer does to them.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    points: Points,
    /// Classes that are offered; those without points are not learned.
    pub(super) classes: usize,
    /// The class that is drawn.
    pub(super) class: usize,
    pub(super) erases: bool,
    /// Where the last puff was.
    puffed_at: Option<Pos2>,
    /// Something has changed since training was last asked for.
    changed: bool,
}

impl Default for Square {
    fn default() -> Self {
        Self::of(Points::default())
    }
}

/// What came of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    /// The hand was lifted and the points are others than before.
    pub is_done: bool,
    /// A point more did not fit.
    pub is_full: bool,
}

/// The letter of a class.
pub(super) fn letter(class: usize) -> String {
    char::from(b'A' + (class % MOST_CLASSES) as u8).to_string()
}

impl Square {
    /// The square with these points.
    pub(crate) fn of(points: Points) -> Self {
        Self {
            classes: points.classes().len().clamp(2, MOST_CLASSES),
            points,
            class: 0,
            erases: false,
            puffed_at: None,
            changed: false,
        }
    }

    /// The points.
    pub(crate) fn points(&self) -> &Points {
        &self.points
    }

    /// Points in all.
    pub(super) fn count(&self) -> usize {
        self.points.classes().iter().map(Vec::len).sum()
    }

    /// Takes all points away.
    pub(super) fn clear(&mut self) {
        self.points = Points::default();
    }

    /// The points as a table of two numbers a row, each from -1 to 1; classes are called by letters.
    ///
    /// # Errors
    /// When they are too few.
    pub(crate) fn table(&self) -> Result<Table, TableError> {
        let (mut inputs, mut classes) = (Vec::new(), Vec::new());
        let middle = (MAX_CELLS - 1) as f32 / 2.0;
        for (class, cells) in self.points.classes().iter().enumerate() {
            for cell in cells {
                inputs.extend(cell.map(|place| (f32::from(place) - middle) / middle));
                classes.push(letter(class));
            }
        }
        Table::of(2, inputs, &classes)
    }

    /// Puts a point of the present class; `false` when there are enough.
    pub(super) fn put(&mut self, at: Vec2) -> bool {
        let cell = [at.x, at.y].map(|x| x.round().clamp(0.0, (MAX_CELLS - 1) as f32) as u8);
        let is_put = self.count() < MOST_POINTS && self.points.add(self.class, cell);
        self.changed |= is_put;
        is_put
    }

    /// Takes the points round a place away.
    fn erase(&mut self, at: Vec2) {
        let is_near = |cell: [u8; 2]| {
            let cell = vec2(f32::from(cell[0]), f32::from(cell[1]));
            (cell - at).length() <= ERASER_CELLS
        };
        self.changed |= self.points.remove(is_near);
    }

    /// Draws the square as wide as there is room, and lets the pointer draw.
    pub(super) fn ui(&mut self, ui: &mut Ui) -> Drawn {
        // A phone shows little of the setup at a time, and all of the square must be seen.
        let seen = ui.clip_rect().height() - 2.0 * GRID;
        let side = ui.available_width().min(WIDEST).min(seen.max(LEAST));
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), side), Sense::hover());
        let rect = Rect::from_center_size(row.center(), vec2(side, side));
        let sense = Sense::click_and_drag();
        let response = ui.interact(rect, ui.scope_id().with("square"), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words::square()));
        let inner = rect.shrink(6.0);
        let drawn = self.follow(&response, inner);
        self.paint(ui, rect, inner, &response);
        response.on_hover_text_at_pointer(words::square_hint());
        drawn
    }

    /// What the pointer did in this frame.
    fn follow(&mut self, response: &egui::Response, inner: Rect) -> Drawn {
        let mut drawn = Drawn::default();
        let erases = self.erases
            || response.dragged_by(PointerButton::Secondary)
            || response.secondary_clicked();
        let pressed = response.is_pointer_button_down_on() || response.clicked();
        if (pressed || response.secondary_clicked())
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let cell = to_cell(inner, pointer);
            let is_first = self.puffed_at.is_none();
            let is_far = |last: Pos2| last.distance(pointer) >= SPRAY_STEP;
            if erases {
                self.erase(cell);
            } else if is_first {
                drawn.is_full = !self.put(cell);
                self.puffed_at = Some(pointer);
            } else if response.dragged() && self.puffed_at.is_some_and(is_far) {
                for _ in 0..PUFF {
                    let turn = GOLDEN_RAD * self.count() as f32;
                    let reach = PUFF_CELLS * ((turn * 0.37).fract()).sqrt();
                    drawn.is_full |= !self.put(cell + Vec2::angled(turn) * reach);
                }
                self.puffed_at = Some(pointer);
            }
        }
        if !response.is_pointer_button_down_on() {
            self.puffed_at = None;
            drawn.is_done = std::mem::take(&mut self.changed);
        }
        drawn
    }

    fn paint(&self, ui: &Ui, rect: Rect, inner: Rect, response: &egui::Response) {
        let tokens = Tokens::from_ui(ui);
        let painter = ui.painter_at(rect.expand(3.0));
        let radius = CornerRadius::same(CONTROL_RADIUS);
        painter.rect_filled(rect, radius, tokens.background);
        for share in [0.25, 0.5, 0.75] {
            let line = Stroke::new(1.0, tokens.outline);
            painter.vline(rect.left() + rect.width() * share, rect.y_range(), line);
            painter.hline(rect.x_range(), rect.top() + rect.height() * share, line);
        }
        let hot = response.hovered() || response.has_focus();
        let edge = if hot { tokens.accent } else { tokens.outline };
        painter.rect_stroke(rect, radius, Stroke::new(1.0, edge), StrokeKind::Inside);
        let styles = palette::styles(self.classes, None, tokens.dark);
        for (style, cells) in styles.iter().zip(self.points.classes()) {
            for &cell in cells {
                glyph(&painter, to_screen(inner, cell), 3.0, *style, 1.0);
            }
        }
        if self.count() == 0 {
            painter.text(
                rect.center(),
                Align2::CENTER_CENTER,
                words::put_points(letter(self.class)),
                Type::Small.regular(),
                tokens.muted,
            );
        }
        if let Some(pointer) = response.hover_pos()
            && self.erases
        {
            let reach = ERASER_CELLS / MAX_CELLS as f32 * inner.width();
            let ring = Stroke::new(1.5, fade(tokens.text, 0.7));
            painter.circle_stroke(pointer, reach.max(GRID), ring);
        }
    }
}

/// The place on the grid of a place on the screen.
fn to_cell(inner: Rect, at: Pos2) -> Vec2 {
    let last = (MAX_CELLS - 1) as f32;
    let share = (at - inner.left_bottom()) / inner.size();
    (vec2(share.x, -share.y) * last).clamp(Vec2::ZERO, Vec2::splat(last))
}

fn to_screen(inner: Rect, [x, y]: [u8; 2]) -> Pos2 {
    let last = (MAX_CELLS - 1) as f32;
    pos2(
        inner.left() + inner.width() * f32::from(x) / last,
        inner.bottom() - inner.height() * f32::from(y) / last,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_drawn_points_has_their_places_and_letters() {
        let mut square = Square::default();
        assert!(matches!(square.table(), Err(TableError::Empty)));
        for at in [vec2(0.0, 0.0), vec2(255.0, 0.0), vec2(0.0, 255.0)] {
            assert!(square.put(at));
        }
        assert!(matches!(square.table(), Err(TableError::OneClass { .. })));
        square.class = 2;
        for _ in 0..2 {
            assert!(square.put(vec2(999.0, 127.5)));
        }
        let table = square.table().expect("two classes and five points");
        assert_eq!(table.class_names(), ["A", "C"]);
        assert_eq!((table.rows(), table.features()), (5, 2));
        let again = Table::read(table.to_csv().as_bytes()).expect("its own CSV");
        assert_eq!(again.digest(), table.digest());
        let rows: Vec<&str> = table.to_csv().lines().map(|_| "").collect();
        assert_eq!(rows.len(), 6, "a line each, and the names");
        assert!(
            table
                .to_csv()
                .contains("-1,-1,\"A\"\n1,-1,\"A\"\n-1,1,\"A\"\n")
        );
    }

    #[test]
    fn the_eraser_takes_what_is_near_and_nothing_else() {
        let mut square = Square::default();
        for at in [vec2(10.0, 10.0), vec2(14.0, 10.0), vec2(100.0, 10.0)] {
            assert!(square.put(at));
        }
        square.erase(vec2(12.0, 12.0));
        assert_eq!(square.points().classes(), [vec![[100, 10]]]);
    }

    #[test]
    fn places_on_the_screen_and_on_the_grid_are_the_same() {
        let inner = Rect::from_min_size(pos2(20.0, 40.0), vec2(200.0, 200.0));
        for cell in [[0, 0], [255, 255], [17, 200]] {
            let back = to_cell(inner, to_screen(inner, cell));
            let wanted = vec2(f32::from(cell[0]), f32::from(cell[1]));
            assert!((back - wanted).length() < 1e-2, "{back:?}");
        }
    }
}
