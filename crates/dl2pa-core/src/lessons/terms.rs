//! What measures and bounds are called in a language.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::LessonError;
use super::language::Language;
use super::measure::Measure;

/// The terms of one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Terms {
    /// Before a lower bound.
    pub at_least: String,
    /// Before an upper bound.
    pub at_most: String,
    /// Name of each measure.
    pub measures: BTreeMap<Measure, String>,
    /// What stands on the card that shows a lesson.
    pub card: CardTerms,
}

/// The words of the card round a lesson's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CardTerms {
    /// Title of the list.
    pub lessons: String,
    /// Before a lesson's number.
    pub lesson: String,
    /// Button: start the beat's runs.
    pub run: String,
    /// Button: start them again; a seed follows.
    pub again: String,
    /// While they run.
    pub running: String,
    /// When somebody stopped them.
    pub stopped: String,
    /// Of a right prediction.
    pub right: String,
    /// Of a wrong one.
    pub wrong: String,
    /// Of one that the run leaves open.
    pub undecided: String,
    /// Before the sentence of a check that passed.
    pub holds: String,
    /// Before that of one that failed.
    pub fails: String,
    /// Title of the learner's figures.
    pub ran: String,
    /// In their place while there are none.
    pub ran_nothing: String,
    /// After a number of runs.
    pub runs: String,
    /// Title of the paper's figures.
    pub measured: String,
    /// Before where they stand.
    pub source: String,
    /// Before the study of the command line.
    pub repeat: String,
    /// Button: the beat before.
    pub back: String,
    /// Button: the next beat.
    pub next: String,
    /// The same after the last beat.
    pub finish: String,
    /// Button: end the lesson.
    pub leave: String,
}

impl Terms {
    /// Those of a language.
    ///
    /// # Errors
    /// [`LessonError::Syntax`], if the embedded file is broken.
    pub fn of(language: Language) -> Result<Self, LessonError> {
        let text = match language {
            Language::English => include_str!("../../lessons/en/terms.toml"),
            Language::German => include_str!("../../lessons/de/terms.toml"),
        };
        let file = format!("{}/terms.toml", language.code());
        toml::from_str(text).map_err(|error| LessonError::syntax(&file, &error))
    }

    /// The name of a measure.
    #[must_use]
    pub fn name(&self, measure: Measure) -> &str {
        self.measures
            .get(&measure)
            .map_or(measure.name(), String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_name_in_every_language() {
        for &language in Language::ALL {
            let terms = Terms::of(language).unwrap();
            for measure in Measure::ALL {
                assert!(
                    terms.measures.contains_key(measure),
                    "{} in {}",
                    measure.name(),
                    language.code()
                );
            }
        }
    }
}
