//! One matching of labels and prototypes, as the session tells of it.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::alignment::products;
use crate::assignment::{Assignment, AssignmentError, Passing, Reasons};

/// Writes shared numbers as a plain list; serde's own way would need its `rc` feature everywhere.
fn as_slice<S: serde::Serializer>(values: &Arc<[u32]>, serializer: S) -> Result<S::Ok, S::Error> {
    values.as_ref().serialize(serializer)
}

fn from_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u32]>, D::Error> {
    Vec::deserialize(deserializer).map(Into::into)
}

fn nothing<T>() -> Arc<[T]> {
    Arc::new([])
}

/// One matching of labels and prototypes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relabelling {
    /// Epoch (1-based) after which it happened.
    pub epoch: usize,
    /// Optimiser step after which it happened.
    pub step: u64,
    /// Prototype of each class before.
    #[serde(serialize_with = "as_slice", deserialize_with = "from_list")]
    pub before: Arc<[u32]>,
    /// Prototype of each class after.
    #[serde(serialize_with = "as_slice", deserialize_with = "from_list")]
    pub after: Arc<[u32]>,
    /// The classes whose prototype changed, ascending.
    pub moved: Vec<u32>,
    /// Sum over classes of the cosine of class mean and prototype, before.
    pub score_before: f64,
    /// The same after; never less than before when a matching made it.
    pub score_after: f64,
    /// The labels that moved, in rings that do not depend on each other, with their gains under the prototypes
    /// as they lie afterwards. No ring of a matching loses; where nothing turned, the gains sum to
    /// `score_after - score_before`.
    pub passings: Vec<Passing>,
    /// By how much some other assignment may be better at the prototypes as they lie afterwards: 0 proves this
    /// one the best. `None` when it was dealt.
    pub certificate_gap: Option<f64>,
    /// True when all prototypes turned together as well.
    pub turned: bool,
    /// True when it was dealt at random ([`super::Perturbation::DealAgain`]) and not matched.
    pub dealt: bool,
    /// Class means (c x d) that it went by; a row of zeros is a class not seen yet. `None` where nothing had been
    /// seen, and where a reader has let go of them. Logs write them beside it, where they are few enough
    /// ([`crate::recorded`]).
    #[serde(skip)]
    pub class_means: Option<Arc<[f32]>>,
    /// The prototypes (c x d) as they lie afterwards. Logs write them beside it when they have turned.
    #[serde(skip, default = "nothing")]
    pub prototypes: Arc<[f32]>,
}

impl Relabelling {
    /// Numbers in a row of means and prototypes; 0 where they are not known.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.prototypes.len() / self.after.len().max(1)
    }

    /// `m . w` of a class's mean and a prototype, as the matching saw them: a cosine, or 0 for a class not seen.
    /// `None` where they are not known.
    #[must_use]
    pub fn cosine(&self, class: usize, prototype: usize) -> Option<f64> {
        let dim = self.dim();
        if dim == 0 {
            return None;
        }
        let mean = self.class_means.as_deref()?.chunks_exact(dim).nth(class)?;
        let prototype = self.prototypes.chunks_exact(dim).nth(prototype)?;
        let pairs = mean.iter().zip(prototype);
        Some(pairs.map(|(&m, &w)| f64::from(m) * f64::from(w)).sum())
    }

    /// Why labels moved, from the class means and prototypes it went by. This solves the matching once more, to have
    /// its prices. `None` where the class means are not known.
    ///
    /// # Errors
    /// Means, prototypes and assignments do not fit together, or are not finite.
    pub fn reasons(&self) -> Result<Option<Reasons>, AssignmentError> {
        let Some(means) = &self.class_means else {
            return Ok(None);
        };
        let prototypes = self.after.len();
        let scores = products(means, &self.prototypes, self.dim());
        let before = Assignment::from_vec(self.before.to_vec(), prototypes)?;
        let after = Assignment::from_vec(self.after.to_vec(), prototypes)?;
        Reasons::new(scores, before, after).map(Some)
    }

    /// The same without the class means and prototypes, for readers that keep many and need little of them.
    #[must_use]
    pub fn without_means(&self) -> Self {
        Self {
            class_means: None,
            prototypes: [].into(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two classes on the axes of the plane that change places; the third has not been seen.
    fn relabelling() -> Relabelling {
        Relabelling {
            epoch: 1,
            step: 10,
            before: [0, 1, 2].into(),
            after: [1, 0, 2].into(),
            moved: vec![0, 1],
            score_before: 0.0,
            score_after: 2.0,
            passings: Vec::new(),
            certificate_gap: Some(0.0),
            turned: false,
            dealt: false,
            class_means: Some([0.0, 1.0, 1.0, 0.0, 0.0, 0.0].into()),
            prototypes: [1.0, 0.0, 0.0, 1.0, -0.6, -0.8].into(),
        }
    }

    #[test]
    fn cosines_and_reasons_are_those_of_the_matching() {
        let relabelling = relabelling();
        assert_eq!(relabelling.cosine(0, 1), Some(1.0));
        assert_eq!(relabelling.cosine(0, 0), Some(0.0));
        assert_eq!(relabelling.cosine(2, 0), Some(0.0), "not seen");
        assert_eq!(relabelling.cosine(3, 0), None);
        assert_eq!(relabelling.cosine(0, usize::MAX), None);
        let reasons = relabelling.reasons().unwrap().unwrap();
        assert_eq!((reasons.score_before(), reasons.score_after()), (0.0, 2.0));
        assert!(reasons.is_best());
    }

    #[test]
    fn what_is_not_known_or_does_not_fit_gives_no_reasons() {
        let bare = relabelling().without_means();
        assert_eq!(bare.reasons(), Ok(None));
        assert_eq!(bare.cosine(0, 0), None);
        let odd = Relabelling {
            prototypes: [1.0, 0.0].into(),
            ..relabelling()
        };
        assert!(odd.reasons().is_err());
        let twice = Relabelling {
            after: [1, 1, 2].into(),
            ..relabelling()
        };
        assert!(twice.reasons().is_err());
    }

    #[test]
    fn the_means_are_no_part_of_its_own_form() {
        let json = serde_json::to_value(relabelling()).unwrap();
        assert!(json.get("class_means").is_none() && json.get("prototypes").is_none());
        assert_eq!(json["after"], serde_json::json!([1, 0, 2]));
    }
}
