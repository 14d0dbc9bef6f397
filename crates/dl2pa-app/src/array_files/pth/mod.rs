//! PyTorch's `.pth`: one tensor, or a dictionary of tensors with the authors' `w` in it.
//!
//! The authors store prototypes d x c under `w`; any other tensor is taken as c x d, as PyTorch lays out
//! a classifier's weight. Both containers of `torch.save` are read: the zip archive of today and the
//! stream of pickles from before PyTorch 1.6 (with one storage).
//!
//! Not by burn's reader: that one takes no file of a single tensor, passes over what is no tensor in
//! silence, and allocates up to 10 GiB for a view that repeats one number.

mod pickle;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::ZipReadOptions;

use super::number::Encoding;
use super::{Matrix, TENSOR_NAME, size};
use pickle::{Object, Storage, Tensor, Unpickled, Value};

/// The name of the authors' tensor.
const AUTHORS_NAME: &str = "w";
/// What PyTorch keeps beside the tensors of a module.
const METADATA_NAME: &str = "_metadata";
/// Longest pickle that is read; that of a few tensors has some hundred bytes.
const MAX_PICKLE_BYTES: u64 = 1 << 20;
/// 0x1950a86a20f9469cfc6c as a pickle writes it: the beginning of a file from before PyTorch 1.6.
const LEGACY_MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
/// The number that follows the magic one.
const LEGACY_PROTOCOL: i64 = 1001;

/// Reads the matrix, rows first.
///
/// # Errors
/// In words, what is wrong; a pickle of anything but tensors is, too.
pub(super) fn read(mut file: File) -> Result<Matrix, String> {
    let file_bytes = file.metadata().map_err(|error| error.to_string())?.len();
    let mut beginning = Vec::new();
    file.by_ref()
        .take(LEGACY_MAGIC.len() as u64)
        .read_to_end(&mut beginning)
        .map_err(|error| error.to_string())?;
    file.rewind().map_err(|error| error.to_string())?;
    if beginning.starts_with(b"PK") {
        read_archive(file, file_bytes)
    } else if beginning == LEGACY_MAGIC {
        read_legacy(file)
    } else {
        Err("it does not begin as a file of `torch.save` does".to_owned())
    }
}

/// `<name>/data.pkl` describes the tensors, `<name>/data/<key>` holds the numbers.
fn read_archive(file: File, file_bytes: u64) -> Result<Matrix, String> {
    let broken = |error: zip::result::ZipError| format!("its archive is broken: {error}");
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut folder = None;
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(broken)?;
        let name = entry.name().map_err(broken)?;
        if let Some(before) = name.strip_suffix("data.pkl") {
            folder = Some(before.to_owned());
            break;
        }
    }
    let folder = folder.ok_or("it is an archive without a `data.pkl`")?;
    let mut entry =
        |name: &str, most: u64| read_entry(&mut archive, &format!("{folder}{name}"), most);
    let program = entry("data.pkl", MAX_PICKLE_BYTES)?.ok_or("its `data.pkl` is missing")?;
    let byte_order = entry("byteorder", MAX_PICKLE_BYTES)?;
    let unpickled = pickle::run(&program)?;
    let (tensor, is_authors) = choose(&unpickled)?;
    let key = &tensor.storage.key;
    let bytes = entry(&format!("data/{key}"), file_bytes)?
        .ok_or_else(|| format!("the numbers `{key}` of its tensor are missing"))?;
    let encoding = Encoding {
        number: tensor.storage.number,
        is_big_endian: byte_order.is_some_and(|order| order.starts_with(b"big")),
    };
    gather(&tensor, &bytes, encoding, is_authors)
}

/// The bytes of an entry that is not compressed (`torch.save` compresses none); `None` without it.
fn read_entry(
    archive: &mut ZipArchive<BufReader<File>>,
    name: &str,
    most: u64,
) -> Result<Option<Vec<u8>>, String> {
    let broken = |error: zip::result::ZipError| format!("its archive is broken: {error}");
    let Some(place) = archive.index_for_name(name) else {
        return Ok(None);
    };
    let crc32 = archive.by_index_raw(place).map_err(broken)?.crc32();
    // PyTorch can be told to leave the sums out, and then writes 0.
    let options = ZipReadOptions::new().ignore_crc32(crc32 == 0);
    let entry = archive
        .by_index_with_options(place, options)
        .map_err(broken)?;
    let size = entry.size();
    if size > most {
        return Err(format!("its entry `{name}` claims to be {size} bytes long"));
    }
    let mut bytes = Vec::new();
    // The sum is compared where the entry ends, so one byte more is asked for.
    let mut more = entry.take(size.saturating_add(1));
    more.read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 != size {
        return Err(format!("its entry `{name}` is not {size} bytes long"));
    }
    Ok(Some(bytes))
}

/// Magic number, protocol, system, object and the keys of its storages, each a pickle; then each
/// storage as its length (8 bytes) and its numbers.
fn read_legacy(mut file: File) -> Result<Matrix, String> {
    let mut programs = Vec::new();
    file.by_ref()
        .take(MAX_PICKLE_BYTES)
        .read_to_end(&mut programs)
        .map_err(|error| error.to_string())?;
    let mut at = LEGACY_MAGIC.len();
    let mut next = || {
        let unpickled = pickle::run(&programs[at..])?;
        at += unpickled.length;
        Ok::<_, String>(unpickled)
    };
    if !matches!(next()?.root, Value::Int(LEGACY_PROTOCOL)) {
        return Err("it has an unknown protocol".to_owned());
    }
    let system = next()?;
    let unpickled = next()?;
    let keys = next()?;
    let (tensor, is_authors) = choose(&unpickled)?;
    let Value::List(keys_place) = keys.root else {
        return Err("it does not say where its numbers are".to_owned());
    };
    let is_big_endian = is_entry_false(&system, "little_endian");

    // Only files of one storage: the lengths of the others in bytes are known to their tensors alone.
    let [Value::Text(key)] = keys.list(keys_place) else {
        return Err("it holds several tensors in the format of before PyTorch 1.6; load it and save it again".to_owned());
    };
    if *key != tensor.storage.key {
        return Err("the numbers of its tensor are missing".to_owned());
    }
    let mut length = [0; 8];
    file.seek(SeekFrom::Start(at as u64))
        .map_err(|error| error.to_string())?;
    file.read_exact(&mut length)
        .map_err(|_cut_off: io::Error| "it ends before its numbers".to_owned())?;
    if u64::from_le_bytes(length) != tensor.storage.count {
        return Err("it contradicts itself about the number of its numbers".to_owned());
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    let encoding = Encoding {
        number: tensor.storage.number,
        is_big_endian,
    };
    gather(&tensor, &bytes, encoding, is_authors)
}

fn is_entry_false(unpickled: &Unpickled<'_>, name: &str) -> bool {
    let Value::Dict(place) = unpickled.root else {
        return false;
    };
    let is_it = |key: &Value<'_>| matches!(key, Value::Text(text) if **text == *name);
    let mut entries = unpickled.dict(place).iter();
    entries.any(|(key, value)| is_it(key) && matches!(value, Value::Bool(false)))
}

/// The tensor to read, and whether it is stored as the authors' are.
fn choose(unpickled: &Unpickled<'_>) -> Result<(Rc<Tensor>, bool), String> {
    let place = match &unpickled.root {
        Value::Object(Object::Tensor(tensor)) => return Ok((Rc::clone(tensor), false)),
        Value::Dict(place) => *place,
        _ => return Err("it holds neither a tensor nor a dictionary of tensors".to_owned()),
    };
    let mut tensors = Vec::new();
    for (key, value) in unpickled.dict(place) {
        match (key, value) {
            (Value::Text(name), Value::Object(Object::Tensor(tensor))) => {
                tensors.push((name, tensor));
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
    let named = |wanted: &str| tensors.iter().find(|(name, _)| ***name == *wanted);
    if let Some((_, tensor)) = named(AUTHORS_NAME) {
        return Ok((Rc::clone(tensor), true));
    }
    match (tensors.as_slice(), named(TENSOR_NAME)) {
        ([(_, only)], _) | (_, Some((_, only))) => Ok((Rc::clone(only), false)),
        _ => Err(format!(
            "it holds {} tensors and none is named `{AUTHORS_NAME}` or `{TENSOR_NAME}`",
            tensors.len()
        )),
    }
}

/// The matrix of a tensor from its storage's bytes, turned to c x d if it is the authors'.
fn gather(
    tensor: &Tensor,
    bytes: &[u8],
    encoding: Encoding,
    is_authors: bool,
) -> Result<Matrix, String> {
    let Storage { count, .. } = *tensor.storage;
    let stored = (bytes.len() / encoding.size()) as u64;
    if stored < count {
        return Err(format!(
            "it ends too early: its tensor has {count} numbers, and {stored} are there"
        ));
    }
    let (&[rows, columns], &[row_stride, column_stride]) =
        (tensor.shape.as_slice(), tensor.strides.as_slice())
    else {
        let dimensions = tensor.shape.len();
        return Err(format!("its tensor has {dimensions} dimensions and not 2"));
    };
    size(rows, columns)?;
    // The place of the last number must lie in the storage, and a view that repeats numbers could be of
    // any size.
    let last = (rows - 1)
        .checked_mul(row_stride)
        .zip((columns - 1).checked_mul(column_stride))
        .and_then(|(down, along)| down.checked_add(along)?.checked_add(tensor.offset));
    if last.is_none_or(|last| last >= count) || rows * columns > count {
        return Err(format!(
            "its tensor of {rows} x {columns} numbers does not fit the {count} that are stored"
        ));
    }
    let mut storage = vec![0.0; count as usize];
    encoding.decode(bytes, &mut storage);
    let (rows, columns, row_stride, column_stride) = if is_authors {
        (columns, rows, column_stride, row_stride)
    } else {
        (rows, columns, row_stride, column_stride)
    };
    let mut values = Vec::with_capacity((rows * columns) as usize);
    for row in 0..rows {
        let begins = tensor.offset + row * row_stride;
        values
            .extend((0..columns).map(|column| storage[(begins + column * column_stride) as usize]));
    }
    Ok(Matrix {
        rows: rows as usize,
        columns: columns as usize,
        values,
    })
}

#[cfg(test)]
mod tests;
