//! Everything that can be said about one change of an assignment from the scores it was made by: which
//! labels passed their prototypes on and what for, why nothing scores higher, what a barred pair would cost.

use super::certificate::{Certificate, certify};
use super::counterfactual::{Restraint, counterfactual};
use super::error::AssignmentError;
use super::explain::{Passing, explain};
use super::matcher::{Matching, match_labels};
use super::pairs::{Assignment, check_shape, check_size, score};

/// A change from one assignment to another, with the scores (c x p) that stand behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    scores: Vec<f64>,
    before: Assignment,
    after: Assignment,
    rings: Vec<Passing>,
    score_before: f64,
    score_after: f64,
    best: Matching,
    certificate: Certificate,
}

/// Prices that no assignment can beat, and how near the new one comes to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proof {
    /// Sum of the classes' prices.
    pub class_prices: f64,
    /// Sum of the prototypes' prices.
    pub prototype_prices: f64,
    /// Total score of the new assignment.
    pub score: f64,
    /// Sum of all prices minus `score`: 0 but for rounding proves that nothing scores higher.
    pub gap: f64,
    /// The least `class price + prototype price - score` of all pairs; never below 0 but for rounding.
    pub least_slack: f64,
    /// The greatest of the pairs that the new assignment chose: 0 but for rounding if it is the best.
    pub greatest_chosen_slack: f64,
}

/// The best assignment in which one class may not have the prototype it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// The class held back.
    pub class: u32,
    /// The prototype it may not have.
    pub barred: u32,
    /// The best assignment without that pair.
    pub assignment: Assignment,
    /// Its total score.
    pub score: f64,
    /// How much less that is than the new assignment's: never negative (but for rounding) if that is the best.
    pub cost: f64,
    /// How it differs from the new assignment; the gain of each part is what it brings.
    pub passings: Vec<Passing>,
}

impl Reasons {
    /// The reasons for going from `before` to `after` under `scores` (c x p, row-major).
    ///
    /// This solves the assignment problem once, to have prices.
    ///
    /// # Errors
    /// The assignments differ in shape, `scores` has another size, or one of them is not finite.
    pub fn new(
        scores: Vec<f64>,
        before: Assignment,
        after: Assignment,
    ) -> Result<Self, AssignmentError> {
        let (classes, prototypes) = (after.classes(), after.prototypes());
        check_shape(&before, classes, prototypes)?;
        check_size(scores.len(), classes, prototypes)?;
        let mut rings = explain(&before, &after, &scores)?.passings;
        rings.sort_by(|a, b| b.gain.total_cmp(&a.gain));
        let best = match_labels(&scores, classes, prototypes, Some(&after))?;
        Ok(Self {
            score_before: score(&scores, &before)?,
            score_after: score(&scores, &after)?,
            certificate: certify(&scores, &best)?,
            rings,
            best,
            scores,
            before,
            after,
        })
    }

    /// Number of classes c.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.after.classes()
    }

    /// Number of prototypes p.
    #[must_use]
    pub const fn prototypes(&self) -> usize {
        self.after.prototypes()
    }

    /// The assignment before.
    #[must_use]
    pub const fn before(&self) -> &Assignment {
        &self.before
    }

    /// The assignment after.
    #[must_use]
    pub const fn after(&self) -> &Assignment {
        &self.after
    }

    /// The score of a pair; 0 for one that does not exist.
    #[must_use]
    pub fn score(&self, class: usize, prototype: usize) -> f64 {
        let prototypes = self.prototypes();
        let cell = (prototype < prototypes).then_some(class * prototypes + prototype);
        cell.and_then(|cell| self.scores.get(cell))
            .copied()
            .unwrap_or(0.0)
    }

    /// Total score of the assignment before, under the scores of now.
    #[must_use]
    pub const fn score_before(&self) -> f64 {
        self.score_before
    }

    /// Total score of the assignment after.
    #[must_use]
    pub const fn score_after(&self) -> f64 {
        self.score_after
    }

    /// The labels that passed their prototypes on, in parts that do not depend on each other; the part that
    /// gained most comes first.
    #[must_use]
    pub fn rings(&self) -> &[Passing] {
        &self.rings
    }

    /// Which of [`Self::rings`] moved `class`.
    #[must_use]
    pub fn ring_of(&self, class: usize) -> Option<usize> {
        let moves = |ring: &Passing| ring.moves.iter().any(|step| step.class as usize == class);
        self.rings.iter().position(moves)
    }

    /// The total that is left when a ring is undone and all others stay; `None` for a ring that does not exist.
    #[must_use]
    pub fn total_without(&self, ring: usize) -> Option<f64> {
        self.rings
            .get(ring)
            .map(|ring| self.score_after - ring.gain)
    }

    /// The prototype that `class` scores highest with: where it would go if nobody else counted.
    #[must_use]
    pub fn favourite(&self, class: usize) -> Option<u32> {
        let row = self.scores.chunks_exact(self.prototypes()).nth(class)?;
        let best = (0_u32..).zip(row).max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(best.0)
    }

    /// Whether no assignment scores higher than the one after.
    #[must_use]
    pub fn is_best(&self) -> bool {
        self.best.assignment == self.after
    }

    /// The highest total that any assignment has.
    #[must_use]
    pub const fn best_score(&self) -> f64 {
        self.best.score
    }

    /// Price of a class: what it still gains from its best prototype; 0 past the last.
    #[must_use]
    pub fn class_price(&self, class: usize) -> f64 {
        self.best.prices.classes.get(class).copied().unwrap_or(0.0)
    }

    /// Price of a prototype, at least 0; 0 past the last.
    #[must_use]
    pub fn prototype_price(&self, prototype: usize) -> f64 {
        let prices = &self.best.prices.prototypes;
        prices.get(prototype).copied().unwrap_or(0.0)
    }

    /// `class price + prototype price - score` of a pair: how much the total falls at least when the pair is forced.
    #[must_use]
    pub fn slack(&self, class: usize, prototype: usize) -> f64 {
        self.class_price(class) + self.prototype_price(prototype) - self.score(class, prototype)
    }

    /// The numbers that prove the new assignment the best, or show by how much it is not.
    #[must_use]
    pub fn proof(&self) -> Proof {
        let (class_prices, prototype_prices) = (
            self.best.prices.classes.iter().sum::<f64>(),
            self.best.prices.prototypes.iter().sum::<f64>(),
        );
        let chosen = self.after.as_slice().iter().enumerate();
        Proof {
            class_prices,
            prototype_prices,
            score: self.score_after,
            gap: class_prices + prototype_prices - self.score_after,
            least_slack: -self.certificate.worst_violation,
            greatest_chosen_slack: chosen
                .map(|(class, &prototype)| self.slack(class, prototype as usize))
                .fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Bars the pair of `class` and its new prototype and matches again.
    ///
    /// # Errors
    /// A class that does not exist, or one that could have no other prototype.
    pub fn forbid(&self, class: usize) -> Result<WhatIf, AssignmentError> {
        self.held(class, Restraint::Avoid)
    }

    /// Forces the pair of `class` and `prototype` and matches the others again.
    ///
    /// # Errors
    /// A class or prototype that does not exist.
    pub fn force(&self, class: usize, prototype: u32) -> Result<WhatIf, AssignmentError> {
        self.held(class, |_| Restraint::Keep(prototype))
    }

    fn held(
        &self,
        class: usize,
        restraint: impl Fn(u32) -> Restraint,
    ) -> Result<WhatIf, AssignmentError> {
        let Some(barred) = self.after.prototype_of(class) else {
            return Err(AssignmentError::NoAlternative { class });
        };
        let found = counterfactual(&self.scores, &self.best, class, restraint(barred))?;
        Ok(WhatIf {
            class: class as u32,
            barred,
            cost: self.score_after - found.score,
            passings: explain(&self.after, &found.assignment, &self.scores)?.passings,
            assignment: found.assignment,
            score: found.score,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What rounding to fixed point may cost in one sum.
    const ROUNDING: f64 = 1e-9;

    fn assignment(pairs: &[u32]) -> Assignment {
        Assignment::from_vec(pairs.to_vec(), pairs.len()).unwrap()
    }

    /// All orders of so many prototypes.
    fn orders(count: usize) -> Vec<Vec<u32>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let mut longer = Vec::new();
        for order in orders(count - 1) {
            for at in 0..=order.len() {
                let mut order = order.clone();
                order.insert(at, count as u32 - 1);
                longer.push(order);
            }
        }
        longer
    }

    fn total(scores: &[f64], order: &[u32]) -> f64 {
        let rows = scores.chunks_exact(order.len()).zip(order);
        rows.map(|(row, &prototype)| row[prototype as usize]).sum()
    }

    #[test]
    fn one_gives_way_so_that_another_gains_more() {
        // Class 0 likes prototype 0 a little more, class 1 likes it much more.
        let scores = vec![0.9, 0.8, 0.0, 0.9, 0.1, 0.0, 0.0, 0.0, 0.5];
        let reasons = Reasons::new(scores, assignment(&[0, 1, 2]), assignment(&[1, 0, 2])).unwrap();
        let [ring] = reasons.rings() else {
            panic!("one ring: {:?}", reasons.rings());
        };
        assert!((ring.gain - 0.7).abs() < ROUNDING);
        assert!((ring.moves[0].gain + 0.1).abs() < ROUNDING, "gives way");
        assert!((reasons.total_without(0).unwrap() - 1.5).abs() < ROUNDING);
        assert_eq!((reasons.ring_of(0), reasons.ring_of(2)), (Some(0), None));
        assert_eq!(reasons.favourite(0), Some(0));
        assert!(reasons.is_best());
        let barred = reasons.forbid(1).unwrap();
        assert_eq!(barred.assignment, assignment(&[0, 1, 2]));
        assert!((barred.cost - 0.7).abs() < ROUNDING);
        let forced = reasons.force(0, 0).unwrap();
        assert!((forced.cost - 0.7).abs() < ROUNDING);
    }

    #[test]
    fn what_is_not_the_best_is_not_proven() {
        let scores = vec![1.0, 0.0, 0.0, 1.0];
        let dealt = Reasons::new(scores, assignment(&[0, 1]), assignment(&[1, 0])).unwrap();
        assert!(!dealt.is_best());
        assert!((dealt.proof().gap - 2.0).abs() < ROUNDING);
        assert!((dealt.best_score() - 2.0).abs() < ROUNDING);
        assert!(dealt.rings()[0].gain < 0.0);
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let two = assignment(&[0, 1]);
        assert!(Reasons::new(vec![0.0; 4], two.clone(), assignment(&[0, 1, 2])).is_err());
        assert!(Reasons::new(vec![0.0; 3], two.clone(), two.clone()).is_err());
        assert!(Reasons::new(vec![f64::NAN; 4], two.clone(), two).is_err());
        let alone = Reasons::new(vec![0.5], assignment(&[0]), assignment(&[0])).unwrap();
        assert!(alone.forbid(0).is_err(), "nowhere else to go");
        assert!(alone.forbid(7).is_err());
        assert_eq!(alone.score(3, 0), 0.0);
    }

    proptest! {
        /// Against every assignment there is: what the reasons say of a matching is true.
        #[test]
        fn every_statement_holds_of_small_problems(
            classes in 2_usize..6,
            numbers in prop::collection::vec(-100_i32..=100, 25),
            start in any::<prop::sample::Index>(),
        ) {
            // In 128ths sums are exact, so that what is equally good is so to the last bit.
            let scores: Vec<f64> = numbers[..classes * classes]
                .iter()
                .map(|&number| f64::from(number) / 128.0)
                .collect();
            let all = orders(classes);
            let before = assignment(&all[start.index(all.len())]);
            let matching = match_labels(&scores, classes, classes, Some(&before)).unwrap();
            let best = all.iter().map(|order| total(&scores, order)).fold(f64::NEG_INFINITY, f64::max);
            let reasons = Reasons::new(scores.clone(), before, matching.assignment).unwrap();

            prop_assert!((reasons.score_after() - best).abs() < ROUNDING);
            prop_assert!(reasons.is_best());
            for ring in reasons.rings() {
                // No label moves for nothing.
                prop_assert!(ring.gain > -ROUNDING && ring.gain.abs() > ROUNDING);
            }
            let gains: f64 = reasons.rings().iter().map(|ring| ring.gain).sum();
            prop_assert!((gains - (reasons.score_after() - reasons.score_before())).abs() < ROUNDING);

            let proof = reasons.proof();
            prop_assert!(proof.gap.abs() < ROUNDING);
            prop_assert!((proof.class_prices + proof.prototype_prices - best).abs() < ROUNDING);
            prop_assert!(proof.least_slack > -ROUNDING);
            prop_assert!(proof.greatest_chosen_slack.abs() < ROUNDING);
            for class in 0..classes {
                for prototype in 0..classes {
                    prop_assert!(reasons.slack(class, prototype) > -ROUNDING);
                }
            }

            for class in 0..classes {
                let barred = reasons.after().as_slice()[class];
                let without = all.iter().filter(|order| order[class] != barred);
                let next = without.map(|order| total(&scores, order)).fold(f64::NEG_INFINITY, f64::max);
                let what_if = reasons.forbid(class).unwrap();
                prop_assert!((what_if.score - next).abs() < ROUNDING);
                prop_assert!(what_if.cost > -ROUNDING);
                prop_assert!(what_if.assignment.as_slice()[class] != barred);
                let brings: f64 = what_if.passings.iter().map(|part| part.gain).sum();
                prop_assert!((brings + what_if.cost).abs() < ROUNDING);
                let favourite = reasons.favourite(class).unwrap();
                let forced = reasons.force(class, favourite).unwrap();
                prop_assert_eq!(forced.assignment.as_slice()[class], favourite);
                prop_assert!(forced.cost > -ROUNDING);
                // Forcing a pair costs at least its slack.
                prop_assert!(forced.cost > reasons.slack(class, favourite as usize) - ROUNDING);
            }
        }
    }
}
