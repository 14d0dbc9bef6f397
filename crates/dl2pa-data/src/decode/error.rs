//! What can go wrong between a file and a batch.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// One file gives no picture.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageError {
    /// The file cannot be read.
    #[error("{} cannot be read ({reason}); check that it exists and may be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Neither a JPEG nor a PNG file.
    #[error("{} is neither a JPEG nor a PNG file, whatever its name says; convert it or leave it out", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// The file breaks off, or what it holds makes no sense.
    #[error("{} is damaged ({reason}); fetch it again or leave it out", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// More pixels than are decoded.
    #[error("{} has {width} x {height} pixels, more than the {most} that are decoded; shrink it or leave it out", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Columns, as the file says.
        width: usize,
        /// Rows, as the file says.
        height: usize,
        /// Greatest number of pixels.
        most: usize,
    },
}

impl ImageError {
    /// The file that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::Unknown { path }
            | Self::Damaged { path, .. }
            | Self::TooLarge { path, .. } => path,
        }
    }
}

/// Loading cannot begin, or cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The plan contradicts itself.
    #[error("this cannot be loaded as planned: {what}")]
    Plan {
        /// What is wrong with it, and what to change.
        what: String,
    },
    /// A file that has to be there gives no picture.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// More damaged files than the limit allows.
    #[error(
        "{damaged} of {files} image files could not be used and at most {limit} may fail; check the data set, or raise `max_damaged` (the first: {first})"
    )]
    TooManyDamaged {
        /// Damaged files so far.
        damaged: usize,
        /// Files that the epoch uses.
        files: usize,
        /// Damaged files that are put up with.
        limit: usize,
        /// The first of them.
        first: ImageError,
    },
    /// No file of a whole batch gives a picture, so nothing can stand in for the damaged ones.
    #[error(
        "none of the {files} image files of a batch could be used; check the data set (the first: {first})"
    )]
    BatchLost {
        /// Files of the batch.
        files: usize,
        /// The first of them.
        first: ImageError,
    },
    /// The threads cannot be started.
    #[error(
        "the threads that decode images could not be started ({reason}); ask for fewer workers"
    )]
    Threads {
        /// What the system said.
        reason: String,
    },
    /// A bug of ours.
    #[error("the image pipeline failed on {at} ({message}); this is a bug, please report it")]
    Panicked {
        /// The file or batch it was working on.
        at: String,
        /// What the panic said.
        message: String,
    },
}
