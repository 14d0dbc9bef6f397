//! What a run goes on from: the checkpoint, its folder, and the settings that may differ.

use std::path::{Path, PathBuf};

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::{ConfigLayer, GoingOn, RunConfig};

use crate::run_folder::{CheckpointError, LAST, RunFolder, read_checkpoint};

use super::super::error::CliError;
use super::flags::Resume;

/// The checkpoint and its run folder; `None` where a new run shall begin.
///
/// # Errors
/// When there is no such checkpoint, or it is damaged.
pub(super) fn find(
    wanted: &Resume,
    output: &Path,
) -> Result<Option<(Checkpoint, PathBuf)>, CliError> {
    let none = || CheckpointError::None {
        path: output.to_owned(),
    };
    let path = match (wanted, RunFolder::newest_checkpoint(output)) {
        (Resume::Path(path), _) if path.is_dir() => path.join(LAST),
        (Resume::Path(path), _) => path.clone(),
        (_, Some(newest)) => newest,
        (Resume::Auto, None) => return Ok(None),
        (Resume::Last, None) => return Err(none().into()),
    };
    let checkpoint = read_checkpoint(&path)?;
    let folder = path.parent().and_then(Path::parent);
    let folder = folder.filter(|folder| folder.join("metrics.jsonl").is_file());
    let Some(folder) = folder else {
        return Err(CheckpointError::Content {
            path,
            cause: "it does not lie in its run folder".to_owned(),
        }
        .into());
    };
    Ok(Some((checkpoint, folder.to_owned())))
}

/// The checkpoint's configuration with what the command line changes.
///
/// # Errors
/// When it changes what the state depends on.
pub(super) fn configuration(
    checkpoint: &Checkpoint,
    layers: &[ConfigLayer],
) -> Result<RunConfig, CliError> {
    overlaid(checkpoint, layers, &GoingOn::Resumed.changeable())
}

/// The checkpoint's configuration with what the command line changes, which may be these keys alone.
///
/// # Errors
/// When it changes others.
pub(in crate::cli) fn overlaid(
    checkpoint: &Checkpoint,
    layers: &[ConfigLayer],
    may_differ: &[&str],
) -> Result<RunConfig, CliError> {
    let old = &checkpoint.header.config;
    let new = old.clone().overlaid(layers)?;
    let differing = old.differing_keys(&new)?;
    let forbidden = differing
        .iter()
        .find(|key| !may_differ.contains(&key.as_str()));
    match forbidden {
        None => Ok(new),
        Some(key) => Err(CliError::Usage(format!(
            "`{key}` differs from that of the checkpoint, whose own settings hold; leave it out ({} may be given anew).",
            may_differ.join(", ")
        ))),
    }
}
