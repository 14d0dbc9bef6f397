//! The roots of E8 and the codes inside them.

use super::shell::{Condition, Shell};

/// The 240 roots of E8 (norm 2), their coordinates doubled.
pub fn e8() -> Shell<8> {
    let mut vectors = Vec::with_capacity(240);
    for i in 0..8 {
        for j in 0..i {
            for (a, b) in [(2, 2), (2, -2), (-2, 2), (-2, -2)] {
                let mut root = [0; 8];
                root[i] = a;
                root[j] = b;
                vectors.push(root);
            }
        }
    }
    let even = (0..256_u32).filter(|minus| minus.count_ones().is_multiple_of(2));
    vectors.extend(
        even.map(|minus| std::array::from_fn(|axis| if minus >> axis & 1 == 1 { -1 } else { 1 })),
    );
    Shell { vectors, scale: 4 }
}

/// The roots with product 1 with each of `fixed` roots that are themselves 60 degrees apart: 56, 27, 16
/// and 10 for 1 to 4 of them, in 8 - `fixed` dimensions (Cohn & Kumar 2007).
pub fn at_60_degrees(fixed: usize) -> Vec<[i8; 8]> {
    let e8 = e8();
    e8.section(&simplex(&e8, fixed, 1))
}

/// The roots orthogonal to `fixed` roots that are 60 degrees apart: those of E7 and E6 for 1 and 2.
pub fn orthogonal(fixed: usize) -> Vec<[i8; 8]> {
    let e8 = e8();
    e8.section(&simplex(&e8, fixed, 0))
}

/// `fixed` roots 60 degrees apart, each with the `product` that is asked of others.
fn simplex(e8: &Shell<8>, fixed: usize, product: i32) -> Vec<Condition<8>> {
    let mut chosen: Vec<Condition<8>> = Vec::new();
    for _ in 0..fixed {
        chosen.push((e8.first(&chosen), 1));
    }
    chosen.iter().map(|&(root, _)| (root, product)).collect()
}
