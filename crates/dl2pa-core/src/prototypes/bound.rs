//! Proven lower bounds of the greatest cosine: how far apart prototypes can be at most.

use super::codes::Code;

/// Number of points on the ordinary sphere and their least greatest cosine, rounded down, where it was
/// proven for this number alone: Schuette and van der Waerden (1951) for 7, 8 and 9, Danzer (1963) for 10
/// and 11, Musin and Tarasov (2012, 2015) for 13 and 14, Robinson (1961) for 24.
const ORDINARY_SPHERE: [(usize, f64); 8] = [
    (7, 0.210_138_31),
    (8, 0.261_203_87),
    (9, 0.333_333_33),
    (10, 0.404_394_30),
    (11, 0.447_213_59),
    (13, 0.542_636_47),
    (14, 0.563_950_30),
    (24, 0.723_078_46),
];

/// A lower bound of the greatest cosine among `count` unit vectors in `dim` dimensions; no arrangement
/// has a smaller one. -1 where there is nothing to bound (fewer than two vectors, or `dim` = 0).
///
/// Exact for `count` <= 2 `dim` (Rankin 1955) and in the plane; the greater of Levenshtein's (1979) and
/// Fejes Toth's (1943) bounds on the ordinary sphere; Levenshtein's otherwise. Where the best arrangement
/// is proven by other means, its greatest cosine: 7 to 14 and 24 points on the ordinary sphere, and codes
/// as [`Code::is_proven_optimal`] says.
#[must_use]
pub fn bound_max_cos(count: usize, dim: usize) -> f64 {
    bound(count, dim).0
}

/// Whose bound [`bound_max_cos`] gives: `Rankin`, `polygon` (the plane), `Fejes Toth`, `Levenshtein`,
/// `proof of this case`, or `none` where there is nothing to bound.
#[must_use]
pub fn bound_name(count: usize, dim: usize) -> &'static str {
    bound(count, dim).1
}

fn bound(count: usize, dim: usize) -> (f64, &'static str) {
    let n = count as f64;
    if count < 2 || dim == 0 {
        (-1.0, "none")
    } else if dim == 1 && count > 2 {
        // Two directions for more than two vectors: two of them coincide.
        (1.0, "none")
    } else if count <= dim + 1 {
        (-1.0 / (n - 1.0), "Rankin")
    } else if count <= 2 * dim {
        (0.0, "Rankin")
    } else if dim == 2 {
        (libm::cos(std::f64::consts::TAU / n), "polygon")
    } else if let Some(max_cos) = proven_case(count, dim) {
        (max_cos, "proof of this case")
    } else {
        general_bound(count, dim)
    }
}

/// The bounds that hold for any number of points above 2 `dim`, with their names.
pub(super) fn general_bound(count: usize, dim: usize) -> (f64, &'static str) {
    let n = count as f64;
    if dim == 3 && fejes_toth(n) > levenshtein(n, dim) {
        (fejes_toth(n), "Fejes Toth")
    } else {
        (levenshtein(n, dim), "Levenshtein")
    }
}

/// The least greatest cosine where the general bounds do not reach it but a proof does.
fn proven_case(count: usize, dim: usize) -> Option<f64> {
    let on_sphere = ORDINARY_SPHERE
        .iter()
        .find(|&&(points, _)| dim == 3 && points == count)
        .map(|&(_, max_cos)| max_cos);
    let of_code = || {
        Code::ALL
            .iter()
            .find(|code| code.is_proven_optimal() && code.len() == count && code.dim() == dim)
            .map(|code| code.max_cos())
    };
    on_sphere.or_else(of_code)
}

/// The equilateral triangulation of the sphere bounds the chord: `chord^2 <= 4 - csc^2(pi n / (6 (n - 2)))`.
fn fejes_toth(n: f64) -> f64 {
    let sine = libm::sin(std::f64::consts::PI * n / (6.0 * (n - 2.0)));
    1.0 - (4.0 - 1.0 / (sine * sine)) / 2.0
}

/// Smallest s for which Levenshtein's function L(d, s) reaches n, for n > 2d and d >= 3.
///
/// L is increasing and continuous, made of pieces L_m between consecutive nodes: L_{2k-1} ends at the
/// greatest zero of P_k - P_{k+1}, L_{2k} at that of P_k - P_{k+2} (P_k the Gegenbauer polynomials with
/// P_k(1) = 1). We walk the pieces until one ends above n and bisect inside it.
fn levenshtein(n: f64, dim: usize) -> f64 {
    // L_1 and L_2 end at 0, where L is 2d < n.
    let mut start = 0.0;
    let mut k = 2;
    loop {
        let odd_end = last_zero(start, |s| {
            let p = gegenbauer(dim, k + 1, s);
            p[k] - p[k + 1]
        });
        let odd = |s: f64| {
            let p = gegenbauer(dim, k, s);
            let (d, kf) = (dim as f64, k as f64);
            binomial(k + dim - 3, k - 1)
                * ((2.0 * kf + d - 3.0) / (d - 1.0) - (p[k - 1] - p[k]) / ((1.0 - s) * p[k]))
        };
        if odd(odd_end) >= n || k > 200 {
            return first_reaching(start, odd_end, n, odd);
        }
        let even_end = last_zero(odd_end, |s| {
            let p = gegenbauer(dim, k + 2, s);
            p[k] - p[k + 2]
        });
        let even = |s: f64| {
            let p = gegenbauer(dim, k + 1, s);
            let (d, kf) = (dim as f64, k as f64);
            binomial(k + dim - 2, k)
                * ((2.0 * kf + d - 1.0) / (d - 1.0)
                    - (1.0 + s) * (p[k] - p[k + 1]) / ((1.0 - s) * (p[k] + p[k + 1])))
        };
        if even(even_end) >= n {
            return first_reaching(odd_end, even_end, n, even);
        }
        start = even_end;
        k += 1;
    }
}

/// The zero in (`start`, 1) of a function that is negative after `start`, positive before 1 and changes
/// sign once between.
fn last_zero(start: f64, f: impl Fn(f64) -> f64) -> f64 {
    first_reaching(start, 1.0 - 1e-12, 0.0, f)
}

/// Where `f`, increasing through `level` between `low` and `high`, reaches it (from below, so that a
/// bound stays a bound).
fn first_reaching(mut low: f64, mut high: f64, level: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if f(middle) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// P_0(s) to P_last(s) for the sphere in `dim` >= 3 dimensions.
fn gegenbauer(dim: usize, last: usize, s: f64) -> Vec<f64> {
    let d = dim as f64;
    let mut p = vec![1.0, s];
    for k in 1..last {
        let kf = k as f64;
        let next = ((2.0 * kf + d - 2.0) * s * p[k] - kf * p[k - 1]) / (kf + d - 2.0);
        p.push(next);
    }
    p
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharp_codes_meet_the_bound() {
        // Cohn & Kumar 2007, table 1: dimension, points, greatest cosine.
        let sharp = [
            (3, 12, 1.0 / 5.0_f64.sqrt()),
            (5, 16, 1.0 / 5.0),
            (6, 27, 1.0 / 4.0),
            (7, 56, 1.0 / 3.0),
            (8, 240, 1.0 / 2.0),
            (21, 112, 1.0 / 9.0),
            (21, 162, 1.0 / 7.0),
            (22, 100, 1.0 / 11.0),
            (22, 275, 1.0 / 6.0),
            (23, 4600, 1.0 / 3.0),
            (24, 196_560, 1.0 / 2.0),
        ];
        for (dim, count, max_cos) in sharp {
            let bound = bound_max_cos(count, dim);
            assert!(
                (bound - max_cos).abs() < 1e-9,
                "{count} in {dim}: {bound} against {max_cos}"
            );
        }
    }

    #[test]
    fn the_ordinary_sphere_takes_the_tighter_bound() {
        assert!((bound_max_cos(100, 3) - 0.928_19).abs() < 1e-5);
        assert!((bound_max_cos(100, 5) - 0.643_52).abs() < 1e-5);
        assert!((bound_max_cos(100, 32) - 0.033_82).abs() < 1e-5);
        // The 600-cell and the 24-cell are optimal but lie above Levenshtein's bound.
        assert!(levenshtein(120.0, 4) < 0.809 && levenshtein(24.0, 4) < 0.5);
        // The best known 50 points lie above their bound.
        assert!(bound_max_cos(50, 3) <= 0.868_173);
    }

    #[test]
    fn proofs_of_single_cases_are_tighter_than_the_general_bounds() {
        // Angles in degrees of Sloane's tables.
        for (count, angle_deg) in [
            (7, 77.869_54),
            (8, 74.858_49),
            (9, 70.528_78),
            (10, 66.146_82),
            (11, 63.434_95),
            (13, 57.136_70),
            (14, 55.670_57),
            (24, 43.690_77),
        ] {
            let bound = bound_max_cos(count, 3);
            let best = f64::cos(f64::to_radians(angle_deg));
            assert!(
                (bound - best).abs() < 1e-6,
                "{count}: {bound} against {best}"
            );
            let n = count as f64;
            assert!(bound > fejes_toth(n).max(levenshtein(n, 3)), "{count}");
            assert_eq!(bound_name(count, 3), "proof of this case");
        }
        assert!((bound_max_cos(24, 4) - 0.5).abs() < 1e-12);
        assert!((bound_max_cos(10, 4) - 1.0 / 6.0).abs() < 1e-12);
        assert!((bound_max_cos(120, 4) - (1.0 + 5.0_f64.sqrt()) / 4.0).abs() < 1e-12);
    }

    #[test]
    fn small_numbers_have_exact_bounds() {
        assert_eq!(bound_max_cos(4, 3), -1.0 / 3.0);
        assert_eq!(bound_max_cos(6, 3), 0.0);
        assert_eq!(bound_max_cos(2, 1), -1.0);
        assert!((bound_max_cos(6, 2) - 0.5).abs() < 1e-12);
        assert_eq!(bound_max_cos(1, 3), -1.0);
    }

    #[test]
    fn each_bound_has_its_name() {
        for (count, dim, name) in [
            (4, 3, "Rankin"),
            (6, 3, "Rankin"),
            (7, 2, "polygon"),
            (100, 3, "Fejes Toth"),
            (100, 5, "Levenshtein"),
            (1, 3, "none"),
        ] {
            assert_eq!(bound_name(count, dim), name, "{count} in {dim}");
        }
    }
}
