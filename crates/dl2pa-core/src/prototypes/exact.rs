//! Prototypes that are known in closed form and proven to be as far apart as possible.

/// The regular simplex: `count` <= `dim` + 1 unit rows (count x dim) with every cosine -1/(count - 1).
///
/// # Panics
/// In debug builds where `count` is less than 2 or more than `dim` + 1.
#[must_use]
pub fn simplex(count: usize, dim: usize) -> Vec<f64> {
    debug_assert!((2..=dim + 1).contains(&count));
    let mut rows = vec![0.0; count * dim];
    let n = count as f64;
    // Axis k separates vertex k from those after it, which share what is needed to balance it.
    for k in 0..count - 1 {
        let rest = (count - 1 - k) as f64;
        let height = (n / (n - 1.0) * rest / (rest + 1.0)).sqrt();
        rows[k * dim + k] = height;
        for vertex in k + 1..count {
            rows[vertex * dim + k] = -height / rest;
        }
    }
    rows
}

/// The first `count` <= 2 `dim` vertices of the cross-polytope (count x dim): e_1 to e_d, then -e_1, -e_2
/// and so on. Every cosine is 0 or -1, the best there is for more than d + 1 points (Rankin 1955).
///
/// # Panics
/// In debug builds where `count` is more than 2 `dim`.
#[must_use]
pub fn cross_polytope(count: usize, dim: usize) -> Vec<f64> {
    debug_assert!(count <= 2 * dim);
    let mut rows = vec![0.0; count * dim];
    for (vertex, row) in rows.chunks_exact_mut(dim).enumerate() {
        row[vertex % dim] = if vertex < dim { 1.0 } else { -1.0 };
    }
    rows
}

/// The regular polygon: `count` rows in the plane (count x 2), 360/count degrees apart.
#[must_use]
pub fn polygon(count: usize) -> Vec<f64> {
    (0..count)
        .flat_map(|vertex| {
            let angle_rad = std::f64::consts::TAU * vertex as f64 / count as f64;
            [libm::cos(angle_rad), libm::sin(angle_rad)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::separation;

    #[test]
    fn cosines_are_the_proven_ones() {
        for (count, dim) in [(2, 1), (2, 5), (3, 2), (4, 3), (7, 6), (100, 120)] {
            let max_cos = separation(&simplex(count, dim), dim).unwrap().max_cos;
            assert!((max_cos + 1.0 / (count as f64 - 1.0)).abs() < 1e-12);
        }
        for (count, dim) in [(5, 3), (6, 3), (100, 50), (1000, 512)] {
            assert_eq!(
                separation(&cross_polytope(count, dim), dim)
                    .unwrap()
                    .max_cos,
                0.0
            );
        }
        for count in [3, 5, 100] {
            let angle_deg = separation(&polygon(count), 2).unwrap().min_angle_deg;
            assert!((angle_deg - 360.0 / count as f64).abs() < 1e-9);
        }
    }
}
