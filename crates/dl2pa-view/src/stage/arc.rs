//! Great-circle arcs between two points of the drawing space, and ways lifted above them.

use dl2pa_core::geometry::{angle_between_rad, slerp};
use glam::Vec3;

/// The point at share `t` of the way from `a` to `b`: directions turn along the great circle, lengths
/// change evenly. A point without direction goes straight.
pub(crate) fn along(a: Vec3, b: Vec3, t: f32) -> Vec3 {
    let (la, lb) = (a.length(), b.length());
    if la < 1e-4 || lb < 1e-4 {
        return a.lerp(b, t);
    }
    slerp(a / la, b / lb, t) * (la + (lb - la) * t)
}

/// The same way, lifted above the surface in the middle: further ways fly higher.
pub(crate) fn lifted(a: Vec3, b: Vec3, t: f32, head: f32) -> Vec3 {
    let lift = 0.05 + 0.22 * (angle_rad(a, b) / std::f32::consts::PI);
    along(a, b, t) * (head + lift * (std::f32::consts::PI * t).sin())
}

/// Steps that make an arc from `a` to `b` look round.
pub(crate) fn steps(a: Vec3, b: Vec3) -> usize {
    (2 + (angle_rad(a, b) * 9.0) as usize).min(28)
}

/// Angle between two directions; 0 where one of them has none.
fn angle_rad(a: Vec3, b: Vec3) -> f32 {
    match (a.try_normalize(), b.try_normalize()) {
        (Some(a), Some(b)) => angle_between_rad(a, b),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_start_and_end_where_they_should_and_stay_on_the_sphere() {
        let a = Vec3::new(1.0, 0.0, 0.0);
        for b in [Vec3::Y, -Vec3::X, Vec3::new(0.6, 0.0, 0.8), a] {
            assert!(along(a, b, 0.0).distance(a) < 1e-5);
            assert!(along(a, b, 1.0).distance(b) < 1e-4);
            for i in 0..=10 {
                assert!((along(a, b, i as f32 / 10.0).length() - 1.0).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn half_of_a_right_angle_is_half_of_it() {
        let mid = along(Vec3::X, Vec3::Y, 0.5);
        assert!((mid.angle_between(Vec3::X) - std::f32::consts::FRAC_PI_4).abs() < 1e-5);
    }

    #[test]
    fn lifted_ways_leave_the_surface_only_between_their_ends() {
        assert!((lifted(Vec3::X, Vec3::Y, 0.0, 1.08).length() - 1.08).abs() < 1e-5);
        assert!((lifted(Vec3::X, Vec3::Y, 1.0, 1.08).length() - 1.08).abs() < 1e-4);
        assert!(lifted(Vec3::X, Vec3::Y, 0.5, 1.08).length() > 1.15);
    }

    #[test]
    fn points_without_direction_do_not_spoil_anything() {
        assert!(along(Vec3::ZERO, Vec3::X, 0.5).is_finite());
        assert!(lifted(Vec3::ZERO, Vec3::X, 0.5, 1.0).is_finite());
        assert_eq!(steps(Vec3::ZERO, Vec3::X), 2);
    }
}
