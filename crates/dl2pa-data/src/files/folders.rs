//! Folders with one folder of pictures a class.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::error::DataFileError;
use super::{FileSet, FileSplit, Published};

/// Extensions of the pictures that are read, in small letters.
const EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];
/// What the folder of the pictures to judge by may be called; the first that has classes is taken.
const TEST_FOLDERS: [&str; 4] = ["val", "valid", "validation", "test"];
/// Where a class folder of Tiny ImageNet keeps its pictures.
const INNER: &str = "images";

/// Pictures of each class, by the class's name.
pub(super) type Classes = BTreeMap<String, Vec<PathBuf>>;

/// Reads any `train/<class>/` and `val/<class>/` (or `valid`, `validation`, `test`) below `root`; classes
/// count in the order of their names.
pub(super) fn read(root: &Path) -> Result<FileSet, DataFileError> {
    let train = train_classes(Published::Folder, root)?;
    let class_names: Vec<String> = train.keys().cloned().collect();
    let test = test_split(root, &class_names)?;
    Ok(FileSet {
        name: Published::Folder.name(),
        train: split(&root.join("train"), train, &class_names)?,
        test,
        class_names,
        class_groups: None,
    })
}

/// The classes of `root/train`.
pub(super) fn train_classes(kind: Published, root: &Path) -> Result<Classes, DataFileError> {
    let folder = root.join("train");
    if !folder.is_dir() {
        return Err(DataFileError::Absent {
            dataset: kind.title(),
            root: root.to_path_buf(),
            looked_for: "`train/<class>/`".to_owned(),
        });
    }
    let classes = class_folders(&folder)?;
    if classes.len() < 2 {
        let what = format!(
            "it has {} folders of classes, and there is nothing to tell apart",
            classes.len()
        );
        return Err(DataFileError::damaged(&folder, what));
    }
    Ok(classes)
}

/// The pictures of the first folder for judging that has any of `classes`.
pub(super) fn test_split(root: &Path, classes: &[String]) -> Result<FileSplit, DataFileError> {
    for name in TEST_FOLDERS {
        let folder = root.join(name);
        if classes.iter().any(|class| folder.join(class).is_dir()) {
            return split(&folder, class_folders(&folder)?, classes);
        }
    }
    let needed_for = "pictures to judge by, one folder a class of `train` (`valid`, `validation` or `test` would do as well)";
    Err(DataFileError::missing(&root.join("val"), needed_for))
}

/// The pictures of the folders in `folder`.
fn class_folders(folder: &Path) -> Result<Classes, DataFileError> {
    let mut classes = Classes::new();
    for (name, path) in entries(folder)? {
        if path.is_dir() {
            let mut files = pictures(&path)?;
            let inner = path.join(INNER);
            if files.is_empty() && inner.is_dir() {
                files = pictures(&inner)?;
            }
            classes.insert(name, files);
        }
    }
    Ok(classes)
}

/// The pictures right in `folder`, in the order of their names.
pub(super) fn pictures(folder: &Path) -> Result<Vec<PathBuf>, DataFileError> {
    let mut files: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .map(|(_, path)| path)
        .filter(|path| is_picture(path))
        .collect();
    files.sort_unstable();
    Ok(files)
}

/// Whether the extension is that of a picture that is read.
pub(super) fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        let small = extension.to_ascii_lowercase();
        EXTENSIONS.iter().any(|known| small == **known)
    })
}

/// What lies in `folder`, hidden files left out.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, DataFileError> {
    let unreadable = |cause| DataFileError::unreadable(folder, cause);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') {
            entries.push((name.into_owned(), path));
        }
    }
    Ok(entries)
}

/// The pictures of `classes`, found in `folder`, under the places of the classes in `class_names`.
pub(super) fn split(
    folder: &Path,
    classes: Classes,
    class_names: &[String],
) -> Result<FileSplit, DataFileError> {
    let numbers = numbers(class_names);
    let mut split = FileSplit::default();
    for (name, files) in classes {
        let folder = folder.join(&name);
        let Some(&number) = numbers.get(name.as_str()) else {
            let what = "it is a class that `train` does not have";
            return Err(DataFileError::damaged(&folder, what));
        };
        if files.is_empty() {
            let what = "it holds no picture (.jpg, .jpeg or .png)";
            return Err(DataFileError::damaged(&folder, what));
        }
        split.labels.extend(files.iter().map(|_| number));
        split.files.extend(files);
    }
    Ok(split)
}

/// The label of each class.
pub(super) fn numbers(class_names: &[String]) -> HashMap<&str, u32> {
    class_names.iter().map(String::as_str).zip(0..).collect()
}
