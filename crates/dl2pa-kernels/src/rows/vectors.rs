//! What all kernels on rows share: wide vectors where there are some, and sums in one order everywhere.
//!
//! A sum's rounding depends on its order, and so would a run on the width of a processor's vectors. Here each sum
//! has the same order on every machine: vectors run across sums and never along one. No product is contracted
//! with a sum either. So a browser and a server end with the same bits.

/// Numbers that are added side by side.
const LANES: usize = 8;
/// Rows that are added in `f32` before their sum goes into one of `f64`.
const ROWS_ADDED: usize = 16;

/// The sum of `of(a, b)` over two rows of equal length.
#[inline(always)]
pub(super) fn sum(a: &[f32], b: &[f32], of: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += of(a, b);
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// For each column, the sum over the rows of `of(column, a, b)`; `a` and `b` hold rows of `columns` numbers.
#[inline(always)]
pub(super) fn column_sums(
    columns: usize,
    a: &[f32],
    b: &[f32],
    of: impl Fn(usize, f32, f32) -> f32,
) -> Vec<f64> {
    let mut totals = vec![0.0_f64; columns];
    let mut parts = vec![0.0_f32; columns];
    let most = ROWS_ADDED * columns.max(1);
    for (a, b) in a.chunks(most).zip(b.chunks(most)) {
        parts.fill(0.0);
        for (a, b) in a.chunks_exact(columns).zip(b.chunks_exact(columns)) {
            let pairs = a.iter().zip(b).enumerate();
            for (part, (column, (&a, &b))) in parts.iter_mut().zip(pairs) {
                *part += of(column, a, b);
            }
        }
        for (total, &part) in totals.iter_mut().zip(&parts) {
            *total += f64::from(part);
        }
    }
    totals
}

/// `e^x` for `x` of at most 88, within 1.5 units in the last place, the same bits everywhere and many at a time;
/// below -87 it stays at `e^-87`.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding it rounds to a whole number, which is then in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0;
    // ln 2 in two parts; products of the first with whole numbers up to 127 are exact.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x < -87.0 { -87.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let power = rounded - ROUNDER;
    let rest = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    // The series of e^rest for |rest| <= ln 2 / 2, whose next term is below a tenth of a unit in the last place.
    let mut series = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5] {
        series = series * rest + factor;
    }
    let near_one = (series * rest) * rest + rest + 1.0;
    // 2^power, written into the bits of an exponent.
    near_one * f32::from_bits(rounded.to_bits().wrapping_add(127) << 23)
}
