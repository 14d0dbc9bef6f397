//! The innermost loops: products of rows of numbers, in vector registers.

use pulp::{Arch, Simd, WithSimd};

/// Outputs that [`accumulate`] makes at a time.
pub(crate) const BLOCK: usize = 8;
/// Lengths that the loops work in: two of the widest vectors.
pub(crate) const STEP: usize = 32;
/// Rows on each side that [`dots`] takes at a time.
pub(crate) const TILE: usize = 4;

/// `terms` rows of [`BLOCK`] weights for [`accumulate`]; where `weight(term, row)` has none, 0.
pub(crate) fn pack(
    terms: usize,
    weight: impl Fn(usize, usize) -> Option<f32>,
) -> Vec<[f32; BLOCK]> {
    (0..terms)
        .map(|term| std::array::from_fn(|row| weight(term, row).unwrap_or(0.0)))
        .collect()
}

/// `out[m][q] = sum_k weights[k][m] * input[offsets[k] + q]` for `q` in `0..length`, a multiple of [`STEP`].
/// `out` holds [`BLOCK`] rows of `length`.
pub(crate) fn accumulate(
    weights: &[[f32; BLOCK]],
    offsets: &[usize],
    input: &[f32],
    length: usize,
    out: &mut [f32],
) {
    Arch::new().dispatch(Accumulate {
        weights,
        offsets,
        input,
        length,
        out,
    });
}

struct Accumulate<'a> {
    weights: &'a [[f32; BLOCK]],
    offsets: &'a [usize],
    input: &'a [f32],
    length: usize,
    out: &'a mut [f32],
}

impl WithSimd for Accumulate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Sums that fit in the registers: 16 of 32 with AVX-512, 8 of 16 otherwise.
        if S::F32_LANES >= 16 {
            self.rows::<S, BLOCK>(simd);
        } else {
            self.rows::<S, { BLOCK / 2 }>(simd);
        }
    }
}

impl Accumulate<'_> {
    #[inline(always)]
    fn rows<S: Simd, const ROWS: usize>(self, simd: S) {
        let wide = 2 * S::F32_LANES;
        for from in (0..self.length).step_by(wide) {
            for first in (0..BLOCK).step_by(ROWS) {
                let mut sums = [[simd.splat_f32s(0.0); 2]; ROWS];
                for (weights, &offset) in self.weights.iter().zip(self.offsets) {
                    let start = offset + from;
                    let (values, _) = S::as_simd_f32s(&self.input[start..start + wide]);
                    let (left, right) = (values[0], values[1]);
                    let weights = &weights[first..first + ROWS];
                    for row in 0..ROWS {
                        let weight = simd.splat_f32s(weights[row]);
                        sums[row][0] = simd.mul_add_f32s(weight, left, sums[row][0]);
                        sums[row][1] = simd.mul_add_f32s(weight, right, sums[row][1]);
                    }
                }
                for (row, sum) in sums.into_iter().enumerate() {
                    let start = (first + row) * self.length + from;
                    let (out, _) = S::as_mut_simd_f32s(&mut self.out[start..start + wide]);
                    out[0] = sum[0];
                    out[1] = sum[1];
                }
            }
        }
    }
}

/// `sums[i][j] += sum_q left[i][q] * right[offsets[j] + q]` for `q` in `0..length`, a multiple of [`STEP`], for
/// [`TILE`] rows i and [`TILE`] offsets j. `left` holds rows of `length`.
pub(crate) fn dots(
    left: &[f32],
    right: &[f32],
    offsets: [usize; TILE],
    length: usize,
) -> [[f32; TILE]; TILE] {
    Arch::new().dispatch(Dots {
        left,
        right,
        offsets,
        length,
    })
}

struct Dots<'a> {
    left: &'a [f32],
    right: &'a [f32],
    offsets: [usize; TILE],
    length: usize,
}

impl WithSimd for Dots<'_> {
    type Output = [[f32; TILE]; TILE];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        if S::F32_LANES >= 16 {
            self.rows::<S, TILE>(simd)
        } else {
            self.rows::<S, { TILE / 2 }>(simd)
        }
    }
}

impl Dots<'_> {
    #[inline(always)]
    fn rows<S: Simd, const ROWS: usize>(self, simd: S) -> [[f32; TILE]; TILE] {
        let mut result = [[0.0; TILE]; TILE];
        let rights: [&[S::f32s]; TILE] = self
            .offsets
            .map(|offset| S::as_simd_f32s(&self.right[offset..offset + self.length]).0);
        let vectors = self.length / S::F32_LANES;
        for first in (0..TILE).step_by(ROWS) {
            let mut lefts: [&[S::f32s]; ROWS] = [&[]; ROWS];
            for (row, left) in lefts.iter_mut().enumerate() {
                let start = (first + row) * self.length;
                *left = &S::as_simd_f32s(&self.left[start..start + self.length]).0[..vectors];
            }
            let rights = rights.map(|right| &right[..vectors]);
            let mut sums = [[simd.splat_f32s(0.0); TILE]; ROWS];
            for q in 0..vectors {
                let mut b = [simd.splat_f32s(0.0); TILE];
                for j in 0..TILE {
                    b[j] = rights[j][q];
                }
                for i in 0..ROWS {
                    let a = lefts[i][q];
                    for j in 0..TILE {
                        sums[i][j] = simd.mul_add_f32s(a, b[j], sums[i][j]);
                    }
                }
            }
            for i in 0..ROWS {
                for j in 0..TILE {
                    result[first + i][j] = simd.reduce_sum_f32s(sums[i][j]);
                }
            }
        }
        result
    }
}
