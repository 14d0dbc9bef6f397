//! Ready prototypes from a file: at least two rows, finite, no two alike, brought to length 1.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use dl2pa_core::prototypes::RowSource;

use crate::array_files::{self, ArrayFileError, Matrix, Opened, StoredMatrix};

/// How far a row's length may be from 1 before a person is told that it was changed.
const UNMENTIONED_LENGTH_ERROR: f64 = 1e-4;
/// Longer files stay on disk while they are measured, in bytes.
const MOST_BYTES: u64 = 1 << 30;
/// Numbers checked at once.
const BLOCK_NUMBERS: usize = 1 << 20;

/// Why a file's prototypes cannot be used. Rows and columns are counted from 1.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrototypeFileError {
    /// The file is missing or holds no matrix.
    #[error(transparent)]
    Array(#[from] ArrayFileError),
    /// The matrix belongs to another number of classes or dimensions.
    #[error(
        "`{}` holds {rows} x {columns} numbers, but {classes} classes in {dim} dimensions need {classes} x {dim}; match --classes and --dim to the file.",
        path.display()
    )]
    Shape {
        path: PathBuf,
        rows: usize,
        columns: usize,
        classes: usize,
        dim: usize,
    },
    /// Nothing to keep apart.
    #[error("`{}` holds a single row; prototypes are at least 2, one a row.", path.display())]
    SingleRow { path: PathBuf },
    /// A number is NaN or infinite.
    #[error("`{}` holds {value} in row {row}, column {column}; every number must be finite.", path.display())]
    NotFinite {
        path: PathBuf,
        row: usize,
        column: usize,
        value: f32,
    },
    /// A row without a direction.
    #[error("`{}` holds only zeros in row {row}; every row must have a direction.", path.display())]
    ZeroRow { path: PathBuf, row: usize },
    /// Two classes at one place.
    #[error("`{}` holds the same direction in rows {first} and {second}; no two classes can share one.", path.display())]
    Duplicate {
        path: PathBuf,
        first: usize,
        second: usize,
    },
}

/// Prototypes of a file that have been checked, in memory or on disk.
#[derive(Debug)]
pub(super) struct PrototypeRows {
    held: Held,
    /// What a person should know about the file.
    pub(super) note: Option<String>,
    /// The first failure to read rows again.
    failure: Mutex<Option<io::Error>>,
}

#[derive(Debug)]
enum Held {
    Memory { values: Vec<f32>, dim: usize },
    File(StoredMatrix),
}

/// Opens prototypes of any number and dimension; those of a long file stay there.
///
/// # Errors
/// A missing or broken file, a single row, a number that is not finite, a row of zeros, or the same
/// direction twice.
pub(super) fn open(path: &Path) -> Result<PrototypeRows, PrototypeFileError> {
    open_with(path, MOST_BYTES)
}

fn open_with(path: &Path, most_bytes: u64) -> Result<PrototypeRows, PrototypeFileError> {
    let held = match array_files::open(path, most_bytes)? {
        Opened::Whole(matrix) => Held::Memory {
            values: matrix.values,
            dim: matrix.columns,
        },
        Opened::Stored(stored) => Held::File(stored),
    };
    checked(path, held)
}

/// Reads `classes` x `dim` prototypes.
///
/// # Errors
/// As [`open`], and another shape.
pub(super) fn read(
    path: &Path,
    classes: usize,
    dim: usize,
) -> Result<(Vec<f32>, Option<String>), PrototypeFileError> {
    let matrix = array_files::read(path)?;
    if (matrix.rows, matrix.columns) != (classes, dim) {
        return Err(PrototypeFileError::Shape {
            path: path.to_owned(),
            rows: matrix.rows,
            columns: matrix.columns,
            classes,
            dim,
        });
    }
    of_rows(path, matrix.values, dim)
}

/// Checks rows of `dim` numbers that were read from `path`, and brings them to length 1.
///
/// # Errors
/// As [`open`].
pub(super) fn of_rows(
    path: &Path,
    values: Vec<f32>,
    dim: usize,
) -> Result<(Vec<f32>, Option<String>), PrototypeFileError> {
    let rows = checked(path, Held::Memory { values, dim })?;
    match rows.held {
        Held::Memory { values, .. } => Ok((values, rows.note)),
        Held::File(_) => Ok((Vec::new(), rows.note)),
    }
}

/// Reads prototypes of any number and dimension into memory, with what a person should know about the file.
///
/// # Errors
/// As [`open`].
pub(super) fn read_all(path: &Path) -> Result<(Matrix, Option<String>), PrototypeFileError> {
    let Matrix {
        rows,
        columns,
        values,
    } = array_files::read(path)?;
    let held = Held::Memory {
        values,
        dim: columns,
    };
    let checked = checked(path, held)?;
    let values = match checked.held {
        Held::Memory { values, .. } => values,
        Held::File(_) => Vec::new(),
    };
    let matrix = Matrix {
        rows,
        columns,
        values,
    };
    Ok((matrix, checked.note))
}

fn checked(path: &Path, mut held: Held) -> Result<PrototypeRows, PrototypeFileError> {
    let mut check = Check::new(path);
    match &mut held {
        Held::Memory { values, dim } => check.rows(values, *dim)?,
        Held::File(stored) => {
            let dim = stored.columns();
            let block_rows = (BLOCK_NUMBERS / dim).max(1);
            let mut block = vec![0.0; block_rows * dim];
            for first in (0..stored.rows()).step_by(block_rows) {
                let rows = block_rows.min(stored.rows() - first);
                let block = &mut block[..rows * dim];
                stored
                    .read_rows(first, block)
                    .map_err(|cause| ArrayFileError::Unreadable {
                        path: path.to_owned(),
                        cause,
                    })?;
                check.rows(block, dim)?;
            }
        }
    }
    if check.seen.len() < 2 {
        return Err(PrototypeFileError::SingleRow {
            path: path.to_owned(),
        });
    }
    Ok(PrototypeRows {
        held,
        note: check.note(),
        failure: Mutex::new(None),
    })
}

/// What is known of the rows so far.
struct Check<'a> {
    path: &'a Path,
    /// Row of each fingerprint.
    seen: HashMap<u128, usize>,
    shortest: f64,
    longest: f64,
}

impl<'a> Check<'a> {
    fn new(path: &'a Path) -> Self {
        Self {
            path,
            seen: HashMap::new(),
            shortest: f64::INFINITY,
            longest: 0.0,
        }
    }

    /// Takes the next rows and sets each to length 1.
    fn rows(&mut self, rows: &mut [f32], dim: usize) -> Result<(), PrototypeFileError> {
        let path = || self.path.to_owned();
        for prototype in rows.chunks_exact_mut(dim) {
            let row = self.seen.len() + 1;
            if let Some(column) = prototype.iter().position(|value| !value.is_finite()) {
                return Err(PrototypeFileError::NotFinite {
                    path: path(),
                    row,
                    column: column + 1,
                    value: prototype[column],
                });
            }
            let length = normalise(prototype);
            if length == 0.0 {
                return Err(PrototypeFileError::ZeroRow { path: path(), row });
            }
            self.shortest = self.shortest.min(length);
            self.longest = self.longest.max(length);
            if let Some(first) = self.seen.insert(fingerprint(prototype), row) {
                return Err(PrototypeFileError::Duplicate {
                    path: path(),
                    first,
                    second: row,
                });
            }
        }
        Ok(())
    }

    fn note(&self) -> Option<String> {
        length_note(self.path, self.shortest, self.longest)
    }
}

/// What a person should know about rows of these lengths, which were set to 1.
pub(super) fn length_note(path: &Path, shortest: f64, longest: f64) -> Option<String> {
    let worst = (1.0 - shortest).max(longest - 1.0);
    (worst > UNMENTIONED_LENGTH_ERROR).then(|| {
        format!(
            "the rows of `{}` have lengths from {shortest:.4} to {longest:.4}; they are set to 1",
            path.display()
        )
    })
}

/// Sets a row to length 1 and returns the length it had; zeros stay.
pub(super) fn normalise(row: &mut [f32]) -> f64 {
    let squares = row.iter().map(|&value| f64::from(value).powi(2));
    let length = squares.sum::<f64>().sqrt();
    if length > 0.0 {
        for value in row {
            *value = (f64::from(*value) / length) as f32;
        }
    }
    length
}

/// The same for equal rows. Others share it with a probability of about 2^-88 among a million.
fn fingerprint(row: &[f32]) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        for value in row {
            // 0 and -0 are one number.
            (value + 0.0).to_bits().hash(&mut hasher);
        }
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

impl PrototypeRows {
    /// The prototypes, unless they stayed in their file.
    pub(super) fn in_memory(&self) -> Option<&[f32]> {
        match &self.held {
            Held::Memory { values, .. } => Some(values),
            Held::File(_) => None,
        }
    }

    /// Why rows could not be read again, if that has happened; what was computed is then void.
    pub(super) fn failure(&self) -> Option<io::Error> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

impl RowSource for PrototypeRows {
    fn rows(&self) -> usize {
        match &self.held {
            Held::Memory { values, dim } => values.len() / dim,
            Held::File(stored) => stored.rows(),
        }
    }

    fn dim(&self) -> usize {
        match &self.held {
            Held::Memory { dim, .. } => *dim,
            Held::File(stored) => stored.columns(),
        }
    }

    fn fill(&self, first_row: usize, out: &mut [f32]) {
        let dim = self.dim();
        let rows = (out.len() / dim).min(self.rows().saturating_sub(first_row));
        let out = &mut out[..rows * dim];
        match &self.held {
            Held::Memory { values, .. } => {
                out.copy_from_slice(&values[first_row * dim..(first_row + rows) * dim]);
            }
            Held::File(stored) => {
                if let Err(cause) = stored.read_rows(first_row, out) {
                    let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                    failure.get_or_insert(cause);
                }
                for row in out.chunks_exact_mut(dim) {
                    normalise(row);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_csv(text: &str, classes: usize, dim: usize) -> Result<Vec<f32>, PrototypeFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.csv");
        std::fs::write(&path, text).unwrap();
        read(&path, classes, dim).map(|(values, _)| values)
    }

    #[test]
    fn rows_of_any_length_become_unit_and_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.csv");
        for (text, is_told) in [
            ("1,0\n0,-1\n", false),
            ("1.00001,0\n0,-1\n", false),
            ("1.0005,0\n0,-0.9995\n", true),
            ("3,0\n0,-1e-20\n", true),
        ] {
            std::fs::write(&path, text).unwrap();
            let (values, note) = read(&path, 2, 2).unwrap();
            assert_eq!(values, [1.0, 0.0, 0.0, -1.0]);
            assert_eq!(note.is_some(), is_told, "{note:?}");
        }
        let (_, note) = read(&path, 2, 2).unwrap();
        assert!(note.unwrap().contains("0.0000 to 3.0000"));
    }

    #[test]
    fn each_fault_is_named() {
        let error = |text, classes| read_csv(text, classes, 2).unwrap_err().to_string();
        for (text, classes, word) in [
            ("1,0\n0,NaN\n", 2, "NaN in row 2, column 2"),
            ("1,0\n0,inf\n", 2, "inf in row 2"),
            ("1,0\n-0,0\n", 2, "zeros in row 2"),
            ("1,0\n0,1\n-1,0\n2,-0\n", 4, "rows 1 and 4"),
            ("1,0\n0,1\n", 3, "--classes"),
            ("1,0\n", 1, "single row"),
        ] {
            let said = error(text, classes);
            assert!(said.contains(word), "{said}");
        }
        assert!(matches!(
            read(Path::new("nowhere.npy"), 2, 2),
            Err(PrototypeFileError::Array(ArrayFileError::Unreadable { .. }))
        ));
    }

    #[test]
    fn rows_on_disk_are_those_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.npy");
        let (rows, columns) = (1200, 1000);
        let values = (0..rows * columns).map(|at| (at as f32).sin() * 3.0);
        let matrix = array_files::Matrix {
            rows,
            columns,
            values: values.collect(),
        };
        array_files::write(&path, &matrix).unwrap();
        let (memory, disk) = (open(&path).unwrap(), open_with(&path, 0).unwrap());
        assert!(memory.in_memory().is_some() && disk.in_memory().is_none());
        assert_eq!(memory.note, disk.note);
        assert_eq!((disk.rows(), disk.dim()), (rows, columns));
        // Two rows more than there are.
        let (mut a, mut b) = (vec![7.0; 5 * columns], vec![7.0; 5 * columns]);
        memory.fill(rows - 3, &mut a);
        disk.fill(rows - 3, &mut b);
        assert_eq!(a, b);
        assert_eq!(b[3 * columns..], vec![7.0; 2 * columns]);
        assert!(disk.failure().is_none());
    }
}
