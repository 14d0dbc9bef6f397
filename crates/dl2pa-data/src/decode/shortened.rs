//! Ends a JPEG after so many rows, so that what lies below a crop is not decoded.
//!
//! Most of decoding is reading variable-length codes one after the other, from the first row on. A decoder
//! stops at the height that the frame header names; on a copy of the file, that height is made smaller.

/// The file with a height of `rows` pixels. `None` if its rows are not all coded in one run (progressive
/// files), or if no frame header is found before the pixels.
pub(super) fn shortened(jpeg: &[u8], rows: u16) -> Option<Vec<u8>> {
    let height_at = frame_height_at(jpeg)?;
    let mut copy = jpeg.to_vec();
    copy.get_mut(height_at..height_at + 2)?
        .copy_from_slice(&rows.to_be_bytes());
    Some(copy)
}

/// Where the two bytes of the height are, in a file whose frame is a baseline or extended sequential one.
fn frame_height_at(jpeg: &[u8]) -> Option<usize> {
    // After the marker of the file's start come segments: 0xff, what it is, length (itself included).
    let mut at = 2;
    loop {
        let &[0xff, marker, high, low] = jpeg.get(at..at + 4)? else {
            return None;
        };
        match marker {
            // Sequential frame: a byte for the precision, then the height.
            0xc0 | 0xc1 => return Some(at + 5),
            // Tables, restart interval, application data, comments.
            0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => {
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_height_of_a_sequential_frame_changes() {
        let tables = [0xff, 0xd8, 0xff, 0xdb, 0, 4, 1, 2];
        let frame = |marker| [0xff, marker, 0, 11, 8, 1, 0, 2, 0, 1, 1, 0x11, 0];
        let file = |marker| [tables.as_slice(), &frame(marker)].concat();
        let mut expected = file(0xc0);
        expected[13..15].copy_from_slice(&[0, 16]);
        assert_eq!(shortened(&file(0xc0), 16), Some(expected));
        for marker in [0xc2, 0xc3, 0xc9, 0xda, 0xd9, 0x00] {
            assert_eq!(shortened(&file(marker), 16), None);
        }
    }

    #[test]
    fn files_that_break_off_in_their_header_are_left() {
        let file = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 1, 0,
        ];
        for length in 0..file.len() - 1 {
            assert_eq!(shortened(&file[..length], 16), None, "{length} bytes");
        }
    }
}
