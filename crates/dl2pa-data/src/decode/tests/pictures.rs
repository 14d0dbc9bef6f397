//! Files decode to what Pillow decodes them to; damaged ones to errors.

use std::path::Path;

use proptest::prelude::*;

use super::{FILES, decoded, facts, file, golden, numbers};
use crate::decode::error::ImageError;
use crate::decode::picture::Picture;
use crate::rect::Rect;

#[test]
fn files_decode_to_the_bytes_that_pillow_makes() {
    let mut expected = golden!("decoded.bin");
    let facts = facts();
    let pictures = facts["decoded"].as_array().unwrap();
    assert_eq!(pictures.len(), 14);
    for picture in pictures {
        let name = picture["name"].as_str().unwrap();
        let [width, height] = numbers(&picture["size"]);
        let (pixels, rest) = expected.split_at(3 * width * height);
        expected = rest;
        let (got_width, got_height, rgb) = decoded(name, file(name)).unwrap();
        assert_eq!((got_width, got_height), (width, height), "{name}");
        // The decoder is libjpeg-turbo's arithmetic; only conversions from inks round otherwise.
        let (most, _) = super::difference(&rgb, pixels);
        assert!(most == 0, "{name} differs by {most}");
    }
    assert!(expected.is_empty());
}

#[test]
fn what_is_no_picture_is_told_by_its_content() {
    let path = Path::new("holiday.jpg");
    for bytes in [b"".as_slice(), b"GIF89a", b"\xff\xd8", b"\x89PNG", &[0; 64]] {
        assert_eq!(
            Picture::open(path, bytes).err(),
            Some(ImageError::Unknown {
                path: path.to_owned()
            })
        );
    }
}

#[test]
fn a_file_that_breaks_off_is_damaged() {
    for (name, bytes) in FILES {
        for kept in [12, bytes.len() / 4, bytes.len() / 2, bytes.len() * 9 / 10] {
            let error = decoded(name, &bytes[..kept]).unwrap_err();
            assert!(
                matches!(error, ImageError::Damaged { .. }),
                "{name}: {error}"
            );
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

#[test]
fn a_size_beyond_the_limit_is_refused_before_memory_is_taken() {
    // 65,535 x 65,535 pixels in the frame header of a file of 1 KB; the same in a PNG header.
    let mut jpeg = file("s444.jpg").to_vec();
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let mut png = file("png.JPEG").to_vec();
    png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    for (name, bytes) in [("bomb.jpg", jpeg), ("bomb.png", png)] {
        let error = decoded(name, &bytes).unwrap_err();
        // A PNG header has a checksum, so that one is damaged before it is large.
        let expected = matches!(error, ImageError::TooLarge { .. })
            || (name == "bomb.png" && matches!(error, ImageError::Damaged { .. }));
        assert!(expected, "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_is_cut_from_the_whole(
        which in 0..14_usize,
        (left, top, right, bottom) in (0.0..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0),
    ) {
        let (name, bytes) = FILES[which];
        let (width, height, whole) = decoded(name, bytes).unwrap();
        let (left, top) = ((left * width as f64) as usize, (top * height as f64) as usize);
        let part = Rect {
            left,
            top,
            width: 1 + (right * (width - left - 1) as f64) as usize,
            height: 1 + (bottom * (height - top - 1) as f64) as usize,
        };
        let mut rgb = Vec::new();
        let (held, _) = Picture::open(Path::new(name), bytes).unwrap().decode(part, 1, &mut rgb).unwrap();
        prop_assert!(held.left <= part.left && held.top <= part.top);
        prop_assert!(held.left + held.width >= part.left + part.width);
        prop_assert!(held.top + held.height >= part.top + part.height);
        for row in part.top..part.top + part.height {
            let at = 3 * ((row - held.top) * held.width + part.left - held.left);
            let from = 3 * (row * width + part.left);
            prop_assert_eq!(&rgb[at..at + 3 * part.width], &whole[from..from + 3 * part.width], "{} row {}", name, row);
        }
    }

    #[test]
    fn damaged_bytes_never_panic(which in 0..14_usize, at in 0.0..1.0, value: u8, cut in 0.5..1.0) {
        let (name, bytes) = FILES[which];
        let mut bytes = bytes[..(cut * bytes.len() as f64) as usize].to_vec();
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] = value;
        if let Err(error) = decoded(name, &bytes) {
            prop_assert!(!error.to_string().contains("gave up"), "{error}");
        }
    }
}
