//! SVHN's cropped digits (Netzer et al. 2011): `train_32x32.mat`, `test_32x32.mat`, `extra_32x32.mat`.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::error::DataFileError;
use super::parts::open;
use super::pixels::rows_first;
use super::{PixelSet, PixelSplit, Published, mat};

/// Side of a picture in pixels.
const SIDE: usize = 32;
/// Numbers in one picture.
const PICTURE: usize = 3 * SIDE * SIDE;
/// Digits.
const CLASSES: usize = 10;

/// The file of a split.
pub(super) fn file(root: &Path, split: &str) -> PathBuf {
    root.join(format!("{split}_32x32.mat"))
}

/// Reads SVHN from `root`; class k is the digit k.
pub(super) fn read(root: &Path) -> Result<PixelSet, DataFileError> {
    let (train, test) = (file(root, "train"), file(root, "test"));
    if !train.is_file() && !test.is_file() {
        return Err(DataFileError::Absent {
            dataset: Published::Svhn.title(),
            root: root.to_path_buf(),
            looked_for: "`train_32x32.mat` and `test_32x32.mat`".to_owned(),
        });
    }
    Ok(PixelSet {
        name: Published::Svhn.name(),
        class_names: (0..CLASSES).map(|digit| digit.to_string()).collect(),
        class_groups: None,
        channels: 3,
        height: SIDE,
        width: SIDE,
        train: read_split(&train)?,
        test: read_split(&test)?,
    })
}

/// Reads the further training pictures of SVHN from `root`.
pub(super) fn read_extra(root: &Path) -> Result<PixelSplit, DataFileError> {
    read_split(&file(root, "extra"))
}

fn read_split(path: &Path) -> Result<PixelSplit, DataFileError> {
    let file = open(path)?;
    let metadata = file.metadata();
    let bytes = metadata
        .map_err(|cause| DataFileError::unreadable(path, cause))?
        .len();
    let arrays = mat::read(BufReader::new(file), bytes, &["X", "y"]);
    arrays
        .and_then(split_of)
        .map_err(|what| DataFileError::damaged(path, what))
}

/// `X` is 32 x 32 x 3 x n, the row nearest; `y` has n labels from 1 to 10, of which 10 is the digit 0.
fn split_of(mut arrays: Vec<mat::Array>) -> Result<PixelSplit, String> {
    let mut named = |name: &str| {
        let place = arrays.iter().position(|array| array.name == name);
        place
            .map(|place| arrays.swap_remove(place))
            .ok_or_else(|| format!("it has no array `{name}`"))
    };
    let (x, y) = (named("X")?, named("y")?);
    let count = match x.dimensions.as_slice() {
        // MATLAB leaves a last dimension of 1 out.
        &[SIDE, SIDE, 3] => 1,
        &[SIDE, SIDE, 3, count] if count > 0 => count,
        other => {
            return Err(format!(
                "its pictures are {other:?} and not 32 x 32 x 3 x n"
            ));
        }
    };
    let numbers = y.whole_numbers()?;
    if numbers.len() != count {
        let labels = numbers.len();
        return Err(format!("it has {count} pictures and {labels} labels"));
    }
    let label = |number: i64| match number {
        10 => Ok(0),
        1..=9 => Ok(number as u32),
        _ => Err(format!("a picture has the label {number} and not 1 to 10")),
    };
    let labels = numbers.into_iter().map(label).collect::<Result<_, _>>()?;
    let mut pixels = x.into_bytes()?;
    for picture in pixels.chunks_exact_mut(PICTURE) {
        rows_first(picture, SIDE);
    }
    Ok(PixelSplit { pixels, labels })
}
