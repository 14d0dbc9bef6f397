//! What can be wrong with the files of a data set, or with what is asked of them.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A published data set cannot be read as asked.
#[derive(Debug, Error)]
pub enum DataFileError {
    /// Nothing of the data set is there.
    #[error(
        "{dataset} is not in `{root}`, which should hold {looked_for}; name the right folder with --data-dir, or fetch the data with --download where it may be"
    )]
    Absent {
        /// Title of the data set.
        dataset: &'static str,
        /// The folder that was given.
        root: PathBuf,
        /// What was looked for.
        looked_for: String,
    },
    /// A file or folder that the others need is not there.
    #[error("`{path}` is missing: {needed_for}")]
    Missing {
        /// The file or folder.
        path: PathBuf,
        /// What it is for, and what stands in for it.
        needed_for: String,
    },
    /// The system does not let a file be read.
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A file is not what it should be.
    #[error("`{path}` is damaged or of another format: {what}; fetch it again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The data set cannot be cut down as asked.
    #[error("{dataset} {problem}")]
    Request {
        /// Title of the data set.
        dataset: &'static str,
        /// What does not work, and what would.
        problem: String,
    },
}

impl DataFileError {
    pub(super) fn unreadable(path: &Path, cause: io::Error) -> Self {
        let path = path.to_path_buf();
        // A stream that ends too early is the file's fault, not the system's.
        match cause.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput => Self::Damaged {
                path,
                what: cause.to_string(),
            },
            _ => Self::Unreadable { path, cause },
        }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            what: what.into(),
        }
    }

    pub(super) fn missing(path: &Path, needed_for: impl Into<String>) -> Self {
        Self::Missing {
            path: path.to_path_buf(),
            needed_for: needed_for.into(),
        }
    }
}
