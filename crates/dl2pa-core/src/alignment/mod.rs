//! Matching up to a rotation: which class should take which prototype when all prototypes may turn
//! together.
//!
//! A rotation of all prototypes costs a network nothing, since its last layer absorbs it. What decides is
//! then the shape that the classes form and not where it lies, so [`Aligner`] looks for the assignment A and
//! the orthogonal matrix R that maximise `sum_y m_y . R w_A(y)`: matching and the orthogonal Procrustes
//! problem (Schonemann 1966) in turn, from several random rotations. [`layout`] gives `m_y` before there
//! is a trained network to ask.

mod layout;
mod neighbours;
mod products;

use dl2pa_data::StreamRng;
use dl2pa_data::streams::standard_normal;
use nalgebra::DMatrix;

use crate::assignment::{Assignment, AssignmentError, match_labels};

pub use layout::{class_layout, class_sums};
pub use neighbours::{bring_together, likeness};
pub use products::products;

/// Rounds of matching and turning at most; nearly all starts end within ten.
const MOST_ROUNDS: usize = 100;
/// A round that gains less than this, relative to c, is the last.
const SMALL_GAIN: f64 = 1e-9;

/// The best assignment and rotation that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// Prototype of each class.
    pub assignment: Assignment,
    /// R (d x d, row-major, orthogonal): prototype w lies at R w when it fits the means best.
    pub rotation: Vec<f64>,
    /// `sum_y m_y . R w_A(y)`.
    pub score: f64,
}

impl Alignment {
    /// R w for each of `rows` (n x d, row-major).
    #[must_use]
    pub fn turn(&self, rows: &[f32], dim: usize) -> Vec<f32> {
        turn(&self.rotation, rows, dim)
            .into_iter()
            .map(|value| value as f32)
            .collect()
    }
}

/// Looks for the best alignment one start at a time, so that a page can draw in between.
///
/// It is a local search: the best of all assignments is not guaranteed.
#[derive(Debug)]
pub struct Aligner {
    means: Vec<f32>,
    prototypes: Vec<f32>,
    dim: usize,
    best: Option<Alignment>,
}

impl Aligner {
    /// Prepares to match `means` (c x `dim`) to `prototypes` (p x `dim`, p >= c), both row-major, up to a
    /// rotation or reflection of all prototypes. Rows of zeros (classes never seen) count for nothing.
    #[must_use]
    pub const fn new(means: Vec<f32>, prototypes: Vec<f32>, dim: usize) -> Self {
        Self {
            means,
            prototypes,
            dim,
            best: None,
        }
    }

    /// Starts from the prototypes as they lie. Never worse than the plain matching to them; ties keep the
    /// pairs of `present`.
    ///
    /// # Errors
    /// As [`match_labels`]: sizes that do not fit, or numbers that are not finite.
    pub fn start_as_they_lie(
        &mut self,
        present: Option<&Assignment>,
    ) -> Result<(), AssignmentError> {
        let identity = DMatrix::<f64>::identity(self.dim, self.dim);
        self.start(identity.as_slice().to_vec(), present)
    }

    /// Starts from the rotation that fits the pairs of `present` best, and keeps them where none is better.
    ///
    /// # Errors
    /// As [`Self::start_as_they_lie`], and a `present` of another shape.
    pub fn start_from_pairs(&mut self, present: &Assignment) -> Result<(), AssignmentError> {
        let count = |numbers: &[f32]| numbers.len() / self.dim.max(1);
        let (classes, prototypes) = (count(&self.means), count(&self.prototypes));
        if (present.classes(), present.prototypes()) != (classes, prototypes) {
            return Err(AssignmentError::OtherShape {
                present_classes: present.classes(),
                present_prototypes: present.prototypes(),
                classes,
                prototypes,
            });
        }
        let mut numbers = self.means.iter().chain(&self.prototypes);
        if numbers.any(|value| !value.is_finite()) {
            // Which one it is comes out of the matching.
            return self.start_as_they_lie(Some(present));
        }
        let (rotation, _) = procrustes(&self.means, &self.prototypes, present, self.dim);
        self.start(rotation, Some(present))
    }

    /// Starts from a random orthogonal matrix.
    ///
    /// # Errors
    /// As [`Self::start_as_they_lie`].
    pub fn start_anywhere(&mut self, rng: &mut StreamRng) -> Result<(), AssignmentError> {
        self.start(random_orthogonal(self.dim, rng), None)
    }

    /// The best of all starts, or `None` before the first.
    #[must_use]
    pub fn into_best(self) -> Option<Alignment> {
        self.best
    }

    fn start(
        &mut self,
        rotation: Vec<f64>,
        present: Option<&Assignment>,
    ) -> Result<(), AssignmentError> {
        let found = alternate(&self.means, &self.prototypes, self.dim, rotation, present)?;
        if self
            .best
            .as_ref()
            .is_none_or(|best| found.score > best.score)
        {
            self.best = Some(found);
        }
        Ok(())
    }
}

/// Matching and turning in turn until neither gains.
fn alternate(
    means: &[f32],
    prototypes: &[f32],
    dim: usize,
    mut rotation: Vec<f64>,
    from: Option<&Assignment>,
) -> Result<Alignment, AssignmentError> {
    let classes = means.len() / dim.max(1);
    let count = prototypes.len() / dim.max(1);
    let mut assignment: Option<Assignment> = from.cloned();
    let mut score = f64::NEG_INFINITY;
    for _ in 0..MOST_ROUNDS {
        let scores = cosines(means, &turn(&rotation, prototypes, dim), dim);
        let matching = match_labels(&scores, classes, count, assignment.as_ref())?;
        let (turned, turned_score) = procrustes(means, prototypes, &matching.assignment, dim);
        let gain = turned_score - score;
        assignment = Some(matching.assignment);
        rotation = turned;
        score = turned_score;
        if gain < SMALL_GAIN * classes as f64 {
            break;
        }
    }
    let assignment = assignment.ok_or(AssignmentError::NoClasses)?;
    Ok(Alignment {
        assignment,
        rotation,
        score,
    })
}

/// The orthogonal R (d x d, row-major) that maximises `sum_y m_y . R w_A(y)`, and that maximum: with
/// `sum_y m_y w_A(y)^T = U S V^T` it is R = U V^T and the sum of S.
fn procrustes(
    means: &[f32],
    prototypes: &[f32],
    assignment: &Assignment,
    dim: usize,
) -> (Vec<f64>, f64) {
    let mut products = DMatrix::<f64>::zeros(dim, dim);
    for (mean, &prototype) in means.chunks_exact(dim).zip(assignment.as_slice()) {
        let row = &prototypes[prototype as usize * dim..][..dim];
        for (i, &m) in mean.iter().enumerate() {
            for (j, &w) in row.iter().enumerate() {
                products[(i, j)] += f64::from(m) * f64::from(w);
            }
        }
    }
    let svd = products.svd(true, true);
    match (svd.u, svd.v_t) {
        (Some(u), Some(v_t)) => (
            (u * v_t).transpose().as_slice().to_vec(),
            svd.singular_values.sum(),
        ),
        // Both were asked for.
        _ => (DMatrix::<f64>::identity(dim, dim).as_slice().to_vec(), 0.0),
    }
}

/// An orthogonal matrix (d x d, row-major) evenly distributed over all of them: the Q of a Gaussian
/// matrix with the signs of R's diagonal (Mezzadri 2007).
fn random_orthogonal(dim: usize, rng: &mut StreamRng) -> Vec<f64> {
    let gaussian = DMatrix::from_fn(dim, dim, |_, _| standard_normal(rng));
    let qr = gaussian.qr();
    let (mut q, r) = (qr.q(), qr.r());
    for column in 0..dim {
        if r[(column, column)] < 0.0 {
            q.column_mut(column).neg_mut();
        }
    }
    q.as_slice().to_vec()
}

fn turn(rotation: &[f64], rows: &[f32], dim: usize) -> Vec<f64> {
    rows.chunks_exact(dim)
        .flat_map(|row| {
            rotation.chunks_exact(dim).map(move |axis| {
                axis.iter()
                    .zip(row)
                    .map(|(r, &w)| r * f64::from(w))
                    .sum::<f64>()
            })
        })
        .collect()
}

fn cosines(means: &[f32], rows: &[f64], dim: usize) -> Vec<f64> {
    means
        .chunks_exact(dim)
        .flat_map(|mean| {
            rows.chunks_exact(dim)
                .map(move |row| mean.iter().zip(row).map(|(&m, w)| f64::from(m) * w).sum())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use dl2pa_data::Streams;

    use super::*;
    use crate::prototypes;

    fn rows(count: usize, dim: usize, seed: u64) -> Vec<f32> {
        prototypes::random(count, dim, &mut Streams::new(seed).rng("prototypes"))
    }

    #[test]
    fn a_hidden_rotation_and_order_are_found() {
        for (count, dim, seed) in [(12, 3, 1), (25, 3, 2), (12, 4, 3), (10, 2, 4)] {
            let mut rng = Streams::new(seed).rng("alignment");
            let prototypes = rows(count, dim, seed);
            let hidden = Assignment::random(count, &mut rng);
            let rotation = random_orthogonal(dim, &mut rng);
            let turned = turn(&rotation, &prototypes, dim);
            let means: Vec<f32> = hidden
                .as_slice()
                .iter()
                .flat_map(|&k| &turned[k as usize * dim..][..dim])
                .map(|&value| value as f32)
                .collect();
            let mut aligner = Aligner::new(means, prototypes, dim);
            for _ in 0..400 {
                aligner.start_anywhere(&mut rng).unwrap();
            }
            let found = aligner.into_best().unwrap();
            assert_eq!(found.assignment, hidden, "{count} x {dim}");
            assert!((found.score - count as f64).abs() < 1e-4);
            for (found, hidden) in found.rotation.iter().zip(&rotation) {
                assert!((found - hidden).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn turning_never_loses_against_plain_matching() {
        for seed in 0..20 {
            let (count, dim) = (20, 4);
            let (means, prototypes) = (rows(count, dim, seed), rows(count, dim, seed + 100));
            let wide: Vec<f64> = prototypes.iter().map(|&value| f64::from(value)).collect();
            let plain = match_labels(&cosines(&means, &wide, dim), count, count, None).unwrap();
            let mut aligner = Aligner::new(means.clone(), prototypes.clone(), dim);
            aligner.start_as_they_lie(Some(&plain.assignment)).unwrap();
            let found = aligner.into_best().unwrap();
            assert!(found.score >= plain.score - 1e-9);
            // The score is that of the turned prototypes under the assignment.
            let turned = turn(&found.rotation, &prototypes, dim);
            let scores = cosines(&means, &turned, dim);
            let check = crate::assignment::score(&scores, &found.assignment).unwrap();
            assert!((check - found.score).abs() < 1e-9);
        }
    }

    #[test]
    fn pairs_that_fit_after_turning_are_kept() {
        // The means are the prototypes turned, so any symmetry of the cube is as good as what is there.
        let cube: Vec<f32> = (0..8)
            .flat_map(|corner| [1, 2, 4].map(|bit| if corner & bit == 0 { -1.0_f32 } else { 1.0 }))
            .map(|value| value / 3.0_f32.sqrt())
            .collect();
        let mut rng = Streams::new(5).rng("alignment");
        let present = Assignment::random(8, &mut rng);
        let turned = turn(&random_orthogonal(3, &mut rng), &cube, 3);
        let means: Vec<f32> = present
            .as_slice()
            .iter()
            .flat_map(|&k| &turned[k as usize * 3..][..3])
            .map(|&value| value as f32)
            .collect();
        let mut aligner = Aligner::new(means, cube.clone(), 3);
        aligner.start_from_pairs(&present).unwrap();
        let found = aligner.into_best().unwrap();
        assert_eq!(found.assignment, present);
        assert!((found.score - 8.0).abs() < 1e-5);
        let mut aligner = Aligner::new(vec![f32::NAN; 24], cube.clone(), 3);
        assert!(matches!(
            aligner.start_from_pairs(&present),
            Err(AssignmentError::NotFinite { .. })
        ));
        let mut aligner = Aligner::new(cube.clone(), cube, 3);
        assert!(matches!(
            aligner.start_from_pairs(&Assignment::identity(3)),
            Err(AssignmentError::OtherShape { .. })
        ));
    }

    #[test]
    fn rotations_are_orthogonal_and_spare_prototypes_stay_free() {
        let (means, prototypes) = (rows(6, 3, 1), rows(9, 3, 2));
        let mut rng = Streams::new(3).rng("alignment");
        let mut aligner = Aligner::new(means, prototypes.clone(), 3);
        aligner.start_anywhere(&mut rng).unwrap();
        let found = aligner.into_best().unwrap();
        assert_eq!(found.assignment.prototypes(), 9);
        for i in 0..3 {
            for j in 0..3 {
                let dot: f64 = (0..3)
                    .map(|k| found.rotation[i * 3 + k] * found.rotation[j * 3 + k])
                    .sum();
                assert!((dot - f64::from(u8::from(i == j))).abs() < 1e-9);
            }
        }
        for unusable in [vec![f32::NAN; 6], vec![]] {
            let mut aligner = Aligner::new(unusable, prototypes.clone(), 3);
            assert!(aligner.start_as_they_lie(None).is_err());
        }
    }
}
