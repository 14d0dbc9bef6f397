//! Readers of published data sets from the files that their publishers give out.
//!
//! Files are not trusted: what a file claims is held against what is there before memory is set aside
//! for it, and no pickle is run but by a [machine of our own](pickle).

mod cifar;
pub mod download;
mod error;
mod folders;
mod imagenet;
mod lists;
mod long_tail;
mod mat;
mod parts;
pub mod pickle;
mod pixels;
mod published;
mod samples;
mod stl10;
mod svhn;
mod tiny_imagenet;
mod verify;
mod words;

use std::path::{Path, PathBuf};

pub use error::DataFileError;
pub use long_tail::{LongTail, class_sizes};
pub use pixels::{PixelSet, PixelSplit};
pub use verify::{Report, SplitReport, verify, verify_with};

use samples::Samples;

/// A published data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Published {
    /// CIFAR-10: 10 classes, 32 x 32.
    Cifar10,
    /// CIFAR-100: 100 classes in 20 groups, 32 x 32.
    Cifar100,
    /// SVHN, cropped: 10 digits, 32 x 32.
    Svhn,
    /// STL-10's labelled pictures: 10 classes, 96 x 96.
    Stl10,
    /// Tiny ImageNet: 200 classes, 64 x 64, in files.
    ImageNet200,
    /// ImageNet-1k (ILSVRC 2012), in files.
    ImageNet,
    /// ImageNet-LT: a long tail of ImageNet-1k by published lists.
    ImageNetLt,
    /// `train/<class>/` and `val/<class>/` with JPEG and PNG files.
    Folder,
}

impl Published {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Cifar10,
        Self::Cifar100,
        Self::Svhn,
        Self::Stl10,
        Self::ImageNet200,
        Self::ImageNet,
        Self::ImageNetLt,
        Self::Folder,
    ];

    /// Name, as in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cifar10 => "cifar10",
            Self::Cifar100 => "cifar100",
            Self::Svhn => "svhn",
            Self::Stl10 => "stl10",
            Self::ImageNet200 => "imagenet200",
            Self::ImageNet => "imagenet",
            Self::ImageNetLt => "imagenet-lt",
            Self::Folder => "folder",
        }
    }

    /// Name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cifar10 => "CIFAR-10",
            Self::Cifar100 => "CIFAR-100",
            Self::Svhn => "SVHN",
            Self::Stl10 => "STL-10",
            Self::ImageNet200 => "Tiny ImageNet",
            Self::ImageNet => "ImageNet",
            Self::ImageNetLt => "ImageNet-LT",
            Self::Folder => "The folder of classes",
        }
    }
}

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The data set.
    pub kind: Published,
    /// The folder with its files.
    pub root: &'a Path,
    /// Only so many classes, the first; all where nothing is said.
    pub classes: Option<usize>,
    /// Whether SVHN's further training pictures are learned from as well. Nothing else has such.
    pub extra: bool,
    /// How the training pictures are thinned; not at all where nothing is said.
    pub long_tail: Option<LongTail>,
    /// The seed of the run, from which the thinning draws.
    pub seed: u64,
}

/// A data set that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Small pictures, in memory.
    Pixels(PixelSet),
    /// Picture files, to be decoded when they are needed.
    Files(FileSet),
}

/// Picture files with their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSplit {
    /// n files.
    pub files: Vec<PathBuf>,
    /// n labels, each below the number of classes.
    pub labels: Vec<u32>,
}

/// A data set of picture files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSet {
    /// Name, as in the configuration.
    pub name: &'static str,
    /// One name a class; its length is the number of classes.
    pub class_names: Vec<String>,
    /// The group of each class, where the data has such.
    pub class_groups: Option<Vec<u32>>,
    /// Files to learn from.
    pub train: FileSplit,
    /// Files to judge by.
    pub test: FileSplit,
}

/// Reads a data set.
///
/// # Errors
/// When files are missing, unreadable or damaged, or when the data set cannot be cut down as asked. The
/// message names the file.
pub fn read(request: &Request<'_>) -> Result<Contents, DataFileError> {
    match read_whole(request.kind, request.root)? {
        Contents::Pixels(mut set) => {
            let extra = if request.extra && request.kind == Published::Svhn {
                Some(svhn::read_extra(request.root)?)
            } else {
                None
            };
            cut(
                request,
                &mut set.class_names,
                &mut set.class_groups,
                &mut set.train,
                &mut set.test,
                extra,
            )?;
            Ok(Contents::Pixels(set))
        }
        Contents::Files(mut set) => {
            cut(
                request,
                &mut set.class_names,
                &mut set.class_groups,
                &mut set.train,
                &mut set.test,
                None,
            )?;
            Ok(Contents::Files(set))
        }
    }
}

/// Everything that lies in `root`, but for SVHN's further pictures.
fn read_whole(kind: Published, root: &Path) -> Result<Contents, DataFileError> {
    Ok(match kind {
        Published::Cifar10 => Contents::Pixels(cifar::read_10(root)?),
        Published::Cifar100 => Contents::Pixels(cifar::read_100(root)?),
        Published::Svhn => Contents::Pixels(svhn::read(root)?),
        Published::Stl10 => Contents::Pixels(stl10::read(root)?),
        Published::ImageNet200 => Contents::Files(tiny_imagenet::read(root)?),
        Published::ImageNet => Contents::Files(imagenet::read(root)?),
        Published::ImageNetLt => Contents::Files(imagenet::read_lt(root)?),
        Published::Folder => Contents::Files(folders::read(root)?),
    })
}

/// Keeps the classes that are asked for, thins what is learned from (the `extra` pictures for themselves,
/// as the authors do), and adds the `extra` pictures to the others.
fn cut<S: Samples>(
    request: &Request<'_>,
    class_names: &mut Vec<String>,
    class_groups: &mut Option<Vec<u32>>,
    train: &mut S,
    test: &mut S,
    mut extra: Option<S>,
) -> Result<(), DataFileError> {
    let refuse = |problem: String| DataFileError::Request {
        dataset: request.kind.title(),
        problem,
    };
    if let Some(classes) = request.classes {
        let most = class_names.len();
        if !(2..=most).contains(&classes) {
            return Err(refuse(format!(
                "has {most} classes here and {classes} were asked for; ask for 2 to {most} classes"
            )));
        }
        if classes < most {
            class_names.truncate(classes);
            if let Some(groups) = class_groups {
                groups.truncate(classes);
            }
            for split in [&mut *train, &mut *test].into_iter().chain(&mut extra) {
                let kept: Vec<usize> = (0..)
                    .zip(split.labels())
                    .filter(|(_, label)| (**label as usize) < classes)
                    .map(|(index, _)| index)
                    .collect();
                split.keep(&kept);
            }
        }
    }
    if let Some(long_tail) = request.long_tail {
        for (part, split) in (0..).zip([&mut *train].into_iter().chain(&mut extra)) {
            let selection = long_tail.select(split.labels(), class_names.len(), request.seed, part);
            let selection = selection.map_err(refuse)?;
            split.keep(&selection.indices);
            split.set_labels(selection.labels);
        }
    }
    if let Some(extra) = extra {
        train.append(extra);
    }
    Ok(())
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
