//! A person's own table from a file; in a browser, where there are no files, a refusal.

use std::path::Path;

use crate::{DataError, Table};

/// Reads a CSV or `.npy` file of at most [`crate::table::MAX_BYTES`].
///
/// # Errors
/// When there is no such file, when it is too large or no table, and always in a browser.
pub fn read(path: &Path) -> Result<Table, DataError> {
    let bytes = imp::bytes(path)?;
    Table::read(&bytes).map_err(|error| DataError::Files {
        sentence: format!("`{}` cannot be learned: {error}", path.display()),
    })
}

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::fs::File;
    use std::io::Read as _;
    use std::path::Path;

    use crate::DataError;
    use crate::table::MAX_BYTES;

    pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
        let read = File::open(path).and_then(|file| {
            let mut bytes = Vec::new();
            // One more tells too large a file, which the table's own reader then refuses.
            file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        read.map_err(|cause| DataError::Files {
            sentence: format!(
                "`{}` cannot be read ({cause}): name a CSV or .npy file with --data-file.",
                path.display()
            ),
        })
    }
}

#[cfg(target_family = "wasm")]
mod imp {
    use std::path::Path;

    use crate::DataError;

    pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
        Err(DataError::Files {
            sentence: format!(
                "The data `{}` are not on this page: drop their file here.",
                path.display()
            ),
        })
    }
}
