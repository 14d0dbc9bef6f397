//! A matrix whose numbers lie one after another in a file, read in blocks.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::{Mutex, PoisonError};

use super::number::Encoding;
use super::size;

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Where the numbers of a matrix lie, as a file's header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Bytes before the first number.
    pub(super) start: u64,
    pub(super) rows: u64,
    pub(super) columns: u64,
    pub(super) encoding: Encoding,
    /// Whether the numbers of a column follow each other, and not those of a row.
    pub(super) is_by_columns: bool,
}

/// A matrix in an open file.
#[derive(Debug)]
pub struct StoredMatrix {
    file: Mutex<File>,
    layout: Layout,
    rows: usize,
    columns: usize,
}

impl StoredMatrix {
    /// A matrix that the file is long enough for.
    ///
    /// # Errors
    /// In words: an empty matrix, or more numbers than the file holds.
    pub(super) fn new(file: File, layout: Layout) -> Result<Self, String> {
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let stored = length.saturating_sub(layout.start) / layout.encoding.size() as u64;
        let (rows, columns) = size(layout.rows, layout.columns)?;
        // `size` has seen to it that the product is no overflow.
        let wanted = layout.rows * layout.columns;
        if wanted > stored {
            return Err(format!(
                "it ends too early: {rows} x {columns} are {wanted} numbers, and it holds {stored}"
            ));
        }
        Ok(Self {
            file: Mutex::new(file),
            layout,
            rows,
            columns,
        })
    }

    /// Number of rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Whether [`Self::read_rows`] reads one run of bytes.
    pub(super) const fn is_by_rows(&self) -> bool {
        !self.layout.is_by_columns
    }

    /// Reads the whole rows that fit `out`, from `first_row` on, of a matrix stored by rows.
    ///
    /// # Errors
    /// The system's, and rows beyond the last.
    pub fn read_rows(&self, first_row: usize, out: &mut [f32]) -> io::Result<()> {
        self.read_numbers(first_row * self.columns, out)
    }

    /// The whole matrix, rows first.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn read_all(&self) -> io::Result<Vec<f32>> {
        let mut stored = vec![0.0; self.rows * self.columns];
        self.read_numbers(0, &mut stored)?;
        if self.is_by_rows() {
            return Ok(stored);
        }
        Ok(rows_of_columns(&stored, self.rows, self.columns))
    }

    /// Reads numbers in the order of the file.
    fn read_numbers(&self, first: usize, out: &mut [f32]) -> io::Result<()> {
        if first + out.len() > self.rows * self.columns {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let encoding = self.layout.encoding;
        let mut bytes = vec![0; BLOCK_BYTES.min(out.len() * encoding.size())];
        // A reader that panicked left the file as good as it was.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(
            self.layout.start + (first * encoding.size()) as u64,
        ))?;
        for block in out.chunks_mut(BLOCK_BYTES / encoding.size()) {
            let bytes = &mut bytes[..block.len() * encoding.size()];
            file.read_exact(bytes)?;
            encoding.decode(bytes, block);
        }
        Ok(())
    }
}

/// The matrix row by row, from its numbers column by column.
pub(super) fn rows_of_columns(stored: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..rows * columns)
        .map(|at| stored[(at % columns) * rows + at / columns])
        .collect()
}
