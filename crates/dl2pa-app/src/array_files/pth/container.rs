//! The two containers of `torch.save`: the zip archive of today, and the stream of pickles from before PyTorch
//! 1.6. Both hold one pickle that describes the tensors, and their numbers as storages.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config, ZipReadOptions};

use super::pickle::{self, Storage, Takes, Tensor, Unpickled, Value};

/// Longest pickle that is read; that of a few tensors has some hundred bytes, that of a ResNet-152 150,000.
const MAX_PICKLE_BYTES: u64 = 1 << 20;
/// 0x1950a86a20f9469cfc6c as a pickle writes it: the beginning of a file from before PyTorch 1.6.
const LEGACY_MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
/// The number that follows the magic one.
const LEGACY_PROTOCOL: i64 = 1001;

/// What takes the numbers of a storage: its key, its bytes, and whether each number's first byte is its largest.
pub(super) type TakeStorage<'a> = dyn FnMut(&str, &[u8], bool) -> Result<(), String> + 'a;

/// An open file.
pub(super) struct Container {
    /// The pickle that describes the tensors, and perhaps more.
    program: Vec<u8>,
    takes: Takes,
    file_bytes: u64,
    is_big_endian: bool,
    numbers: Numbers,
}

/// Where the storages are.
enum Numbers {
    /// Entries `<folder>data/<key>`.
    Archive {
        archive: ZipArchive<BufReader<File>>,
        folder: String,
    },
    /// One after the other in the order of `keys`, each as the number of its numbers (8 bytes) and its numbers.
    Stream { file: File, keys: Vec<Rc<str>> },
}

impl Container {
    /// Opens either kind; what its pickle may hold is for [`Self::unpickle`].
    pub(super) fn open(mut file: File, takes: Takes) -> Result<Self, String> {
        let file_bytes = file.metadata().map_err(|error| error.to_string())?.len();
        let mut beginning = Vec::new();
        file.by_ref()
            .take(LEGACY_MAGIC.len() as u64)
            .read_to_end(&mut beginning)
            .map_err(|error| error.to_string())?;
        file.rewind().map_err(|error| error.to_string())?;
        if beginning.starts_with(b"PK") {
            open_archive(file, takes, file_bytes)
        } else if beginning == LEGACY_MAGIC {
            open_stream(file, takes, file_bytes)
        } else {
            Err("it does not begin as a file of `torch.save` does".to_owned())
        }
    }

    pub(super) const fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// What the pickle makes.
    pub(super) fn unpickle(&self) -> Result<Unpickled<'_>, String> {
        pickle::run(&self.program, self.takes)
    }

    /// Gives the bytes of each storage of floating-point numbers that `tensors` lie in to `take`, one after the
    /// other. The tensors must be all of the file.
    pub(super) fn each_storage(
        self,
        tensors: &[&Rc<Tensor>],
        take: &mut TakeStorage<'_>,
    ) -> Result<(), String> {
        let mut storages: BTreeMap<&str, &Storage> = BTreeMap::new();
        for tensor in tensors {
            let storage = &*tensor.storage;
            let known = storages.entry(&*storage.key).or_insert(storage);
            if (known.kind, known.count) != (storage.kind, storage.count) {
                return Err(format!(
                    "it contradicts itself about its numbers `{}`",
                    storage.key
                ));
            }
        }
        let is_big_endian = self.is_big_endian;
        match self.numbers {
            Numbers::Archive {
                mut archive,
                folder,
            } => {
                for (key, _) in storages.iter().filter(|(_, storage)| storage.is_float()) {
                    let name = format!("{folder}data/{key}");
                    let bytes = read_entry(&mut archive, &name, self.file_bytes)?
                        .ok_or_else(|| format!("the numbers `{key}` of its tensor are missing"))?;
                    take(key, &bytes, is_big_endian)?;
                }
                Ok(())
            }
            Numbers::Stream { mut file, keys } => {
                if let Some(missing) = storages
                    .keys()
                    .find(|key| !keys.iter().any(|it| **it == ***key))
                {
                    return Err(format!("the numbers `{missing}` of its tensor are missing"));
                }
                for key in keys {
                    // Only its tensors know how long its numbers are.
                    let storage = storages
                        .get(&*key)
                        .ok_or_else(|| format!("its numbers `{key}` belong to no tensor"))?;
                    let bytes = read_storage(&mut file, storage, self.file_bytes)?;
                    if storage.is_float() {
                        take(&key, &bytes, is_big_endian)?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// `<name>/data.pkl` describes the tensors, `<name>/data/<key>` holds the numbers.
fn open_archive(file: File, takes: Takes, file_bytes: u64) -> Result<Container, String> {
    let broken = |error: zip::result::ZipError| format!("its archive is broken: {error}");
    // Looking for where it begins, zip takes the second entry of the directory for the first where that is as long as
    // the two records that PyTorch puts behind the directory: where the file's name had 21 letters.
    let begins = Config {
        archive_offset: ArchiveOffset::Known(0),
    };
    let archive = ZipArchive::with_config(begins, BufReader::new(file));
    let mut archive = archive.map_err(broken)?;
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
    let mut entry = |name: &str| {
        let name = format!("{folder}{name}");
        read_entry(&mut archive, &name, MAX_PICKLE_BYTES)
    };
    let program = entry("data.pkl")?.ok_or("its `data.pkl` is missing")?;
    let byte_order = entry("byteorder")?;
    Ok(Container {
        program,
        takes,
        file_bytes,
        is_big_endian: byte_order.is_some_and(|order| order.starts_with(b"big")),
        numbers: Numbers::Archive { archive, folder },
    })
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

/// Magic number, protocol, system, object and the keys of its storages, each a pickle; then the storages.
fn open_stream(mut file: File, takes: Takes, file_bytes: u64) -> Result<Container, String> {
    let mut programs = Vec::new();
    file.by_ref()
        .take(MAX_PICKLE_BYTES)
        .read_to_end(&mut programs)
        .map_err(|error| error.to_string())?;
    let mut at = LEGACY_MAGIC.len();
    let mut next = || {
        let unpickled = pickle::run(&programs[at..], takes)?;
        let begins = at;
        at += unpickled.length;
        Ok::<_, String>((unpickled, begins))
    };
    if !matches!(next()?.0.root, Value::Int(LEGACY_PROTOCOL)) {
        return Err("it has an unknown protocol".to_owned());
    }
    let (system, _) = next()?;
    let (_, object_begins) = next()?;
    let (keys, _) = next()?;
    let Value::List(keys_place) = keys.root else {
        return Err("it does not say where its numbers are".to_owned());
    };
    let keys = keys.list(keys_place).iter().map(|key| match key {
        Value::Text(key) => Ok(Rc::clone(key)),
        _ => Err("it names its numbers by other than text".to_owned()),
    });
    let keys = keys.collect::<Result<_, String>>()?;
    let is_big_endian = is_entry_false(&system, "little_endian");
    file.seek(SeekFrom::Start(at as u64))
        .map_err(|error| error.to_string())?;
    programs.drain(..object_begins);
    Ok(Container {
        program: programs,
        takes,
        file_bytes,
        is_big_endian,
        numbers: Numbers::Stream { file, keys },
    })
}

fn read_storage(file: &mut File, storage: &Storage, most: u64) -> Result<Vec<u8>, String> {
    let mut length = [0; 8];
    file.read_exact(&mut length)
        .map_err(|_cut_off: io::Error| "it ends before its numbers".to_owned())?;
    if u64::from_le_bytes(length) != storage.count {
        return Err("it contradicts itself about the number of its numbers".to_owned());
    }
    let size = storage.bytes().filter(|&bytes| bytes <= most);
    let size = size.ok_or("it names more numbers than it is long")?;
    let mut bytes = Vec::new();
    file.take(size)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn is_entry_false(unpickled: &Unpickled<'_>, name: &str) -> bool {
    let Value::Dict(place) = unpickled.root else {
        return false;
    };
    let is_it = |key: &Value<'_>| matches!(key, Value::Text(text) if **text == *name);
    let mut entries = unpickled.dict(place).iter();
    entries.any(|(key, value)| is_it(key) && matches!(value, Value::Bool(false)))
}
