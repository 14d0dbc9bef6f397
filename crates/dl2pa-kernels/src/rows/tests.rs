//! The kernels on rows against sums in `f64`.

use proptest::prelude::*;

use super::product::{Matrix, product};
use super::vectors::exp;

/// `count` numbers of [-1, 1).
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
    .take(count)
    .collect()
}

#[test]
fn the_exponential_is_right_to_the_last_bits() {
    let mut worst = 0.0_f64;
    for step in 0..=2_000_000 {
        let x = -86.9 + 174.8 * (step as f32 / 2_000_000.0);
        let exact = f64::from(x).exp();
        // One unit in the last place of a number of this size.
        let unit = f64::from(f32::from_bits((exact as f32).to_bits() & 0x7f80_0000)) / 8_388_608.0;
        worst = worst.max((f64::from(exp(x)) - exact).abs() / unit);
    }
    assert!(worst < 1.5, "{worst} units in the last place");
    assert_eq!(exp(0.0).to_bits(), 1.0_f32.to_bits());
    assert!(exp(f32::NEG_INFINITY) < 2e-38);
    assert!(exp(f32::NAN).is_nan());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_product_is_the_sum_of_its_terms(
        size in [1_usize..40, 1..600, 1..60],
        transposed in [any::<bool>(), any::<bool>()],
        begins in any::<bool>(),
    ) {
        let [rows, terms, columns] = size;
        let (a, b) = (noise(rows * terms, 1), noise(terms * columns, 2));
        let begin = noise(columns, 3);
        let side = |values, [rows, columns]: [usize; 2], transposed: bool| {
            if transposed {
                Matrix::new(values, [columns, rows]).transposed()
            } else {
                Matrix::new(values, [rows, columns])
            }
        };
        let left = side(&a, [rows, terms], transposed[0]);
        let right = side(&b, [terms, columns], transposed[1]);
        let ours = product(left, right, begins.then_some(&begin));
        for row in 0..rows {
            for column in 0..columns {
                let mut exact = if begins { f64::from(begin[column]) } else { 0.0 };
                for term in 0..terms {
                    let a_at = if transposed[0] { term * rows + row } else { row * terms + term };
                    let b_at = if transposed[1] { column * terms + term } else { term * columns + column };
                    exact += f64::from(a[a_at]) * f64::from(b[b_at]);
                }
                let off = (f64::from(ours[row * columns + column]) - exact).abs();
                prop_assert!(off < 1e-6 * (terms as f64).max(8.0), "{off}");
            }
        }
    }
}

#[test]
fn a_large_product_does_not_depend_on_the_number_of_threads() {
    let (a, b) = (noise(700 * 90, 1), noise(90 * 130, 2));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let (a, b) = (Matrix::new(&a, [700, 90]), Matrix::new(&b, [90, 130]));
        pool.build().unwrap().install(|| product(a, b, None))
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(5));
}
