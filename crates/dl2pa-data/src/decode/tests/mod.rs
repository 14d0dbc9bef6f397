//! Tests of the module against Pillow and torchvision; tests/golden/make_image_golden.py made the facts.

mod augmenting;
mod loading;
mod pictures;
mod windows;

use std::path::Path;

use serde_json::Value;

use super::error::ImageError;
use super::picture::Picture;
use crate::rect::Rect;

/// A file of the golden folder.
macro_rules! golden {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../tests/golden/images/", $name)).as_slice()
    };
}
use golden;

/// The picture files, by name.
const FILES: [(&str, &[u8]); 15] = [
    ("s444.jpg", golden!("s444.jpg")),
    ("s422.jpg", golden!("s422.jpg")),
    ("s420.jpg", golden!("s420.jpg")),
    ("hard.jpg", golden!("hard.jpg")),
    ("progressive.jpg", golden!("progressive.jpg")),
    ("restart.jpg", golden!("restart.jpg")),
    ("exif.jpg", golden!("exif.jpg")),
    ("grey.jpg", golden!("grey.jpg")),
    ("cmyk.jpg", golden!("cmyk.jpg")),
    ("ycck.jpg", golden!("ycck.jpg")),
    ("png.JPEG", golden!("png.JPEG")),
    ("rgba.png", golden!("rgba.png")),
    ("grey.png", golden!("grey.png")),
    ("palette.png", golden!("palette.png")),
    ("large.jpg", golden!("large.jpg")),
];

fn file(name: &str) -> &'static [u8] {
    FILES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, bytes)| *bytes)
        .expect("a golden file")
}

fn facts() -> Value {
    serde_json::from_slice(golden!("golden.json")).expect("golden.json is JSON")
}

/// Whole numbers of a JSON list.
fn numbers<const N: usize>(value: &Value) -> [usize; N] {
    std::array::from_fn(|at| value[at].as_u64().expect("a whole number") as usize)
}

fn number(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

fn rect(value: &Value) -> Rect {
    let [left, top, width, height] = numbers(value);
    Rect {
        left,
        top,
        width,
        height,
    }
}

/// The picture that the golden script makes by the same formula.
fn picture(width: usize, height: usize) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                rgb.push((20 + (3 * x * x + 5 * y * y + 7 * (c + 1) * x * y + 31 * c) % 200) as u8);
            }
        }
    }
    rgb
}

/// The whole of a file, undivided.
fn decoded(name: &str, bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), ImageError> {
    let opened = Picture::open(Path::new(name), bytes)?;
    let (width, height) = (opened.width(), opened.height());
    let mut rgb = Vec::new();
    let all = Rect {
        left: 0,
        top: 0,
        width,
        height,
    };
    let (held, shrink) = opened.decode(all, 1, &mut rgb)?;
    assert_eq!(
        (held, shrink, rgb.len()),
        (all, 1, 3 * width * height),
        "{name}"
    );
    Ok((width, height, rgb))
}

/// The greatest difference between two pictures, and the mean one.
fn difference(a: &[u8], b: &[u8]) -> (u8, f64) {
    assert_eq!(a.len(), b.len());
    let differences = || a.iter().zip(b).map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = differences().map(u64::from).sum();
    (
        differences().max().unwrap_or(0),
        sum as f64 / a.len() as f64,
    )
}
