//! What a lesson says, in one language.

use std::collections::BTreeMap;

use serde::Deserialize;

/// All words of one lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Its title.
    pub title: String,
    /// What one knows at its end, in a sentence.
    pub goal: String,
    /// The place in the paper that it is about.
    pub anchor: String,
    /// Name of each lane.
    pub lanes: BTreeMap<String, String>,
    /// The beats' words, by the beats' names.
    #[serde(rename = "beat")]
    pub beats: BTreeMap<String, BeatWords>,
    /// What the paper measured.
    pub paper: PaperWords,
}

/// The words of one beat.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeatWords {
    /// What is said, in at most 45 words.
    pub text: String,
    /// The question, where there is one.
    pub question: Option<String>,
    /// The answers, by their names.
    #[serde(default, rename = "choice")]
    pub choices: BTreeMap<String, ChoiceWords>,
    /// What the claims' holding means. Numbers stand in braces.
    pub pass: Option<String>,
    /// The same where they do not hold.
    pub fail: Option<String>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceWords {
    /// The answer.
    pub label: String,
    /// What is to be said to who chose it, once it has been run.
    pub because: String,
}

/// The words of the paper's figures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperWords {
    /// What the figures are of.
    pub heading: String,
    /// One for each column of figures.
    pub columns: Vec<String>,
    /// Name of each row.
    pub rows: BTreeMap<String, String>,
    /// What they are worth beside the learner's own.
    pub note: String,
}
