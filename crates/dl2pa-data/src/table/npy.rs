//! Tables as NumPy's `.npy`: a header in Python's words, then the numbers row by row.

use super::{MAX_FEATURES, Table, TableError, check_size};

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header that is looked at; NumPy writes 118 bytes for a matrix.
const MAX_HEADER: usize = 4_096;

/// How a number is stored.
#[derive(Clone, Copy)]
struct Kind {
    bytes: usize,
    read: fn(&[u8]) -> f64,
}

/// Whether the bytes begin as such a file does.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads an n x (f + 1) array.
pub(super) fn read(bytes: &[u8]) -> Result<Table, TableError> {
    let (header, body) = split_header(bytes).ok_or_else(|| refuse("its header is cut off"))?;
    let words = value_of(header, "descr").and_then(quoted);
    let kind = words.and_then(kind).ok_or_else(|| {
        refuse("its numbers are none that are read here, such as <f4, <f8 or <i8")
    })?;
    let order =
        value_of(header, "fortran_order").ok_or_else(|| refuse("its order is not named"))?;
    if !order.starts_with("False") {
        return Err(refuse(
            "it is stored column by column; save a C-ordered copy",
        ));
    }
    let (rows, columns) = value_of(header, "shape")
        .and_then(shape)
        .ok_or_else(|| refuse("it has not two dimensions"))?;
    if columns < 2 {
        return Err(refuse("it has no column besides the class"));
    }
    let features = columns - 1;
    if features > MAX_FEATURES {
        return Err(TableError::TooManyFeatures {
            place: 1,
            found: features,
        });
    }
    check_size(super::MAX_ROWS + 1, rows, features)?;
    // After these limits the product is far below overflow.
    if body.len() != rows * columns * kind.bytes {
        return Err(refuse("its length is not what its header says"));
    }
    let mut inputs = Vec::with_capacity(rows * features);
    let mut classes = Vec::with_capacity(rows);
    for (row, cells) in body.chunks_exact(columns * kind.bytes).enumerate() {
        let mut numbers = cells.chunks_exact(kind.bytes).map(kind.read).enumerate();
        let class = numbers.next_back();
        for (column, value) in numbers {
            inputs.push(finite(value, row, column)? as f32);
        }
        if let Some((column, value)) = class {
            classes.push(finite(value, row, column)?.to_string());
        }
    }
    Table::new(features, inputs, &classes)
}

fn refuse(reason: &str) -> TableError {
    TableError::Npy {
        reason: reason.to_owned(),
    }
}

/// The number, unless it is none or overflows single precision.
fn finite(value: f64, row: usize, column: usize) -> Result<f64, TableError> {
    if (value as f32).is_finite() {
        return Ok(value);
    }
    Err(TableError::NotANumber {
        place: row + 1,
        column: column + 1,
        text: value.to_string(),
    })
}

/// Header and numbers, for the versions 1 to 3 of the format.
fn split_header(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = if version[0] == 1 {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (u32::from_le_bytes(*length) as usize, rest)
    };
    if length > MAX_HEADER {
        return None;
    }
    let (header, body) = rest.split_at_checked(length)?;
    Some((str::from_utf8(header).ok()?, body))
}

/// What follows a key of the header.
fn value_of<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = header.split_once(&format!("'{key}':"))?;
    Some(after.trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    let (word, _) = text.strip_prefix('\'')?.split_once('\'')?;
    Some(word)
}

/// `(rows, columns)`.
fn shape(text: &str) -> Option<(usize, usize)> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let (rows, columns) = inside.split_once(',')?;
    Some((rows.trim().parse().ok()?, columns.trim().parse().ok()?))
}

/// The types that tables come in, all of the machine's own byte order but for single bytes.
fn kind(words: &str) -> Option<Kind> {
    let of = |bytes, read| Some(Kind { bytes, read });
    // `chunks_exact` gives each reader as many bytes as it takes; of fewer it makes 0.
    match words {
        "<f4" => of(4, |b| {
            b.try_into()
                .map_or(0.0, |b| f64::from(f32::from_le_bytes(b)))
        }),
        "<f8" => of(8, |b| b.try_into().map_or(0.0, f64::from_le_bytes)),
        "|u1" => of(1, |b| f64::from(b.first().copied().unwrap_or(0))),
        "|i1" => of(1, |b| {
            b.try_into()
                .map_or(0.0, |b| f64::from(i8::from_le_bytes(b)))
        }),
        "<i2" => of(2, |b| {
            b.try_into()
                .map_or(0.0, |b| f64::from(i16::from_le_bytes(b)))
        }),
        "<i4" => of(4, |b| {
            b.try_into()
                .map_or(0.0, |b| f64::from(i32::from_le_bytes(b)))
        }),
        "<i8" => of(8, |b| {
            b.try_into().map_or(0.0, |b| i64::from_le_bytes(b) as f64)
        }),
        _ => None,
    }
}
