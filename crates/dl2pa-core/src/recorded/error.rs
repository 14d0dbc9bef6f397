//! What can be wrong with a recorded run, each in one sentence with the line.

/// Why a recorded run cannot be shown. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// There is no event in it.
    #[error("There is no run in it: give the metrics.jsonl of a run folder, or a saved run.jsonl.")]
    Empty,
    /// A line is no event.
    #[error("Line {line} is damaged ({cause}): give the file as it was written.")]
    Line {
        /// The line.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The first event is not that of a beginning.
    #[error("Line {line} belongs to a run whose beginning is missing: give the whole file.")]
    NoBeginning {
        /// The line.
        line: usize,
    },
    /// An event does not fit the run that it is said to be of.
    #[error(
        "Line {line} does not fit the run that the file begins with ({what}): give the file as it was written."
    )]
    Misfit {
        /// The line.
        line: usize,
        /// What does not fit.
        what: &'static str,
    },
    /// It was cut off before there was anything to see.
    #[error("The run was cut off before its prototypes were made, so there is nothing to show.")]
    NothingYet,
}
