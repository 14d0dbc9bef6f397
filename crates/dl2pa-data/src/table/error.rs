//! What can be wrong with a table, each in one sentence with the line.

use super::{MAX_BYTES, MAX_CLASSES, MAX_FEATURES, MAX_NUMBERS, MAX_ROWS};

/// Why a table was not read. Lines and rows count from 1, columns too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it.
    #[error("The table is empty: give it a row for each example, with its numbers and its class.")]
    Empty,
    /// More bytes than are read.
    #[error(
        "The table is larger than {} MB, which is the most: leave rows or columns out.",
        MAX_BYTES >> 20
    )]
    TooLarge,
    /// Rows of numbers and classes that do not go together.
    #[error("The table is no whole number of rows: give each row as many numbers and one class.")]
    Ragged,
    /// Fewer rows than can be split.
    #[error(
        "The table has only {found} rows: give it at least 5, so that one can be kept to judge by."
    )]
    TooFewRows {
        /// Rows found.
        found: usize,
    },
    /// All rows are of one class.
    #[error(
        "All rows are of the class `{class}`, so there is nothing to tell apart: give rows of two classes or more."
    )]
    OneClass {
        /// The class.
        class: String,
    },
    /// More classes than there are colours for.
    #[error(
        "The class column has {found} different entries, and {} is the most: put the class into the last column, or call its column `label`.",
        MAX_CLASSES
    )]
    TooManyClasses {
        /// Classes found.
        found: usize,
    },
    /// Too long a table.
    #[error(
        "From line {place} on the table is too long: {} rows and {} numbers are the most, so give a part of it.",
        MAX_ROWS,
        MAX_NUMBERS
    )]
    TooManyRows {
        /// First line or row beyond.
        place: usize,
    },
    /// Too wide a table.
    #[error(
        "Line {place} has {found} numbers, and {} are the most: leave columns out.",
        MAX_FEATURES
    )]
    TooManyFeatures {
        /// Line or row.
        place: usize,
        /// Numbers found.
        found: usize,
    },
    /// A row without numbers.
    #[error(
        "Line {place} has one column only: separate numbers and class by commas, semicolons or tabs."
    )]
    OneColumn {
        /// Line.
        place: usize,
    },
    /// Rows of different lengths.
    #[error(
        "Line {place} has {found} columns, and the lines before have {expected}: make them alike."
    )]
    Uneven {
        /// Line.
        place: usize,
        /// Its columns.
        found: usize,
        /// Those of the first line.
        expected: usize,
    },
    /// A cell that is no number.
    #[error("Line {place}, column {column}: `{text}` is not a finite number.")]
    NotANumber {
        /// Line or row.
        place: usize,
        /// Column.
        column: usize,
        /// The cell, shortened.
        text: String,
    },
    /// A row without a class.
    #[error("Line {place} has no class in column {column}: write one, or leave the line out.")]
    NoClass {
        /// Line or row.
        place: usize,
        /// Column.
        column: usize,
    },
    /// It is not text.
    #[error("Line {place} is not text in UTF-8: save the table as CSV in UTF-8, or as .npy.")]
    NotText {
        /// Line.
        place: usize,
    },
    /// A `.npy` file that is damaged or holds something else.
    #[error(
        "The .npy file cannot be used ({reason}): save an array of numbers with n rows and the class in the last column."
    )]
    Npy {
        /// What is wrong with it.
        reason: String,
    },
}
