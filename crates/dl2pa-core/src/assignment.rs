//! Which prototype belongs to which class, and the matching that decides it.
//!
//! The matching (paper, algorithm 1) is a linear assignment problem: `A = argmax sum_y m_y . w_A(y)`
//! for class means `m` and prototypes `w`. It is solved exactly, in whole numbers, by the Kuhn-Munkres
//! algorithm.

use dl2pa_data::StreamRng;
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use rand::seq::SliceRandom;
use thiserror::Error;

/// An assignment or its scores are not usable.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum AssignmentError {
    /// No class at all.
    #[error("there is no class to assign; give at least one class")]
    NoClasses,
    /// A class would go without a prototype.
    #[error(
        "{classes} classes cannot each have a prototype of their own among {prototypes}; use at least \
         {classes} prototypes"
    )]
    TooFewPrototypes {
        /// Number of classes.
        classes: usize,
        /// Number of prototypes.
        prototypes: usize,
    },
    /// A class has a prototype that does not exist.
    #[error(
        "class {class} is assigned to prototype {prototype}, but there are only {prototypes}, counted from 0"
    )]
    OutOfRange {
        /// The class.
        class: usize,
        /// Its prototype.
        prototype: u32,
        /// Number of prototypes.
        prototypes: usize,
    },
    /// Two classes share a prototype.
    #[error(
        "classes {first} and {second} are both assigned to prototype {prototype}; each class needs its own"
    )]
    Shared {
        /// The lower class.
        first: usize,
        /// The higher class.
        second: usize,
        /// Their prototype.
        prototype: u32,
    },
    /// A score is NaN or infinite.
    #[error(
        "the score of class {class} and prototype {prototype} is {value}; class means and prototypes must \
         be finite, and a training run that makes others has diverged"
    )]
    NotFinite {
        /// The class.
        class: usize,
        /// The prototype.
        prototype: usize,
        /// The score.
        value: f64,
    },
    /// The score matrix has another size than classes x prototypes.
    #[error("{classes} classes and {prototypes} prototypes need {} scores, not {got}", classes * prototypes)]
    WrongSize {
        /// Number of classes.
        classes: usize,
        /// Number of prototypes.
        prototypes: usize,
        /// Number of scores given.
        got: usize,
    },
    /// Two assignments do not speak of the same classes and prototypes.
    #[error(
        "the present assignment has {present_classes} classes and {present_prototypes} prototypes, the \
         scores have {classes} and {prototypes}; both must agree"
    )]
    OtherShape {
        /// Classes of the present assignment.
        present_classes: usize,
        /// Prototypes of the present assignment.
        present_prototypes: usize,
        /// Classes of the scores.
        classes: usize,
        /// Prototypes of the scores.
        prototypes: usize,
    },
}

/// The prototype of each class; no prototype has two classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    prototype_of: Vec<u32>,
    prototypes: usize,
}

impl Assignment {
    /// Class y has prototype y.
    #[must_use]
    pub fn identity(classes: usize) -> Self {
        Self {
            prototype_of: (0..classes as u32).collect(),
            prototypes: classes,
        }
    }

    /// Each class has one of as many prototypes, drawn at random (the start of `fixed` and `dynamic`).
    #[must_use]
    pub fn random(classes: usize, rng: &mut StreamRng) -> Self {
        let mut drawn = Self::identity(classes);
        drawn.prototype_of.shuffle(rng);
        drawn
    }

    /// The assignment that gives class y the prototype `prototype_of[y]` of `prototypes`.
    ///
    /// # Errors
    /// No class, a prototype that does not exist, or one with two classes.
    pub fn from_vec(prototype_of: Vec<u32>, prototypes: usize) -> Result<Self, AssignmentError> {
        check_counts(prototype_of.len(), prototypes)?;
        let mut owner: Vec<Option<usize>> = vec![None; prototypes];
        for (class, &prototype) in prototype_of.iter().enumerate() {
            match owner.get_mut(prototype as usize) {
                None => {
                    return Err(AssignmentError::OutOfRange {
                        class,
                        prototype,
                        prototypes,
                    });
                }
                Some(&mut Some(first)) => {
                    return Err(AssignmentError::Shared {
                        first,
                        second: class,
                        prototype,
                    });
                }
                Some(free) => *free = Some(class),
            }
        }
        Ok(Self {
            prototype_of,
            prototypes,
        })
    }

    /// Number of classes c.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.prototype_of.len()
    }

    /// Number of prototypes p, at least c.
    #[must_use]
    pub const fn prototypes(&self) -> usize {
        self.prototypes
    }

    /// The prototype of each class.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.prototype_of
    }

    /// The prototype of `class`, or `None` past the last class.
    #[must_use]
    pub fn prototype_of(&self, class: usize) -> Option<u32> {
        self.prototype_of.get(class).copied()
    }

    /// The class of each prototype; `None` for a prototype without one.
    #[must_use]
    pub fn classes_of_prototypes(&self) -> Vec<Option<u32>> {
        let mut class_of = vec![None; self.prototypes];
        for (class, &prototype) in (0_u32..).zip(&self.prototype_of) {
            class_of[prototype as usize] = Some(class);
        }
        class_of
    }

    /// The classes whose prototype is another one in `after`, ascending.
    #[must_use]
    pub fn moved(&self, after: &Self) -> Vec<u32> {
        (0_u32..)
            .zip(self.prototype_of.iter().zip(&after.prototype_of))
            .filter_map(|(class, (before, after))| (before != after).then_some(class))
            .collect()
    }
}

/// The outcome of [`match_labels`].
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// The best assignment.
    pub assignment: Assignment,
    /// Its total score, the sum of c entries of the matrix.
    pub score: f64,
}

/// Total score of `assignment` under `scores` (c x p, row-major).
///
/// # Errors
/// `scores` has another size than the assignment's c x p.
pub fn score<S: Copy + Into<f64>>(
    scores: &[S],
    assignment: &Assignment,
) -> Result<f64, AssignmentError> {
    let (classes, prototypes) = (assignment.classes(), assignment.prototypes());
    check_size(scores.len(), classes, prototypes)?;
    Ok(scores
        .chunks_exact(prototypes)
        .zip(&assignment.prototype_of)
        .map(|(row, &prototype)| row[prototype as usize].into())
        .sum())
}

/// The assignment of `classes` classes to `prototypes` prototypes with the greatest total score.
///
/// `scores` is c x p, row-major: `scores[y * p + k]` is what class y gains from prototype k. Of several
/// best assignments the one that keeps most pairs of `present` is taken, so that a label never moves
/// for nothing; a class whose row is all zero (never seen) thus stays where it is if it can.
///
/// Scores are rounded to fixed point: the largest magnitude becomes 2^52 units, or as many as c leaves
/// room for (about 2^40 at c = 1000). The total is exact but for that rounding.
///
/// # Errors
/// No class, fewer prototypes than classes, a matrix of another size, a NaN or infinite score, or a
/// `present` of another shape.
pub fn match_labels<S: Copy + Into<f64>>(
    scores: &[S],
    classes: usize,
    prototypes: usize,
    present: Option<&Assignment>,
) -> Result<Matching, AssignmentError> {
    check_counts(classes, prototypes)?;
    check_size(scores.len(), classes, prototypes)?;
    if let Some(present) = present
        && (present.classes(), present.prototypes()) != (classes, prototypes)
    {
        return Err(AssignmentError::OtherShape {
            present_classes: present.classes(),
            present_prototypes: present.prototypes(),
            classes,
            prototypes,
        });
    }

    let mut largest = 0.0_f64;
    for (index, &value) in scores.iter().enumerate() {
        let value: f64 = value.into();
        if !value.is_finite() {
            return Err(AssignmentError::NotFinite {
                class: index / prototypes,
                prototype: index % prototypes,
                value,
            });
        }
        largest = largest.max(value.abs());
    }

    // Ties: all scores are multiplied by c + 1 and present pairs get 1 more. At most c of them can be
    // kept, so the bonus never outweighs a single unit of score.
    let tie_factor = classes as i64 + 1;
    // Overflow: with weights of magnitude at most m the labels of Kuhn-Munkres stay within [-m, m] on
    // the classes' side and [0, 2m] on the prototypes', because until the end one prototype is free and
    // its label 0. Sums over all labels stay below 3cm and slacks below 4m.
    let room = i64::MAX / 2 / (3 * classes as i64 + 4) / (tie_factor + 1);
    let units = room.min(1 << 52) as f64;
    let mut costs: Vec<i64> = scores
        .iter()
        .map(|&value| {
            let share = if largest > 0.0 {
                value.into() / largest
            } else {
                0.0
            };
            (share * units).round() as i64 * tie_factor
        })
        .collect();
    if let Some(present) = present {
        for (row, &prototype) in costs
            .chunks_exact_mut(prototypes)
            .zip(&present.prototype_of)
        {
            row[prototype as usize] += 1;
        }
    }

    let wrong_size = AssignmentError::WrongSize {
        classes,
        prototypes,
        got: scores.len(),
    };
    let Ok(costs) = Matrix::from_vec(classes, prototypes, costs) else {
        return Err(wrong_size);
    };
    let (_, columns) = kuhn_munkres(&costs);
    let assignment = Assignment {
        prototype_of: columns.into_iter().map(|column| column as u32).collect(),
        prototypes,
    };
    let score = score(scores, &assignment)?;
    Ok(Matching { assignment, score })
}

/// How labels pass from hand to hand between two assignments of the same classes.
///
/// Each list reads: its first class takes the prototype that its second class had, that one takes the
/// third's, and so on. The last takes the first's (a cycle of `after o before^-1`), or, where there are
/// more prototypes than classes, one that nobody had. Classes that stay are left out; every class that
/// moves is in one list. Lists begin with their lowest class, except those that end at a free prototype.
///
/// # Errors
/// The assignments differ in the number of classes or prototypes.
pub fn cycles(before: &Assignment, after: &Assignment) -> Result<Vec<Vec<u32>>, AssignmentError> {
    if (before.classes(), before.prototypes()) != (after.classes(), after.prototypes()) {
        return Err(AssignmentError::OtherShape {
            present_classes: before.classes(),
            present_prototypes: before.prototypes(),
            classes: after.classes(),
            prototypes: after.prototypes(),
        });
    }
    let owner_before = before.classes_of_prototypes();
    let owner_after = after.classes_of_prototypes();
    let mut done: Vec<bool> = before
        .prototype_of
        .iter()
        .zip(&after.prototype_of)
        .map(|(before, after)| before == after)
        .collect();
    // Chains to a free prototype begin at a class whose own prototype nobody takes; the rest are cycles.
    let chain_heads = (0..before.classes())
        .filter(|&class| owner_after[before.prototype_of[class] as usize].is_none());
    let mut lists = Vec::new();
    for head in chain_heads.chain(0..before.classes()) {
        let mut list = Vec::new();
        let mut next = Some(head as u32);
        while let Some(class) = next.filter(|&class| !done[class as usize]) {
            done[class as usize] = true;
            list.push(class);
            next = owner_before[after.prototype_of[class as usize] as usize];
        }
        if !list.is_empty() {
            lists.push(list);
        }
    }
    Ok(lists)
}

fn check_counts(classes: usize, prototypes: usize) -> Result<(), AssignmentError> {
    if classes == 0 {
        Err(AssignmentError::NoClasses)
    } else if classes > prototypes {
        Err(AssignmentError::TooFewPrototypes {
            classes,
            prototypes,
        })
    } else {
        Ok(())
    }
}

fn check_size(got: usize, classes: usize, prototypes: usize) -> Result<(), AssignmentError> {
    if got == classes * prototypes {
        Ok(())
    } else {
        Err(AssignmentError::WrongSize {
            classes,
            prototypes,
            got,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dl2pa_data::Streams;

    fn of(prototype_of: &[u32], prototypes: usize) -> Assignment {
        Assignment::from_vec(prototype_of.to_vec(), prototypes).unwrap()
    }

    #[test]
    fn the_best_total_is_found() {
        let scores = [0.9_f32, 0.8, 0.1, 0.8, 0.1, 0.0, 0.7, 0.6, 0.5];
        let matching = match_labels(&scores, 3, 3, None).unwrap();
        assert_eq!(matching.assignment.as_slice(), [1, 0, 2]);
        assert!((matching.score - 2.1).abs() < 1e-6);
    }

    #[test]
    fn ties_keep_the_present_pairs() {
        let present = of(&[2, 0, 1, 3], 4);
        let level = [0.25_f64; 16];
        assert_eq!(
            match_labels(&level, 4, 4, Some(&present))
                .unwrap()
                .assignment,
            present
        );
        assert_eq!(
            match_labels(&[0.0; 16], 4, 4, Some(&present))
                .unwrap()
                .assignment,
            present
        );
        // Class 0 gains by moving to 0; only class 1, which is there, has to go.
        let mut one_wish = level;
        one_wish[0] += 1e-9;
        let after = match_labels(&one_wish, 4, 4, Some(&present))
            .unwrap()
            .assignment;
        assert_eq!(after.as_slice(), [0, 2, 1, 3]);
    }

    #[test]
    fn a_true_gain_outweighs_all_present_pairs() {
        // Keeping everything would keep 100 pairs; moving all of them round gains 1e-9 in total.
        let n = 100;
        let mut scores = vec![-1.0_f64; n * n];
        for class in 0..n {
            scores[class * n + class] = 0.5;
            scores[class * n + (class + 1) % n] = 0.5;
        }
        scores[1] += 1e-9;
        let matching = match_labels(&scores, n, n, Some(&Assignment::identity(n))).unwrap();
        assert_eq!(matching.assignment.prototype_of(0), Some(1));
        assert_eq!(matching.assignment.prototype_of(99), Some(0));
    }

    #[test]
    fn spare_prototypes_are_left_free() {
        let scores = [0.0_f64, 0.1, 0.9, 0.8, 0.0, 0.7];
        let matching = match_labels(&scores, 2, 3, None).unwrap();
        assert_eq!(matching.assignment.as_slice(), [2, 0]);
        assert_eq!(
            matching.assignment.classes_of_prototypes(),
            [Some(1), None, Some(0)]
        );
    }

    #[test]
    fn huge_and_tiny_scores_do_not_overflow() {
        for size in [f64::MAX, 1.0, f64::MIN_POSITIVE] {
            let n = 64;
            let mut scores = vec![-size; n * n];
            for class in 0..n {
                scores[class * n + (class * 5) % n] = size;
            }
            let matching = match_labels(&scores, n, n, None).unwrap();
            for class in 0..n {
                assert_eq!(
                    matching.assignment.prototype_of(class),
                    Some((class * 5 % n) as u32)
                );
            }
        }
    }

    #[test]
    fn unusable_scores_are_refused() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = match_labels(&[0.0, 0.0, value, 0.0], 2, 2, None).unwrap_err();
            assert!(
                matches!(
                    error,
                    AssignmentError::NotFinite {
                        class: 1,
                        prototype: 0,
                        ..
                    }
                ),
                "{error}"
            );
        }
        assert!(matches!(
            match_labels(&[0.0; 6], 3, 2, None),
            Err(AssignmentError::TooFewPrototypes { .. })
        ));
        assert!(matches!(
            match_labels(&[0.0; 5], 2, 3, None),
            Err(AssignmentError::WrongSize { .. })
        ));
        assert_eq!(
            match_labels::<f64>(&[], 0, 0, None),
            Err(AssignmentError::NoClasses)
        );
        assert!(matches!(
            match_labels(&[0.0; 4], 2, 2, Some(&Assignment::identity(3))),
            Err(AssignmentError::OtherShape { .. })
        ));
    }

    #[test]
    fn assignments_are_checked() {
        assert_eq!(
            Assignment::from_vec(vec![0, 2, 2], 3)
                .unwrap_err()
                .to_string(),
            "classes 1 and 2 are both assigned to prototype 2; each class needs its own"
        );
        assert!(matches!(
            Assignment::from_vec(vec![0, 3], 3),
            Err(AssignmentError::OutOfRange {
                class: 1,
                prototype: 3,
                ..
            })
        ));
        let drawn = Assignment::random(50, &mut Streams::new(9).rng("assignment"));
        assert_ne!(drawn, Assignment::identity(50));
        assert_eq!(
            Assignment::from_vec(drawn.as_slice().to_vec(), 50),
            Ok(drawn)
        );
    }

    #[test]
    fn labels_pass_in_cycles() {
        let before = of(&[0, 1, 2, 3, 4], 5);
        let after = of(&[1, 2, 0, 4, 3], 5);
        assert_eq!(cycles(&before, &after), Ok(vec![vec![0, 1, 2], vec![3, 4]]));
        assert_eq!(before.moved(&after), [0, 1, 2, 3, 4]);
        assert_eq!(cycles(&before, &before), Ok(vec![]));
        // 1 takes what 0 had, 2 takes what 1 had, 0 goes to the free prototype 3.
        let (before, after) = (of(&[0, 1, 2], 4), of(&[3, 0, 1], 4));
        assert_eq!(cycles(&before, &after), Ok(vec![vec![2, 1, 0]]));
        assert!(cycles(&before, &Assignment::identity(2)).is_err());
    }
}
