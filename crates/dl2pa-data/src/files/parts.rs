//! Where the files of a data set lie: unpacked in a folder, or in the archive as it is published.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use tar::Archive;

use super::error::DataFileError;

/// Longest file in an archive; the longest that is read, STL-10's test pictures, has 221 MB.
const MAX_MEMBER_BYTES: u64 = 512 << 20;

/// One way in which a data set is given out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// The folder that the archive unpacks to.
    pub(super) folder: &'static str,
    /// A file that tells this folder from others.
    pub(super) marker: &'static str,
    /// The `.tar.gz`.
    pub(super) archive: &'static str,
}

/// Where a data set was found.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Folder(PathBuf),
    /// An archive, and the folder in it.
    Archive(PathBuf, &'static str),
}

/// A file of a data set.
#[derive(Debug)]
pub(super) struct Part {
    /// Where it lies; in an archive, the archive's path and its own.
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// Finds the first of `forms` in `root`: its folder there, `root` itself, or its archive. Gives the number
/// of the form, too.
pub(super) fn find(
    dataset: &'static str,
    root: &Path,
    forms: &[Form],
) -> Result<(usize, Place), DataFileError> {
    let unpacked = forms.iter().map(|form| root.join(form.folder));
    if let Some((number, folder)) = unpacked.enumerate().find(|(_, folder)| folder.is_dir()) {
        return Ok((number, Place::Folder(folder)));
    }
    for (number, form) in forms.iter().enumerate() {
        if root.join(form.marker).is_file() {
            return Ok((number, Place::Folder(root.to_path_buf())));
        }
    }
    for (number, form) in forms.iter().enumerate() {
        let archive = root.join(form.archive);
        if archive.is_file() {
            return Ok((number, Place::Archive(archive, form.folder)));
        }
    }
    let names = forms
        .iter()
        .flat_map(|form| [format!("`{}/`", form.folder), format!("`{}`", form.archive)]);
    Err(DataFileError::Absent {
        dataset,
        root: root.to_path_buf(),
        looked_for: names.collect::<Vec<_>>().join(" or "),
    })
}

impl Place {
    /// The files called `names`, in that order.
    pub(super) fn read(&self, names: &[&str]) -> Result<Vec<Part>, DataFileError> {
        match self {
            Self::Folder(folder) => {
                let paths = names.iter().map(|name| folder.join(name));
                paths
                    .map(|path| {
                        let bytes = read_file(&path)?;
                        Ok(Part { path, bytes })
                    })
                    .collect()
            }
            Self::Archive(path, inner) => read_archive(path, inner, names),
        }
    }
}

/// All of a file that has to be there.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, DataFileError> {
    fs::read(path).map_err(|cause| not_opened(path, cause))
}

/// All of a text file that has to be there; what is no UTF-8 in it is replaced.
pub(super) fn read_text(path: &Path) -> Result<String, DataFileError> {
    read_file(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Opens a file that has to be there.
pub(super) fn open(path: &Path) -> Result<File, DataFileError> {
    File::open(path).map_err(|cause| not_opened(path, cause))
}

fn not_opened(path: &Path, cause: io::Error) -> DataFileError {
    match cause.kind() {
        io::ErrorKind::NotFound => DataFileError::missing(
            path,
            "a part of the data set is not there; unpack or fetch it again",
        ),
        _ => DataFileError::unreadable(path, cause),
    }
}

/// Goes through the whole archive, so that its checksum at the end is compared.
fn read_archive(path: &Path, inner: &str, names: &[&str]) -> Result<Vec<Part>, DataFileError> {
    let broken = |cause: io::Error| DataFileError::unreadable(path, cause);
    let mut found: Vec<Option<Part>> = names.iter().map(|_| None).collect();
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(open(path)?)));
    // Raw: long names and the like, which could be of any length, are not gathered in memory. None of ours
    // is long.
    for entry in archive.entries().map_err(broken)?.raw(true) {
        let mut entry = entry.map_err(broken)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let entry_path = entry.path().map_err(broken)?.into_owned();
        let name = entry_path.strip_prefix("./").unwrap_or(&entry_path);
        let name = name.strip_prefix(inner).unwrap_or(Path::new(""));
        let Some(number) = names.iter().position(|wanted| Path::new(wanted) == name) else {
            continue;
        };
        let part_path = path.join(&entry_path);
        let size = entry.size();
        if size > MAX_MEMBER_BYTES {
            let what = format!("it claims to be {size} bytes long");
            return Err(DataFileError::damaged(&part_path, what));
        }
        // The vector grows with what is really there.
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 != size {
            return Err(DataFileError::damaged(&part_path, "it is cut off"));
        }
        if let Some(place) = found.get_mut(number) {
            *place = Some(Part {
                path: part_path,
                bytes,
            });
        }
    }
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(broken)?;
    let parts = found.into_iter().zip(names).map(|(part, name)| {
        part.ok_or_else(|| {
            let path = path.join(inner).join(name);
            DataFileError::missing(&path, "the archive is not whole; fetch it again")
        })
    });
    parts.collect()
}
