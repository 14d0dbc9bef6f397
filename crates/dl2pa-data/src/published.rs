//! Published data sets as the session takes them; in a browser, where there are no files, a refusal.

use std::path::Path;

use crate::{DataError, Dataset, Inputs};

/// What is wanted of a published data set.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its name, as in the configuration.
    pub name: &'static str,
    /// The folder with its files.
    pub root: &'a Path,
    /// Its first so many classes.
    pub classes: usize,
    /// Whether SVHN's extra split is trained on as well.
    pub extra: bool,
    /// Size of the rarest class over that of the most frequent; 1 leaves the set as it is.
    pub imbalance: f64,
    /// Whether a long tail is cut as the authors' released code does.
    pub released: bool,
    /// Side of the inputs where pictures are decoded when they are needed, in pixels.
    pub img_size: usize,
    /// Threads that decode; 0 for one on each core.
    pub workers: usize,
    /// Seed of the run.
    pub seed: u64,
}

/// Reads a published data set.
///
/// # Errors
/// When its files are missing or damaged, when it cannot be cut down as asked, and always in a browser.
pub fn load(wanted: &Wanted<'_>) -> Result<Dataset<Inputs>, DataError> {
    imp::load(wanted)
}

/// Number of class folders in a folder of class folders.
///
/// # Errors
/// As [`load`].
pub fn count_folder_classes(root: &Path) -> Result<usize, DataError> {
    imp::count_folder_classes(root)
}

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::path::Path;

    use super::Wanted;
    use crate::decode::decode_all;
    use crate::files::{Contents, FileSet, FileSplit, LongTail, Published, Request, read};
    use crate::streaming::threads;
    use crate::{DataError, Dataset, InputShape, Inputs, Split};

    /// Side of Tiny ImageNet's pictures, few and small enough to be kept decoded.
    const TINY_SIDE: usize = 64;

    pub(super) fn load(wanted: &Wanted<'_>) -> Result<Dataset<Inputs>, DataError> {
        let kind = Published::ALL
            .into_iter()
            .find(|kind| kind.name() == wanted.name)
            .ok_or_else(|| DataError::files(&format!("there is no data set `{}`", wanted.name)))?;
        let request = Request {
            kind,
            root: wanted.root,
            classes: Some(wanted.classes),
            extra: wanted.extra,
            long_tail: (wanted.imbalance < 1.0).then_some(LongTail {
                ratio: wanted.imbalance,
                released: wanted.released,
            }),
            seed: wanted.seed,
        };
        match read(&request).map_err(|error| DataError::files(&error))? {
            Contents::Pixels(set) => Ok(Dataset {
                name: set.name,
                shape: InputShape::Image {
                    channels: set.channels,
                    height: set.height,
                    width: set.width,
                },
                class_names: set.class_names,
                class_groups: set.class_groups,
                train: Split {
                    inputs: Inputs::Pixels(set.train.pixels),
                    labels: set.train.labels,
                },
                test: Split {
                    inputs: Inputs::Pixels(set.test.pixels),
                    labels: set.test.labels,
                },
            }),
            Contents::Files(set) => of_files(kind, set, wanted),
        }
    }

    fn of_files(
        kind: Published,
        set: FileSet,
        wanted: &Wanted<'_>,
    ) -> Result<Dataset<Inputs>, DataError> {
        let is_small = kind == Published::ImageNet200;
        let side = if is_small { TINY_SIDE } else { wanted.img_size };
        let split = |split: FileSplit| {
            let inputs = if is_small {
                let pixels = decode_all(&split.files, side, threads(wanted.workers));
                Inputs::Pixels(pixels.map_err(|error| DataError::files(&error))?)
            } else {
                Inputs::Files(split.files)
            };
            Ok(Split {
                inputs,
                labels: split.labels,
            })
        };
        Ok(Dataset {
            name: set.name,
            shape: InputShape::Image {
                channels: 3,
                height: side,
                width: side,
            },
            class_names: set.class_names,
            class_groups: set.class_groups,
            train: split(set.train)?,
            test: split(set.test)?,
        })
    }

    pub(super) fn count_folder_classes(root: &Path) -> Result<usize, DataError> {
        let request = Request {
            kind: Published::Folder,
            root,
            classes: None,
            extra: false,
            long_tail: None,
            seed: 0,
        };
        match read(&request).map_err(|error| DataError::files(&error))? {
            Contents::Pixels(set) => Ok(set.class_names.len()),
            Contents::Files(set) => Ok(set.class_names.len()),
        }
    }
}

#[cfg(target_family = "wasm")]
mod imp {
    use std::path::Path;

    use super::Wanted;
    use crate::{DataError, Dataset, Inputs};

    pub(super) fn load(_wanted: &Wanted<'_>) -> Result<Dataset<Inputs>, DataError> {
        Err(DataError::no_files())
    }

    pub(super) fn count_folder_classes(_root: &Path) -> Result<usize, DataError> {
        Err(DataError::no_files())
    }
}
