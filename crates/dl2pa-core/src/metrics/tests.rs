//! Tests of the metrics against exact values.

use super::*;
use crate::prototypes::exact;

/// Exact uniformity of a simplex: -2tc/(c-1), the least there is for any t.
#[test]
fn simplex_has_its_exact_figures() {
    for (classes, dim) in [(2, 1), (4, 3), (5, 4), (10, 64), (100, 100)] {
        let simplex = exact::simplex(classes, dim);
        let c = classes as f64;
        for t in [0.5, 2.0, 8.0] {
            let value = uniformity(&simplex, dim, t).unwrap();
            assert!(
                (value + 2.0 * t * c / (c - 1.0)).abs() < 1e-9,
                "{classes} x {dim}: {value}"
            );
        }
        let figures = separation(&simplex, dim).unwrap();
        let cos = -1.0 / (c - 1.0);
        for value in [figures.max_cos, figures.mean_nearest_cos, figures.mean_cos] {
            assert!((value - cos).abs() < 1e-12, "{classes} x {dim}: {value}");
        }
        for angle_deg in [figures.min_angle_deg, figures.mean_angle_deg] {
            assert!((angle_deg - cos.acos().to_degrees()).abs() < 1e-6);
        }
    }
}

/// Exact uniformity of the whole cross-polytope: log[((c-2) e^-2t + e^-4t)/(c-1)].
#[test]
fn cross_polytope_has_its_exact_figures() {
    for dim in [2, 3, 8, 50] {
        let c = 2.0 * dim as f64;
        let whole = exact::cross_polytope(2 * dim, dim);
        for t in [1.0_f64, 2.0] {
            let expected = (((c - 2.0) * (-2.0 * t).exp() + (-4.0 * t).exp()) / (c - 1.0)).ln();
            assert!((uniformity(&whole, dim, t).unwrap() - expected).abs() < 1e-12);
        }
        let figures = separation(&whole, dim).unwrap();
        assert_eq!(figures.max_cos, 0.0);
        assert!((figures.min_angle_deg - 90.0).abs() < 1e-12);
        assert!((figures.mean_cos + 1.0 / (c - 1.0)).abs() < 1e-12);
    }
}

fn icosahedron() -> Vec<f64> {
    let golden = f64::midpoint(1.0, 5.0_f64.sqrt());
    let norm = (1.0 + golden * golden).sqrt();
    let mut rows = Vec::new();
    for a in [-1.0, 1.0] {
        for b in [-golden, golden] {
            rows.extend([0.0, a, b].map(|value: f64| value / norm));
            rows.extend([a, b, 0.0].map(|value: f64| value / norm));
            rows.extend([b, 0.0, a].map(|value: f64| value / norm));
        }
    }
    rows
}

#[test]
fn icosahedron_has_its_exact_figures() {
    let rows = icosahedron();
    assert!((uniformity(&rows, 3, 2.0).unwrap() + 2.971_451).abs() < 1e-6);
    let figures = separation(&rows, 3).unwrap();
    assert!((figures.max_cos - 1.0 / 5.0_f64.sqrt()).abs() < 1e-12);
    assert!((figures.min_angle_deg - 63.434_948_8).abs() < 1e-6);
    assert!((figures.mean_nearest_cos - figures.max_cos).abs() < 1e-12);
    assert!((figures.mean_cos + 1.0 / 11.0).abs() < 1e-12);
}

#[test]
fn the_gradient_of_uniformity_agrees_with_finite_differences() {
    for (t, dim) in [(2.0, 3), (20.0, 3), (0.5, 5)] {
        let mut rows = icosahedron();
        rows.truncate(30);
        for (index, value) in rows.iter_mut().enumerate() {
            *value += 0.1 * ((index * 7 % 11) as f64 - 5.0) / 5.0;
        }
        let (value, gradient) = uniformity_gradient(&rows, dim, t).unwrap();
        assert!((value - uniformity(&rows, dim, t).unwrap()).abs() < 1e-14);
        for index in 0..rows.len() {
            let step = 1e-6;
            let mut at = |offset: f64| {
                let kept = rows[index];
                rows[index] = kept + offset;
                let value = uniformity(&rows, dim, t).unwrap();
                rows[index] = kept;
                value
            };
            let slope = (at(step) - at(-step)) / (2.0 * step);
            assert!(
                (slope - gradient[index]).abs() < 1e-7 * (1.0 + slope.abs()),
                "t {t}, number {index}: {slope} against {}",
                gradient[index]
            );
        }
    }
}

#[test]
fn small_angles_keep_their_digits() {
    let angle_rad = 1e-5_f64;
    let rows = [1.0, 0.0, angle_rad.cos(), angle_rad.sin(), -1.0, 0.0];
    let figures = separation(&rows, 2).unwrap();
    assert!((figures.min_angle_deg.to_radians() - angle_rad).abs() < 1e-14);
    // Two copies of one point are no angle apart, and lengths do not matter.
    assert!(
        separation(&[3.0_f32, 0.0, 3.0, 0.0], 2)
            .unwrap()
            .min_angle_deg
            .abs()
            < 1e-12
    );
}

#[test]
fn mean_cosine_is_blind_to_collapse() {
    let collapsed = [1.0_f32, 0.0, 1.0, 0.0, -1.0, 0.0, -1.0, 0.0];
    let figures = separation(&collapsed, 2).unwrap();
    assert!((figures.mean_cos + 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(figures.min_angle_deg, 0.0);
}

#[test]
fn top_k_counts_the_right_ones() {
    let scores = [0.1, 0.7, 0.2, 0.5, 0.5, 0.5, f32::NAN, 0.0, 0.0];
    let labels = [2, 1, 0];
    assert_eq!(top_k_accuracy(&scores, 3, &labels, 1), 0.0);
    assert_eq!(top_k_accuracy(&scores, 3, &labels, 2), 2.0 / 3.0);
    assert_eq!(top_k_accuracy(&scores, 3, &labels, 5), 2.0 / 3.0);
    assert_eq!(top_k_accuracy(&scores, 3, &[1, 0, 7], 1), 2.0 / 3.0);
    assert_eq!(top_k_accuracy::<f32>(&[], 3, &[], 1), 0.0);
}

#[test]
fn calibration_error_is_the_gap_of_confidence_and_accuracy() {
    // Two classes, confidence 0.8 each time, right in three of four: the gap is 0.05.
    let cos = 4.0_f64.ln() / 10.0;
    let scores = [cos, 0.0, cos, 0.0, 0.0, cos, cos, 0.0];
    let error = expected_calibration_error(&scores, 2, &[0, 0, 1, 1], 10.0, 15);
    assert!((error - 0.05).abs() < 1e-12, "{error}");
    // Sure and right, sure and wrong.
    let sure = [1.0_f32, 0.0, 0.0, 1.0];
    assert!(expected_calibration_error(&sure, 2, &[0, 1], 100.0, 15) < 1e-12);
    assert!((expected_calibration_error(&sure, 2, &[1, 0], 100.0, 15) - 1.0).abs() < 1e-12);
    // Errors of two bins do not cancel: 0.8 and right is 0.2 off, 0.6 and wrong is 0.6 off.
    let scores = [4.0_f64.ln(), 0.0, 1.5_f64.ln(), 0.0];
    let error = expected_calibration_error(&scores, 2, &[0, 1], 1.0, 15);
    assert!((error - 0.4).abs() < 1e-12, "{error}");
    assert!(expected_calibration_error(&[f64::NAN, 0.0], 2, &[0], 1.0, 15).is_nan());
}

#[test]
fn what_has_no_figures_is_refused() {
    assert_eq!(
        separation(&[1.0_f32, 0.0, 0.0], 2),
        Err(MetricError::NotRows { len: 3, dim: 2 })
    );
    assert_eq!(
        separation(&[1.0_f32], 0),
        Err(MetricError::NotRows { len: 1, dim: 0 })
    );
    assert_eq!(
        separation(&[1.0_f32, 0.0], 2),
        Err(MetricError::NoPair { count: 1 })
    );
}
