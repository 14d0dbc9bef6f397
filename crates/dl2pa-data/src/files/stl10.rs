//! STL-10's labelled pictures (Coates et al. 2011), in the binary version.

use std::path::{Path, PathBuf};

use super::error::DataFileError;
use super::parts::{Form, Part, Place, find};
use super::pixels::rows_first;
use super::{PixelSet, PixelSplit, Published};

/// Side of a picture in pixels.
const SIDE: usize = 96;
/// Numbers in one picture.
const PICTURE: usize = 3 * SIDE * SIDE;
const CLASSES: usize = 10;

const FORM: Form = Form {
    folder: "stl10_binary",
    marker: "train_X.bin",
    archive: "stl10_binary.tar.gz",
};
const FILES: [&str; 5] = [
    "train_X.bin",
    "train_y.bin",
    "test_X.bin",
    "test_y.bin",
    "class_names.txt",
];

/// The files of STL-10 in `root`: each unpacked one, or the archive.
pub(super) fn files(root: &Path) -> Result<Vec<PathBuf>, DataFileError> {
    let (_, place) = find(Published::Stl10.title(), root, &[FORM])?;
    Ok(match place {
        Place::Folder(folder) => FILES.iter().map(|name| folder.join(name)).collect(),
        Place::Archive(path, _) => vec![path],
    })
}

/// Reads the labelled pictures of STL-10 from `root`.
pub(super) fn read(root: &Path) -> Result<PixelSet, DataFileError> {
    let (_, place) = find(Published::Stl10.title(), root, &[FORM])?;
    let parts = place.read(&FILES)?;
    let Ok([train_x, train_y, test_x, test_y, names]) = <[Part; 5]>::try_from(parts) else {
        return Err(DataFileError::damaged(root, "it holds no file"));
    };
    let text = String::from_utf8_lossy(&names.bytes);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let class_names: Vec<String> = lines.map(str::to_owned).collect();
    if class_names.len() != CLASSES {
        let what = format!("it names {} classes and not 10", class_names.len());
        return Err(DataFileError::damaged(&names.path, what));
    }
    Ok(PixelSet {
        name: Published::Stl10.name(),
        class_names,
        class_groups: None,
        channels: 3,
        height: SIDE,
        width: SIDE,
        train: split(train_x, &train_y)?,
        test: split(test_x, &test_y)?,
    })
}

/// Pictures, channel by channel and column by column, and labels from 1 to 10.
fn split(x: Part, y: &Part) -> Result<PixelSplit, DataFileError> {
    let count = y.bytes.len();
    if count == 0 || count.checked_mul(PICTURE) != Some(x.bytes.len()) {
        let what = format!(
            "it has {} bytes, which are not {count} pictures (as many as `{}` has labels) of {PICTURE}",
            x.bytes.len(),
            y.path.display()
        );
        return Err(DataFileError::damaged(&x.path, what));
    }
    let label = |&number: &u8| match number {
        1..=10 => Ok(u32::from(number) - 1),
        _ => Err(DataFileError::damaged(
            &y.path,
            format!("a picture has the label {number} and not 1 to 10"),
        )),
    };
    let labels = y.bytes.iter().map(label).collect::<Result<_, _>>()?;
    let mut pixels = x.bytes;
    for picture in pixels.chunks_exact_mut(PICTURE) {
        rows_first(picture, SIDE);
    }
    Ok(PixelSplit { pixels, labels })
}
