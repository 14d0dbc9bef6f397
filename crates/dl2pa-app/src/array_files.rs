//! Matrices on disk: `.npy`, `.safetensors` and `.csv` by extension, `f32`, rows first.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use npyz::WriterBuilder as _;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::run_folder::{RunFolderError, write_beside};

/// Name of the matrix in a `.safetensors` file.
const TENSOR_NAME: &str = "prototypes";

/// Sizes with so many decimal digits in all, less the one of the number type, multiply to less than 2^64.
const MAX_NPY_HEADER_DIGITS: usize = 20;

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

/// The file formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// NumPy's array file.
    Npy,
    /// safetensors with one matrix, or one named `prototypes`.
    Safetensors,
    /// One row a line, comma-separated, no heading.
    Csv,
}

/// Why a matrix cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArrayFileError {
    /// The extension names no format.
    #[error("`{}` needs the extension .npy, .safetensors or .csv.", path.display())]
    Extension {
        /// The file.
        path: PathBuf,
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
    /// The file cannot be written.
    #[error(transparent)]
    Unwritable(#[from] RunFolderError),
}

impl Format {
    /// The format that the extension of `path` names.
    ///
    /// # Errors
    /// [`ArrayFileError::Extension`] when it names none.
    pub fn of(path: &Path) -> Result<Self, ArrayFileError> {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("npy") => Ok(Self::Npy),
            Some("safetensors") => Ok(Self::Safetensors),
            Some("csv") => Ok(Self::Csv),
            _ => Err(ArrayFileError::Extension {
                path: path.to_owned(),
            }),
        }
    }
}

/// Reads a matrix. Numbers that are not finite are read as they are.
///
/// # Errors
/// An unknown extension, a file that cannot be read, or content that is no matrix.
pub fn read(path: &Path) -> Result<Matrix, ArrayFileError> {
    let format = Format::of(path)?;
    let bytes = fs::read(path).map_err(|cause| ArrayFileError::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    let matrix = match format {
        Format::Npy => from_npy(&bytes),
        Format::Safetensors => from_safetensors(&bytes),
        Format::Csv => from_csv(&bytes),
    };
    matrix.map_err(|cause| ArrayFileError::Content {
        path: path.to_owned(),
        cause: cause.split_whitespace().collect::<Vec<_>>().join(" "),
    })
}

/// Writes a matrix beside `path` and renames it there.
///
/// # Errors
/// An unknown extension, or a folder that does not take the file; a file that was there is then
/// untouched.
pub fn write(path: &Path, matrix: &Matrix) -> Result<(), ArrayFileError> {
    let bytes = match Format::of(path)? {
        Format::Npy => to_npy(matrix),
        Format::Safetensors => to_safetensors(matrix),
        Format::Csv => to_csv(matrix),
    };
    let bytes = bytes.map_err(|cause| RunFolderError::File {
        path: path.to_owned(),
        cause,
    })?;
    Ok(write_beside(path, &bytes)?)
}

fn from_npy(bytes: &[u8]) -> Result<Matrix, String> {
    check_npy_header(bytes)?;
    let file = npyz::NpyFile::new(bytes).map_err(|error| error.to_string())?;
    let &[rows, columns] = file.shape() else {
        return Err(format!(
            "it has {} dimensions and not 2",
            file.shape().len()
        ));
    };
    let order = file.order();
    let dtype = file.dtype().descr();
    let stored: Vec<f32> = match file.try_data::<f32>() {
        Ok(values) => values.collect::<Result<_, _>>(),
        Err(file) => match file.try_data::<f64>() {
            Ok(values) => values
                .map(|value| value.map(|value| value as f32))
                .collect(),
            Err(_) => {
                return Err(format!(
                    "its numbers are {dtype} and not float32 or float64"
                ));
            }
        },
    }
    .map_err(|error| format!("it ends too early: {error}"))?;
    let (rows, columns) = shape(rows, columns, stored.len())?;
    let values = match order {
        npyz::Order::C => stored,
        npyz::Order::Fortran => (0..rows * columns)
            .map(|at| stored[(at % columns) * rows + at / columns])
            .collect(),
    };
    Ok(Matrix {
        rows,
        columns,
        values,
    })
}

/// Refuses headers whose sizes would make the reader allocate or multiply beyond reason.
fn check_npy_header(bytes: &[u8]) -> Result<(), String> {
    let length = match bytes {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, low, high, ..] => {
            10 + usize::from(u16::from_le_bytes([*low, *high]))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', _, _, a, b, c, d, ..] => {
            12 + u32::from_le_bytes([*a, *b, *c, *d]) as usize
        }
        _ => return Err("it does not begin as a .npy file does".to_owned()),
    };
    let header = bytes.get(..length).ok_or("its header is cut off")?;
    let digits = header.iter().skip(8).filter(|b| b.is_ascii_digit()).count();
    if digits > MAX_NPY_HEADER_DIGITS {
        return Err("its header names an absurd size".to_owned());
    }
    Ok(())
}

fn from_safetensors(bytes: &[u8]) -> Result<Matrix, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let names = file.names();
    let name = match names.as_slice() {
        [only] => *only,
        several if several.contains(&TENSOR_NAME) => TENSOR_NAME,
        several => {
            return Err(format!(
                "it holds {} tensors and none is named `{TENSOR_NAME}`",
                several.len()
            ));
        }
    };
    let tensor = file.tensor(name).map_err(|error| error.to_string())?;
    let &[rows, columns] = tensor.shape() else {
        return Err(format!(
            "`{name}` has {} dimensions and not 2",
            tensor.shape().len()
        ));
    };
    let data = tensor.data();
    let values: Vec<f32> = match tensor.dtype() {
        Dtype::F32 => data
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect(),
        Dtype::F64 => data
            .as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes) as f32)
            .collect(),
        other => return Err(format!("`{name}` is {other:?} and not F32 or F64")),
    };
    let (rows, columns) = shape(rows as u64, columns as u64, values.len())?;
    Ok(Matrix {
        rows,
        columns,
        values,
    })
}

fn from_csv(bytes: &[u8]) -> Result<Matrix, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let (mut rows, mut columns) = (0, 0);
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        rows += 1;
        columns = record.len();
        for (column, field) in record.iter().enumerate() {
            let value: f32 = field
                .parse()
                .map_err(|_no_number: std::num::ParseFloatError| {
                    format!("line {rows}, column {}: {field:?} is no number", column + 1)
                })?;
            values.push(value);
        }
    }
    let (rows, columns) = shape(rows as u64, columns as u64, values.len())?;
    Ok(Matrix {
        rows,
        columns,
        values,
    })
}

/// Host sizes, when they are not 0 and fit the number of values.
fn shape(rows: u64, columns: u64, values: usize) -> Result<(usize, usize), String> {
    if rows == 0 || columns == 0 {
        return Err("it is empty".to_owned());
    }
    if rows.checked_mul(columns) != Some(values as u64) {
        return Err(format!(
            "it holds {values} values and not {rows} x {columns}"
        ));
    }
    Ok((rows as usize, columns as usize))
}

fn to_npy(matrix: &Matrix) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[matrix.rows as u64, matrix.columns as u64])
        .writer(&mut bytes)
        .begin_nd()?;
    writer.extend(matrix.values.iter().copied())?;
    writer.finish()?;
    Ok(bytes)
}

fn to_safetensors(matrix: &Matrix) -> io::Result<Vec<u8>> {
    let data: Vec<u8> = matrix.values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let view = TensorView::new(Dtype::F32, vec![matrix.rows, matrix.columns], &data)
        .map_err(io::Error::other)?;
    safetensors::serialize([(TENSOR_NAME, view)], None).map_err(io::Error::other)
}

fn to_csv(matrix: &Matrix) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in matrix.values.chunks(matrix.columns.max(1)) {
        // The shortest text that reads back as the same float.
        writer.write_record(row.iter().map(f32::to_string))?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Matrix {
        Matrix {
            rows: 3,
            columns: 2,
            values: vec![1.0, 0.0, -0.1, 0.3, f32::MIN_POSITIVE, -123.456],
        }
    }

    fn content_error(name: &str, bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, ArrayFileError::Content { .. }), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        error.to_string()
    }

    #[test]
    fn every_format_reads_back_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.npy", "a.safetensors", "a.csv", "a.NPY"] {
            let path = folder.path().join(name);
            write(&path, &example()).unwrap();
            assert_eq!(read(&path).unwrap(), example(), "{name}");
        }
    }

    #[test]
    fn numpy_s_own_bytes_are_read_in_both_orders() {
        // As numpy 1 writes np.array([[1, 2, 3], [4, 5, 6]], dtype="<f4"), in C and Fortran order.
        for (fortran, stored) in [
            ("False", [1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]),
            ("True", [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]),
        ] {
            let text = format!("{{'descr': '<f4', 'fortran_order': {fortran}, 'shape': (2, 3), }}");
            let text = format!("{text:<117}\n");
            let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
            bytes.extend_from_slice(text.as_bytes());
            bytes.extend(stored.iter().flat_map(|value| value.to_le_bytes()));
            let matrix = from_npy(&bytes).unwrap();
            assert_eq!((matrix.rows, matrix.columns), (2, 3));
            assert_eq!(matrix.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        }
    }

    #[test]
    fn other_extensions_name_the_three() {
        for name in ["a.txt", "a", "a.pth"] {
            let error = write(Path::new(name), &example()).unwrap_err().to_string();
            assert!(error.contains(".npy, .safetensors or .csv."), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_unreadable() {
        let error = read(Path::new("nowhere/a.npy")).unwrap_err();
        assert!(matches!(error, ArrayFileError::Unreadable { .. }));
    }

    #[test]
    fn broken_files_are_errors() {
        let mut whole = to_npy(&example()).unwrap();
        content_error("a.npy", b"");
        content_error("a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{");
        let absurd = b"(18446744073709551615, 18446744073709551615)";
        let mut bytes =
            b"\x93NUMPY\x01\x00\x60\x00{'descr': '<f4', 'fortran_order': False, 'shape': ".to_vec();
        bytes.extend_from_slice(absurd);
        bytes.extend_from_slice(&[b' '; 64]);
        assert!(content_error("a.npy", &bytes).contains("absurd"));
        whole.pop();
        content_error("a.npy", &whole);
        content_error("a.safetensors", b"");
        content_error("a.safetensors", b"\xff\xff\xff\xff\xff\xff\xff\x7f{}");
        content_error("a.csv", b"");
        content_error("a.csv", b"1,2\n3\n");
        assert!(content_error("a.csv", b"1,2\n3,x\n").contains("line 2, column 2"));
        content_error("a.csv", b"1,\xff\n");
    }

    #[test]
    fn several_tensors_need_the_name() {
        let data = [0_u8; 8];
        let view = || TensorView::new(Dtype::F32, vec![1, 2], &data).unwrap();
        let both = safetensors::serialize([("a", view()), ("prototypes", view())], None).unwrap();
        assert_eq!(from_safetensors(&both).unwrap().rows, 1);
        let neither = safetensors::serialize([("a", view()), ("b", view())], None).unwrap();
        assert!(content_error("a.safetensors", &neither).contains("prototypes"));
    }
}
