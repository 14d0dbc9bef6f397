//! Files of a data set, written into a folder or packed as its publishers pack it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file of a data set: its path below the data set's folder, and what is in it.
pub(crate) type Member = (String, Vec<u8>);

/// Writes `members` below `folder`.
pub(crate) fn write_folder(folder: &Path, members: &[Member]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, bytes) in members {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// Packs `members` into `archive`, a `.tar.gz` with everything below a folder named `inner`.
pub(crate) fn write_tar_gz(archive: &Path, inner: &str, members: &[Member]) -> io::Result<()> {
    let encoder = GzEncoder::new(File::create(archive)?, Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    let mut folder = tar::Header::new_gnu();
    folder.set_entry_type(tar::EntryType::Directory);
    folder.set_mode(0o755);
    folder.set_size(0);
    builder.append_data(&mut folder, format!("{inner}/"), io::empty())?;
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, format!("{inner}/{name}"), bytes.as_slice())?;
    }
    builder.into_inner()?.finish()?;
    Ok(())
}
