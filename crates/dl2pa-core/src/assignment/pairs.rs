//! Which prototype belongs to which class.

use dl2pa_data::StreamRng;
use rand::seq::SliceRandom;

use super::error::AssignmentError;
use super::fixed_point::Score;

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

    /// As [`Self::from_vec`], for what a solver has made.
    pub(super) fn from_solver(prototype_of: Vec<u32>, prototypes: usize) -> Self {
        debug_assert!(Self::from_vec(prototype_of.clone(), prototypes).is_ok());
        Self {
            prototype_of,
            prototypes,
        }
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

/// Total score of `assignment` under `scores` (c x p, row-major).
///
/// # Errors
/// `scores` has another size than the assignment's c x p.
pub fn score<S: Score>(scores: &[S], assignment: &Assignment) -> Result<f64, AssignmentError> {
    let (classes, prototypes) = (assignment.classes(), assignment.prototypes());
    check_size(scores.len(), classes, prototypes)?;
    Ok(scores
        .chunks_exact(prototypes)
        .zip(&assignment.prototype_of)
        .map(|(row, &prototype)| row[prototype as usize].into())
        .sum())
}

pub(super) fn check_counts(classes: usize, prototypes: usize) -> Result<(), AssignmentError> {
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

pub(super) fn check_size(
    got: usize,
    classes: usize,
    prototypes: usize,
) -> Result<(), AssignmentError> {
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

/// Both assignments must speak of the same classes and prototypes.
pub(super) fn check_shape(
    present: &Assignment,
    classes: usize,
    prototypes: usize,
) -> Result<(), AssignmentError> {
    if (present.classes(), present.prototypes()) == (classes, prototypes) {
        Ok(())
    } else {
        Err(AssignmentError::OtherShape {
            present_classes: present.classes(),
            present_prototypes: present.prototypes(),
            classes,
            prototypes,
        })
    }
}
