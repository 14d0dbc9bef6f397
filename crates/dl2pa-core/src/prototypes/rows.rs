//! Arithmetic of vectors and of rows of unit length, in an order of summation that processors like.

/// Sums run in so many lanes side by side.
const LANES: usize = 8;

/// The inner product of two vectors of one length.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    if a_lanes.is_empty() {
        return rest;
    }
    let mut sums = [0.0; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Adds `scale` times `source` to `target`.
pub(super) fn add_scaled(target: &mut [f64], scale: f64, source: &[f64]) {
    for (target, source) in target.iter_mut().zip(source) {
        *target += scale * source;
    }
}

/// Takes from each row of `vectors` its part along the same row of `unit` (rows of length 1).
pub(super) fn project_across(vectors: &mut [f64], unit: &[f64], dim: usize) {
    for (vector, unit) in vectors.chunks_exact_mut(dim).zip(unit.chunks_exact(dim)) {
        let along = dot(vector, unit);
        add_scaled(vector, -along, unit);
    }
}

/// The length of the longest row.
pub(super) fn longest_row(vectors: &[f64], dim: usize) -> f64 {
    let squares = vectors.chunks_exact(dim).map(|row| dot(row, row));
    squares.fold(0.0, f64::max).sqrt()
}

/// The greatest cosine of two of `rows` (c x `dim`, unit rows).
pub(super) fn max_cosine(rows: &[f64], dim: usize) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for (i, a) in rows.chunks_exact(dim).enumerate() {
        for b in rows.chunks_exact(dim).take(i) {
            largest = largest.max(dot(a, b));
        }
    }
    largest
}

/// Scales each row to length 1; a row of zeros becomes the first axis.
pub(super) fn normalise_rows(rows: &mut [f64], dim: usize) {
    for row in rows.chunks_exact_mut(dim.max(1)) {
        let norm = dot(row, row).sqrt();
        if norm > 0.0 {
            for value in row {
                *value /= norm;
            }
        } else if let Some(first) = row.first_mut() {
            *first = 1.0;
        }
    }
}
