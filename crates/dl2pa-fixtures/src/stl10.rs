//! STL-10 in its binary version, unpacked or packed.

use std::io;
use std::path::Path;

use crate::Sizes;
use crate::archive::{Member, write_folder, write_tar_gz};
use crate::pictures::{Style, by_columns, labels, random};

const SIDE: usize = 96;
const NAMES: &str = "airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n";
/// Unlabelled pictures; those that are published number 100,000.
const UNLABELLED: usize = 3;

/// Writes STL-10 (10 classes, 96 x 96) below `folder`, as `stl10_binary.tar.gz` if `packed`.
///
/// # Errors
/// When a file cannot be written.
pub fn stl10(folder: &Path, packed: bool, sizes: Sizes, seed: u64) -> io::Result<()> {
    let (train_x, train_y) = split(sizes.train, seed, 0);
    let (test_x, test_y) = split(sizes.test, seed, 1);
    let (unlabelled, _) = split(UNLABELLED, seed, 2);
    let members: Vec<Member> = [
        ("test_X.bin", test_x),
        ("test_y.bin", test_y),
        ("train_X.bin", train_x),
        ("train_y.bin", train_y),
        ("unlabeled_X.bin", unlabelled),
        ("class_names.txt", NAMES.as_bytes().to_vec()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec();
    if packed {
        let archive = folder.join("stl10_binary.tar.gz");
        write_tar_gz(&archive, "stl10_binary", &members)
    } else {
        write_folder(&folder.join("stl10_binary"), &members)
    }
}

/// Pixels, channel by channel and column by column, and labels from 1.
fn split(count: usize, seed: u64, part: u64) -> (Vec<u8>, Vec<u8>) {
    let labels = labels(count, 10, seed, part);
    let mut pixels = Vec::with_capacity(count * 3 * SIDE * SIDE);
    for (index, &label) in labels.iter().enumerate() {
        let style = Style::distinct(label, 10);
        let picture = style.draw(SIDE, SIDE, &mut random(seed, part, index));
        pixels.extend(by_columns(&picture, SIDE));
    }
    (
        pixels,
        labels.iter().map(|&label| label as u8 + 1).collect(),
    )
}
