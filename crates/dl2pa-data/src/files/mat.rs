//! Arrays of numbers in MATLAB's files of version 5 (`save -v6` and `-v7`), compressed or not.
//!
//! (Layout: The MathWorks, MAT-File Format, "Level 5 MAT-File Format".)

use std::io::{self, Read};

use flate2::read::ZlibDecoder;

/// Bytes of the file's header.
const HEADER: usize = 128;
/// Kinds of data.
const INT8: u32 = 1;
const UINT8: u32 = 2;
const INT16: u32 = 3;
const UINT16: u32 = 4;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const DOUBLE: u32 = 9;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
/// The flag of an array of complex numbers.
const IS_COMPLEX: u8 = 0x08;
/// Most dimensions, and longest name, that are read.
const MAX_DIMENSIONS: u64 = 32;
const MAX_NAME: u64 = 64;
/// Deflate makes no more of a byte than this.
const MAX_EXPANSION: u64 = 1032;

/// An array of real numbers.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) name: String,
    /// Length along each dimension; the first is the nearest in memory.
    pub(super) dimensions: Vec<usize>,
    kind: u32,
    bytes: Vec<u8>,
}

impl Array {
    /// The numbers of an array that is stored as bytes.
    pub(super) fn into_bytes(self) -> Result<Vec<u8>, String> {
        match self.kind {
            UINT8 => Ok(self.bytes),
            _ => Err(format!("its array `{}` is not stored as bytes", self.name)),
        }
    }

    /// The numbers as whole numbers; of an array of labels, in whatever way MATLAB stored it.
    pub(super) fn whole_numbers(&self) -> Result<Vec<i64>, String> {
        fn each<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> i64) -> Vec<i64> {
            bytes.as_chunks().0.iter().copied().map(number).collect()
        }
        let bytes = &self.bytes;
        Ok(match self.kind {
            INT8 => each(bytes, |n| i8::from_le_bytes(n).into()),
            UINT8 => each(bytes, |n| u8::from_le_bytes(n).into()),
            INT16 => each(bytes, |n| i16::from_le_bytes(n).into()),
            UINT16 => each(bytes, |n| u16::from_le_bytes(n).into()),
            INT32 => each(bytes, |n| i32::from_le_bytes(n).into()),
            UINT32 => each(bytes, |n| u32::from_le_bytes(n).into()),
            _ => {
                let numbers = each(bytes, |n| {
                    let number = f64::from_le_bytes(n);
                    // Far beyond any label where it is not whole.
                    if number.fract() == 0.0 {
                        number as i64
                    } else {
                        i64::MAX
                    }
                });
                if numbers.contains(&i64::MAX) {
                    let name = &self.name;
                    return Err(format!("its array `{name}` has a number that is not whole"));
                }
                numbers
            }
        })
    }
}

/// Reads the arrays called `wanted` from a file of `file_bytes` bytes.
///
/// # Errors
/// In words, what is wrong with the file.
pub(super) fn read(
    mut file: impl Read,
    file_bytes: u64,
    wanted: &[&str],
) -> Result<Vec<Array>, String> {
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(words)?;
    match header.last_chunk() {
        Some([0x00, 0x01, b'I', b'M']) => {}
        Some([0x00, 0x02, b'I', b'M']) => {
            return Err("it is of MATLAB's version 7.3; save it with `-v7`".to_owned());
        }
        _ => {
            return Err("it does not begin as a little-endian MATLAB file of version 5".to_owned());
        }
    }
    let mut left = file_bytes.saturating_sub(HEADER as u64);
    let mut arrays = Vec::new();
    while left > 0 && arrays.len() < wanted.len() {
        let mut tag = [0; 8];
        file.read_exact(&mut tag).map_err(words)?;
        let [kind, length] = halves(tag);
        left = left.saturating_sub(8);
        let length = u64::from(length);
        if length > left {
            return Err(format!(
                "an element claims {length} bytes, and {left} are left"
            ));
        }
        left -= length;
        let mut element = file.by_ref().take(length);
        let array = match kind {
            COMPRESSED => {
                let mut decoder = ZlibDecoder::new(&mut element);
                let mut inner = [0; 8];
                decoder.read_exact(&mut inner).map_err(words)?;
                let [MATRIX, inner_length] = halves(inner) else {
                    return Err("a compressed element is no array".to_owned());
                };
                let limit = length * MAX_EXPANSION;
                let array = matrix(&mut decoder, u64::from(inner_length).min(limit), wanted)?;
                if array.is_some() {
                    // The checksum is compared where the stream ends.
                    let rest = io::copy(&mut decoder.take(16), &mut io::sink()).map_err(words)?;
                    if rest > 8 {
                        return Err("an array is followed by what does not belong to it".to_owned());
                    }
                }
                array
            }
            MATRIX => matrix(&mut element, length, wanted)?,
            _ => None,
        };
        arrays.extend(array);
        io::copy(&mut element, &mut io::sink()).map_err(words)?;
    }
    Ok(arrays)
}

/// The array in an element of `length` bytes, if it is wanted.
fn matrix(reader: &mut impl Read, length: u64, wanted: &[&str]) -> Result<Option<Array>, String> {
    let mut elements = Elements {
        reader,
        left: length,
    };
    let flags = elements.whole(UINT32, 8)?;
    let dimensions = elements.whole(INT32, 4 * MAX_DIMENSIONS)?;
    let name = elements.whole(INT8, MAX_NAME)?;
    let name = String::from_utf8_lossy(&name).into_owned();
    if !wanted.contains(&name.as_str()) {
        return Ok(None);
    }
    if flags.get(1).is_none_or(|flags| flags & IS_COMPLEX != 0) {
        return Err(format!("its array `{name}` is not of real numbers"));
    }
    let dimensions: Option<Vec<usize>> = dimensions
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| usize::try_from(i32::from_le_bytes(bytes)).ok())
        .collect();
    let dimensions = dimensions.ok_or("an array has a negative dimension")?;
    let count = dimensions.iter().try_fold(1, |count: u64, &dimension| {
        count.checked_mul(dimension as u64)
    });

    let (kind, bytes_in_all, short) = elements.tag()?;
    let size = match kind {
        INT8 | UINT8 => 1,
        INT16 | UINT16 => 2,
        INT32 | UINT32 => 4,
        DOUBLE => 8,
        _ => return Err(format!("its array `{name}` is stored in an unknown way")),
    };
    if count.and_then(|count| count.checked_mul(size)) != Some(bytes_in_all) {
        return Err(format!(
            "its array `{name}` should be {dimensions:?}, and {bytes_in_all} bytes are there"
        ));
    }
    let bytes = elements.data(bytes_in_all, short)?;
    Ok(Some(Array {
        name,
        dimensions,
        kind,
        bytes,
    }))
}

/// The elements within an array.
struct Elements<'a, R> {
    reader: &'a mut R,
    left: u64,
}

impl<R: Read> Elements<'_, R> {
    /// Kind and number of bytes of the next element, and these bytes themselves if they are few.
    fn tag(&mut self) -> Result<(u32, u64, Option<[u8; 4]>), String> {
        let mut tag = [0; 8];
        self.take(8)?;
        self.reader.read_exact(&mut tag).map_err(words)?;
        let [first, second] = halves(tag);
        // The short form: the number of bytes above the kind, then up to 4 bytes.
        match (first >> 16, first & 0xffff) {
            (0, kind) => Ok((kind, second.into(), None)),
            (length @ 1..=4, kind) => Ok((kind, length.into(), Some(second.to_le_bytes()))),
            _ => Err("an array has an element of unknown form".to_owned()),
        }
    }

    /// The bytes of the element whose tag was read.
    fn data(&mut self, length: u64, short: Option<[u8; 4]>) -> Result<Vec<u8>, String> {
        if let Some(bytes) = short {
            return Ok(bytes.into_iter().take(length as usize).collect());
        }
        self.take(length)?;
        // The vector grows with what is really there.
        let mut bytes = Vec::new();
        let mut data = self.reader.by_ref().take(length);
        data.read_to_end(&mut bytes).map_err(words)?;
        if bytes.len() as u64 != length {
            return Err("an array is cut off".to_owned());
        }
        let filling = length.next_multiple_of(8) - length;
        self.left = self.left.saturating_sub(filling);
        // The last element of a file may go without.
        io::copy(&mut self.reader.by_ref().take(filling), &mut io::sink()).map_err(words)?;
        Ok(bytes)
    }

    /// A whole element that has to be of `kind` and at most `most` bytes long.
    fn whole(&mut self, kind: u32, most: u64) -> Result<Vec<u8>, String> {
        let (found, length, short) = self.tag()?;
        if found != kind || length > most {
            return Err("an array is described in an unknown way".to_owned());
        }
        self.data(length, short)
    }

    fn take(&mut self, count: u64) -> Result<(), String> {
        let left = self.left.checked_sub(count);
        self.left = left.ok_or("an array is longer than its element")?;
        Ok(())
    }
}

/// Two whole numbers.
fn halves(bytes: [u8; 8]) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = bytes;
    [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`map_err` gives its error away"
)]
fn words(cause: io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
        _ => cause.to_string(),
    }
}
