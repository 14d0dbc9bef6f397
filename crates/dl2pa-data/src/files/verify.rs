//! Checks a data set's files in full, and says what is there and how it differs from what was published.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::DataFileError;
use super::parts::open;
use super::published::md5;
use super::{Contents, FileSplit, Published, cifar, read_whole, stl10, svhn};

/// What `--verify-data` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the data set, as in the configuration.
    pub dataset: &'static str,
    /// Its splits.
    pub splits: Vec<SplitReport>,
    /// What was checked, a sentence each.
    pub checked: Vec<String>,
    /// How the data differ from what was published, a sentence each; empty where they do not.
    pub differences: Vec<String>,
}

/// What is in one split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SplitReport {
    /// `train`, `test` or `extra`.
    pub split: &'static str,
    /// Pictures.
    pub samples: usize,
    /// Pictures in what was published; none where nothing was.
    pub published: Option<usize>,
    /// Name of each class, and its pictures.
    pub classes: Vec<(String, usize)>,
}

impl SplitReport {
    fn new(
        split: &'static str,
        class_names: &[String],
        labels: &[u32],
        published: Option<usize>,
    ) -> Self {
        let mut counts = vec![0; class_names.len()];
        for &label in labels {
            if let Some(count) = counts.get_mut(label as usize) {
                *count += 1;
            }
        }
        Self {
            split,
            samples: labels.len(),
            published,
            classes: class_names.iter().cloned().zip(counts).collect(),
        }
    }

    const fn is_as_published(&self) -> bool {
        match self.published {
            Some(published) => published == self.samples,
            None => true,
        }
    }
}

/// Pictures to learn from, to judge by, and extra, in what was published.
const fn published_sizes(kind: Published) -> (Option<usize>, Option<usize>, Option<usize>) {
    match kind {
        Published::Cifar10 | Published::Cifar100 => (Some(50_000), Some(10_000), None),
        Published::Svhn => (Some(73_257), Some(26_032), Some(531_131)),
        Published::Stl10 => (Some(5_000), Some(8_000), None),
        Published::ImageNet200 => (Some(100_000), Some(10_000), None),
        Published::ImageNet => (Some(1_281_167), Some(50_000), None),
        Published::ImageNetLt => (Some(115_846), Some(50_000), None),
        Published::Folder => (None, None, None),
    }
}

/// Checks the data set `kind` in `root`: that its files are whole and fit together, their checksums where
/// some were published, and of picture files that each is there and begins as a picture does.
///
/// # Errors
/// When anything is missing or damaged; the message names the file. Data that are sound but not as many as
/// published are no error: see [`Report::differences`].
pub fn verify(kind: Published, root: &Path) -> Result<Report, DataFileError> {
    verify_with(kind, root, &|_: &Path| Ok(()))
}

/// [`verify`], with a further check of each picture file, such as whether it can be decoded, which gives in
/// words what is wrong with it.
///
/// # Errors
/// As [`verify`], and when the check finds something.
pub fn verify_with(
    kind: Published,
    root: &Path,
    check: &dyn Fn(&Path) -> Result<(), String>,
) -> Result<Report, DataFileError> {
    let (train, test, extra) = published_sizes(kind);
    let mut checked = Vec::new();
    let mut splits = Vec::new();
    match read_whole(kind, root)? {
        Contents::Pixels(set) => {
            let names = &set.class_names;
            splits.push(SplitReport::new("train", names, &set.train.labels, train));
            splits.push(SplitReport::new("test", names, &set.test.labels, test));
            if kind == Published::Svhn && svhn::file(root, "extra").is_file() {
                let labels = svhn::read_extra(root)?.labels;
                splits.push(SplitReport::new("extra", names, &labels, extra));
            }
            checked.push("every file is whole and every label is in range".to_owned());
        }
        Contents::Files(set) => {
            let names = &set.class_names;
            splits.push(SplitReport::new("train", names, &set.train.labels, train));
            splits.push(SplitReport::new("test", names, &set.test.labels, test));
            for split in [&set.train, &set.test] {
                check_pictures(split, check)?;
            }
            checked.push("every picture is there and begins as JPEG or PNG do".to_owned());
        }
    }
    let mut differences: Vec<String> = splits
        .iter()
        .filter(|split| !split.is_as_published())
        .map(|split| {
            let (name, samples) = (split.split, split.samples);
            let published = split.published.unwrap_or(0);
            format!("`{name}` has {samples} pictures, and {published} were published")
        })
        .collect();
    let is_as_published = differences.is_empty();
    let mut sums = 0;
    for path in checksummed_files(kind, root)? {
        let Some(published) = path.file_name().and_then(|name| md5(kind, name)) else {
            continue;
        };
        sums += 1;
        let name = path.display();
        if agrees(&path, &md5_of(&path)?, published, is_as_published)? {
            checked.push(format!("`{name}` has the published MD5 {published}"));
        } else {
            let sentence = format!("`{name}` is not the published file, whose MD5 is {published}");
            differences.push(sentence);
        }
    }
    if sums == 0 {
        checked.push("no checksums were published for these files".to_owned());
    }
    Ok(Report {
        dataset: kind.name(),
        splits,
        checked,
        differences,
    })
}

/// Whether a checksum is the published one. In data of as many pictures as were published another means
/// that bits have changed, which is an error.
pub(super) fn agrees(
    path: &Path,
    found: &str,
    published: &str,
    is_as_published: bool,
) -> Result<bool, DataFileError> {
    if found != published && is_as_published {
        let what = format!("its MD5 is not {published}, which was published");
        return Err(DataFileError::damaged(path, what));
    }
    Ok(found == published)
}

/// The files for which there may be a published checksum.
fn checksummed_files(kind: Published, root: &Path) -> Result<Vec<PathBuf>, DataFileError> {
    match kind {
        Published::Cifar10 | Published::Cifar100 => cifar::files(kind, root),
        Published::Stl10 => stl10::files(root),
        Published::Svhn => {
            let files = ["train", "test", "extra"].map(|split| svhn::file(root, split));
            Ok(files.into_iter().filter(|file| file.is_file()).collect())
        }
        Published::ImageNet200
        | Published::ImageNet
        | Published::ImageNetLt
        | Published::Folder => Ok(Vec::new()),
    }
}

/// The MD5 of a file, in hexadecimal.
pub(super) fn md5_of(path: &Path) -> Result<String, DataFileError> {
    let mut file = BufReader::with_capacity(1 << 20, open(path)?);
    let mut context = ::md5::Context::new();
    io::copy(&mut file, &mut context).map_err(|cause| DataFileError::unreadable(path, cause))?;
    Ok(format!("{:x}", context.finalize()))
}

fn check_pictures(
    split: &FileSplit,
    check: &dyn Fn(&Path) -> Result<(), String>,
) -> Result<(), DataFileError> {
    const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    for path in &split.files {
        let mut beginning = Vec::new();
        let file: File = open(path)?;
        file.take(PNG.len() as u64)
            .read_to_end(&mut beginning)
            .map_err(|cause| DataFileError::unreadable(path, cause))?;
        // One of ImageNet's `.JPEG` files is a PNG, so the extension says nothing.
        if !beginning.starts_with(JPEG) && beginning != PNG {
            let what = if beginning.is_empty() {
                "it is empty"
            } else {
                "it begins as neither JPEG nor PNG do"
            };
            return Err(DataFileError::damaged(path, what));
        }
        check(path).map_err(|what| DataFileError::damaged(path, what))?;
    }
    Ok(())
}
