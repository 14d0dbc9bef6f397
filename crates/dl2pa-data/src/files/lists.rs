//! Lists of picture files with their classes: comma-separated with the columns in any order, or a path and
//! a number a line.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::error::DataFileError;
use super::folders::is_picture;
use super::parts::{read_file, read_text};
use super::{FileSet, FileSplit, Published};

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The picture, as the list names it.
    pub(super) path: PathBuf,
    /// Its class, by number or by name.
    pub(super) class: String,
}

/// Reads a comma-separated list of two columns, one of paths and one of classes, with or without a heading.
pub(super) fn read_csv(path: &Path) -> Result<Vec<Line>, DataFileError> {
    let bytes = read_file(path)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes.as_slice());
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(1..) {
        let record = record.map_err(|error| DataFileError::damaged(path, format!("{error}")))?;
        let mut columns = record.iter();
        let line = match (columns.next(), columns.next(), columns.next()) {
            (Some(first), Some(second), None) => {
                let paths = (is_picture(Path::new(first)), is_picture(Path::new(second)));
                match paths {
                    (true, false) => Some((first, second)),
                    (false, true) => Some((second, first)),
                    _ => None,
                }
            }
            _ => None,
        };
        match line {
            Some((file, class)) => lines.push(Line {
                path: PathBuf::from(file),
                class: class.to_owned(),
            }),
            // The heading.
            None if number == 1 => {}
            None => {
                let what = format!("line {number} is no path of a picture and its class");
                return Err(DataFileError::damaged(path, what));
            }
        }
    }
    not_empty(path, lines)
}

/// Reads a list with a path, a space and the number of a class a line.
pub(super) fn read_plain(path: &Path) -> Result<Vec<Line>, DataFileError> {
    let text = read_text(path)?;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let Some((file, class)) = line.rsplit_once([' ', '\t']) else {
            let what = format!("line {number} is no path of a picture and its class");
            return Err(DataFileError::damaged(path, what));
        };
        lines.push(Line {
            path: PathBuf::from(file.trim_end()),
            class: class.to_owned(),
        });
    }
    not_empty(path, lines)
}

fn not_empty(path: &Path, lines: Vec<Line>) -> Result<Vec<Line>, DataFileError> {
    if lines.is_empty() {
        return Err(DataFileError::damaged(path, "it lists no picture"));
    }
    Ok(lines)
}

/// How the paths of a list become paths of files, found out once from the first of them.
#[derive(Clone, Copy, Debug)]
struct Resolver<'a> {
    base: &'a Path,
    /// Folders at the beginning that are of the machine on which the list was made.
    dropped: usize,
    /// Whether the last folder, that of the class, is missing here.
    is_flat: bool,
}

impl<'a> Resolver<'a> {
    fn of(base: &'a Path, list: &Path, first: &Path) -> Result<Self, DataFileError> {
        let depth = first.components().count();
        for is_flat in [false, true] {
            for dropped in 0..depth {
                let resolver = Self {
                    base,
                    dropped,
                    is_flat,
                };
                if resolver.path(list, first)?.is_file() {
                    return Ok(resolver);
                }
            }
        }
        let needed_for = format!(
            "it is the first that `{}` lists, and neither it nor any end of its path is in `{}`",
            list.display(),
            base.display()
        );
        Err(DataFileError::missing(first, needed_for))
    }

    fn path(self, list: &Path, listed: &Path) -> Result<PathBuf, DataFileError> {
        let mut names = Vec::new();
        for component in listed.components() {
            match component {
                Component::Normal(name) => names.push(name),
                Component::RootDir | Component::CurDir => {}
                Component::ParentDir | Component::Prefix(_) => {
                    let what = format!("it lists `{}`", listed.display());
                    return Err(DataFileError::damaged(list, what));
                }
            }
        }
        if self.is_flat && names.len() >= 2 {
            names.remove(names.len() - 2);
        }
        let mut path = self.base.to_path_buf();
        path.extend(names.into_iter().skip(self.dropped));
        Ok(path)
    }
}

/// A list whose paths and classes are known.
#[derive(Debug)]
struct Resolved {
    split: FileSplit,
    /// The folder of the pictures of each class, where a class has one.
    folders: BTreeMap<u32, String>,
}

/// Reads a data set from lists, whose paths begin in `base`.
///
/// Classes are numbers, or names whose order gives their numbers; a class is called as the folder that all
/// its training pictures are in, or by its number.
pub(super) fn read_set(
    kind: Published,
    base: &Path,
    (train_list, train): (&Path, &[Line]),
    (test_list, test): (&Path, &[Line]),
) -> Result<FileSet, DataFileError> {
    let names = class_names(train);
    let train = resolve(base, train_list, train, names.as_deref(), None)?;
    // No more classes than training pictures, so that no number in a list sets memory aside.
    let classes = train
        .split
        .labels
        .iter()
        .max()
        .map_or(0, |&last| last as usize + 1);
    if classes < 2 {
        let what = "there is nothing to tell apart in it";
        return Err(DataFileError::damaged(train_list, what));
    }
    let test = resolve(base, test_list, test, names.as_deref(), Some(classes))?;
    let class_names = names.unwrap_or_else(|| {
        (0..classes as u32)
            .map(|class| {
                let folder = train.folders.get(&class);
                folder.cloned().unwrap_or_else(|| class.to_string())
            })
            .collect()
    });
    Ok(FileSet {
        name: kind.name(),
        class_names,
        class_groups: None,
        train: train.split,
        test: test.split,
    })
}

/// The classes in order, where a list names them and does not number them.
fn class_names(lines: &[Line]) -> Option<Vec<String>> {
    let is_number = |line: &Line| line.class.parse::<u32>().is_ok();
    if lines.iter().all(is_number) {
        return None;
    }
    let mut names: Vec<&str> = lines.iter().map(|line| line.class.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Some(names.into_iter().map(str::to_owned).collect())
}

fn resolve(
    base: &Path,
    list: &Path,
    lines: &[Line],
    names: Option<&[String]>,
    classes: Option<usize>,
) -> Result<Resolved, DataFileError> {
    let damaged = |what: String| DataFileError::damaged(list, what);
    let first = lines
        .first()
        .ok_or_else(|| damaged("it lists no picture".to_owned()))?;
    let resolver = Resolver::of(base, list, &first.path)?;
    let mut resolved = Resolved {
        split: FileSplit::default(),
        folders: BTreeMap::new(),
    };
    let mut is_in_one_folder = BTreeMap::new();
    for line in lines {
        let label = match names {
            Some(names) => names
                .binary_search(&line.class)
                .ok()
                .map(|label| label as u32),
            None => line.class.parse().ok(),
        };
        let most = classes.unwrap_or(lines.len());
        let Some(label) = label.filter(|&label| (label as usize) < most) else {
            let (class, file) = (line.class.escape_debug(), line.path.display());
            return Err(damaged(format!(
                "`{file}` has the class `{class}`, which the training list does not have or which is beyond the number of its pictures"
            )));
        };
        if let Some(folder) = line.path.parent().and_then(Path::file_name) {
            let folder = folder.to_string_lossy();
            let known = resolved
                .folders
                .entry(label)
                .or_insert_with(|| folder.clone().into_owned());
            *is_in_one_folder.entry(label).or_insert(true) &= *known == folder;
        }
        resolved.split.labels.push(label);
        resolved.split.files.push(resolver.path(list, &line.path)?);
    }
    resolved
        .folders
        .retain(|label, _| is_in_one_folder.get(label) == Some(&true));
    Ok(resolved)
}
