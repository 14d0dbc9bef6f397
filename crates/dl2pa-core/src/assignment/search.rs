//! The search for a shortest augmenting path: distances, and what to look at next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No row, no column.
pub(super) const NONE: u32 = u32::MAX;

/// The state of one search, kept from one to the next for its room.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// From the row that the search is for; infinite where it has not come to.
    pub(super) distance: Vec<f64>,
    /// The row from which a column was reached.
    pub(super) from: Vec<u32>,
    /// Whether the row of a column has been scanned.
    pub(super) done: Vec<bool>,
    /// The columns with a distance.
    pub(super) touched: Vec<u32>,
    /// What to look at next; distances are not negative, so their bits are in their order.
    pub(super) heap: BinaryHeap<Reverse<(u64, u32)>>,
    /// The nearest free column so far.
    pub(super) sink: u32,
    /// Its distance.
    pub(super) length: f64,
}

impl Search {
    /// Begins anew, with `columns` columns.
    pub(super) fn clear(&mut self, columns: usize) {
        if self.distance.len() == columns {
            for &column in &self.touched {
                self.distance[column as usize] = f64::INFINITY;
                self.done[column as usize] = false;
            }
        } else {
            self.distance.clear();
            self.distance.resize(columns, f64::INFINITY);
            self.from.resize(columns, NONE);
            self.done.clear();
            self.done.resize(columns, false);
        }
        self.touched.clear();
        self.heap.clear();
        self.sink = NONE;
        self.length = f64::INFINITY;
    }

    /// Takes a column as reached at no distance, with nothing behind it.
    pub(super) fn shut(&mut self, column: u32) {
        self.touched.push(column);
        self.distance[column as usize] = 0.0;
        self.done[column as usize] = true;
    }

    /// The nearest column that has not been passed, if it is nearer than the best end.
    pub(super) fn nearest(&self) -> Option<usize> {
        let (mut nearest, mut found) = (self.length, None);
        for (column, (&distance, &done)) in self.distance.iter().zip(&self.done).enumerate() {
            if distance < nearest && !done {
                (nearest, found) = (distance, Some(column));
            }
        }
        found
    }

    /// Notes a way to a column, by the row `from`, if it is the shortest so far and not too long.
    #[inline]
    pub(super) fn reach(&mut self, column: u32, distance: f64, from: u32, row_of: &[u32]) {
        let at = column as usize;
        if distance < self.length && distance < self.distance[at] {
            if self.distance[at] == f64::INFINITY {
                self.touched.push(column);
            }
            self.distance[at] = distance;
            self.from[at] = from;
            if row_of[at] == NONE {
                self.length = distance;
                self.sink = column;
            } else {
                self.heap.push(Reverse((distance.to_bits(), column)));
            }
        }
    }
}
