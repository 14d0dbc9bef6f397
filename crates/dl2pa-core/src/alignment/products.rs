//! The whole score matrix of class means and prototypes.

use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};
use rayon::prelude::*;

/// Classes of one product: enough that packing the prototypes is a small part of it.
const BLOCK_CLASSES: usize = 256;

/// `m_y . w_k` in double precision (c x p, row-major) of `means` (c x `dim`, row-major) and `prototypes`
/// (p x `dim`): the scores that the plain matching takes. It holds 8 bytes a score, and the numbers do not
/// depend on how many threads there are.
///
/// Whatever is no whole row of `dim` is left out.
#[must_use]
pub fn products(means: &[f32], prototypes: &[f32], dim: usize) -> Vec<f64> {
    if dim == 0 {
        return Vec::new();
    }
    let (classes, count) = (means.len() / dim, prototypes.len() / dim);
    let mut scores = vec![0.0; classes * count];
    // By columns, as the library stores a matrix, a row of ours is a column.
    let prototypes = DMatrixView::from_slice(&prototypes[..count * dim], dim, count);
    let prototypes: DMatrix<f64> = prototypes.transpose().map(f64::from);
    let blocks = means[..classes * dim].par_chunks(BLOCK_CLASSES * dim);
    scores
        .par_chunks_mut((BLOCK_CLASSES * count).max(1))
        .zip(blocks)
        .for_each(|(scores, means)| {
            let width = means.len() / dim;
            let means: DMatrix<f64> = DMatrixView::from_slice(means, dim, width).map(f64::from);
            DMatrixViewMut::from_slice(scores, count, width).gemm(1.0, &prototypes, &means, 0.0);
        });
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_score_is_its_dot_product() {
        // More classes than two blocks, and values whose sums are exact in any order.
        let (classes, count, dim) = (600, 7, 5);
        let value = |at: usize| ((at * 37) % 64) as f32 / 8.0 - 4.0;
        let means: Vec<f32> = (0..classes * dim).map(value).collect();
        let prototypes: Vec<f32> = (0..count * dim).map(|at| value(at + 11)).collect();
        let scores = products(&means, &prototypes, dim);
        assert_eq!(scores.len(), classes * count);
        for (class, mean) in means.chunks_exact(dim).enumerate() {
            for (k, prototype) in prototypes.chunks_exact(dim).enumerate() {
                let pairs = mean.iter().zip(prototype);
                let expected: f64 = pairs.map(|(a, b)| f64::from(a * b)).sum();
                assert_eq!(scores[class * count + k], expected, "{class}, {k}");
            }
        }
        assert!(products(&means, &prototypes, 0).is_empty());
        assert!(products(&[], &prototypes, dim).is_empty());
    }
}
