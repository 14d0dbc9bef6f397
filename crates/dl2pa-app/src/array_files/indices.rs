//! A list of whole numbers in NumPy's `.npy`, as `np.save` writes an array of indices.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use npyz::WriterBuilder as _;

use crate::run_folder::{RunFolderError, write_beside};

use super::{ArrayFileError, content, npy, unreadable};

/// Reads a vector, or a matrix of a single column, of signed or unsigned whole numbers of any width.
///
/// # Errors
/// A file that cannot be read, or content that is no list of whole numbers from 0 to 2^63 - 1.
pub fn read_indices(path: &Path) -> Result<Vec<u64>, ArrayFileError> {
    let file = File::open(path).map_err(|cause| unreadable(path, cause))?;
    from_file(file).map_err(content(path))
}

/// Writes a vector of `int64`, what NumPy and PyTorch index with, beside `path` and renames it there.
///
/// # Errors
/// When the folder does not take the file; one that was there is then untouched.
pub fn write_indices(path: &Path, indices: &[u32]) -> Result<(), ArrayFileError> {
    let failed = |cause| RunFolderError::File {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[indices.len() as u64])
        .writer(&mut bytes)
        .begin_nd()
        .map_err(failed)?;
    writer
        .extend(indices.iter().map(|&index| i64::from(index)))
        .and_then(|()| writer.finish())
        .map_err(failed)?;
    Ok(write_beside(path, &bytes)?)
}

fn from_file(mut file: File) -> Result<Vec<u64>, String> {
    let header = npy::read_header(&mut file)?;
    let parsed =
        npyz::NpyHeader::from_reader(header.as_slice()).map_err(|error| error.to_string())?;
    let count = match parsed.shape() {
        &[count] | &[count, 1] => count,
        other => {
            let dimensions = other.len();
            return Err(format!(
                "it has {dimensions} dimensions and is no list of whole numbers"
            ));
        }
    };
    let dtype = parsed.dtype();
    let (width, is_signed, is_big_endian) = match &dtype {
        npyz::DType::Plain(kind) => match (kind.type_char(), kind.size_field()) {
            (npyz::TypeChar::Int, width @ (1 | 2 | 4 | 8)) => Some((width, true, kind)),
            (npyz::TypeChar::Uint, width @ (1 | 2 | 4 | 8)) => Some((width, false, kind)),
            _ => None,
        },
        _ => None,
    }
    .map(|(width, is_signed, kind)| {
        let is_big_endian = kind.endianness() == npyz::Endianness::Big;
        (width as usize, is_signed, is_big_endian)
    })
    .ok_or_else(|| format!("its numbers are {} and not whole", dtype.descr()))?;
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    let stored = length.saturating_sub(header.len() as u64) / width as u64;
    if count > stored {
        return Err(format!(
            "it ends too early: of {count} numbers it holds {stored}"
        ));
    }
    let mut bytes = vec![0; count as usize * width];
    file.read_exact(&mut bytes)
        .map_err(|error| error.to_string())?;
    bytes
        .chunks_exact(width)
        .map(|number| whole_number(number, is_signed, is_big_endian))
        .collect::<Option<_>>()
        .ok_or_else(|| "a number in it is negative or beyond 2^63".to_owned())
}

/// At most eight bytes as a number below 2^63; none where they are another.
fn whole_number(bytes: &[u8], is_signed: bool, is_big_endian: bool) -> Option<u64> {
    let highest_first = |shifted: u64, byte: &u8| shifted << 8 | u64::from(*byte);
    let value = if is_big_endian {
        bytes.iter().fold(0, highest_first)
    } else {
        bytes.iter().rev().fold(0, highest_first)
    };
    let sign = 1_u64 << (8 * bytes.len() - 1);
    let is_refused = (is_signed && value >= sign) || value >> 63 == 1;
    (!is_refused).then_some(value)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// As NumPy writes it: the header padded to 128 bytes, then the numbers.
    fn file(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
        let text = format!("{text:<117}\n");
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(numbers);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Vec<u64>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        fs::write(&path, bytes).unwrap();
        read_indices(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn numpy_s_bytes_are_read_in_every_kind() {
        let little = |width: usize| -> Vec<u8> {
            let numbers = [3_u64, 0, 100].map(u64::to_le_bytes);
            numbers
                .iter()
                .flat_map(|bytes| bytes[..width].to_vec())
                .collect()
        };
        let big = |width: usize| -> Vec<u8> {
            let numbers = [3_u64, 0, 100].map(u64::to_be_bytes);
            numbers
                .iter()
                .flat_map(|bytes| bytes[8 - width..].to_vec())
                .collect()
        };
        for (kind, width) in [
            ("i1", 1),
            ("u1", 1),
            ("i2", 2),
            ("u4", 4),
            ("i8", 8),
            ("u8", 8),
        ] {
            for shape in ["(3,)", "(3, 1)"] {
                let order = if width == 1 { '|' } else { '<' };
                let bytes = file(&format!("{order}{kind}"), shape, &little(width));
                assert_eq!(read(&bytes), Ok(vec![3, 0, 100]), "{kind} {shape}");
            }
            if width > 1 {
                let bytes = file(&format!(">{kind}"), "(3,)", &big(width));
                assert_eq!(read(&bytes), Ok(vec![3, 0, 100]), "{kind}");
            }
        }
    }

    #[test]
    fn what_is_written_is_what_numpy_would_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        write_indices(&path, &[2, 0, 1]).unwrap();
        let numbers = [2_i64, 0, 1].map(i64::to_le_bytes).concat();
        let written = fs::read(&path).unwrap();
        assert!(written.ends_with(&numbers) && written.starts_with(b"\x93NUMPY"));
        assert!(String::from_utf8_lossy(&written).contains("'<i8'"));
        assert_eq!(read_indices(&path).unwrap(), [2, 0, 1]);
    }

    #[test]
    fn each_fault_is_named() {
        let error = |descr, shape, numbers: &[u8]| read(&file(descr, shape, numbers)).unwrap_err();
        assert!(error("<f4", "(3,)", &[0; 12]).contains("not whole"));
        assert!(error("<i8", "(3, 2)", &[0; 48]).contains("no list"));
        assert!(error("<i8", "(4,)", &[0; 24]).contains("of 4 numbers it holds 3"));
        assert!(error("<i8", "(18446744073709551615,)", &[0; 24]).contains("absurd"));
        assert!(error("<i8", "(1,)", &(-1_i64).to_le_bytes()).contains("negative"));
        assert!(error("<u8", "(1,)", &[0xff; 8]).contains("negative"));
        assert!(
            read(b"class,prototype")
                .unwrap_err()
                .contains("does not begin")
        );
    }
}
