//! Codes in more dimensions than they span: their space turned at random into the larger one.

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use nalgebra::{DMatrix, DMatrixView};
use rand::RngExt;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::super::RowSource;

/// Up to this dimension the rotation is uniform among all; its matrix fits in a few megabytes.
const MOST_UNIFORM: usize = 1024;
/// Most dimensions; rows that are turned at once take some hundred megabytes.
pub const MOST_DIMENSIONS: usize = 1 << 20;
/// Rounds of the mixing above [`MOST_UNIFORM`].
const ROUNDS: usize = 3;
/// Rows that are turned at once. Always as many, counted from row 0: the order of a matrix product's sums
/// depends on its shape, and the same row has to have the same numbers in every block.
const ROWS_AT_ONCE: usize = 64;

/// A code in more dimensions than its own, turned at random.
///
/// Up to 1,024 dimensions the rotation is uniform (Haar). Above, where its matrix would take long, it is a
/// product of random signs, random orders of the axes and Walsh-Hadamard transforms.
pub struct Turned {
    code: Box<dyn RowSource>,
    rotation: Rotation,
    dim: usize,
}

impl Turned {
    /// `code` in `dim` dimensions, more than its own and at most [`MOST_DIMENSIONS`].
    pub fn new(code: Box<dyn RowSource>, dim: usize, rng: &mut StreamRng) -> Self {
        let rotation = if dim <= MOST_UNIFORM {
            Rotation::uniform(code.dim(), dim, rng)
        } else {
            Rotation::mixing(dim, rng)
        };
        Self {
            code,
            rotation,
            dim,
        }
    }

    /// Rows `group` x [`ROWS_AT_ONCE`] and those after it, zeros past the last.
    fn group(&self, group: usize) -> Vec<f32> {
        let mut rows = vec![0.0; ROWS_AT_ONCE * self.code.dim()];
        self.code.fill(group * ROWS_AT_ONCE, &mut rows);
        let mut turned = vec![0.0; ROWS_AT_ONCE * self.dim];
        self.rotation.apply(&rows, &mut turned);
        turned
    }
}

impl RowSource for Turned {
    fn rows(&self) -> usize {
        self.code.rows()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn fill(&self, first_row: usize, out: &mut [f32]) {
        let rows = (out.len() / self.dim).min(self.rows().saturating_sub(first_row));
        let mut rest = &mut out[..rows * self.dim];
        let mut parts = Vec::new();
        let mut row = first_row;
        while !rest.is_empty() {
            let skipped = row % ROWS_AT_ONCE;
            let length = rest.len().min((ROWS_AT_ONCE - skipped) * self.dim);
            let (part, after) = rest.split_at_mut(length);
            parts.push((row, part));
            row += length / self.dim;
            rest = after;
        }
        parts.into_par_iter().for_each(|(row, part)| {
            let skipped = row % ROWS_AT_ONCE * self.dim;
            let turned = self.group(row / ROWS_AT_ONCE);
            part.copy_from_slice(&turned[skipped..skipped + part.len()]);
        });
    }
}

enum Rotation {
    /// Images of the axes of the code's space as columns.
    Matrix(DMatrix<f64>),
    /// For each round the order of the axes and their signs.
    Mixing(Vec<Vec<(usize, f64)>>),
}

impl Rotation {
    /// The orthogonal factor of a Gaussian matrix is uniform if the triangular one has a positive
    /// diagonal (Mezzadri 2007).
    fn uniform(from: usize, to: usize, rng: &mut StreamRng) -> Self {
        let gaussian = DMatrix::from_fn(to, from, |_, _| standard_normal(rng));
        let decomposition = gaussian.qr();
        let mut orthogonal = decomposition.q();
        for (mut column, diagonal) in orthogonal
            .column_iter_mut()
            .zip(decomposition.r().diagonal().iter())
        {
            if *diagonal < 0.0 {
                column.neg_mut();
            }
        }
        Self::Matrix(orthogonal)
    }

    fn mixing(dim: usize, rng: &mut StreamRng) -> Self {
        let round = |_| {
            let mut axes: Vec<usize> = (0..dim).collect();
            axes.shuffle(rng);
            axes.into_iter()
                .map(|axis| (axis, if rng.random() { 1.0 } else { -1.0 }))
                .collect()
        };
        Self::Mixing((0..ROUNDS).map(round).collect())
    }

    /// Turns `rows` of the code into as many rows of `out`.
    fn apply(&self, rows: &[f32], out: &mut [f32]) {
        match self {
            Self::Matrix(matrix) => {
                let (to, from) = matrix.shape();
                let rows: Vec<f64> = rows.iter().map(|&value| f64::from(value)).collect();
                let count = rows.len() / from;
                // Columns of nalgebra's matrices lie together, as our rows do.
                let mut turned = DMatrix::zeros(to, count);
                matrix.mul_to(&DMatrixView::from_slice(&rows, from, count), &mut turned);
                for (value, turned) in out.iter_mut().zip(turned.as_slice()) {
                    *value = *turned as f32;
                }
            }
            Self::Mixing(rounds) => {
                let dim = rounds.first().map_or(1, Vec::len);
                let from = rows.len() / (out.len() / dim).max(1);
                for (row, out) in rows.chunks_exact(from).zip(out.chunks_exact_mut(dim)) {
                    let mut values = vec![0.0; dim];
                    for (value, &of_row) in values.iter_mut().zip(row) {
                        *value = f64::from(of_row);
                    }
                    for round in rounds {
                        values = round
                            .iter()
                            .map(|&(axis, sign)| sign * values[axis])
                            .collect();
                        mix(&mut values);
                    }
                    for (value, turned) in out.iter_mut().zip(values) {
                        *value = turned as f32;
                    }
                }
            }
        }
    }
}

/// A Walsh-Hadamard transform of as many of the first values as a power of two allows, then of the last.
fn mix(values: &mut [f64]) {
    let width = 1 << values.len().ilog2();
    let rest = values.len() - width;
    walsh_hadamard(&mut values[..width]);
    if rest > 0 {
        walsh_hadamard(&mut values[rest..]);
    }
}

/// The orthogonal Walsh-Hadamard transform; `values` are a power of two of them.
fn walsh_hadamard(values: &mut [f64]) {
    let mut half = 1;
    while half < values.len() {
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
    let scale = 1.0 / (values.len() as f64).sqrt();
    for value in values {
        *value *= scale;
    }
}
