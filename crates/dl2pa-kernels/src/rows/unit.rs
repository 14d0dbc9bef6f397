//! Rows of length 1, and sums of rows by class.

use super::vectors::sum;

/// Divides each row of `columns` numbers by its length; `floor` is added to the squares of lengths.
pub(super) fn unit_rows(x: &[f32], columns: usize, floor: f32) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    let rows = x.chunks_exact(columns.max(1));
    for (out, x) in out.chunks_exact_mut(columns.max(1)).zip(rows) {
        let length = length(x, floor);
        for (out, x) in out.iter_mut().zip(x) {
            *out = x / length;
        }
    }
    out
}

/// The gradient of the rows `x` from that of [`unit_rows`] of them.
pub(super) fn unit_rows_gradient(
    x: &[f32],
    gradient: &[f32],
    columns: usize,
    floor: f32,
) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    let columns = columns.max(1);
    let rows = x.chunks_exact(columns).zip(gradient.chunks_exact(columns));
    for (out, (x, gradient)) in out.chunks_exact_mut(columns).zip(rows) {
        let length = length(x, floor);
        // How far the gradient points along the row, which a row of fixed length cannot follow.
        let along = sum(x, gradient, |x, gradient| x / length * gradient);
        for (out, (&x, &gradient)) in out.iter_mut().zip(x.iter().zip(gradient)) {
            *out = (gradient - x / length * along) / length;
        }
    }
    out
}

#[inline(always)]
fn length(x: &[f32], floor: f32) -> f32 {
    (sum(x, x, |a, b| a * b) + floor).sqrt()
}

/// For each of `classes`, the sum of its rows of `columns` numbers, each times its weight, in the order of the rows.
pub(super) fn class_sums(
    rows: &[f32],
    columns: usize,
    labels: &[u32],
    weights: &[f32],
    classes: usize,
) -> Vec<f32> {
    let mut sums = vec![0.0; classes * columns];
    let weighted = labels.iter().zip(weights);
    for (row, (&label, &weight)) in rows.chunks_exact(columns.max(1)).zip(weighted) {
        let sums = &mut sums[label as usize * columns..][..columns];
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
    sums
}
