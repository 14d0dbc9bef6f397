//! Swaps labels until classes that are alike have neighbouring prototypes.
//!
//! A projection to d dimensions lays unlike classes over one another, and a matching to it then deals
//! their prototypes in turn. What a network has to tell apart are the classes that are alike, so the
//! assignment is improved by `sum_{y < u} K_yu w_A(y) . w_A(u)`, with K large for like classes only: a
//! quadratic assignment problem, solved to a point where no swap of two labels helps.

use crate::assignment::{Assignment, AssignmentError};

/// Multiply-adds at most; a sweep takes c^3 / 2.
const MOST_WORK: usize = 400_000_000;
/// Width of the kernel as a share of the median distance to the nearest class.
const WIDTH: f64 = 0.5;
/// Swaps that gain less are rounding.
const SMALL_GAIN: f64 = 1e-12;

/// How alike classes are (c x c, row-major, 0 on the diagonal), from their means (`sums` c x features by
/// `counts`): `exp(-|m_y - m_u|^2 / (2 s^2))` with s half the median distance to the nearest other mean.
/// A class without samples is like no other.
#[must_use]
pub fn likeness(sums: &[f64], counts: &[usize]) -> Vec<f64> {
    let classes = counts.len();
    let features = sums.len() / classes.max(1);
    let mut squares = vec![f64::INFINITY; classes * classes];
    for a in 0..classes {
        for b in (0..a).filter(|&b| counts[a] > 0 && counts[b] > 0) {
            let (rows_a, rows_b) = (
                &sums[a * features..][..features],
                &sums[b * features..][..features],
            );
            let square: f64 = rows_a
                .iter()
                .zip(rows_b)
                .map(|(x, y)| (x / counts[a] as f64 - y / counts[b] as f64).powi(2))
                .sum();
            squares[a * classes + b] = square;
            squares[b * classes + a] = square;
        }
    }
    let mut nearest: Vec<f64> = squares
        .chunks_exact(classes.max(1))
        .map(|row| row.iter().copied().fold(f64::INFINITY, f64::min))
        .filter(|&square| square > 0.0 && square.is_finite())
        .collect();
    nearest.sort_by(f64::total_cmp);
    let median = nearest.get(nearest.len() / 2).copied().unwrap_or(1.0);
    let width = WIDTH * WIDTH * median;
    // exp(-infinity) is 0: the diagonal, and classes without samples.
    squares
        .iter()
        .map(|square| libm::exp(-square / (2.0 * width)))
        .collect()
}

/// Improves `assignment` by swaps; `alike` is c x c ([`likeness`]), `prototypes` p x `dim` unit rows.
/// Spare prototypes stay free. For many classes it stops before the last swap.
///
/// # Errors
/// None that fitting sizes meet.
pub fn bring_together(
    assignment: &Assignment,
    alike: &[f64],
    prototypes: &[f32],
    dim: usize,
) -> Result<Assignment, AssignmentError> {
    let classes = assignment.classes();
    let count = assignment.prototypes();
    // Cosines of the prototypes in use, by class.
    let mut of: Vec<u32> = assignment.as_slice().to_vec();
    let mut cosines = vec![0.0; classes * classes];
    for (a, &at) in of.iter().enumerate() {
        for (b, &bt) in of.iter().enumerate() {
            let rows = [at, bt].map(|row| &prototypes[row as usize * dim..][..dim]);
            let dot = rows[0].iter().zip(rows[1]);
            cosines[a * classes + b] = dot.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        }
    }
    let mut work = 0;
    loop {
        let mut has_swapped = false;
        for a in 0..classes {
            for b in 0..a {
                work += classes;
                if gain_of_swap(alike, &cosines, classes, a, b) > SMALL_GAIN {
                    of.swap(a, b);
                    swap_rows_and_columns(&mut cosines, classes, a, b);
                    has_swapped = true;
                }
            }
        }
        if !has_swapped || work >= MOST_WORK {
            return Assignment::from_vec(of, count);
        }
    }
}

/// What the sum gains when classes a and b change places. The pair's own term stays.
fn gain_of_swap(alike: &[f64], cosines: &[f64], classes: usize, a: usize, b: usize) -> f64 {
    let (alike_a, alike_b) = (
        &alike[a * classes..][..classes],
        &alike[b * classes..][..classes],
    );
    let (cos_a, cos_b) = (
        &cosines[a * classes..][..classes],
        &cosines[b * classes..][..classes],
    );
    let term = |u: usize| (alike_a[u] - alike_b[u]) * (cos_b[u] - cos_a[u]);
    let all: f64 = (0..classes).map(term).sum();
    all - term(a) - term(b)
}

fn swap_rows_and_columns(matrix: &mut [f64], size: usize, a: usize, b: usize) {
    for column in 0..size {
        matrix.swap(a * size + column, b * size + column);
    }
    for row in 0..size {
        matrix.swap(row * size + a, row * size + b);
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_data::Streams;

    use super::*;
    use crate::prototypes;

    fn agreement(assignment: &Assignment, alike: &[f64], rows: &[f32], dim: usize) -> f64 {
        let of = assignment.as_slice();
        let mut sum = 0.0;
        for a in 0..of.len() {
            for b in 0..a {
                let dot: f64 = (0..dim)
                    .map(|k| {
                        f64::from(rows[of[a] as usize * dim + k])
                            * f64::from(rows[of[b] as usize * dim + k])
                    })
                    .sum();
                sum += alike[a * of.len() + b] * dot;
            }
        }
        sum
    }

    #[test]
    fn pairs_of_like_classes_get_the_closest_prototypes() {
        // Six classes in three tight pairs, six prototypes in three tight pairs on the circle.
        let sums: Vec<f64> = [0.0, 50.0, 100.0, 1.0, 51.0, 101.0].to_vec();
        let alike = likeness(&sums, &[1; 6]);
        let rows: Vec<f32> = [0.0_f32, 10.0, 120.0, 130.0, 240.0, 250.0]
            .iter()
            .flat_map(|deg| [deg.to_radians().cos(), deg.to_radians().sin()])
            .collect();
        let found = bring_together(&Assignment::identity(6), &alike, &rows, 2).unwrap();
        for class in 0..3 {
            let pair = [found.as_slice()[class], found.as_slice()[class + 3]];
            assert_eq!(pair[0] / 2, pair[1] / 2, "{found:?}");
        }
    }

    #[test]
    fn no_swap_is_left_that_helps() {
        let mut rng = Streams::new(5).rng("alignment");
        let rows = prototypes::random(14, 3, &mut rng);
        let places = prototypes::random(12, 4, &mut rng);
        let sums: Vec<f64> = places.iter().map(|&value| f64::from(value)).collect();
        let alike = likeness(&sums, &[1; 12]);
        let start = Assignment::from_vec((2..14).collect(), 14).unwrap();
        let found = bring_together(&start, &alike, &rows, 3).unwrap();
        let best = agreement(&found, &alike, &rows, 3);
        assert!(best > agreement(&start, &alike, &rows, 3));
        for a in 0..12 {
            for b in 0..a {
                let mut of = found.as_slice().to_vec();
                of.swap(a, b);
                let swapped = Assignment::from_vec(of, 14).unwrap();
                assert!(agreement(&swapped, &alike, &rows, 3) <= best + 1e-9);
            }
        }
    }

    #[test]
    fn a_class_without_samples_is_like_no_other() {
        let alike = likeness(&[0.0, 0.0, 1.0, 0.0, 5.0, 5.0], &[1, 1, 0]);
        assert_eq!(alike[6..], [0.0; 3]);
        assert!(alike[1] > 0.1 && alike[0] == 0.0);
    }
}
