//! Proven lower bounds of the greatest cosine: how far apart prototypes can be at most.

/// A lower bound of the greatest cosine among `count` unit vectors in `dim` dimensions; no arrangement
/// has a smaller one. -1 where there is nothing to bound (fewer than two vectors, or `dim` = 0).
///
/// Exact for `count` <= 2 `dim` (Rankin 1955) and in the plane; the greater of Levenshtein's (1979) and
/// Fejes Toth's (1943) bounds on the ordinary sphere; Levenshtein's otherwise.
#[must_use]
pub fn bound_max_cos(count: usize, dim: usize) -> f64 {
    bound(count, dim).0
}

/// Whose bound [`bound_max_cos`] gives: `Rankin`, `polygon` (the plane), `Fejes Toth`, `Levenshtein`, or
/// `none` where there is nothing to bound.
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
        ((std::f64::consts::TAU / n).cos(), "polygon")
    } else if dim == 3 && fejes_toth(n) > levenshtein(n, dim) {
        (fejes_toth(n), "Fejes Toth")
    } else {
        (levenshtein(n, dim), "Levenshtein")
    }
}

/// The equilateral triangulation of the sphere bounds the chord: `chord^2 <= 4 - csc^2(pi n / (6 (n - 2)))`.
fn fejes_toth(n: f64) -> f64 {
    let sine = (std::f64::consts::PI * n / (6.0 * (n - 2.0))).sin();
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
        // The 600-cell and the 24-cell are optimal but lie above it.
        assert!(bound_max_cos(120, 4) < 0.809 && bound_max_cos(24, 4) < 0.5);
        // Proven optimum of Robinson 1961 and the best known 50 points lie above their bounds.
        assert!(bound_max_cos(24, 3) <= 0.723_078);
        assert!(bound_max_cos(50, 3) <= 0.868_173);
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
