//! Products of matrices whose every sum goes along its terms in order.

use rayon::prelude::*;

/// Rows of the left side that are taken at a time.
const ROWS: usize = 4;
/// Columns of the right side at a time; as many sums as fit into the registers.
const WIDE: usize = 8;
/// Columns at a time where fewer are left.
const NARROW: usize = 4;
/// Terms that are added before their sum goes into the result, which keeps rounding small.
const TERMS: usize = 256;
/// Multiplications from which threads pay.
const WORTH_THREADS: usize = 1 << 20;
/// Blocks of rows that a thread takes.
const BLOCKS_A_TASK: usize = 16;

/// A matrix, or the transpose of one, as it lies in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// Row after row.
    pub(super) const fn new(values: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        Self {
            values,
            rows,
            columns,
            row_step: columns,
            column_step: 1,
        }
    }

    pub(super) const fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
        }
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// `N` columns from `first` on, row by row; what is outside is 0.
    fn panel<const N: usize>(&self, first: usize) -> Vec<[f32; N]> {
        let width = N.min(self.columns - first);
        let mut panel = vec![[0.0; N]; self.rows];
        if self.column_step == 1 {
            for (row, out) in panel.iter_mut().enumerate() {
                let at = row * self.row_step + first;
                out[..width].copy_from_slice(&self.values[at..at + width]);
            }
        } else {
            // A transpose: its columns lie in one piece.
            for column in 0..width {
                let at = (first + column) * self.column_step;
                let numbers = &self.values[at..at + self.rows];
                for (out, &number) in panel.iter_mut().zip(numbers) {
                    out[column] = number;
                }
            }
        }
        panel
    }
}

/// The right side, cut into panels of columns.
enum Panel {
    Wide(Vec<[f32; WIDE]>),
    Narrow(Vec<[f32; NARROW]>),
}

/// `begin + left right`, where `begin` is one row that is added to all. Rows x columns; every element is `begin` plus
/// the sums of [`TERMS`] terms each, in order.
pub(super) fn product(left: Matrix<'_>, right: Matrix<'_>, begin: Option<&[f32]>) -> Vec<f32> {
    let (rows, columns) = (left.rows, right.columns);
    let mut out = match begin {
        Some(begin) => begin.repeat(rows),
        None => vec![0.0; rows * columns],
    };
    if out.is_empty() || left.columns == 0 {
        return out;
    }
    let mut panels = Vec::new();
    let mut first = 0;
    while first < columns {
        let (panel, width) = if columns - first >= WIDE {
            (Panel::Wide(right.panel(first)), WIDE)
        } else {
            (Panel::Narrow(right.panel(first)), NARROW)
        };
        panels.push((first, panel));
        first += width;
    }
    let block = |(index, out): (usize, &mut [f32])| {
        // Columns of the transpose are rows of the left side.
        let lefts = left.transposed().panel::<ROWS>(index * ROWS);
        for (first, panel) in &panels {
            match panel {
                Panel::Wide(rights) => add(&lefts, rights, out, columns, *first),
                Panel::Narrow(rights) => add(&lefts, rights, out, columns, *first),
            }
        }
    };
    if rows * columns * left.columns < WORTH_THREADS {
        out.chunks_mut(ROWS * columns).enumerate().for_each(block);
    } else {
        out.par_chunks_mut(ROWS * columns)
            .enumerate()
            .with_min_len(BLOCKS_A_TASK)
            .for_each(block);
    }
    out
}

/// Adds to the rows `out` (of `columns` numbers) the product of a block of the left side and a panel.
fn add<const N: usize>(
    lefts: &[[f32; ROWS]],
    rights: &[[f32; N]],
    out: &mut [f32],
    columns: usize,
    first: usize,
) {
    let width = N.min(columns - first);
    for (lefts, rights) in lefts.chunks(TERMS).zip(rights.chunks(TERMS)) {
        let sums = tile(lefts, rights);
        for (out, sums) in out.chunks_exact_mut(columns).zip(&sums) {
            for (out, sum) in out[first..first + width].iter_mut().zip(sums) {
                *out += sum;
            }
        }
    }
}

#[inline(always)]
fn tile<const N: usize>(lefts: &[[f32; ROWS]], rights: &[[f32; N]]) -> [[f32; N]; ROWS] {
    let mut sums = [[0.0; N]; ROWS];
    for (left, right) in lefts.iter().zip(rights) {
        for (sums, &left) in sums.iter_mut().zip(left) {
            for (sum, &right) in sums.iter_mut().zip(right) {
                *sum += left * right;
            }
        }
    }
    sums
}
