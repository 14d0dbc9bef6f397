//! Why the arrays that `--assign` is given cannot be matched.

use std::path::PathBuf;

use dl2pa_core::assignment::AssignmentError;

use crate::array_files::ArrayFileError;

use super::super::error::CliError;

/// What is wrong with the content of the files. Rows and columns are counted from 1, classes from 0.
#[derive(Debug, thiserror::Error)]
pub(in super::super) enum AssignInputError {
    /// The file is missing or holds no array.
    #[error(transparent)]
    Array(#[from] ArrayFileError),
    /// A number is NaN or infinite.
    #[error("`{}` holds {value} in row {row}, column {column}; every number must be finite.", path.display())]
    NotFinite {
        path: PathBuf,
        row: usize,
        column: usize,
        value: f32,
    },
    /// Means and prototypes of different spaces.
    #[error(
        "`{}` has {means_dim} numbers a row and `{}` has {prototypes_dim}; class means and prototypes must lie in one space.",
        means.display(),
        prototypes.display()
    )]
    OtherDim {
        means: PathBuf,
        means_dim: usize,
        prototypes: PathBuf,
        prototypes_dim: usize,
    },
    /// The assignment before is none, or of another problem.
    #[error("`{}` is no assignment of these classes ({cause}).", path.display())]
    Present { path: PathBuf, cause: String },
    /// What remains is for the matching to say.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
}

impl From<AssignmentError> for CliError {
    fn from(error: AssignmentError) -> Self {
        Self::Assign(error.into())
    }
}
