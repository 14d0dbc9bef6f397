//! Whatever is done to the files of a data set, its reader ends with the set or with an error.
//!
//! Some dozens of changes a reader in every run; as many as fit into so many seconds a reader where
//! `DL2PA_FUZZ_SECS` says how many.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use dl2pa_fixtures::{
    Cifar, FolderSizes, Layout, Sizes, Validation, cifar10, cifar100, image_folder, imagenet,
    imagenet_lt, stl10, svhn, tiny_imagenet, try_all,
};
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Published, Request, read};

/// Changes a reader where no time is given.
const CASES: u32 = 48;

/// What is done to a file.
#[derive(Clone, Debug)]
enum Change {
    /// Bytes, at parts of its length, are overwritten.
    Overwrite(Vec<(f64, u8)>),
    /// Near its beginning, where formats say what follows.
    OverwriteHead(Vec<(usize, u8)>),
    /// It is cut off at a part of its length.
    CutOff(f64),
    /// Bytes come in between.
    Insert(f64, Vec<u8>),
    /// A stretch goes.
    Remove(f64, usize),
    /// A stretch comes twice.
    Repeat(f64, usize),
    /// The file is gone.
    Delete,
}

fn change() -> impl Strategy<Value = Change> {
    let telling = prop_oneof![
        any::<u8>(),
        proptest::sample::select(&[0, 1, 0x7f, 0x80, 0xff, b'\n', b' ', b'('][..])
    ];
    prop_oneof![
        vec((0.0..1.0, telling.clone()), 1..8).prop_map(Change::Overwrite),
        vec((0_usize..400, telling.clone()), 1..8).prop_map(Change::OverwriteHead),
        (0.0..1.0).prop_map(Change::CutOff),
        (0.0..1.0, vec(telling, 1..40)).prop_map(|(place, bytes)| Change::Insert(place, bytes)),
        (0.0..1.0, 1_usize..4_000).prop_map(|(place, length)| Change::Remove(place, length)),
        (0.0..1.0, 1_usize..4_000).prop_map(|(place, length)| Change::Repeat(place, length)),
        Just(Change::Delete),
    ]
}

impl Change {
    /// The changed bytes; `None` where the file goes.
    fn apply(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut changed = bytes.to_vec();
        let at = |place: f64| (place * bytes.len() as f64) as usize;
        let stretch = |place: f64, length: usize| at(place)..(at(place) + length).min(bytes.len());
        match self {
            Self::Overwrite(bytes) => {
                for &(place, value) in bytes {
                    if let Some(byte) = changed.get_mut(at(place)) {
                        *byte = value;
                    }
                }
            }
            Self::OverwriteHead(bytes) => {
                for &(place, value) in bytes {
                    if let Some(byte) = changed.get_mut(place) {
                        *byte = value;
                    }
                }
            }
            Self::CutOff(place) => changed.truncate(at(*place)),
            Self::Insert(place, inserted) => {
                changed.splice(at(*place)..at(*place), inserted.iter().copied());
            }
            Self::Remove(place, length) => drop(changed.drain(stretch(*place, *length))),
            Self::Repeat(place, length) => {
                let repeated = bytes[stretch(*place, *length)].to_vec();
                changed.splice(at(*place)..at(*place), repeated);
            }
            Self::Delete => return None,
        }
        Some(changed)
    }
}

/// Every file in `folder`, however deep.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{error}")) {
        let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    files
}

/// Changes a file, or what is packed in it, and packs it again.
fn changed(bytes: &[u8], change: &Change, is_inside: bool) -> Option<Vec<u8>> {
    let is_gzip = bytes.starts_with(&[0x1f, 0x8b]);
    let is_matlab = bytes.starts_with(b"MATLAB");
    if is_inside && is_gzip {
        let mut inner = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut inner).ok()?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&change.apply(&inner)?).ok()?;
        encoder.finish().ok()
    } else if is_inside && is_matlab {
        // The first compressed element, `X`.
        let (header, rest) = bytes.split_at_checked(136)?;
        let mut length = rest.len() as u64;
        if let Some(stored) = header.last_chunk() {
            length = length.min(u32::from_le_bytes(*stored).into());
        }
        let (packed, after) = rest.split_at(length as usize);
        let mut inner = Vec::new();
        ZlibDecoder::new(packed).read_to_end(&mut inner).ok()?;
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&change.apply(&inner)?).ok()?;
        let packed = encoder.finish().ok()?;
        let length = (packed.len() as u32).to_le_bytes();
        Some([&header[..132], &length, &packed, after].concat())
    } else {
        change.apply(bytes)
    }
}

/// Changes files of the fixture that `write` makes, one at a time, and reads it.
fn survives(kind: Published, write: impl Fn(&Path) -> std::io::Result<()>) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    write(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let request = Request {
        kind,
        root: folder.path(),
        classes: None,
        extra: true,
        long_tail: None,
        seed: 0,
    };
    read(&request).unwrap_or_else(|error| panic!("the fixture itself is not read: {error}"));
    let files = files_in(folder.path());
    // Lists and small files as often as the many pictures beside them.
    let mut telling: Vec<PathBuf> = files.clone();
    telling.retain(|path| !super::folders::is_picture(path));
    let which = if telling.is_empty() {
        proptest::sample::select(files).boxed()
    } else {
        prop_oneof![
            9 => proptest::sample::select(telling),
            1 => proptest::sample::select(files),
        ]
        .boxed()
    };
    let strategy = (which, change(), any::<bool>());
    try_all(CASES, &strategy, |(path, change, is_inside)| {
        let before = fs::read(&path)?;
        match changed(&before, &change, is_inside) {
            Some(bytes) => fs::write(&path, bytes)?,
            None => fs::remove_file(&path)?,
        }
        if let Err(error) = read(&request) {
            prop_assert!(error.to_string().contains(char::is_alphabetic));
        }
        fs::write(&path, before)?;
        Ok(())
    });
}

const PIXELS: Sizes = Sizes {
    train: 10,
    test: 10,
};
const FILES: FolderSizes = FolderSizes {
    classes: 3,
    train: 2,
    test: 1,
};

#[test]
fn cifar_survives() {
    for form in [
        Cifar::BinaryFolder,
        Cifar::PythonFolder,
        Cifar::PythonArchive,
    ] {
        survives(Published::Cifar10, |folder| {
            cifar10(folder, form, PIXELS, 1)
        });
        survives(Published::Cifar100, |folder| {
            cifar100(folder, form, PIXELS, 1)
        });
    }
}

#[test]
fn svhn_survives() {
    survives(Published::Svhn, |folder| svhn(folder, PIXELS, Some(3), 1));
}

#[test]
fn stl_10_survives() {
    let sizes = Sizes { train: 2, test: 1 };
    for packed in [false, true] {
        survives(Published::Stl10, |folder| stl10(folder, packed, sizes, 1));
    }
}

#[test]
fn folders_survive() {
    survives(Published::Folder, |folder| image_folder(folder, FILES, 1));
    for layout in [Layout::Published, Layout::Prepared] {
        survives(Published::ImageNet200, |folder| {
            tiny_imagenet(folder, layout, FILES, 1)
        });
    }
}

#[test]
fn imagenet_survives() {
    for validation in [
        Validation::GroundTruth,
        Validation::Solution,
        Validation::Lists,
    ] {
        survives(Published::ImageNet, |folder| {
            imagenet(folder, validation, FILES, 1)
        });
    }
    survives(Published::ImageNetLt, |folder| {
        imagenet_lt(folder, FILES, 1)
    });
}
