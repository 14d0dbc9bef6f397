//! `env.json`: what the run ran with and on, for whoever wants to repeat it.

use std::ffi::OsString;
use std::path::Path;
use std::time::SystemTime;

use dl2pa_core::config::Amp;
use serde::Serialize;

use super::{RunFolderError, write_beside};

/// What a network costs, as far as it is known before it trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NetworkCost {
    /// Trainable numbers, with learned prototypes.
    pub parameters: u64,
    /// Multiplications with an addition each on one sample's way forwards, of convolutions, linear layers and
    /// attention. Backwards takes about twice that again.
    pub multiply_adds_per_sample: u64,
    /// Bytes of the parameters, their gradients and the optimiser's memory of them in single precision. What a
    /// batch leaves behind for the way back comes on top and depends on the device.
    pub least_training_bytes: u64,
}

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
    /// Numbers that the network computes in, as `--amp` calls them.
    #[serde(skip_serializing_if = "Option::is_none")]
    amp: Option<&'static str>,
    seed: u64,
    command_line: Vec<String>,
    started_utc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<NetworkCost>,
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
            amp: None,
            seed,
            command_line: command_line
                .iter()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            started_utc: humantime::format_rfc3339_seconds(now).to_string(),
            network: None,
        }
    }

    /// The same with the numbers that the network computes in.
    #[must_use]
    pub fn with_amp(self, amp: Amp) -> Self {
        Self {
            amp: Some(amp.name()),
            ..self
        }
    }

    /// The same with what the network costs.
    #[must_use]
    pub fn with_network(self, network: NetworkCost) -> Self {
        Self {
            network: Some(network),
            ..self
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), RunFolderError> {
        let mut json =
            serde_json::to_vec_pretty(self).map_err(|cause| RunFolderError::file(path, cause))?;
        json.push(b'\n');
        write_beside(path, &json)
    }
}
