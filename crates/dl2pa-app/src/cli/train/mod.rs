//! `--train`: which runs to make, what they go on from, and what is said at the end.

mod dry_run;
mod flags;
mod one_run;
mod resume;
mod several;
mod sketch;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use dl2pa_core::config::{ConfigLayer, DatasetKind, RunConfig};
use dl2pa_data::published::count_folder_classes;

use super::arguments::CommonFlags;
use super::error::CliError;
use super::signals::Interrupts;
use super::voice::Voice;
use super::{RUNS, own_data, ready_prototypes, verify_data};

pub(super) use flags::TrainFlags;
pub(super) use resume::overlaid;
pub(super) use sketch::Sketch;

use one_run::{Done, Plan};

/// What the command line asks of `--train` besides the configuration.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) flags: &'a TrainFlags,
    pub(super) common: &'a CommonFlags,
    pub(super) voice: Voice,
    pub(super) command_line: &'a [OsString],
}

impl Request<'_> {
    /// Where run folders go.
    fn output(&self) -> &Path {
        self.common.output.as_deref().unwrap_or(Path::new(RUNS))
    }
}

/// Trains and returns the exit code: 0, or that of the signal that stopped it.
///
/// # Errors
/// Whatever keeps a run from its end; its folder, once made, then holds what was reached.
pub(super) fn train(request: &Request<'_>, layers: &[ConfigLayer]) -> Result<u8, CliError> {
    let interrupts = Interrupts::install()?;
    if let Some(wanted) = &request.flags.resume
        && let Some((checkpoint, folder)) = resume::find(wanted, request.output())?
    {
        let config = resume::configuration(&checkpoint, layers)?;
        let plan = Plan {
            config: &config,
            prototypes: None,
            resume: Some((checkpoint.into(), folder)),
            output: request.output(),
        };
        return tell(
            &one_run::train(plan, request, &interrupts)?,
            request,
            &interrupts,
        );
    }
    let mut config = RunConfig::resolve(DatasetKind::Digits, layers)?;
    if config.dataset == DatasetKind::Folder
        && !layers.iter().any(|layer| layer.chooses("classes"))
        && let Some(root) = &config.images.data_dir
    {
        // Only its content knows.
        config.classes = count_folder_classes(Path::new(root))?;
    }
    own_data::complete(&mut config, layers)?;
    if request.common.download {
        let base = request.common.download_from.as_deref();
        verify_data::fetch(&config, base, &interrupts, request.voice)?;
    }
    let prototypes = ready_prototypes(&config, request.voice)?;
    if request.flags.dry_run {
        return dry_run::dry_run(&config, prototypes, request, &interrupts);
    }
    if let Some(seeds) = &request.flags.seeds {
        return several::train(&config, &seeds.0, prototypes.as_ref(), request, &interrupts);
    }
    let plan = Plan {
        config: &config,
        prototypes,
        resume: None,
        output: request.output(),
    };
    tell(
        &one_run::train(plan, request, &interrupts)?,
        request,
        &interrupts,
    )
}

/// Gives the result of one run, and the exit code.
fn tell(done: &Done, request: &Request<'_>, interrupts: &Interrupts) -> Result<u8, CliError> {
    let voice = request.voice;
    voice.result(&done.report, &done.report.in_words())?;
    if !done.is_stopped {
        return Ok(0);
    }
    let place: PathBuf = done.run_dir.join(crate::run_folder::LAST);
    voice.say(&format!(
        "Stopped; go on with --resume {}.",
        place.display()
    ));
    Ok(interrupts.exit_code().unwrap_or(0))
}
