//! safetensors: a header in JSON, then the numbers.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};

use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::TENSOR_NAME;
use super::number::{Encoding, Number};
use super::stored::{Layout, StoredMatrix};

/// Bytes of the header's length.
const LENGTH_BYTES: usize = 8;
/// The header is filled up with blanks to a multiple of this.
const HEADER_ALIGNMENT: usize = 8;

/// The matrix in `file`: its only tensor, or the one named `prototypes`.
///
/// # Errors
/// In words, what is wrong with the header or the file's length.
pub(super) fn open(mut file: File) -> Result<StoredMatrix, String> {
    let (metadata, start) = read_header(&mut file)?;
    let tensors = metadata.tensors();
    let mut names: Vec<&String> = tensors.keys().collect();
    names.sort();
    let name = match names.as_slice() {
        [only] => only.as_str(),
        several if several.iter().any(|name| *name == TENSOR_NAME) => TENSOR_NAME,
        several => {
            return Err(format!(
                "it holds {} tensors and none is named `{TENSOR_NAME}`",
                several.len()
            ));
        }
    };
    let tensor = metadata.info(name).ok_or("a tensor has no description")?;
    let &[rows, columns] = tensor.shape.as_slice() else {
        let dimensions = tensor.shape.len();
        return Err(format!("`{name}` has {dimensions} dimensions and not 2"));
    };
    let number = match tensor.dtype {
        Dtype::F16 => Number::F16,
        Dtype::BF16 => Number::Bf16,
        Dtype::F32 => Number::F32,
        Dtype::F64 => Number::F64,
        other => {
            return Err(format!(
                "`{name}` is {other:?} and not F16, BF16, F32 or F64"
            ));
        }
    };
    let layout = Layout {
        start: start + tensor.data_offsets.0 as u64,
        rows: rows as u64,
        columns: columns as u64,
        encoding: Encoding::little_endian(number),
        is_by_columns: false,
    };
    StoredMatrix::new(file, layout)
}

/// The header, and where the numbers begin.
fn read_header(file: &mut File) -> Result<(Metadata, u64), String> {
    let in_words = |error: io::Error| error.to_string();
    let file_bytes = file.metadata().map_err(in_words)?.len();
    let mut length = [0; LENGTH_BYTES];
    file.read_exact(&mut length)
        .map_err(|_error: io::Error| "its header is cut off".to_owned())?;
    let length = u64::from_le_bytes(length);
    let start = length.saturating_add(LENGTH_BYTES as u64);
    if start > file_bytes {
        return Err("its header claims to be longer than the file".to_owned());
    }
    let mut text = vec![0; length as usize];
    file.read_exact(&mut text).map_err(in_words)?;
    let metadata: Metadata =
        serde_json::from_slice(&text).map_err(|error| format!("its header: {error}"))?;
    let missing = (metadata.data_len() as u64).saturating_sub(file_bytes - start);
    if missing > 0 {
        return Err(format!("it ends {missing} bytes too early"));
    }
    Ok((metadata, start))
}

/// The bytes before the numbers of a `rows` x `columns` matrix of `f32` named `prototypes`.
///
/// # Errors
/// The library's; none is known.
pub(super) fn header(rows: usize, columns: usize) -> io::Result<Vec<u8>> {
    let tensor = TensorInfo {
        dtype: Dtype::F32,
        shape: vec![rows, columns],
        data_offsets: (0, rows * columns * size_of::<f32>()),
    };
    let no_remarks: Option<HashMap<String, String>> = None;
    let metadata = Metadata::new(no_remarks, vec![(TENSOR_NAME.to_owned(), tensor)])
        .map_err(io::Error::other)?;
    let mut text = serde_json::to_vec(&metadata)?;
    text.resize(text.len().next_multiple_of(HEADER_ALIGNMENT), b' ');
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;

    use super::super::tests::{content_error, matrix_of};
    use super::*;

    /// The library's file of one matrix or more.
    fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
        let views = tensors.iter().map(|&(name, dtype, shape, data)| {
            (name, TensorView::new(dtype, shape.to_vec(), data).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn the_header_is_the_library_s() {
        let numbers = [0; 24];
        let whole = file(&[(TENSOR_NAME, Dtype::F32, &[2, 3], &numbers)]);
        let mut ours = header(2, 3).unwrap();
        ours.extend(numbers);
        assert_eq!(ours, whole);
    }

    #[test]
    fn every_kind_of_number_is_read() {
        // 1, 2, -1, 0.5
        let half = [0x3c00_u16, 0x4000, 0xbc00, 0x3800].map(u16::to_le_bytes);
        let brain = [0x3f80_u16, 0x4000, 0xbf80, 0x3f00].map(u16::to_le_bytes);
        let single = [1.0_f32, 2.0, -1.0, 0.5].map(f32::to_le_bytes);
        let double = [1.0_f64, 2.0, -1.0, 0.5].map(f64::to_le_bytes);
        for (dtype, data) in [
            (Dtype::F16, half.as_flattened()),
            (Dtype::BF16, brain.as_flattened()),
            (Dtype::F32, single.as_flattened()),
            (Dtype::F64, double.as_flattened()),
        ] {
            let matrix = matrix_of("a.safetensors", &file(&[("w", dtype, &[2, 2], data)]));
            assert_eq!(matrix.values, [1.0, 2.0, -1.0, 0.5], "{dtype:?}");
        }
    }

    #[test]
    fn several_tensors_need_the_name() {
        let (small, large) = ([0; 8], [0; 16]);
        let a: (&str, Dtype, &[usize], &[u8]) = ("a", Dtype::F32, &[1, 2], &small);
        let ours: (&str, Dtype, &[usize], &[u8]) = (TENSOR_NAME, Dtype::F32, &[2, 2], &large);
        let matrix = matrix_of("a.safetensors", &file(&[a, ours]));
        assert_eq!((matrix.rows, matrix.columns), (2, 2));
        let neither = file(&[a, ("b", Dtype::F32, &[1, 2], &small)]);
        assert!(content_error("a.safetensors", &neither).contains(TENSOR_NAME));
    }

    #[test]
    fn each_fault_is_named() {
        let error = |bytes: &[u8]| content_error("a.safetensors", bytes);
        let whole = file(&[("w", Dtype::F32, &[2, 2], &[0; 16])]);
        assert!(error(b"").contains("cut off"));
        assert!(error(b"\xff\xff\xff\xff\xff\xff\xff\x7f{}").contains("longer than the file"));
        assert!(error(b"\xff\xff\xff\xff\xff\xff\xff\xff{}").contains("longer than the file"));
        assert!(error(&whole[..whole.len() - 1]).contains("1 bytes too early"));
        assert!(error(&file(&[("w", Dtype::I32, &[2, 2], &[0; 16])])).contains("I32"));
        assert!(error(&file(&[("w", Dtype::F32, &[4], &[0; 16])])).contains("1 dimensions"));
        assert!(error(&file(&[("w", Dtype::F32, &[0, 4], &[])])).contains("empty"));
        assert!(error(&file(&[])).contains("0 tensors"));
        let text =
            br#"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#;
        let mut absurd = (text.len() as u64).to_le_bytes().to_vec();
        absurd.extend_from_slice(text);
        absurd.extend([0; 16]);
        error(&absurd);
    }
}
