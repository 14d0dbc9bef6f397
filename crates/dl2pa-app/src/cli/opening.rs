//! `--open`: a link of the playground, as text or in a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use dl2pa_view::link;

use super::arguments::CommonFlags;
use super::error::CliError;
use super::run_flags::RunFlags;

/// A file with a link is no longer than this, in bytes.
const MAX_BYTES: u64 = 16 * 1024;

/// The text of the link that `--open` names, after it has been read once.
pub(super) fn link(common: &CommonFlags, flags: &RunFlags) -> Result<Option<String>, CliError> {
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
    let text = if link::is_meant(given) {
        given.clone()
    } else {
        from_file(given)?
    };
    match link::read(&text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(CliError::Usage(format!("--open: {error}"))),
    }
}

fn from_file(name: &str) -> Result<String, CliError> {
    let unreadable = |cause: std::io::Error| {
        CliError::Usage(format!(
            "--open takes a link of the playground or a file with one, and `{name}` is neither ({cause})."
        ))
    };
    let file = File::open(Path::new(name)).map_err(unreadable)?;
    let mut text = String::new();
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}
