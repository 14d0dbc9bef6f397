//! `--open`: a link of the playground, as text or in a file; or a recorded run, as its folder or its log.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dl2pa_core::protocol::RunId;
use dl2pa_core::recorded::{self, Replay};
use dl2pa_view::link;

use super::arguments::CommonFlags;
use super::error::CliError;
use super::run_flags::RunFlags;
use crate::window::Opened;

/// The log of a run in its folder.
const LOG: &str = "metrics.jsonl";
/// A file with a link is no longer than this, in bytes.
const MAX_BYTES: u64 = 16 * 1024;

/// What `--open` names, after it has been read once.
pub(super) fn opened(common: &CommonFlags, flags: &RunFlags) -> Result<Option<Opened>, CliError> {
    let Some(given) = &common.open else {
        return Ok(None);
    };
    let is_alone = common.config.is_none()
        && common.preset.is_none()
        && toml::Table::try_from(flags).is_ok_and(|table| table.is_empty());
    if !is_alone {
        return Err(CliError::Usage(
            "--open brings the settings of its run; leave out the other settings.".to_owned(),
        ));
    }
    if let Some(log) = log_of(Path::new(given)) {
        return recorded_run(&log).map(Some);
    }
    let text = if link::is_meant(given) {
        given.clone()
    } else {
        from_file(given)?
    };
    match link::read(&text) {
        Ok(_) => Ok(Some(Opened::Link(text))),
        Err(error) => Err(CliError::Usage(format!("--open: {error}"))),
    }
}

/// The log of a run, where `given` is its folder or the log itself.
fn log_of(given: &Path) -> Option<PathBuf> {
    if given.is_dir() {
        return Some(given.join(LOG));
    }
    let is_log = given
        .extension()
        .is_some_and(|extension| extension == "jsonl");
    is_log.then(|| given.to_owned())
}

fn recorded_run(log: &Path) -> Result<Opened, CliError> {
    let name = log.display().to_string();
    let unreadable = |cause: &dyn std::fmt::Display| {
        CliError::Usage(format!("--open: `{name}` cannot be shown. {cause}"))
    };
    let bytes = std::fs::read(log).map_err(|cause| unreadable(&format!("{cause}.")))?;
    recorded::read(&bytes, RunId::default())
        .and_then(Replay::of)
        .map_err(|error| unreadable(&error))?;
    Ok(Opened::Run(name, bytes))
}

fn from_file(name: &str) -> Result<String, CliError> {
    let unreadable = |cause: std::io::Error| {
        CliError::Usage(format!(
            "--open takes a link of the playground, a file with one, or the folder of a run, and `{name}` is neither ({cause})."
        ))
    };
    let file = File::open(Path::new(name)).map_err(unreadable)?;
    let mut text = String::new();
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}
