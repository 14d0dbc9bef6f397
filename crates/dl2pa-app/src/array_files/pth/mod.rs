//! PyTorch's `.pth`: one tensor, a dictionary of tensors with the authors' `w` in it, or the state dict of a
//! network.
//!
//! The authors store prototypes d x c under `w`; any other tensor is taken as c x d, as PyTorch lays out
//! a classifier's weight.
//!
//! Not by burn's reader: that one takes no file of a single tensor, passes over what is no tensor in
//! silence, and allocates up to 10 GiB for a view that repeats one number.

mod container;
mod pickle;

use std::collections::HashSet;
use std::fs::File;
use std::rc::Rc;

use super::number::Encoding;
use super::stored::rows_of_columns;
use super::{Matrix, TENSOR_NAME, size};
use container::Container;
use pickle::{Kind, Object, Takes, Tensor, Unpickled, Value};

/// The name of the authors' tensor.
const AUTHORS_NAME: &str = "w";
/// What PyTorch keeps beside the tensors of a module.
const METADATA_NAME: &str = "_metadata";
/// Under which names training scripts keep a network's state dict among other things.
const WRAPPERS: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// A tensor of a state dict.
#[derive(Clone, Debug, PartialEq)]
pub struct StateArray {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values, the last axis fastest; `None` of whole numbers and truth values, which are not read.
    pub values: Option<Vec<f32>>,
}

/// A tensor of a file, which has no name if it is all that the file holds.
type Named = (Option<Rc<str>>, Rc<Tensor>);

/// Reads the matrix, rows first.
///
/// # Errors
/// In words, what is wrong; a pickle of anything but tensors is, too.
pub(super) fn read(file: File) -> Result<Matrix, String> {
    let container = Container::open(file, Takes::Floats)?;
    let tensors = tensors(&container.unpickle()?)?;
    let (chosen, is_authors) = choose(&tensors)?;
    let (rows, columns) = match chosen.shape.as_slice() {
        &[rows, columns] => (rows, columns),
        shape => {
            return Err(format!(
                "its tensor has {} dimensions and not 2",
                shape.len()
            ));
        }
    };
    size(rows, columns)?;
    let mut values = Vec::new();
    let all: Vec<_> = tensors.iter().map(|(_, tensor)| tensor).collect();
    container.each_storage(&all, &mut |key, bytes, is_big_endian| {
        if *key == *chosen.storage.key {
            values = gather(chosen, bytes, is_big_endian)?;
        }
        Ok(())
    })?;
    let (rows, columns) = (rows as usize, columns as usize);
    Ok(if is_authors {
        Matrix {
            rows: columns,
            columns: rows,
            values: rows_of_columns(&values, columns, rows),
        }
    } else {
        Matrix {
            rows,
            columns,
            values,
        }
    })
}

/// Reads all tensors of a dictionary, in its order: of the file's, or of the one that a training script has put into
/// it beside the epoch, the optimiser's state and the like.
///
/// Memory: at most a small multiple of the file's length.
///
/// # Errors
/// In words, what is wrong; a pickle of anything but tensors is, too.
pub(super) fn read_state_dict(file: File) -> Result<Vec<StateArray>, String> {
    let container = Container::open(file, Takes::AllNumbers)?;
    let unpickled = container.unpickle()?;
    let tensors = tensors_in(&unpickled, wrapped(&unpickled))?;
    let others = others(&unpickled, &tensors);
    drop(unpickled);
    let mut arrays = tensors
        .iter()
        .map(|(name, tensor)| empty_array(name.as_deref(), tensor))
        .collect::<Result<Vec<_>, String>>()?;
    // Any number of tensors could share one storage.
    let most = container.file_bytes();
    let wanted = tensors
        .iter()
        .try_fold(0_u64, |sum, (_, tensor)| sum.checked_add(tensor.bytes()?));
    if wanted.is_none_or(|bytes| bytes > most) {
        return Err("its tensors have more numbers than it stores".to_owned());
    }
    let wanted = tensors.iter().map(|(_, tensor)| tensor);
    let all: Vec<_> = wanted.chain(&others).collect();
    let mut places: Vec<usize> = (0..arrays.len()).collect();
    places.sort_by_key(|&place| &all[place].storage.key);
    container.each_storage(&all, &mut |key, bytes, is_big_endian| {
        let first = places.partition_point(|&place| *all[place].storage.key < *key);
        for &place in &places[first..] {
            if *all[place].storage.key != *key {
                break;
            }
            if arrays[place].values.is_some() {
                arrays[place].values = Some(gather(all[place], bytes, is_big_endian)?);
            }
        }
        Ok(())
    })?;
    Ok(arrays)
}

/// The array of a tensor before its numbers have been read.
fn empty_array(name: Option<&str>, tensor: &Tensor) -> Result<StateArray, String> {
    let name = name.ok_or("it holds one tensor and no dictionary of them")?;
    let shape = tensor.shape.iter().map(|&length| usize::try_from(length));
    let is_float = matches!(tensor.storage.kind, Kind::Float(_));
    Ok(StateArray {
        name: name.to_owned(),
        shape: shape
            .collect::<Result<_, _>>()
            .map_err(|_too_large| "its pickle names an absurd size")?,
        values: is_float.then(Vec::new),
    })
}

/// The dictionary that a training script has put into the file's; otherwise the file's.
fn wrapped<'v, 'p>(unpickled: &'v Unpickled<'p>) -> &'v Value<'p> {
    let root = &unpickled.root;
    let Value::Dict(place) = root else {
        return root;
    };
    let named = |wanted: &&str| {
        let mut entries = unpickled.dict(*place).iter();
        let found = entries.find(|(key, _)| matches!(key, Value::Text(name) if **name == **wanted));
        found.map(|(_, value)| value)
    };
    let mut inner = WRAPPERS.iter().filter_map(named);
    inner
        .find(|value| matches!(value, Value::Dict(_)))
        .unwrap_or(root)
}

/// The tensors of the pickle that are not among `tensors`: their numbers lie between those of the others.
fn others(unpickled: &Unpickled<'_>, tensors: &[Named]) -> Vec<Rc<Tensor>> {
    let known: HashSet<*const Tensor> = tensors.iter().map(|(_, it)| Rc::as_ptr(it)).collect();
    let all = unpickled.objects().filter_map(|object| match object {
        Object::Tensor(tensor) => Some(tensor),
        _ => None,
    });
    let others = all.filter(|tensor| !known.contains(&Rc::as_ptr(tensor)));
    others.map(Rc::clone).collect()
}

/// The tensors of the file.
fn tensors(unpickled: &Unpickled<'_>) -> Result<Vec<Named>, String> {
    tensors_in(unpickled, &unpickled.root)
}

/// The tensors of `value`, which is one or a dictionary of them.
fn tensors_in(unpickled: &Unpickled<'_>, value: &Value<'_>) -> Result<Vec<Named>, String> {
    let place = match value {
        Value::Object(Object::Tensor(tensor)) => return Ok(vec![(None, Rc::clone(tensor))]),
        Value::Dict(place) => *place,
        _ => return Err("it holds neither a tensor nor a dictionary of tensors".to_owned()),
    };
    let mut tensors = Vec::new();
    for (key, value) in unpickled.dict(place) {
        match (key, value) {
            (Value::Text(name), Value::Object(Object::Tensor(tensor))) => {
                tensors.push((Some(Rc::clone(name)), Rc::clone(tensor)));
            }
            (Value::Text(name), Value::Dict(_)) if **name == *METADATA_NAME => {}
            (Value::Text(name), _) => {
                let name: String = name.chars().take(80).collect();
                return Err(format!(
                    "its `{}` is no tensor, and only tensors are read",
                    name.escape_debug()
                ));
            }
            _ => return Err("it names something by other than text".to_owned()),
        }
    }
    Ok(tensors)
}

/// The tensor that is the matrix, and whether it is stored as the authors' are.
fn choose(tensors: &[Named]) -> Result<(&Tensor, bool), String> {
    let named = |wanted: &str| {
        let is_it = |name: &Option<Rc<str>>| name.as_deref() == Some(wanted);
        tensors.iter().find(|(name, _)| is_it(name))
    };
    if let Some((_, tensor)) = named(AUTHORS_NAME) {
        return Ok((tensor, true));
    }
    match (tensors, named(TENSOR_NAME)) {
        ([(_, only)], _) | (_, Some((_, only))) => Ok((only, false)),
        _ => Err(format!(
            "it holds {} tensors and none is named `{AUTHORS_NAME}` or `{TENSOR_NAME}`",
            tensors.len()
        )),
    }
}

/// The numbers of a tensor, the last axis fastest, from the bytes of its storage.
fn gather(tensor: &Tensor, bytes: &[u8], is_big_endian: bool) -> Result<Vec<f32>, String> {
    let Kind::Float(number) = tensor.storage.kind else {
        return Err("it holds whole numbers".to_owned());
    };
    let encoding = Encoding {
        number,
        is_big_endian,
    };
    let count = tensor.storage.count;
    let stored = (bytes.len() / encoding.size()) as u64;
    if stored < count {
        return Err(format!(
            "it ends too early: its tensor has {count} numbers, and {stored} are there"
        ));
    }
    let numbers = tensor.numbers().filter(|&numbers| numbers <= count);
    // The place of the last number must lie in the storage, and a view that repeats numbers could be of
    // any size.
    let axes = || tensor.shape.iter().zip(&tensor.strides);
    let last = axes().try_fold(tensor.offset, |at, (&length, &stride)| {
        at.checked_add(length.saturating_sub(1).checked_mul(stride)?)
    });
    let fits = last.is_some_and(|last| last < count) || numbers == Some(0);
    let Some(numbers) = numbers.filter(|_| fits) else {
        let lengths: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        return Err(format!(
            "its tensor of {} numbers does not fit the {count} that are stored",
            lengths.join(" x ")
        ));
    };
    let mut values = vec![0.0; numbers as usize];
    if tensor.is_contiguous() && numbers > 0 {
        encoding.decode(
            &bytes[tensor.offset as usize * encoding.size()..],
            &mut values,
        );
        return Ok(values);
    }
    let mut index = vec![0; tensor.shape.len()];
    for value in &mut values {
        let at: u64 = index.iter().zip(&tensor.strides).map(|(i, s)| i * s).sum();
        let begins = (tensor.offset + at) as usize * encoding.size();
        encoding.decode(&bytes[begins..], std::slice::from_mut(value));
        for (axis, place) in index.iter_mut().enumerate().rev() {
            *place += 1;
            if *place < tensor.shape[axis] {
                break;
            }
            *place = 0;
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests;
