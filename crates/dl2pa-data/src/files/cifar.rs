//! CIFAR-10 and CIFAR-100 (Krizhevsky 2009), in the binary and in the Python version.

use std::path::Path;

use super::error::DataFileError;
use super::parts::{Form, Part, Place, find};
use super::pickle::arrays::{Arrays, ByteArray, Object};
use super::pickle::{self, Unpickled, Value};
use super::{PixelSet, PixelSplit, Published};

/// Side of a picture in pixels.
const SIDE: usize = 32;
/// Numbers in one picture.
const PICTURE: usize = 3 * SIDE * SIDE;

/// Number of the binary version among a set's forms; the other is the Python version.
const BINARY: usize = 0;

/// How one of the two data sets is laid out.
struct Layout {
    kind: Published,
    classes: usize,
    /// Groups of classes; 0 where there are none.
    groups: usize,
    forms: [Form; 2],
    /// Training files, test file and list of names of each form.
    files: [&'static [&'static str]; 2],
    /// Under which name the Python version keeps the labels, and the names of the classes.
    labels_key: &'static str,
    names_key: &'static str,
}

const CIFAR10: Layout = Layout {
    kind: Published::Cifar10,
    classes: 10,
    groups: 0,
    forms: [
        Form {
            folder: "cifar-10-batches-bin",
            marker: "data_batch_1.bin",
            archive: "cifar-10-binary.tar.gz",
        },
        Form {
            folder: "cifar-10-batches-py",
            marker: "data_batch_1",
            archive: "cifar-10-python.tar.gz",
        },
    ],
    files: [
        &[
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin",
            "batches.meta.txt",
        ],
        &[
            "data_batch_1",
            "data_batch_2",
            "data_batch_3",
            "data_batch_4",
            "data_batch_5",
            "test_batch",
            "batches.meta",
        ],
    ],
    labels_key: "labels",
    names_key: "label_names",
};

const CIFAR100: Layout = Layout {
    kind: Published::Cifar100,
    classes: 100,
    groups: 20,
    forms: [
        Form {
            folder: "cifar-100-binary",
            marker: "train.bin",
            archive: "cifar-100-binary.tar.gz",
        },
        Form {
            folder: "cifar-100-python",
            marker: "meta",
            archive: "cifar-100-python.tar.gz",
        },
    ],
    files: [
        &["train.bin", "test.bin", "fine_label_names.txt"],
        &["train", "test", "meta"],
    ],
    labels_key: "fine_labels",
    names_key: "fine_label_names",
};

/// Reads CIFAR-10 from `root`.
pub(super) fn read_10(root: &Path) -> Result<PixelSet, DataFileError> {
    CIFAR10.read(root)
}

/// Reads CIFAR-100 from `root`, with its groups of classes.
pub(super) fn read_100(root: &Path) -> Result<PixelSet, DataFileError> {
    CIFAR100.read(root)
}

/// The files of CIFAR-10 or CIFAR-100 in `root`: each unpacked one, or the archive.
pub(super) fn files(
    kind: Published,
    root: &Path,
) -> Result<Vec<std::path::PathBuf>, DataFileError> {
    let layout = if kind == Published::Cifar10 {
        CIFAR10
    } else {
        CIFAR100
    };
    let (form, place) = find(kind.title(), root, &layout.forms)?;
    Ok(match place {
        Place::Folder(folder) => {
            let names = layout.files[form].iter();
            names.map(|name| folder.join(name)).collect()
        }
        Place::Archive(path, _) => vec![path],
    })
}

impl Layout {
    fn read(&self, root: &Path) -> Result<PixelSet, DataFileError> {
        let (form, place) = find(self.kind.title(), root, &self.forms)?;
        let mut parts = place.read(self.files[form])?;
        let (Some(names), Some(test), train) = (parts.pop(), parts.pop(), parts) else {
            return Err(DataFileError::damaged(root, "it holds no file"));
        };
        let class_names = self.class_names(&names, form)?;

        let mut groups = vec![None; self.classes];
        let mut split = |parts: Vec<Part>| {
            let mut split = PixelSplit::default();
            let bytes = parts.iter().map(|part| part.bytes.len()).sum();
            split.pixels.reserve_exact(bytes);
            for part in parts {
                let records = if form == BINARY {
                    self.binary(&part.bytes, &mut split)
                } else {
                    self.python(&part.bytes, &mut split)
                };
                records
                    .and_then(|labels| self.check(&labels, &mut groups, &mut split))
                    .map_err(|what| DataFileError::damaged(&part.path, what))?;
            }
            split.pixels.shrink_to_fit();
            Ok::<_, DataFileError>(split)
        };
        let (train, test) = (split(train)?, split(vec![test])?);
        // A class without a picture has no known group; then none has.
        let class_groups = (self.groups > 0)
            .then(|| groups.into_iter().collect::<Option<Vec<u32>>>())
            .flatten();
        Ok(PixelSet {
            name: self.kind.name(),
            class_names,
            class_groups,
            channels: 3,
            height: SIDE,
            width: SIDE,
            train,
            test,
        })
    }

    /// Holds labels and groups against their ranges and each other, and keeps them.
    fn check(
        &self,
        labels: &[(u32, u32)],
        groups: &mut [Option<u32>],
        split: &mut PixelSplit,
    ) -> Result<(), String> {
        for &(label, group) in labels {
            let classes = self.classes;
            let Some(known) = groups.get_mut(label as usize) else {
                return Err(format!(
                    "a picture has the class {label}, and there are {classes}"
                ));
            };
            if self.groups > 0 && group as usize >= self.groups {
                let groups = self.groups;
                return Err(format!(
                    "a picture has the group {group}, and there are {groups}"
                ));
            }
            if let Some(other) = known.replace(group)
                && other != group
            {
                return Err(format!(
                    "class {label} is in group {other} and in group {group}"
                ));
            }
            split.labels.push(label);
        }
        Ok(())
    }

    /// Records of the group (where there are groups), the class and the picture, a byte each number.
    fn binary(&self, bytes: &[u8], split: &mut PixelSplit) -> Result<Vec<(u32, u32)>, String> {
        let prefix = if self.groups > 0 { 2 } else { 1 };
        let record = prefix + PICTURE;
        if bytes.is_empty() || !bytes.len().is_multiple_of(record) {
            return Err(format!(
                "it has {} bytes, which are no whole records of {record}",
                bytes.len()
            ));
        }
        let mut labels = Vec::with_capacity(bytes.len() / record);
        for record in bytes.chunks_exact(record) {
            let (numbers, picture) = record.split_at(prefix);
            let label = numbers.last().copied().unwrap_or(0);
            let group = if self.groups > 0 {
                numbers.first().copied().unwrap_or(0)
            } else {
                0
            };
            labels.push((label.into(), group.into()));
            split.pixels.extend_from_slice(picture);
        }
        Ok(labels)
    }

    /// A dictionary of `data` (n x 3072 bytes) and lists of n labels, and of n groups where there are groups.
    fn python(&self, bytes: &[u8], split: &mut PixelSplit) -> Result<Vec<(u32, u32)>, String> {
        let unpickled = pickle::run(bytes, &Arrays)?;
        let labels = numbers(&unpickled, self.labels_key)?;
        let groups = if self.groups > 0 {
            numbers(&unpickled, "coarse_labels")?
        } else {
            vec![0; labels.len()]
        };
        let count = match entry(&unpickled, "data")? {
            Value::Object(Object::Array(cell)) => {
                let array = cell.get().ok_or_else(pickle::does_not_fit)?;
                if array.columns != PICTURE {
                    let columns = array.columns;
                    return Err(format!(
                        "its pictures have {columns} numbers and not {PICTURE}"
                    ));
                }
                copy_rows(array, &mut split.pixels);
                array.rows
            }
            // The array's bytes alone, as some tools repack it.
            Value::Bytes(bytes) if bytes.len().is_multiple_of(PICTURE) => {
                split.pixels.extend_from_slice(bytes);
                bytes.len() / PICTURE
            }
            _ => return Err("its `data` is no array of bytes".to_owned()),
        };
        if count == 0 || labels.len() != count || groups.len() != count {
            let labels = labels.len();
            return Err(format!("it has {count} pictures and {labels} labels"));
        }
        Ok(labels.into_iter().zip(groups).collect())
    }

    fn class_names(&self, part: &Part, form: usize) -> Result<Vec<String>, DataFileError> {
        let damaged = |what: String| DataFileError::damaged(&part.path, what);
        let names: Vec<String> = if form == BINARY {
            let text = String::from_utf8_lossy(&part.bytes);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        } else {
            let unpickled = pickle::run(&part.bytes, &Arrays).map_err(damaged)?;
            let items = list(&unpickled, self.names_key).map_err(damaged)?.iter();
            let names = items.map(|item| {
                let bytes = item.as_bytes().ok_or_else(pickle::does_not_fit)?;
                Ok(String::from_utf8_lossy(bytes).into_owned())
            });
            names.collect::<Result<_, _>>().map_err(damaged)?
        };
        if names.len() != self.classes {
            let (found, classes) = (names.len(), self.classes);
            return Err(damaged(format!(
                "it names {found} classes and not {classes}"
            )));
        }
        Ok(names)
    }
}

type Pickled<'a> = Unpickled<'a, Object<'a>>;

/// The value under `key` of a dictionary.
fn entry<'p, 'a>(
    unpickled: &'p Pickled<'a>,
    key: &str,
) -> Result<&'p Value<'a, Object<'a>>, String> {
    let Value::Dict(place) = unpickled.root else {
        return Err("it holds no dictionary".to_owned());
    };
    let mut entries = unpickled.dict(place).iter();
    entries
        .find(|(name, _)| name.as_bytes() == Some(key.as_bytes()))
        .map(|(_, value)| value)
        .ok_or_else(|| format!("it has no `{key}`"))
}

fn list<'p, 'a>(
    unpickled: &'p Pickled<'a>,
    key: &str,
) -> Result<&'p [Value<'a, Object<'a>>], String> {
    match entry(unpickled, key)? {
        Value::List(place) => Ok(unpickled.list(*place)),
        _ => Err(format!("its `{key}` is no list")),
    }
}

fn numbers(unpickled: &Pickled<'_>, key: &str) -> Result<Vec<u32>, String> {
    let number = |item: &Value<'_, Object<'_>>| match item {
        Value::Int(value) => u32::try_from(*value).ok(),
        _ => None,
    };
    let numbers = list(unpickled, key)?.iter().map(number);
    numbers
        .collect::<Option<_>>()
        .ok_or_else(|| format!("its `{key}` has an item that is no label"))
}

/// Adds the rows of `array`.
fn copy_rows(array: &ByteArray<'_>, pixels: &mut Vec<u8>) {
    if array.is_by_columns {
        for row in 0..array.rows {
            pixels.extend(array.bytes().iter().skip(row).step_by(array.rows));
        }
    } else {
        pixels.extend_from_slice(array.bytes());
    }
}
