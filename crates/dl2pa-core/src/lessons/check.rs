//! Whether what a lesson says holds of what was run: numbers against claims, and the sentence for either case.

use std::collections::BTreeMap;

use super::fill::{Slot, fill};
use super::measure::{Figures, Measure};
use super::paper::PaperFigure;
use super::plan::Claim;
use crate::studies::Point;

/// Shares are written as this measure is.
pub(super) const SHARE: Measure = Measure::LastQuarterMoves;

/// What has been run in a lesson so far: for each lane the figures of each seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notebook {
    lanes: BTreeMap<String, BTreeMap<u64, Figures>>,
}

impl Notebook {
    /// Notes what a lane came to with a seed; the same lane and seed again replace it.
    pub fn note(&mut self, lane: &str, seed: u64, figures: Figures) {
        self.lanes
            .entry(lane.to_owned())
            .or_default()
            .insert(seed, figures);
    }

    /// Mean and deviation over the seeds, if the lane has been run and gives such a number.
    #[must_use]
    pub fn read(&self, measure: Measure, of: &str, minus: Option<&str>) -> Option<Point> {
        let runs = self.lanes.get(of)?;
        let values: Option<Vec<f64>> = match minus {
            None => runs
                .values()
                .map(|figures| figures.get(&measure).copied())
                .collect(),
            // Only seeds that both have run are compared.
            Some(minus) => {
                let others = self.lanes.get(minus)?;
                runs.iter()
                    .filter_map(|(seed, figures)| Some((figures, others.get(seed)?)))
                    .map(|(figures, other)| Some(figures.get(&measure)? - other.get(&measure)?))
                    .collect()
            }
        };
        values
            .filter(|values| !values.is_empty())
            .map(|values| Point::of(0.0, &values))
    }

    /// The means of two numbers, the first in percent of the second.
    #[must_use]
    pub fn share(&self, part: (Measure, &str), whole: (Measure, &str)) -> Option<Point> {
        let (part, whole) = (
            self.read(part.0, part.1, None)?,
            self.read(whole.0, whole.1, None)?,
        );
        Some(Point {
            mean: 100.0 * part.mean / whole.mean,
            deviation: f64::NAN,
            ..part
        })
    }

    fn of_claim(&self, claim: &Claim) -> Option<Point> {
        match &claim.percent_of {
            Some(whole) => self.share((claim.measure, &claim.of), (whole.measure, &whole.of)),
            None => self.read(claim.measure, &claim.of, claim.minus.as_deref()),
        }
    }
}

/// One claim and the number it was held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The claim.
    pub claim: Claim,
    /// Mean over the seeds that were run.
    pub point: Point,
    /// Whether the mean is within the bounds.
    pub holds: bool,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Each claim with its number.
    pub findings: Vec<Finding>,
    /// Whether all hold.
    pub passed: bool,
}

/// Holds `claims` against the notebook; `None` while a number is missing or there is no claim.
#[must_use]
pub fn check(claims: &[Claim], notebook: &Notebook) -> Option<Verdict> {
    if claims.is_empty() {
        return None;
    }
    let findings: Option<Vec<Finding>> = claims
        .iter()
        .map(|claim| {
            let point = notebook.of_claim(claim)?;
            // A number that is none is within no bounds.
            let holds = point.mean.is_finite()
                && claim.at_least.is_none_or(|least| point.mean >= least)
                && claim.at_most.is_none_or(|most| point.mean <= most);
            Some(Finding {
                claim: claim.clone(),
                point,
                holds,
            })
        })
        .collect();
    findings.map(|findings| Verdict {
        passed: findings.iter().all(|finding| finding.holds),
        findings,
    })
}

/// Puts the notebook's and the paper's numbers into a sentence.
///
/// # Errors
/// The slot that names no known number.
pub fn say(
    template: &str,
    notebook: &Notebook,
    paper: &BTreeMap<String, PaperFigure>,
    decimal_mark: char,
) -> Result<String, String> {
    fill(template, |slot| match slot {
        Slot::Paper(name) => paper.get(*name).map(|figure| figure.written(decimal_mark)),
        Slot::Share { part, whole } => {
            let part = (Measure::from_name(part.0)?, part.1);
            let whole = (Measure::from_name(whole.0)?, whole.1);
            let share = notebook.share(part, whole)?;
            Some(SHARE.written(share.mean, decimal_mark))
        }
        Slot::Measured { measure, of, minus } => {
            let measure = Measure::from_name(measure)?;
            let mean = notebook.read(measure, of, *minus)?.mean;
            Some(if minus.is_some() {
                measure.written_difference(mean, decimal_mark)
            } else {
                measure.written(mean, decimal_mark)
            })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::plan::Reading;
    use super::*;

    fn claim(minus: Option<&str>, at_least: Option<f64>, at_most: Option<f64>) -> Claim {
        Claim {
            measure: Measure::TopOne,
            of: "a".to_owned(),
            minus: minus.map(str::to_owned),
            percent_of: None,
            at_least,
            at_most,
        }
    }

    fn notebook() -> Notebook {
        let mut notebook = Notebook::default();
        for (lane, seed, value) in [
            ("a", 1, 80.0),
            ("a", 2, 90.0),
            ("b", 1, 70.0),
            ("b", 3, 0.0),
        ] {
            notebook.note(lane, seed, Figures::from([(Measure::TopOne, value)]));
        }
        notebook
    }

    #[test]
    fn claims_are_held_against_means_over_the_seeds() {
        let verdict = |claim| check(&[claim], &notebook()).unwrap();
        let passed = verdict(claim(None, Some(85.0), Some(85.0)));
        assert!(passed.passed);
        assert_eq!(
            (passed.findings[0].point.mean, passed.findings[0].point.runs),
            (85.0, 2)
        );
        assert!(!verdict(claim(None, Some(85.1), None)).passed);
        assert!(!verdict(claim(None, None, Some(84.9))).passed);
    }

    #[test]
    fn a_difference_compares_the_seeds_that_both_have_run() {
        let verdict = check(&[claim(Some("b"), Some(10.0), Some(10.0))], &notebook()).unwrap();
        assert!(verdict.passed, "{verdict:?}");
        assert_eq!(verdict.findings[0].point.runs, 1);
    }

    #[test]
    fn shares_are_percentages_of_means() {
        let share = Claim {
            percent_of: Some(Reading {
                measure: Measure::TopOne,
                of: "b".to_owned(),
            }),
            ..claim(None, Some(242.8), Some(242.9))
        };
        assert!(check(&[share], &notebook()).unwrap().passed);
        let paper = BTreeMap::new();
        assert_eq!(
            say("{top-one a / top-one b}", &notebook(), &paper, ',').as_deref(),
            Ok("242,86 %")
        );
    }

    #[test]
    fn nothing_is_said_of_what_was_not_run() {
        assert_eq!(check(&[], &notebook()), None);
        assert_eq!(check(&[claim(Some("c"), None, None)], &notebook()), None);
        assert_eq!(
            check(&[claim(None, None, None)], &Notebook::default()),
            None
        );
    }

    #[test]
    fn a_number_that_is_none_passes_no_claim() {
        let mut broken = Notebook::default();
        broken.note("a", 1, Figures::from([(Measure::TopOne, f64::NAN)]));
        assert!(!check(&[claim(None, None, None)], &broken).unwrap().passed);
    }

    #[test]
    fn sentences_carry_the_numbers() {
        let paper = super::super::paper::paper_figures().unwrap();
        let text = "{top-one a} against {top-one b}; they had {paper cifar100-d10-hpn}";
        assert_eq!(
            say(text, &notebook(), &paper, '.').as_deref(),
            Ok("85.0 % against 35.0 %; they had 51.1 %")
        );
        assert_eq!(
            say("{top-one c}", &notebook(), &paper, '.'),
            Err("top-one c".to_owned())
        );
    }
}
