//! Matrices on disk, by extension, rows first: `.npy`, `.safetensors` and `.csv`, and `.pth` to read. Lists
//! of whole numbers as `.npy` ([`read_indices`]).
//!
//! Files are not trusted: whatever a header claims is held against the length of the file before memory
//! is set aside for it, and a pickle is never run ([`pth`]).

mod csv;
mod indices;
mod npy;
mod number;
mod pth;
mod safetensors;
mod stored;
mod writer;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::run_folder::RunFolderError;

pub use indices::{read_indices, write_indices};
pub use pth::StateArray;
pub use stored::StoredMatrix;
pub use writer::RowWriter;

/// Name of the matrix in a `.safetensors` file.
const TENSOR_NAME: &str = "prototypes";

/// A matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// `rows * columns` values.
    pub values: Vec<f32>,
}

/// A matrix that has been opened to be read.
#[derive(Debug)]
pub enum Opened {
    /// In memory.
    Whole(Matrix),
    /// In its file, to be read row by row.
    Stored(StoredMatrix),
}

/// The file formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// NumPy's array file.
    Npy,
    /// safetensors with one matrix, or one named `prototypes`.
    Safetensors,
    /// One row a line, comma-separated, no heading.
    Csv,
    /// PyTorch's file of one tensor, or of several with one named `w` (d x c, as the authors store it).
    Pth,
}

/// Why a matrix cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArrayFileError {
    /// The extension names no format.
    #[error("`{}` needs the extension {}.", path.display(), if *is_read { ".npy, .safetensors, .csv or .pth" } else { ".npy, .safetensors or .csv" })]
    Extension {
        /// The file.
        path: PathBuf,
        /// Whether it was to be read, and not written.
        is_read: bool,
    },
    /// The file cannot be opened or read.
    #[error("`{}` cannot be read ({cause}); check the path.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: io::Error,
    },
    /// The content is not a matrix of numbers in the format of the extension.
    #[error("`{}` does not hold a matrix of numbers ({cause}).", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The content is not the state dict of a network.
    #[error("`{}` does not hold the weights of a network ({cause}); save its `state_dict()` and nothing else.", path.display())]
    StateDict {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Unwritable(#[from] RunFolderError),
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        match extension.as_str() {
            "npy" => Some(Self::Npy),
            "safetensors" => Some(Self::Safetensors),
            "csv" => Some(Self::Csv),
            "pth" | "pt" => Some(Self::Pth),
            _ => None,
        }
    }

    /// The format that the extension of a file to be read names.
    ///
    /// # Errors
    /// [`ArrayFileError::Extension`] when it names none.
    pub fn to_read(path: &Path) -> Result<Self, ArrayFileError> {
        Self::of(path).ok_or_else(|| ArrayFileError::Extension {
            path: path.to_owned(),
            is_read: true,
        })
    }

    /// The format that the extension of a file to be written names.
    ///
    /// # Errors
    /// [`ArrayFileError::Extension`] when it names none, or one that is only read.
    pub fn to_write(path: &Path) -> Result<Self, ArrayFileError> {
        Self::of(path)
            .filter(|format| *format != Self::Pth)
            .ok_or_else(|| ArrayFileError::Extension {
                path: path.to_owned(),
                is_read: false,
            })
    }
}

/// Reads a matrix. Numbers that are not finite are read as they are; `f64` is rounded to `f32`.
///
/// # Errors
/// An unknown extension, a file that cannot be read, or content that is no matrix.
pub fn read(path: &Path) -> Result<Matrix, ArrayFileError> {
    match open(path, u64::MAX)? {
        Opened::Whole(matrix) => Ok(matrix),
        Opened::Stored(stored) => whole(&stored).map_err(|cause| unreadable(path, cause)),
    }
}

/// Opens a matrix, which is read at once unless its file is longer than `most_bytes` and can be read row
/// by row.
///
/// # Errors
/// As [`read`].
pub fn open(path: &Path, most_bytes: u64) -> Result<Opened, ArrayFileError> {
    let format = Format::to_read(path)?;
    let file = File::open(path).map_err(|cause| unreadable(path, cause))?;
    let metadata = file.metadata().map_err(|cause| unreadable(path, cause))?;
    if metadata.is_dir() {
        return Err(unreadable(path, io::ErrorKind::IsADirectory.into()));
    }
    let stored = match format {
        Format::Npy => npy::open(file),
        Format::Safetensors => safetensors::open(file),
        Format::Csv => return csv::read(file).map(Opened::Whole).map_err(content(path)),
        Format::Pth => return pth::read(file).map(Opened::Whole).map_err(content(path)),
    };
    let stored = stored.map_err(content(path))?;
    if metadata.len() > most_bytes && stored.is_by_rows() {
        return Ok(Opened::Stored(stored));
    }
    whole(&stored)
        .map(Opened::Whole)
        .map_err(|cause| unreadable(path, cause))
}

/// Reads all tensors of a `.pth` file that holds the state dict of a network. No pickle is run, and the file's
/// claims are held against its length, as with a matrix.
///
/// # Errors
/// A file that cannot be read, or content that is anything but tensors by name.
pub fn read_state_dict(path: &Path) -> Result<Vec<StateArray>, ArrayFileError> {
    let file = File::open(path).map_err(|cause| unreadable(path, cause))?;
    pth::read_state_dict(file).map_err(|cause| ArrayFileError::StateDict {
        path: path.to_owned(),
        cause: one_line(&cause),
    })
}

fn whole(stored: &StoredMatrix) -> io::Result<Matrix> {
    Ok(Matrix {
        rows: stored.rows(),
        columns: stored.columns(),
        values: stored.read_all()?,
    })
}

fn unreadable(path: &Path, cause: io::Error) -> ArrayFileError {
    ArrayFileError::Unreadable {
        path: path.to_owned(),
        cause,
    }
}

fn content(path: &Path) -> impl Fn(String) -> ArrayFileError {
    move |cause| ArrayFileError::Content {
        path: path.to_owned(),
        cause: one_line(&cause),
    }
}

/// Without the line breaks and full stops that libraries put into their messages.
fn one_line(cause: &str) -> String {
    let words: Vec<&str> = cause.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// Writes a matrix beside `path` and renames it there.
///
/// # Errors
/// An unknown extension, or a folder that does not take the file; a file that was there is then
/// untouched.
pub fn write(path: &Path, matrix: &Matrix) -> Result<(), ArrayFileError> {
    let mut writer = RowWriter::create(path, matrix.rows, matrix.columns)?;
    writer.write(&matrix.values)?;
    writer.finish()
}

/// Host sizes of a matrix that is not empty and whose numbers can be counted.
fn size(rows: u64, columns: u64) -> Result<(usize, usize), String> {
    if rows == 0 || columns == 0 {
        return Err("it is empty".to_owned());
    }
    let most_numbers = (isize::MAX as u64) / size_of::<f64>() as u64;
    if rows
        .checked_mul(columns)
        .is_none_or(|count| count > most_numbers)
    {
        return Err("its header names an absurd size".to_owned());
    }
    Ok((rows as usize, columns as usize))
}

#[cfg(test)]
mod tests;
