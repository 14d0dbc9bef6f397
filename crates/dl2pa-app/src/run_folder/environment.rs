//! `env.json`: what the run ran with and on, for whoever wants to repeat it.

use std::ffi::OsString;
use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use super::{RunFolderError, write_beside};

/// Versions, machine and seed of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Environment {
    program: &'static str,
    version: &'static str,
    /// The commit the program was built from, where the build was told (`DL2PA_COMMIT`).
    git_commit: Option<&'static str>,
    os: &'static str,
    architecture: &'static str,
    /// Threads that the system offers.
    cores: Option<usize>,
    device: String,
    seed: u64,
    command_line: Vec<String>,
    started_utc: String,
}

impl Environment {
    /// Looks around. `device` is the name a person would use.
    #[must_use]
    pub fn new(device: &str, seed: u64, command_line: &[OsString], now: SystemTime) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            git_commit: option_env!("DL2PA_COMMIT"),
            os: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            cores: std::thread::available_parallelism()
                .ok()
                .map(std::num::NonZero::get),
            device: device.to_owned(),
            seed,
            command_line: command_line
                .iter()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            started_utc: humantime::format_rfc3339_seconds(now).to_string(),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), RunFolderError> {
        let mut json =
            serde_json::to_vec_pretty(self).map_err(|cause| RunFolderError::file(path, cause))?;
        json.push(b'\n');
        write_beside(path, &json)
    }
}
