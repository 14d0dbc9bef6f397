//! ImageNet-1k (Russakovsky et al. 2015) and ImageNet-LT (Liu et al. 2019), in the layouts in which they
//! are kept.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::DataFileError;
use super::folders::{numbers, pictures, split, test_split, train_classes};
use super::lists::{read_csv, read_plain, read_set};
use super::parts::read_text;
use super::{FileSet, FileSplit, Published, words};

/// Where the organisers' archive keeps the pictures.
const INNER: &str = "ILSVRC/Data/CLS-LOC";
/// Lists of the pictures to learn from, and to judge by, as people and as the authors call them.
const TRAIN_LISTS: [&str; 2] = ["train.csv", "imagenet_train.csv"];
const VAL_LISTS: [&str; 2] = ["val.csv", "imagenet_val.csv"];
const SOLUTION: &str = "LOC_val_solution.csv";
const TRUTH: &str = "ILSVRC2012_validation_ground_truth.txt";
const MAPPING: &str = "ILSVRC2012_mapping.txt";
const WORDS: &str = "LOC_synset_mapping.txt";
const LT_LISTS: [&str; 2] = ["ImageNet_LT_train.txt", "ImageNet_LT_test.txt"];

/// Reads ImageNet-1k from `root`. Classes count in the order of their WordNet names.
///
/// Pictures to judge by are told apart by folders, a list `val.csv`, `LOC_val_solution.csv`, or the
/// development kit's ground truth with a file that maps its numbers.
pub(super) fn read(root: &Path) -> Result<FileSet, DataFileError> {
    let base = base(root);
    let beside = |names: &[&str]| {
        let folders = [root, base.as_path()];
        let mut paths = folders
            .iter()
            .flat_map(|folder| names.iter().map(|name| folder.join(name)));
        paths.find(|path| path.is_file())
    };
    if let (Some(train), Some(val)) = (beside(&TRAIN_LISTS), beside(&VAL_LISTS)) {
        let (train_lines, val_lines) = (read_csv(&train)?, read_csv(&val)?);
        let mut set = read_set(
            Published::ImageNet,
            &base,
            (&train, &train_lines),
            (&val, &val_lines),
        )?;
        if let Some(words) = beside(&[WORDS]) {
            set.class_names = words::class_names(&words, &set.class_names)?;
        }
        return Ok(set);
    }

    let train = train_classes(Published::ImageNet, &base)?;
    let wnids: Vec<String> = train.keys().cloned().collect();
    let val = base.join("val");
    let test = if val.is_dir() && !has_folders(&val)? {
        let labels = if let Some(solution) = beside(&[SOLUTION]) {
            solution_labels(&solution)?
        } else if let Some(truth) = beside(&[TRUTH]) {
            let Some(mapping) = beside(&[MAPPING]) else {
                let needed_for = format!(
                    "`{TRUTH}` counts classes as the development kit does, so a file with such a number and a WordNet name a line (\"1 n02119789\") is needed beside it"
                );
                return Err(DataFileError::missing(&root.join(MAPPING), needed_for));
            };
            truth_labels(&truth, &mapping)?
        } else {
            let needed_for = format!(
                "the pictures in `{}` lie in no folders of classes, so this list, `val.csv`, or `{TRUTH}` with `{MAPPING}` must tell their classes",
                val.display()
            );
            return Err(DataFileError::missing(&root.join(SOLUTION), needed_for));
        };
        flat(&val, &labels, &wnids)?
    } else {
        test_split(&base, &wnids)?
    };
    let words = beside(&[WORDS]).unwrap_or_else(|| root.join(WORDS));
    Ok(FileSet {
        name: Published::ImageNet.name(),
        class_names: words::class_names(&words, &wnids)?,
        class_groups: None,
        train: split(&base.join("train"), train, &wnids)?,
        test,
    })
}

/// Reads ImageNet-LT from `root`: the pictures of ImageNet-1k that its lists name.
pub(super) fn read_lt(root: &Path) -> Result<FileSet, DataFileError> {
    let [train, test] = LT_LISTS.map(|name| root.join(name));
    if !train.is_file() && !test.is_file() {
        return Err(DataFileError::Absent {
            dataset: Published::ImageNetLt.title(),
            root: root.to_path_buf(),
            looked_for: format!(
                "`{}` and `{}` beside ImageNet's `train/` and `val/`",
                LT_LISTS[0], LT_LISTS[1]
            ),
        });
    }
    let (train_lines, test_lines) = (read_plain(&train)?, read_plain(&test)?);
    let mut set = read_set(
        Published::ImageNetLt,
        &base(root),
        (&train, &train_lines),
        (&test, &test_lines),
    )?;
    set.class_names = words::class_names(&root.join(WORDS), &set.class_names)?;
    Ok(set)
}

/// The folder with `train` and `val`.
fn base(root: &Path) -> PathBuf {
    let inner = root.join(INNER);
    if !root.join("train").is_dir() && inner.is_dir() {
        inner
    } else {
        root.to_path_buf()
    }
}

fn has_folders(folder: &Path) -> Result<bool, DataFileError> {
    let unreadable = |cause| DataFileError::unreadable(folder, cause);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') && entry.path().is_dir() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// WordNet names by the names of pictures without their extension, and the list that says so.
struct Labels {
    list: PathBuf,
    wnids: HashMap<String, String>,
}

/// `ImageId,PredictionString`, the string beginning with the WordNet name.
fn solution_labels(list: &Path) -> Result<Labels, DataFileError> {
    let text = read_text(list)?;
    let mut wnids = HashMap::new();
    for (line, number) in text.lines().zip(1..) {
        let fields = line.split_once(',');
        let wnid = fields.and_then(|(_, boxes)| boxes.split_whitespace().next());
        match (fields, wnid) {
            (Some((name, _)), Some(wnid)) if number > 1 => {
                wnids.insert(name.to_owned(), wnid.to_owned());
            }
            _ if number == 1 || line.trim().is_empty() => {}
            _ => {
                let what = format!("line {number} is no picture with its class");
                return Err(DataFileError::damaged(list, what));
            }
        }
    }
    Ok(Labels {
        list: list.to_path_buf(),
        wnids,
    })
}

/// A number a line, for the pictures in their order, with the number and the WordNet name of each class.
fn truth_labels(truth: &Path, mapping: &Path) -> Result<Labels, DataFileError> {
    let mut names = HashMap::new();
    for (line, number) in read_text(mapping)?.lines().zip(1..) {
        let mut fields = line.split_whitespace();
        match (fields.next(), fields.next()) {
            (Some(class), Some(wnid)) => {
                names.insert(class.to_owned(), wnid.to_owned());
            }
            (None, _) => {}
            _ => {
                let what = format!("line {number} is no number with a WordNet name");
                return Err(DataFileError::damaged(mapping, what));
            }
        }
    }
    let mut wnids = HashMap::new();
    for (line, number) in read_text(truth)?.lines().zip(1_u32..) {
        let class = line.trim();
        if class.is_empty() {
            continue;
        }
        let Some(wnid) = names.get(class) else {
            let what = format!(
                "line {number} has the class `{}`, which `{}` does not have",
                class.escape_debug(),
                mapping.display()
            );
            return Err(DataFileError::damaged(truth, what));
        };
        wnids.insert(format!("ILSVRC2012_val_{number:08}"), wnid.clone());
    }
    Ok(Labels {
        list: truth.to_path_buf(),
        wnids,
    })
}

/// The pictures in `folder` with their classes, and none missing.
fn flat(folder: &Path, labels: &Labels, wnids: &[String]) -> Result<FileSplit, DataFileError> {
    let numbers = numbers(wnids);
    let mut split = FileSplit::default();
    for path in pictures(folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let wnid = labels.wnids.get(&*name).map(String::as_str);
        let Some(&label) = wnid.and_then(|wnid| numbers.get(wnid)) else {
            let what = match wnid {
                None => format!("it does not list `{}`", path.display()),
                Some(wnid) => format!(
                    "it gives `{}` the class `{}`, which `train` does not have",
                    path.display(),
                    wnid.escape_debug()
                ),
            };
            return Err(DataFileError::damaged(&labels.list, what));
        };
        split.labels.push(label);
        split.files.push(path);
    }
    if split.files.len() != labels.wnids.len() {
        let needed_for = format!(
            "`{}` lists {} pictures, and {} are there; unpack or fetch them again",
            labels.list.display(),
            labels.wnids.len(),
            split.files.len()
        );
        return Err(DataFileError::missing(folder, needed_for));
    }
    Ok(split)
}
