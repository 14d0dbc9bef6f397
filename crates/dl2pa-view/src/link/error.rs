//! What can be wrong with a link, each in one friendly sentence.

use dl2pa_core::config::ConfigError;

/// Why a link was not opened, or not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It does not look like one of ours.
    #[error(
        "This is no link of the playground: it should go on with #state=1. and many letters, so copy the whole of it."
    )]
    Foreign,
    /// Letters are missing or changed.
    #[error(
        "This link is damaged, some of its letters are missing or changed: copy it once more, all of it."
    )]
    Damaged,
    /// It was made by a program that knows more.
    #[error(
        "This link was made by a newer playground (its format is {version}, and {known} is the newest that this one reads): reload the page or update the program."
    )]
    Newer {
        /// The link's version.
        version: u32,
        /// The newest version that is read.
        known: u32,
    },
    /// It is longer, or holds more, than any link of ours.
    #[error(
        "This link is too large to be one of the playground's: ask for it again where you got it."
    )]
    Oversized,
    /// Its settings are refused.
    #[error("This link asks for a run that cannot be: {0}")]
    Settings(#[from] ConfigError),
    /// Its run reads files of the person's machine.
    #[error(
        "A link cannot hold a run on the data set `{dataset}` or with a file of prototypes, which live in files: copy the command instead."
    )]
    NeedsFiles {
        /// The data set.
        dataset: String,
    },
    /// There is not enough room.
    #[error(
        "The link would take {chars} characters and there is room for {most}: save the settings to a file instead."
    )]
    TooLong {
        /// Characters needed.
        chars: usize,
        /// Characters there is room for.
        most: usize,
    },
}
