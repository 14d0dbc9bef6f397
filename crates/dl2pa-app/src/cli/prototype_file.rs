//! Ready prototypes from a file: c x d, finite, on the sphere.

use std::path::{Path, PathBuf};

use crate::array_files::{self, ArrayFileError};

/// How far a row's length may be from 1 before the file is taken for something else.
const MAX_LENGTH_ERROR: f64 = 1e-3;

/// Why a file's prototypes cannot be used.
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
    /// A number is NaN or infinite.
    #[error("`{}` holds {value} in row {row}, column {column}; every number must be finite.", path.display())]
    NotFinite {
        path: PathBuf,
        row: usize,
        column: usize,
        value: f32,
    },
    /// A row is not on the sphere.
    #[error("`{}` has length {length} in row {row}; every row must have length 1.", path.display())]
    NotUnit {
        path: PathBuf,
        row: usize,
        length: f64,
    },
}

/// Reads `classes` x `dim` prototypes and sets each row to length 1 exactly.
///
/// # Errors
/// A missing or broken file, another shape, a number that is not finite, or a row whose length is
/// not 1 within 0.001. Rows and columns are counted from 1.
pub(super) fn read(
    path: &Path,
    classes: usize,
    dim: usize,
) -> Result<Vec<f32>, PrototypeFileError> {
    let matrix = array_files::read(path)?;
    let path = || path.to_owned();
    if (matrix.rows, matrix.columns) != (classes, dim) {
        return Err(PrototypeFileError::Shape {
            path: path(),
            rows: matrix.rows,
            columns: matrix.columns,
            classes,
            dim,
        });
    }
    let mut values = matrix.values;
    for (row, prototype) in values.chunks_mut(dim).enumerate() {
        if let Some(column) = prototype.iter().position(|value| !value.is_finite()) {
            return Err(PrototypeFileError::NotFinite {
                path: path(),
                row: row + 1,
                column: column + 1,
                value: prototype[column],
            });
        }
        let squares = prototype.iter().map(|&value| f64::from(value).powi(2));
        let length = squares.sum::<f64>().sqrt();
        if (length - 1.0).abs() > MAX_LENGTH_ERROR {
            return Err(PrototypeFileError::NotUnit {
                path: path(),
                row: row + 1,
                length,
            });
        }
        for value in prototype {
            *value = (f64::from(*value) / length) as f32;
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_csv(text: &str, classes: usize, dim: usize) -> Result<Vec<f32>, PrototypeFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.csv");
        std::fs::write(&path, text).unwrap();
        read(&path, classes, dim)
    }

    #[test]
    fn nearly_unit_rows_become_unit() {
        let values = read_csv("1.0005,0\n0,-0.9995\n", 2, 2).unwrap();
        assert_eq!(values, [1.0, 0.0, 0.0, -1.0]);
    }

    #[test]
    fn each_fault_is_named() {
        let error = read_csv("1,0\n0,NaN\n", 2, 2).unwrap_err().to_string();
        assert!(error.contains("row 2, column 2"), "{error}");
        let error = read_csv("1,0\n0,inf\n", 2, 2).unwrap_err().to_string();
        assert!(error.contains("inf in row 2"), "{error}");
        let error = read_csv("1,0\n0,2\n", 2, 2).unwrap_err().to_string();
        assert!(error.contains("length 2 in row 2"), "{error}");
        let error = read_csv("1,0\n0,1\n", 3, 2).unwrap_err().to_string();
        assert!(error.contains("--classes"), "{error}");
        assert!(matches!(
            read(Path::new("nowhere.npy"), 2, 2),
            Err(PrototypeFileError::Array(ArrayFileError::Unreadable { .. }))
        ));
    }
}
