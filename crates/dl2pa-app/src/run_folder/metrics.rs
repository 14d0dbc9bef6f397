//! `metrics.jsonl`: every event of the run as one JSON object a line; the playground replays it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::protocol::Event;
use dl2pa_core::recorded;

use super::RunFolderError;

/// The open file.
#[derive(Debug)]
pub(super) struct MetricsLog {
    path: PathBuf,
    file: File,
}

impl MetricsLog {
    pub(super) fn create(path: &Path) -> Result<Self, RunFolderError> {
        let file = File::create_new(path).map_err(|cause| RunFolderError::file(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Goes on with the file of a run that was cut short, after the last whole line.
    pub(super) fn reopen(path: &Path, checkpoint: &Checkpoint) -> Result<Self, RunFolderError> {
        let failed = |cause| RunFolderError::file(path, cause);
        let bytes = std::fs::read(path).map_err(failed)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        let file = File::options().append(true).open(path).map_err(failed)?;
        file.set_len(whole.map_or(0, |end| end as u64 + 1))
            .map_err(failed)?;
        let mut log = Self {
            path: path.to_owned(),
            file,
        };
        log.write(recorded::resumed(checkpoint))?;
        Ok(log)
    }

    /// Adds the line of an event.
    pub(super) fn append(
        &mut self,
        event: &Event,
        elapsed_secs: f64,
    ) -> Result<(), RunFolderError> {
        self.write(recorded::line(event, elapsed_secs))
    }

    /// One write a line, so that a reader who follows the file sees whole lines.
    fn write(&mut self, line: Result<Vec<u8>, serde_json::Error>) -> Result<(), RunFolderError> {
        let line = line.map_err(|cause| RunFolderError::file(&self.path, cause))?;
        self.file
            .write_all(&line)
            .map_err(|cause| RunFolderError::file(&self.path, cause))
    }
}
