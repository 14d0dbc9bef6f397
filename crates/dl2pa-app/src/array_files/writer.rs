//! Writes a matrix in blocks of rows, so that it need not fit in memory.

use std::path::Path;

use crate::run_folder::{FileBeside, RunFolderError};

use super::{ArrayFileError, Format, csv, npy, safetensors};

/// Numbers turned to bytes at once.
const BLOCK_NUMBERS: usize = 1 << 16;

/// A file that is being written. It appears under its name when it is [finished](Self::finish); before,
/// and if that never comes to pass, what was under that name stays.
#[derive(Debug)]
pub struct RowWriter {
    file: FileBeside,
    format: Format,
    columns: usize,
    rows_left: usize,
}

impl RowWriter {
    /// Begins a file of `rows` x `columns` numbers.
    ///
    /// # Errors
    /// An unknown extension, or a folder that does not take the file.
    pub fn create(path: &Path, rows: usize, columns: usize) -> Result<Self, ArrayFileError> {
        let format = Format::to_write(path)?;
        let header = match format {
            Format::Npy => npy::header(rows, columns),
            Format::Safetensors => safetensors::header(rows, columns),
            Format::Csv | Format::Pth => Ok(Vec::new()),
        };
        let header = header.map_err(|cause| RunFolderError::File {
            path: path.to_owned(),
            cause,
        })?;
        let mut file = FileBeside::create(path)?;
        file.write(&header)?;
        Ok(Self {
            file,
            format,
            columns,
            rows_left: rows,
        })
    }

    /// Adds whole rows.
    ///
    /// # Errors
    /// When the disk does not take them, or they are more than were announced.
    pub fn write(&mut self, rows: &[f32]) -> Result<(), ArrayFileError> {
        let count = rows.len() / self.columns.max(1);
        let Some(rows_left) = self.rows_left.checked_sub(count) else {
            return Err(self.file.error("more rows than announced").into());
        };
        self.rows_left = rows_left;
        for block in rows.chunks(whole_rows(self.columns)) {
            if self.format == Format::Csv {
                let lines = csv::lines(block, self.columns);
                let lines = lines.map_err(|error| self.file.error(&error.to_string()))?;
                self.file.write(&lines)?;
            } else {
                let bytes: Vec<u8> = block.iter().flat_map(|it| it.to_le_bytes()).collect();
                self.file.write(&bytes)?;
            }
        }
        Ok(())
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When rows are missing, or the disk does not take the file.
    pub fn finish(self) -> Result<(), ArrayFileError> {
        if self.rows_left > 0 {
            return Err(self.file.error("fewer rows than announced").into());
        }
        Ok(self.file.finish()?)
    }
}

/// Numbers of the whole rows, at least one, that make about a block.
fn whole_rows(columns: usize) -> usize {
    let columns = columns.max(1);
    columns * (BLOCK_NUMBERS / columns).max(1)
}
