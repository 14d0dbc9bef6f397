//! NumPy's `.npy`: a header in Python's words, then the numbers.

use std::fs::File;
use std::io::{self, Read as _};

use npyz::WriterBuilder as _;

use super::number::{Encoding, Number};
use super::stored::{Layout, StoredMatrix};

/// Sizes with so many decimal digits in all, less the one of the number type, multiply to less than 2^64.
const MAX_HEADER_DIGITS: usize = 20;
/// Longest header that is read; NumPy writes 118 bytes for a matrix.
const MAX_HEADER_BYTES: usize = 1 << 16;
/// Most brackets that are read; a matrix has three pairs. Deeper nesting would overflow the parser's stack.
const MAX_BRACKETS: usize = 16;

/// The matrix in `file`, its numbers not yet read.
///
/// # Errors
/// In words, what is wrong with the header or the file's length.
pub(super) fn open(mut file: File) -> Result<StoredMatrix, String> {
    let header = read_header(&mut file)?;
    let parsed =
        npyz::NpyHeader::from_reader(header.as_slice()).map_err(|error| error.to_string())?;
    let &[rows, columns] = parsed.shape() else {
        let dimensions = parsed.shape().len();
        return Err(format!("it has {dimensions} dimensions and not 2"));
    };
    let layout = Layout {
        start: header.len() as u64,
        rows,
        columns,
        encoding: encoding(&parsed.dtype())?,
        is_by_columns: parsed.order() == npyz::Order::Fortran,
    };
    StoredMatrix::new(file, layout)
}

/// The bytes up to the first number, refused where they would make the parser allocate, multiply or
/// nest beyond reason.
pub(super) fn read_header(file: &mut File) -> Result<Vec<u8>, String> {
    let cut_off = |_error: io::Error| "its header is cut off".to_owned();
    let mut header = vec![0; 10];
    file.read_exact(&mut header).map_err(cut_off)?;
    let rest = match header.as_slice() {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, low, high] => {
            usize::from(u16::from_le_bytes([*low, *high]))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', 2 | 3, _, a, b] => {
            let mut more = [0; 2];
            let (a, b) = (*a, *b);
            file.read_exact(&mut more).map_err(cut_off)?;
            header.extend(more);
            u32::from_le_bytes([a, b, more[0], more[1]]) as usize
        }
        _ => return Err("it does not begin as a .npy file of version 1 to 3 does".to_owned()),
    };
    if rest > MAX_HEADER_BYTES {
        return Err(format!("its header claims to be {rest} bytes long"));
    }
    let begins = header.len();
    header.resize(begins + rest, 0);
    file.read_exact(&mut header[begins..]).map_err(cut_off)?;
    let count = |is_one: fn(&u8) -> bool| header[begins..].iter().filter(|&b| is_one(b)).count();
    if count(u8::is_ascii_digit) > MAX_HEADER_DIGITS {
        return Err("its header names an absurd size".to_owned());
    }
    if count(|byte| b"([{".contains(byte)) > MAX_BRACKETS {
        return Err("its header nests too deeply".to_owned());
    }
    Ok(header)
}

fn encoding(dtype: &npyz::DType) -> Result<Encoding, String> {
    let refused = || {
        let name = dtype.descr();
        format!("its numbers are {name} and not float16, float32 or float64")
    };
    let npyz::DType::Plain(kind) = dtype else {
        return Err(refused());
    };
    let number = match (kind.type_char(), kind.size_field()) {
        (npyz::TypeChar::Float, 2) => Number::F16,
        (npyz::TypeChar::Float, 4) => Number::F32,
        (npyz::TypeChar::Float, 8) => Number::F64,
        _ => return Err(refused()),
    };
    Ok(Encoding {
        number,
        is_big_endian: kind.endianness() == npyz::Endianness::Big,
    })
}

/// The bytes before the numbers of a `rows` x `columns` matrix of `f32`, rows first.
///
/// # Errors
/// The library's; none is known.
pub(super) fn header(rows: usize, columns: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // The header is written at the beginning; the numbers follow from elsewhere.
    let writer: npyz::NpyWriter<f32, _> = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[rows as u64, columns as u64])
        .writer(&mut bytes)
        .begin_nd()?;
    drop(writer);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{content_error, matrix_of};

    /// As NumPy writes `np.array([[1, 2, 3], [4, 5, 6]])`.
    fn file(version: u8, descr: &str, fortran_order: &str, numbers: &[u8]) -> Vec<u8> {
        let text =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran_order}, 'shape': (2, 3), }}");
        let text = format!("{text:<117}\n");
        let mut bytes = vec![0x93, b'N', b'U', b'M', b'P', b'Y', version, 0, 118, 0];
        if version > 1 {
            bytes.extend([0, 0]);
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(numbers);
        bytes
    }

    #[test]
    fn numpy_s_own_bytes_are_read_in_every_version_order_and_kind() {
        let by_rows = [1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        let by_columns = [1.0_f32, 4.0, 2.0, 5.0, 3.0, 6.0];
        for version in [1, 2, 3] {
            for (order, stored) in [("False", by_rows), ("True", by_columns)] {
                let single = stored.map(f32::to_le_bytes).concat();
                let single_big = stored.map(f32::to_be_bytes).concat();
                let double = stored.map(|value| f64::from(value).to_le_bytes()).concat();
                let double_big = stored.map(|value| f64::from(value).to_be_bytes()).concat();
                for (descr, numbers) in [
                    ("<f4", single),
                    (">f4", single_big),
                    ("<f8", double),
                    (">f8", double_big),
                ] {
                    let matrix = matrix_of("a.npy", &file(version, descr, order, &numbers));
                    assert_eq!((matrix.rows, matrix.columns), (2, 3));
                    assert_eq!(
                        matrix.values, by_rows,
                        "version {version}, {descr}, {order}"
                    );
                }
            }
        }
    }

    #[test]
    fn half_precision_is_read() {
        let numbers = [0x3c00_u16, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600];
        let numbers = numbers.map(u16::to_le_bytes).concat();
        let matrix = matrix_of("a.npy", &file(1, "<f2", "False", &numbers));
        assert_eq!(matrix.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn each_fault_is_named() {
        let whole = file(1, "<f4", "False", &[0; 24]);
        let error = |bytes: &[u8]| content_error("a.npy", bytes);
        assert!(error(b"").contains("cut off"));
        assert!(error(&whole[..60]).contains("cut off"));
        assert!(error(&whole[..whole.len() - 1]).contains("too early"));
        assert!(error(&file(1, "<i8", "False", &[0; 48])).contains("float32"));
        assert!(error(&file(1, "<c8", "False", &[0; 48])).contains("float32"));
        assert!(error(&file(9, "<f4", "False", &[0; 24])).contains("version"));
        assert!(error(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{").contains("4294967295 bytes"));
        let with_shape = |shape: &str| {
            let text = String::from_utf8_lossy(&whole[10..128]).replace("(2, 3)", shape);
            let mut bytes = whole[..8].to_vec();
            bytes.extend((text.len() as u16).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
            bytes.extend([0; 24]);
            error(&bytes)
        };
        assert!(with_shape("(6,)").contains("1 dimensions"));
        assert!(with_shape("(1, 2, 3)").contains("3 dimensions"));
        assert!(with_shape("(0, 3)").contains("empty"));
        assert!(with_shape("(99999999, 9999999999)").contains("too early"));
        assert!(with_shape("(18446744073709551615, 18446744073709551615)").contains("absurd"));
        assert!(with_shape(&"(".repeat(20_000)).contains("nests"));
    }
}
