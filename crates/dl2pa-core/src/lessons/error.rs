//! What can be wrong with a lesson's files, each in one sentence with the remedy.

use crate::config::ConfigError;

/// Why a lesson cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// A file is not TOML, or lacks a key, or has one too many.
    #[error("The lesson file {file} cannot be read ({cause}); correct it there.")]
    Syntax {
        /// The file.
        file: String,
        /// The reader's words.
        cause: String,
    },
    /// A name that nothing has.
    #[error("In lesson `{lesson}`, {place} names `{name}`, which there is not; correct the name.")]
    UnknownName {
        /// The lesson.
        lesson: String,
        /// Where.
        place: String,
        /// The name.
        name: String,
    },
    /// Something is missing or there is too much of it.
    #[error("In lesson `{lesson}`, {place}: {cause}.")]
    Incomplete {
        /// The lesson.
        lesson: String,
        /// Where.
        place: String,
        /// What is wrong, and how to mend it.
        cause: String,
    },
    /// A run that cannot be.
    #[error("In lesson `{lesson}`, the run `{lane}` cannot be made. {cause}")]
    Run {
        /// The lesson.
        lesson: String,
        /// The lane.
        lane: String,
        /// The configuration's refusal.
        cause: Box<ConfigError>,
    },
    /// There is no such lesson.
    #[error("There is no lesson `{id}`; the lessons are {known}.")]
    NoSuchLesson {
        /// What was asked for.
        id: String,
        /// The names there are.
        known: String,
    },
}

impl LessonError {
    pub(super) fn syntax(file: &str, error: &toml::de::Error) -> Self {
        let words: Vec<&str> = error.message().split_whitespace().collect();
        Self::Syntax {
            file: file.to_owned(),
            cause: words.join(" "),
        }
    }

    pub(super) fn incomplete(lesson: &str, place: &str, cause: impl Into<String>) -> Self {
        Self::Incomplete {
            lesson: lesson.to_owned(),
            place: place.to_owned(),
            cause: cause.into(),
        }
    }

    pub(super) fn unknown(lesson: &str, place: &str, name: &str) -> Self {
        Self::UnknownName {
            lesson: lesson.to_owned(),
            place: place.to_owned(),
            name: name.to_owned(),
        }
    }
}
