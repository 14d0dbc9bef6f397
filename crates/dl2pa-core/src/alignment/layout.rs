//! Where classes lie relative to each other before anything is trained, as directions in d dimensions.

use nalgebra::{DMatrix, SymmetricEigen};

/// Sums of `inputs` (n x `features`) by class: c x `features`, and the number of samples of each class.
///
/// # Panics
/// Where a label is not below `classes`.
#[must_use]
pub fn class_sums<T: Copy + Into<f64>>(
    inputs: &[T],
    labels: &[u32],
    classes: usize,
    features: usize,
) -> (Vec<f64>, Vec<usize>) {
    let mut sums = vec![0.0; classes * features];
    let mut counts = vec![0; classes];
    for (row, &label) in inputs.chunks_exact(features.max(1)).zip(labels) {
        counts[label as usize] += 1;
        for (sum, &value) in sums[label as usize * features..].iter_mut().zip(row) {
            *sum += value.into();
        }
    }
    (sums, counts)
}

/// Directions (c x `dim`, unit rows) that place the classes as their means lie: the means of the classes
/// that have samples are centred and projected on their first `dim` principal directions.
///
/// Means that span fewer than `dim` dimensions (points of the plane, say) would all fall on a great circle.
/// They are lifted instead: the principal directions are then those of a Gaussian kernel as wide as the
/// median distance of two means (kernel principal components, Scholkopf 1998), which bends a plane over
/// the sphere. A class without samples gets a row of zeros.
#[must_use]
pub fn class_layout(sums: &[f64], counts: &[usize], dim: usize) -> Vec<f32> {
    let classes = counts.len();
    let features = sums.len() / classes.max(1);
    let seen: Vec<usize> = (0..classes).filter(|&class| counts[class] > 0).collect();
    let mut layout = vec![0.0_f32; classes * dim];
    if seen.len() < 2 || features == 0 {
        return layout;
    }
    let means = DMatrix::from_fn(seen.len(), features, |row, column| {
        let class = seen[row];
        sums[class * features + column] / counts[class] as f64
    });
    // Inner products of the centred means, c x c: as good as their coordinates, whatever the features.
    let linear = centred(&(&means * means.transpose()));
    let coordinates = match principal(&linear, dim) {
        Some(coordinates) => coordinates,
        None => match principal(&centred(&gaussian_kernel(&means)), dim) {
            Some(coordinates) => coordinates,
            None => return layout,
        },
    };
    for (row, &class) in seen.iter().enumerate() {
        let place = coordinates.row(row);
        let norm = place.norm();
        if norm > 0.0 {
            for (value, &coordinate) in layout[class * dim..][..dim].iter_mut().zip(place.iter()) {
                *value = (coordinate / norm) as f32;
            }
        }
    }
    layout
}

/// Inner products of centred vectors from those of the vectors.
fn centred(gram: &DMatrix<f64>) -> DMatrix<f64> {
    let count = gram.nrows() as f64;
    let means = gram.row_sum() / count;
    let all = means.sum() / count;
    DMatrix::from_fn(gram.nrows(), gram.ncols(), |i, j| {
        gram[(i, j)] - means[i] - means[j] + all
    })
}

/// Coordinates (n x `dim`) along the first `dim` principal directions, or `None` where there are not so
/// many: where the `dim`-th variance is nothing beside the first.
fn principal(gram: &DMatrix<f64>, dim: usize) -> Option<DMatrix<f64>> {
    const NOTHING: f64 = 1e-9;
    if gram.nrows() <= dim {
        // So few points leave directions over, but they need none: a simplex fits them all.
        return coordinates(gram, dim, gram.nrows() - 1);
    }
    coordinates(gram, dim, dim).filter(|found| {
        let spread = |axis: usize| found.column(axis).norm_squared();
        spread(dim - 1) > NOTHING * spread(0)
    })
}

fn coordinates(gram: &DMatrix<f64>, dim: usize, axes: usize) -> Option<DMatrix<f64>> {
    let eigen = SymmetricEigen::try_new(gram.clone(), 1e-14, 100_000)?;
    let mut order: Vec<usize> = (0..gram.nrows()).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
    let mut found = DMatrix::zeros(gram.nrows(), dim);
    for (axis, &index) in order.iter().take(axes.min(dim)).enumerate() {
        let length = eigen.eigenvalues[index].max(0.0).sqrt();
        let direction = eigen.eigenvectors.column(index);
        // An eigenvector's sign is the solver's whim.
        let sign = direction[direction.iamax()].signum();
        found.set_column(axis, &(direction * (length * sign)));
    }
    Some(found)
}

fn gaussian_kernel(means: &DMatrix<f64>) -> DMatrix<f64> {
    let count = means.nrows();
    let square = |i: usize, j: usize| (means.row(i) - means.row(j)).norm_squared();
    let mut squares: Vec<f64> = (0..count)
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .map(|(i, j)| square(i, j))
        .collect();
    squares.sort_by(f64::total_cmp);
    let median = squares.get(squares.len() / 2).copied().unwrap_or(1.0);
    let width = if median > 0.0 { median } else { 1.0 };
    DMatrix::from_fn(count, count, |i, j| {
        libm::exp(-square(i, j) / (2.0 * width))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_each_class() {
        let (sums, counts) = class_sums(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 0, 2], 3, 2);
        assert_eq!(sums, [3.0, 4.0, 0.0, 0.0, 6.0, 8.0]);
        assert_eq!(counts, [1, 0, 2]);
    }

    #[test]
    fn a_cube_far_from_the_origin_keeps_its_shape() {
        // Eight corners in 5 features, shifted; in 3 dimensions their cosines are 1/3, -1/3 and -1.
        let corner =
            |class: usize, axis: usize| f64::from(u8::from(class >> axis & 1 == 1)) * 2.0 - 1.0;
        let sums: Vec<f64> = (0..8)
            .flat_map(|class| {
                [
                    corner(class, 0),
                    7.0,
                    corner(class, 1),
                    corner(class, 2),
                    -3.0,
                ]
                .map(|v| v + 5.0)
            })
            .collect();
        let layout = class_layout(&sums, &[1; 8], 3);
        for a in 0..8 {
            for b in 0..a {
                let cos: f32 = (0..3).map(|k| layout[a * 3 + k] * layout[b * 3 + k]).sum();
                let equal = (0..3).filter(|&k| corner(a, k) == corner(b, k)).count() as f32;
                assert!(
                    (cos - (2.0 * equal - 3.0) / 3.0).abs() < 1e-5,
                    "{a} {b}: {cos}"
                );
            }
        }
    }

    #[test]
    fn a_plane_bends_over_the_sphere() {
        let sums: Vec<f64> = (0..25)
            .flat_map(|class| [f64::from(class % 5), f64::from(class / 5)])
            .collect();
        let layout = class_layout(&sums, &[1; 25], 3);
        // Not on a great circle: the smallest variance of the directions is a fair share of all.
        let rows = DMatrix::from_row_iterator(25, 3, layout.iter().map(|&v| f64::from(v)));
        let eigen = SymmetricEigen::new(rows.transpose() * &rows);
        assert!(
            eigen.eigenvalues.min() > 0.1 * 25.0 / 3.0,
            "{}",
            eigen.eigenvalues
        );
        // Neighbours on the grid are closer than its opposite corners.
        let cos = |a: usize, b: usize| -> f32 {
            (0..3).map(|k| layout[a * 3 + k] * layout[b * 3 + k]).sum()
        };
        assert!(cos(6, 7) > cos(0, 24) && cos(11, 12) > cos(4, 20));
    }

    #[test]
    fn classes_without_samples_have_no_direction() {
        let layout = class_layout(&[1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 4.0, 4.0], &[1, 0, 1, 1], 2);
        assert_eq!(layout[2..4], [0.0, 0.0]);
        assert!((layout[0].hypot(layout[1]) - 1.0).abs() < 1e-6);
        assert!(class_layout(&[1.0, 2.0], &[1], 3).iter().all(|&v| v == 0.0));
        // Equal means leave no direction either.
        assert!(
            class_layout(&[1.0; 8], &[1; 4], 3)
                .iter()
                .all(|&v| v == 0.0)
        );
    }
}
