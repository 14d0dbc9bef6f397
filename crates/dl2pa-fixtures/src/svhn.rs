//! SVHN's cropped digits: MATLAB files of version 5 with compressed arrays.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::Sizes;
use crate::pictures::{Style, by_columns, labels, random};

const SIDE: usize = 32;
/// Kinds of data in the file format.
const INT8: u32 = 1;
const UINT8: u32 = 2;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
/// The class of an array of unsigned bytes.
const UINT8_CLASS: u32 = 9;

/// Writes SVHN (10 digits, 32 x 32) below `folder`, with as many `extra` pictures as given.
///
/// # Errors
/// When a file cannot be written.
pub fn svhn(folder: &Path, sizes: Sizes, extra: Option<usize>, seed: u64) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let files = [
        ("train", Some(sizes.train)),
        ("test", Some(sizes.test)),
        ("extra", extra),
    ];
    for (part, (name, count)) in (0..).zip(files) {
        if let Some(count) = count {
            let bytes = file(count, seed, part)?;
            fs::write(folder.join(format!("{name}_32x32.mat")), bytes)?;
        }
    }
    Ok(())
}

fn file(count: usize, seed: u64, part: u64) -> io::Result<Vec<u8>> {
    let labels = labels(count, 10, seed, part);
    let mut pixels = Vec::with_capacity(count * 3 * SIDE * SIDE);
    for (index, &label) in labels.iter().enumerate() {
        let style = Style::distinct(label, 10);
        let picture = style.draw(SIDE, SIDE, &mut random(seed, part, index));
        pixels.extend(by_columns(&picture, SIDE));
    }
    // The digit 0 has the label 10.
    let digits: Vec<u8> = labels
        .iter()
        .map(|&label| if label == 0 { 10 } else { label as u8 })
        .collect();

    let title = b"MATLAB 5.0 MAT-file, Platform: PCWIN64, Created on: Mon Dec 05 21:09:26 2011";
    let mut bytes = vec![b' '; 116];
    bytes[..title.len()].copy_from_slice(title);
    bytes.extend([0; 8]);
    bytes.extend(0x0100_u16.to_le_bytes());
    bytes.extend(b"IM");
    let n = count as u32;
    let side = SIDE as u32;
    bytes.extend(compressed(&matrix(b"X", &[side, side, 3, n], &pixels))?);
    bytes.extend(compressed(&matrix(b"y", &[n, 1], &digits))?);
    Ok(bytes)
}

/// An array of unsigned bytes as an element of the file.
fn matrix(name: &[u8], dimensions: &[u32], values: &[u8]) -> Vec<u8> {
    let flags: Vec<u8> = [UINT8_CLASS, 0]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    let dimensions: Vec<u8> = dimensions
        .iter()
        .flat_map(|dimension| dimension.to_le_bytes())
        .collect();
    let parts = [
        element(UINT32, &flags),
        element(INT32, &dimensions),
        element(INT8, name),
        element(UINT8, values),
    ];
    element(MATRIX, &parts.concat())
}

/// Kind, length and bytes, filled up to a multiple of 8; of up to 4 bytes the short form.
fn element(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u32;
    let mut element = Vec::with_capacity(bytes.len() + 16);
    if bytes.len() <= 4 {
        element.extend((length << 16 | kind).to_le_bytes());
    } else {
        element.extend(kind.to_le_bytes());
        element.extend(length.to_le_bytes());
    }
    element.extend(bytes);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

fn compressed(element: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(element)?;
    let packed = encoder.finish()?;
    let mut bytes = Vec::with_capacity(packed.len() + 8);
    bytes.extend(COMPRESSED.to_le_bytes());
    bytes.extend((packed.len() as u32).to_le_bytes());
    bytes.extend(packed);
    Ok(bytes)
}
