//! In which order the score matrix shows its classes and prototypes.

use dl2pa_core::assignment::Reasons;

/// Which class each row shows, which prototype each column, and the way back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Order {
    /// Class of each row.
    pub rows: Vec<usize>,
    /// Prototype of each column.
    pub columns: Vec<usize>,
    row_of: Vec<usize>,
    column_of: Vec<usize>,
}

impl Order {
    /// By number, or with the new assignment on the diagonal: the rings first, the most gaining one on top.
    pub(super) fn of(reasons: &Reasons, diagonal: bool) -> Self {
        let (classes, prototypes) = (reasons.classes(), reasons.prototypes());
        if !diagonal {
            return Self::from((0..classes).collect(), (0..prototypes).collect());
        }
        let moved = reasons.rings().iter().flat_map(|ring| &ring.moves);
        let mut rows: Vec<usize> = moved.map(|step| step.class as usize).collect();
        let stay = (0..classes).filter(|&class| reasons.ring_of(class).is_none());
        rows.extend(stay);
        let after = reasons.after().as_slice();
        let mut columns: Vec<usize> = rows.iter().map(|&class| after[class] as usize).collect();
        // Prototypes without a class come last.
        let owners = reasons.after().classes_of_prototypes();
        columns.extend((0..prototypes).filter(|&prototype| owners[prototype].is_none()));
        Self::from(rows, columns)
    }

    fn from(rows: Vec<usize>, columns: Vec<usize>) -> Self {
        let inverse = |places: &[usize]| {
            let mut of = vec![0; places.len()];
            for (place, &what) in places.iter().enumerate() {
                of[what] = place;
            }
            of
        };
        Self {
            row_of: inverse(&rows),
            column_of: inverse(&columns),
            rows,
            columns,
        }
    }

    /// The row of a class.
    pub(super) fn row(&self, class: usize) -> Option<usize> {
        self.row_of.get(class).copied()
    }

    /// The column of a prototype.
    pub(super) fn column(&self, prototype: usize) -> Option<usize> {
        self.column_of.get(prototype).copied()
    }

    /// The pair `rows` down and `columns` to the right of another, stopping at the edges.
    pub(super) fn beside(
        &self,
        (class, prototype): (usize, usize),
        rows: isize,
        columns: isize,
    ) -> (usize, usize) {
        let step = |place: Option<usize>, by: isize, of: &[usize]| {
            let last = of.len().saturating_sub(1);
            let place = place.unwrap_or(0).saturating_add_signed(by).min(last);
            of.get(place).copied().unwrap_or(0)
        };
        (
            step(self.row(class), rows, &self.rows),
            step(self.column(prototype), columns, &self.columns),
        )
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::assignment::Assignment;

    use super::*;

    fn reasons() -> Reasons {
        let [before, after] = [[2, 1, 0, 3, 4], [2, 4, 0, 3, 1]]
            .map(|pairs: [u32; 5]| Assignment::from_vec(pairs.to_vec(), 5).unwrap());
        let scores = (0..25).map(|cell| f64::from(cell * 7 % 25) / 25.0);
        Reasons::new(scores.collect(), before, after).unwrap()
    }

    #[test]
    fn the_assignment_lies_on_the_diagonal_with_the_rings_first() {
        let reasons = reasons();
        let order = Order::of(&reasons, true);
        assert_eq!(order.rows, [1, 4, 0, 2, 3]);
        for (class, &prototype) in reasons.after().as_slice().iter().enumerate() {
            assert_eq!(order.row(class), order.column(prototype as usize));
        }
    }

    #[test]
    fn places_lead_back_to_what_they_show() {
        for diagonal in [false, true] {
            let order = Order::of(&reasons(), diagonal);
            for (place, &class) in order.rows.iter().enumerate() {
                assert_eq!(order.row(class), Some(place));
            }
            for (place, &prototype) in order.columns.iter().enumerate() {
                assert_eq!(order.column(prototype), Some(place));
            }
            assert_eq!(order.row(5), None);
        }
    }

    #[test]
    fn arrows_go_by_what_is_seen_and_stop_at_the_edges() {
        let order = Order::of(&reasons(), true);
        assert_eq!(order.beside((1, 4), 1, 0), (4, 4));
        assert_eq!(order.beside((1, 4), -1, 0), (1, 4));
        assert_eq!(order.beside((3, 3), 1, 1), (3, 3));
        assert_eq!(order.beside((99, 99), 0, 0), (1, 4));
    }
}
