//! Writes a file beside its place and renames it there, so that readers see the old or the new one.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::RunFolderError;

/// Finds out whether [`write_beside`] can write `path`, before hours of work depend on it.
///
/// # Errors
/// When the folder does not take a new file.
pub fn check_place(path: &Path) -> Result<(), RunFolderError> {
    NamedTempFile::new_in(folder_of(path))
        .map(drop)
        .map_err(|cause| RunFolderError::file(path, cause))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A file that is being written beside its place. Dropped before it is finished, it is gone.
#[derive(Debug)]
pub struct FileBeside {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl FileBeside {
    /// Begins an empty file that is to replace `path`.
    ///
    /// # Errors
    /// When the folder does not take a new file.
    pub fn create(path: &Path) -> Result<Self, RunFolderError> {
        let failed = |cause: std::io::Error| RunFolderError::file(path, cause);
        let file = NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
        share_like_other_files(&file).map_err(failed)?;
        Ok(Self {
            file: BufWriter::new(file),
            path: path.to_owned(),
        })
    }

    /// Adds `bytes`.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), RunFolderError> {
        let written = self.file.write_all(bytes);
        written.map_err(|cause| RunFolderError::file(&self.path, cause))
    }

    /// Puts the file into its place in one go.
    ///
    /// # Errors
    /// When the disk does not take it; the old file, if any, is then untouched.
    pub fn finish(self) -> Result<(), RunFolderError> {
        let Self { file, path } = self;
        let failed = |cause: std::io::Error| RunFolderError::file(&path, cause);
        let file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// What went wrong with the content of this file.
    pub fn error(&self, cause: &str) -> RunFolderError {
        RunFolderError::file(&self.path, std::io::Error::other(cause.to_owned()))
    }
}

/// Replaces `path` by `bytes` in one go.
///
/// # Errors
/// When the folder does not take a new file; the old file, if any, is then untouched.
pub fn write_beside(path: &Path, bytes: &[u8]) -> Result<(), RunFolderError> {
    let mut file = FileBeside::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// Temporary files are private to the user; results are as readable as other new files usually are.
#[cfg(unix)]
fn share_like_other_files(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = std::fs::Permissions::from_mode(0o644);
    file.as_file().set_permissions(permissions)
}

#[cfg(not(unix))]
fn share_like_other_files(_file: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_beside(&path, b"one").unwrap();
        write_beside(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/a.txt");
        let error = write_beside(&path, b"one").unwrap_err();
        assert!(error.to_string().contains("a.txt"), "{error}");
        assert!(check_place(&path).is_err());
        assert!(check_place(&folder.path().join("a.txt")).is_ok());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
