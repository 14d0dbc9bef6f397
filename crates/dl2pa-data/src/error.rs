//! What can be wrong with a request for data.

use thiserror::Error;

/// A data set cannot be made as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// Fewer than two classes.
    #[error(
        "{dataset} cannot have {asked} class{}: there is nothing to tell apart; ask for 2 to {most} classes",
        if *asked == 1 { "" } else { "es" }
    )]
    TooFewClasses {
        /// Name of the data set.
        dataset: &'static str,
        /// Number of classes asked for.
        asked: usize,
        /// Number of classes the set has at most.
        most: usize,
    },
    /// More classes than the data has.
    #[error(
        "{dataset} has at most {most} classes and {asked} were asked for; ask for 2 to {most} classes"
    )]
    TooManyClasses {
        /// Name of the data set.
        dataset: &'static str,
        /// Number of classes asked for.
        asked: usize,
        /// Number of classes the set has at most.
        most: usize,
    },
    /// A number of training samples a class that cannot be drawn.
    #[error("{dataset} cannot draw {asked} training samples a class; ask for 1 to {most}")]
    SamplesPerClass {
        /// Name of the data set.
        dataset: &'static str,
        /// Number asked for.
        asked: usize,
        /// Greatest number that is drawn.
        most: usize,
    },
    /// Files of a published data set cannot be used; the sentence names the file.
    #[error("{sentence}")]
    Files {
        /// Cause and remedy.
        sentence: String,
    },
    /// A run was made with another table of the person's own.
    #[error(
        "`{name}` does not hold the table that this run was made with: give the right file, or begin a new run with this one"
    )]
    OtherTable {
        /// Name of the table's file.
        name: String,
    },
    /// The person's own table has not as many classes as the run.
    #[error("the table has {found} classes and {asked} were asked for; ask for {found} classes")]
    TableClasses {
        /// Classes in the table.
        found: usize,
        /// Number of classes asked for.
        asked: usize,
    },
    /// The embedded file is not what it should be.
    #[error(
        "the embedded digits are damaged ({what}); build the program again from a clean checkout"
    )]
    Damaged {
        /// What was found.
        what: String,
    },
}

impl DataError {
    /// What a reader of files said.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn files(error: &impl std::fmt::Display) -> Self {
        Self::Files {
            sentence: error.to_string(),
        }
    }

    /// A browser was asked for files.
    #[cfg(target_family = "wasm")]
    pub(crate) fn no_files() -> Self {
        Self::Files {
            sentence: "published data sets are read from files, which a page has not; train them with the program"
                .to_owned(),
        }
    }

    /// Refuses a number of classes outside `2..=most`.
    pub(crate) fn check_classes(
        dataset: &'static str,
        asked: usize,
        most: usize,
    ) -> Result<(), Self> {
        if asked < 2 {
            Err(Self::TooFewClasses {
                dataset,
                asked,
                most,
            })
        } else if asked > most {
            Err(Self::TooManyClasses {
                dataset,
                asked,
                most,
            })
        } else {
            Ok(())
        }
    }
}
