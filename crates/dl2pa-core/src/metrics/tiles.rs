//! Goes over all pairs of rows, a tile of dot products at a time, on all cores.
//!
//! A tile is one matrix product of two blocks of rows in `f64`, so cosines are right to the last digits
//! whatever the dimension, and memory stays at a few blocks a thread however many rows there are.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nalgebra::{DMatrix, DMatrixView};
use rayon::prelude::*;

use crate::prototypes::{Progress, RowSource, Watch};

use super::dot;

/// Rows of a block. A tile then fits in a core's own cache, and its product takes most of the time.
const BLOCK: usize = 256;

/// Rows that can be had a block at a time, in double precision.
pub(super) trait Blocks: Sync {
    /// Number of rows.
    fn rows(&self) -> usize;
    /// Numbers in a row.
    fn dim(&self) -> usize;
    /// Writes `first_row` and those after it into `out`, which holds whole rows.
    fn fill(&self, first_row: usize, out: &mut [f64]);
}

/// Rows in memory, row-major.
pub(super) struct InMemory<'a, S> {
    pub rows: &'a [S],
    pub dim: usize,
}

impl<S: Copy + Into<f64> + Sync> Blocks for InMemory<'_, S> {
    fn rows(&self) -> usize {
        self.rows.len() / self.dim
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn fill(&self, first_row: usize, out: &mut [f64]) {
        for (out, &value) in out.iter_mut().zip(&self.rows[first_row * self.dim..]) {
            *out = value.into();
        }
    }
}

/// Rows that are made when asked for.
pub(super) struct Streamed<'a>(pub &'a dyn RowSource);

impl Blocks for Streamed<'_> {
    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn fill(&self, first_row: usize, out: &mut [f64]) {
        let mut single = vec![0.0_f32; out.len()];
        self.0.fill(first_row, &mut single);
        for (out, value) in out.iter_mut().zip(single) {
            *out = f64::from(value);
        }
    }
}

/// The other rows with scaled lengths: 1, or 0 for rows of zeros.
pub(super) struct Unit<B>(pub B);

impl<B: Blocks> Blocks for Unit<B> {
    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn fill(&self, first_row: usize, out: &mut [f64]) {
        self.0.fill(first_row, out);
        for row in out.chunks_exact_mut(self.0.dim()) {
            let norm = dot(row, row).sqrt();
            if norm > 0.0 {
                for value in row {
                    *value /= norm;
                }
            }
        }
    }
}

/// The dot products of a block of rows with another, or with itself.
pub(super) struct Tile<'a> {
    dim: usize,
    /// First row of the one block, and its rows.
    pub first: usize,
    block: &'a [f64],
    /// First row of the other block, not before `first`, and its rows.
    pub other_first: usize,
    other: &'a [f64],
    /// Column-major: a column for each row of the other block.
    products: &'a DMatrix<f64>,
}

impl<'a> Tile<'a> {
    /// Row `index` of the one block.
    pub fn row(&self, index: usize) -> &'a [f64] {
        &self.block[index * self.dim..(index + 1) * self.dim]
    }

    /// Row `index` of the other block.
    pub fn other_row(&self, index: usize) -> &'a [f64] {
        &self.other[index * self.dim..(index + 1) * self.dim]
    }

    /// For each row of the other block its index and its products with the rows of the one block from 0
    /// on. On the diagonal only those with earlier rows, so that each pair occurs once.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &'a [f64])> {
        let height = self.products.nrows();
        let is_diagonal = self.first == self.other_first;
        let columns = self.products.as_slice().chunks_exact(height).enumerate();
        columns.map(move |(j, column)| (j, &column[..if is_diagonal { j } else { height }]))
    }
}

/// Visits the tiles of all pairs i < j. Each block of rows has an accumulator of its own, made by
/// `begin`, which sees its tiles in order; the accumulators come back in the order of the blocks, so
/// what is made of them does not depend on the number of threads. `None` if `watch` said stop.
pub(super) fn for_tiles<T: Send>(
    blocks: &impl Blocks,
    watch: &dyn Watch,
    begin: impl Fn() -> T + Sync,
    visit: impl Fn(&mut T, &Tile<'_>) + Sync,
) -> Option<Vec<T>> {
    let (rows, dim) = (blocks.rows(), blocks.dim());
    let count = rows.div_ceil(BLOCK);
    let tiles = count * (count + 1) / 2;
    let done = AtomicUsize::new(0);
    let is_stopped = AtomicBool::new(false);
    let height = |block: usize| BLOCK.min(rows - block * BLOCK);
    let accumulators = (0..count)
        .into_par_iter()
        .map(|i| {
            let mut accumulator = begin();
            let mut block = vec![0.0; height(i) * dim];
            blocks.fill(i * BLOCK, &mut block);
            // Row-major rows are the columns of a matrix; the left factor has to be turned once.
            let left = DMatrix::from_row_slice(height(i), dim, &block);
            let mut other = Vec::new();
            for j in i..count {
                if is_stopped.load(Ordering::Relaxed) || watch.should_stop() {
                    is_stopped.store(true, Ordering::Relaxed);
                    break;
                }
                other.resize(height(j) * dim, 0.0);
                blocks.fill(j * BLOCK, &mut other);
                let mut products = DMatrix::zeros(height(i), height(j));
                let right = DMatrixView::from_slice(&other, dim, height(j));
                products.gemm(1.0, &left, &right, 0.0);
                let tile = Tile {
                    dim,
                    first: i * BLOCK,
                    block: &block,
                    other_first: j * BLOCK,
                    other: &other,
                    products: &products,
                };
                visit(&mut accumulator, &tile);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                watch.progress(Progress {
                    share: done as f32 / tiles as f32,
                    best_max_cos: None,
                });
            }
            accumulator
        })
        .collect();
    (!is_stopped.into_inner()).then_some(accumulators)
}
