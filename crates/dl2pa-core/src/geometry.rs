//! Geometry for the eye: great circles on the ordinary sphere, and d dimensions shown in three.

use glam::Vec3;
use nalgebra::{DMatrix, SymmetricEigen};

/// The unit vector that lies the share `t` (0 to 1) of the way from `from` to `to` on their great circle.
///
/// Both must be unit vectors. Opposite ones have no great circle of their own; one is picked that
/// depends on `from` alone, so that an animation does not flicker.
#[must_use]
pub fn slerp(from: Vec3, to: Vec3, t: f32) -> Vec3 {
    let angle_rad = angle_between_rad(from, to);
    // The direction of travel at `from`: the part of `to` across it.
    let across = to - from * from.dot(to);
    let tangent = if across.length_squared() > 1e-12 {
        across.normalize()
    } else {
        from.any_orthonormal_vector()
    };
    let (sin, cos) = (angle_rad * t).sin_cos();
    (from * cos + tangent * sin).normalize_or(from)
}

/// Angle between unit vectors in radians, good near 0 and near pi.
#[must_use]
pub fn angle_between_rad(a: Vec3, b: Vec3) -> f32 {
    2.0 * (a - b).length().atan2((a + b).length())
}

/// `segments` + 1 unit vectors on the great circle from `from` to `to`, both ends included; at least one
/// segment.
#[must_use]
pub fn arc(from: Vec3, to: Vec3, segments: usize) -> Vec<Vec3> {
    let segments = segments.max(1);
    (0..=segments)
        .map(|index| slerp(from, to, index as f32 / segments as f32))
        .collect()
}

/// How vectors in d dimensions are shown in three.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection3 {
    dim: usize,
    /// 3 x dim, orthonormal rows (rows of zeros past `dim`).
    axes: Vec<f32>,
    share_of_variance: f32,
}

impl Projection3 {
    /// The projection that suits `prototypes` (c x `dim`, row-major): all of it up to three dimensions
    /// (missing coordinates are 0), and the first three principal directions about the origin beyond.
    ///
    /// Each direction is turned so that its largest coordinate is positive, and so the same prototypes
    /// always look the same. Without usable prototypes (none, or not finite) the first three
    /// coordinates are taken.
    #[must_use]
    pub fn from_prototypes(prototypes: &[f32], dim: usize) -> Self {
        let first_three = |share_of_variance| {
            let mut axes = vec![0.0; 3 * dim];
            for axis in 0..dim.min(3) {
                axes[axis * dim + axis] = 1.0;
            }
            Self {
                dim,
                axes,
                share_of_variance,
            }
        };
        if dim <= 3 {
            return first_three(1.0);
        }
        let count = prototypes.len() / dim;
        let total: f64 = prototypes
            .iter()
            .map(|&value| f64::from(value).powi(2))
            .sum();
        if count == 0 || !total.is_finite() || total == 0.0 {
            return first_three(0.0);
        }
        let rows = DMatrix::from_row_iterator(
            count,
            dim,
            prototypes[..count * dim].iter().map(|&v| f64::from(v)),
        );
        let Some(eigen) = SymmetricEigen::try_new(rows.transpose() * &rows, 1e-12, 10_000) else {
            return first_three(0.0);
        };
        let mut order: Vec<usize> = (0..dim).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let mut axes = Vec::with_capacity(3 * dim);
        let mut shown = 0.0;
        for &index in &order[..3] {
            shown += eigen.eigenvalues[index];
            let direction = eigen.eigenvectors.column(index);
            let sign = direction[direction.iamax()].signum();
            axes.extend(direction.iter().map(|value| (value * sign) as f32));
        }
        Self {
            dim,
            axes,
            share_of_variance: (shown / total) as f32,
        }
    }

    /// Dimension d of what is projected.
    #[must_use]
    pub const fn dim(&self) -> usize {
        self.dim
    }

    /// Share (0 to 1) of the prototypes' sum of squares that the three directions show; 1 up to d = 3.
    #[must_use]
    pub const fn share_of_variance(&self) -> f32 {
        self.share_of_variance
    }

    /// Whether something is left out, so that points may lie inside the sphere.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.dim > 3
    }

    /// `points` (n x d, row-major) in three dimensions; unit vectors stay within the unit ball.
    #[must_use]
    pub fn project(&self, points: &[f32]) -> Vec<Vec3> {
        points
            .chunks_exact(self.dim.max(1))
            .map(|point| {
                let along = |axis: usize| -> f32 {
                    let axis = &self.axes[axis * self.dim..(axis + 1) * self.dim];
                    axis.iter().zip(point).map(|(a, b)| a * b).sum()
                };
                Vec3::new(along(0), along(1), along(2))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prototypes::exact;

    #[test]
    fn slerp_goes_at_constant_speed_on_the_sphere() {
        let from = Vec3::new(0.6, 0.0, 0.8);
        let to = Vec3::new(-0.8, 0.6, 0.0);
        let whole = angle_between_rad(from, to);
        for (index, point) in arc(from, to, 10).into_iter().enumerate() {
            assert!((point.length() - 1.0).abs() < 1e-6);
            assert!((angle_between_rad(from, point) - whole * index as f32 / 10.0).abs() < 1e-5);
            assert!(
                (angle_between_rad(point, to) - whole * (10 - index) as f32 / 10.0).abs() < 1e-5
            );
        }
    }

    #[test]
    fn slerp_survives_equal_and_opposite_ends() {
        for from in [Vec3::X, Vec3::Y, -Vec3::Z, Vec3::ONE.normalize()] {
            assert!(slerp(from, from, 0.3).abs_diff_eq(from, 1e-6));
            let middle = slerp(from, -from, 0.5);
            assert!((middle.length() - 1.0).abs() < 1e-6 && middle.dot(from).abs() < 1e-6);
            assert!(slerp(from, -from, 1.0).abs_diff_eq(-from, 1e-5));
        }
        assert_eq!(arc(Vec3::X, Vec3::Y, 0).len(), 2);
    }

    #[test]
    fn up_to_three_dimensions_nothing_changes() {
        let flat = Projection3::from_prototypes(&[0.6, 0.8, -1.0, 0.0], 2);
        assert_eq!(flat.project(&[0.6, 0.8]), [Vec3::new(0.6, 0.8, 0.0)]);
        let space = Projection3::from_prototypes(&[0.0, 0.6, 0.8], 3);
        assert_eq!(space.project(&[0.0, 0.6, 0.8]), [Vec3::new(0.0, 0.6, 0.8)]);
        assert!(!space.is_partial() && space.share_of_variance() == 1.0);
        assert_eq!(
            Projection3::from_prototypes(&[1.0, -1.0], 1).project(&[-1.0]),
            [-Vec3::X]
        );
    }

    #[test]
    fn the_directions_with_most_variance_are_shown() {
        // Axes 4, 2 and 1 carry 9, 4 and 1 of 14.5.
        let mut rows = vec![0.0_f32; 8 * 5];
        for (row, axis, size) in [
            (0, 4, 3.0),
            (1, 2, 2.0),
            (2, 1, 1.0),
            (3, 0, 0.5_f32),
            (4, 3, 0.5),
        ] {
            rows[row * 5 + axis] = -size;
        }
        let projection = Projection3::from_prototypes(&rows, 5);
        let shown = projection.project(&[0.1, 0.2, 0.3, 0.4, 0.5]);
        assert!(
            shown[0].abs_diff_eq(Vec3::new(0.5, 0.3, 0.2), 1e-6),
            "{shown:?}"
        );
        assert!((projection.share_of_variance() - 14.0 / 14.5).abs() < 1e-6);
        assert!(projection.is_partial());
    }

    #[test]
    fn a_simplex_shows_its_even_share() {
        let rows: Vec<f32> = exact::simplex(11, 10).iter().map(|&v| v as f32).collect();
        let projection = Projection3::from_prototypes(&rows, 10);
        assert!((projection.share_of_variance() - 0.3).abs() < 1e-4);
        assert_eq!(projection, Projection3::from_prototypes(&rows, 10));
        assert!(
            projection
                .project(&rows)
                .iter()
                .all(|point| point.length() <= 1.0 + 1e-6)
        );
    }

    #[test]
    fn unusable_prototypes_still_project() {
        for rows in [vec![], vec![f32::NAN; 8], vec![0.0; 8]] {
            let projection = Projection3::from_prototypes(&rows, 4);
            assert_eq!(
                projection.project(&[1.0, 2.0, 3.0, 4.0]),
                [Vec3::new(1.0, 2.0, 3.0)]
            );
        }
        assert_eq!(Projection3::from_prototypes(&[], 0).project(&[]), []);
    }
}
