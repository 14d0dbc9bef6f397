//! Tiny ImageNet, as published or prepared as folders of classes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::DataFileError;
use super::folders::{numbers, pictures, split, test_split, train_classes};
use super::parts::read_text;
use super::{FileSet, FileSplit, Published, words};

/// Folders in which it may lie, besides the one that is given.
const FOLDERS: [&str; 2] = ["tiny-imagenet-200", "imagenet200"];

/// Reads Tiny ImageNet from `root`; classes count in the order of their WordNet names, as
/// torchvision's `ImageFolder` and the authors count them.
pub(super) fn read(root: &Path) -> Result<FileSet, DataFileError> {
    let base = FOLDERS
        .iter()
        .map(|folder| root.join(folder))
        .find(|folder| folder.join("train").is_dir())
        .unwrap_or_else(|| root.to_path_buf());
    if !base.join("train").is_dir() {
        return Err(DataFileError::Absent {
            dataset: Published::ImageNet200.title(),
            root: root.to_path_buf(),
            looked_for: "`tiny-imagenet-200/train/` or `train/`".to_owned(),
        });
    }
    let train = train_classes(Published::ImageNet200, &base)?;
    let wnids: Vec<String> = train.keys().cloned().collect();
    let annotations = base.join("val/val_annotations.txt");
    let has_folders = wnids
        .iter()
        .any(|wnid| base.join("val").join(wnid).is_dir());
    let test = if annotations.is_file() && !has_folders {
        annotated(&annotations, &wnids)?
    } else {
        test_split(&base, &wnids)?
    };
    Ok(FileSet {
        name: Published::ImageNet200.name(),
        class_names: words::class_names(&base.join("words.txt"), &wnids)?,
        class_groups: None,
        train: split(&base.join("train"), train, &wnids)?,
        test,
    })
}

/// The pictures in `val/images`, with the classes that `val/val_annotations.txt` gives them.
fn annotated(annotations: &Path, wnids: &[String]) -> Result<FileSplit, DataFileError> {
    let numbers = numbers(wnids);
    let text = read_text(annotations)?;
    let mut labels = HashMap::new();
    for (line, number) in text.lines().zip(1..) {
        let mut fields = line.split('\t');
        let (Some(name), Some(label)) = (
            fields.next(),
            fields.next().and_then(|wnid| numbers.get(wnid)),
        ) else {
            let what = format!("line {number} has no class of `train` in its second column");
            return Err(DataFileError::damaged(annotations, what));
        };
        labels.insert(name, *label);
    }
    let folder = annotations.with_file_name("images");
    if !folder.is_dir() {
        let needed_for = "it should hold the pictures that `val_annotations.txt` lists";
        return Err(DataFileError::missing(&folder, needed_for));
    }
    let files = pictures(&folder)?;
    let mut split = FileSplit::default();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(label) = labels.remove(&*name) else {
            let what = format!("it does not list `{}`", path.display());
            return Err(DataFileError::damaged(annotations, what));
        };
        split.labels.push(label);
        split.files.push(path);
    }
    if let Some(name) = labels.into_keys().min() {
        let path: PathBuf = folder.join(name);
        let needed_for = "`val_annotations.txt` lists it; unpack or fetch the data again";
        return Err(DataFileError::missing(&path, needed_for));
    }
    Ok(split)
}
