//! What makes an assignment, or scores to match by, unusable.

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
    /// No assignment remains under what is asked for.
    #[error(
        "no assignment is left in which class {class} may do what is asked; allow it another prototype"
    )]
    NoAlternative {
        /// The class that was held back.
        class: usize,
    },
    /// A solver of this name does not exist.
    #[error("there is no solver named {name:?}; use auto, kuhn-munkres, shortest-path or sparse")]
    UnknownSolver {
        /// The name.
        name: String,
    },
    /// Means or prototypes are not whole rows of `dim` numbers.
    #[error(
        "{got} numbers are not whole rows of {dim}; give class means and prototypes of one width"
    )]
    NotRows {
        /// Numbers given.
        got: usize,
        /// Numbers in a row.
        dim: usize,
    },
}
