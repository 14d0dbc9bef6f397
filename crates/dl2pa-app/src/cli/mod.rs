//! The command line: reads the flags, runs the mode they choose, and gives the exit code.

mod arguments;
mod assign;
mod compare;
mod consume;
#[cfg(test)]
mod equal_command;
mod error;
mod eval;
mod export;
mod opening;
mod own_data;
mod presets;
mod pretrained;
mod progress;
mod prototype_file;
mod prototypes;
mod report;
mod run_flags;
mod signals;
mod study;
mod train;
mod verify_data;
mod voice;
mod word_vectors;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use dl2pa_core::config::{ConfigError, ConfigLayer, DatasetKind, RunConfig};
use dl2pa_runtime::device::DeviceChoice;

use crate::window::Opened;

use arguments::{Arguments, CommonFlags, Mode};
use error::{CliError, as_sentence, usage_sentence};
use run_flags::RunFlags;
use voice::Voice;

/// Where run folders go unless told otherwise.
const RUNS: &str = "runs";

/// Exit code of bad usage, of which the parser's help is no case.
const BAD_USAGE: u8 = 2;

/// What the program does next.
#[derive(Debug)]
pub enum Next {
    /// Open the window.
    Window(Box<WindowRequest>),
    /// End with this exit code; everything has been said.
    Exit(u8),
}

/// What the flags ask of the window.
#[derive(Debug)]
pub struct WindowRequest {
    /// The run to open with.
    pub config: RunConfig,
    /// Show the first minute instead.
    pub has_tour: bool,
    /// Where to train.
    pub device: DeviceChoice,
    /// Ready prototypes (c x d, unit rows) instead of spread ones.
    pub prototypes: Option<Vec<f32>>,
    /// The person's own table, if the run learns one.
    pub table: Option<dl2pa_core::datasets::Table>,
    /// A link that brings a run, or a recorded one.
    pub opened: Option<Opened>,
    /// Where pictures and tables are saved.
    pub exports: PathBuf,
}

/// Runs the mode that `command_line` (with the program's name) asks for, or says that it is the
/// window's turn. Errors are printed as one sentence to standard error.
pub fn run(command_line: impl Iterator<Item = OsString>) -> Next {
    let command_line: Vec<OsString> = command_line.collect();
    let arguments = match Arguments::try_parse_from(&command_line) {
        Ok(arguments) => arguments,
        Err(request) if !request.use_stderr() => {
            // --help and --version; a closed pipe is no failure of theirs.
            request.print().ok();
            return Next::Exit(0);
        }
        Err(complaint) => {
            complain(&usage_sentence(&complaint));
            return Next::Exit(BAD_USAGE);
        }
    };
    dispatch(&arguments, &command_line).unwrap_or_else(|error| {
        complain(&error.to_string());
        Next::Exit(error.exit_code())
    })
}

fn complain(sentence: &str) {
    let voice = Voice {
        json: false,
        quiet: false,
    };
    voice.warn(&format!("error: {}", as_sentence(sentence)));
}

fn dispatch(arguments: &Arguments, command_line: &[OsString]) -> Result<Next, CliError> {
    let Arguments {
        modes,
        common,
        prototypes: own,
        assign: assign_flags,
        train: train_flags,
        run,
    } = arguments;
    let voice = Voice {
        json: common.json,
        quiet: common.quiet,
    };
    let mode = modes.mode();
    if common.open.is_some() && mode != Mode::Window {
        return Err(CliError::Usage(
            "--open shows a link in the window; leave out the mode.".to_owned(),
        ));
    }
    if let (Some(path), false) = (modes.prototype_file(), mode == Mode::Assign) {
        return Err(CliError::Usage(format!(
            "--prototypes takes a file such as `{}` beside --assign only; --measure FILE reports on one.",
            path.display()
        )));
    }
    if let (Some(flag), false) = (own.given(), mode == Mode::Prototypes) {
        return Err(CliError::Usage(format!("{flag} needs --prototypes.")));
    }
    if let (Some(flag), false) = (assign_flags.given(), mode == Mode::Assign) {
        return Err(CliError::Usage(format!("{flag} needs --assign.")));
    }
    if let (Some(flag), false) = (train_flags.given(), mode == Mode::Train) {
        return Err(CliError::Usage(format!("{flag} needs --train.")));
    }
    match mode {
        Mode::Window => {
            refuse_for_window(common)?;
            let opened = opening::opened(common, run)?;
            let (mut config, prototypes) = resolve(DatasetKind::Grid, common, run, voice)?;
            let table = own_data::complete(&mut config, &layers(common, run)?)?;
            // Whoever asks for a run of their own gets that one.
            let has_tour = prototypes.is_none() && config == RunConfig::playground();
            if config.recipe.pretrained.is_some() {
                return Err(CliError::Usage("--pretrained needs --train.".to_owned()));
            }
            Ok(Next::Window(Box::new(WindowRequest {
                config,
                has_tour,
                device: common.device,
                prototypes,
                table,
                opened,
                exports: common.output.clone().unwrap_or_else(|| ".".into()),
            })))
        }
        Mode::Train => {
            let request = train::Request {
                flags: train_flags,
                common,
                voice,
                command_line,
            };
            let layers = layers(common, run)?;
            train::train(&request, &layers).map(Next::Exit)
        }
        Mode::Prototypes => prototypes::prototypes(run, own, common, voice).map(Next::Exit),
        Mode::Assign => {
            assign::assign(modes.prototype_file(), run, assign_flags, common, voice)?;
            Ok(Next::Exit(0))
        }
        Mode::PrintConfig => {
            let (config, _) = resolve(DatasetKind::Digits, common, run, voice)?;
            if common.json {
                voice.result(&config, "")?;
            } else {
                voice::print(&config.to_toml()?)?;
            }
            Ok(Next::Exit(0))
        }
        Mode::Eval => {
            let layers = layers(common, run)?;
            eval::eval(common.checkpoint.as_deref(), &layers, common, voice).map(Next::Exit)
        }
        Mode::Export(format) => {
            export::export(&format, common.checkpoint.as_deref(), common, voice).map(Next::Exit)
        }
        Mode::VerifyData => {
            let config = RunConfig::resolve(DatasetKind::Digits, &layers(common, run)?)?;
            if common.download {
                let interrupts = signals::Interrupts::install()?;
                let base = common.download_from.as_deref();
                verify_data::fetch(&config, base, &interrupts, voice)?;
            }
            verify_data::verify_data(&config, voice).map(Next::Exit)
        }
        Mode::Compare(runs) => compare::compare(&runs, voice).map(|()| Next::Exit(0)),
        Mode::Study(name) => study::study(&name, run, common, voice).map(|()| Next::Exit(0)),
    }
}

/// Flags that say how to write mean nothing to a window.
fn refuse_for_window(common: &CommonFlags) -> Result<(), CliError> {
    let given = [
        ("--json", common.json),
        ("--no-progress", common.no_progress),
    ];
    match given.iter().find(|(_, is_given)| *is_given) {
        Some((flag, _)) => Err(CliError::Usage(format!(
            "{flag} needs a mode such as --train; without one the window opens."
        ))),
        None => Ok(()),
    }
}

/// The configuration (default < file < flag) and the ready prototypes it names, on which `voice` may
/// remark.
fn resolve(
    otherwise: DatasetKind,
    common: &CommonFlags,
    flags: &RunFlags,
    voice: Voice,
) -> Result<(RunConfig, Option<Vec<f32>>), CliError> {
    let config = RunConfig::resolve(otherwise, &layers(common, flags)?)?;
    let prototypes = ready_prototypes(&config, voice)?;
    Ok((config, prototypes))
}

/// What was given: preset, file and flags, the weakest first.
fn layers(common: &CommonFlags, flags: &RunFlags) -> Result<Vec<ConfigLayer>, CliError> {
    let mut layers = Vec::new();
    if let Some(preset) = &common.preset {
        layers.push(preset.layer()?);
    }
    if let Some(path) = &common.config {
        let text = fs::read_to_string(path).map_err(|cause| CliError::ConfigFile {
            path: path.clone(),
            cause,
        })?;
        layers.push(ConfigLayer::from_toml(&path.display().to_string(), &text)?);
    }
    let table = toml::Table::try_from(flags).map_err(|error| ConfigError::Unwritable {
        cause: error.to_string(),
    })?;
    layers.push(ConfigLayer::from_table("the command line", table));
    Ok(layers)
}

/// The prototypes that the configuration names a file of, on which `voice` may remark.
fn ready_prototypes(config: &RunConfig, voice: Voice) -> Result<Option<Vec<f32>>, CliError> {
    let mut prototypes = None;
    // Word vectors wait for the data, which know the names of the classes.
    let file = config.prototype_file.as_deref();
    if let Some(file) = file.filter(|file| !word_vectors::is_one(file)) {
        let (values, note) = prototype_file::read(Path::new(file), config.classes, config.dim)?;
        if let Some(note) = note {
            voice.note(&note);
        }
        prototypes = Some(values);
    }
    Ok(prototypes)
}
