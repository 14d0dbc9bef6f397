//! `--train`: one run from the configuration to its folder, without a window.

use std::ffi::OsString;
use std::path::Path;
use std::time::SystemTime;

use burn::module::Module as _;
use dl2pa_core::backbone::BackboneBuilder as _;
use dl2pa_core::config::RunConfig;
use dl2pa_core::datasets;
use dl2pa_core::protocol::{Command, Pace};
use dl2pa_core::session::{self, Session, SessionHandle, SessionOptions};
use dl2pa_core::streams::{INIT, Streams};
use dl2pa_models::Builder;
use dl2pa_runtime::device::{DeviceChoice, TrainingDevice, headless};
use dl2pa_runtime::{now_secs, spawn_actor};

use crate::run_folder::{Environment, RunFolder};
use crate::session_host::SessionHost;

use super::arguments::CommonFlags;
use super::consume::{Ending, Sinks, consume};
use super::error::CliError;

use super::progress::Progress;
use super::report::TrainReport;
use super::signals::Interrupts;
use super::voice::Voice;

/// Where run folders go unless told otherwise.
const RUNS: &str = "runs";

/// Snapshots a second that a progress bar lives on.
const BAR_HZ: f64 = 4.0;

/// Arithmetic of one step for each parameter and sample: a multiplication and an addition forwards,
/// twice that backwards.
const FLOPS_A_PARAMETER: f64 = 6.0;

/// Trains and returns the exit code: 0, or that of the signal that stopped it.
///
/// # Errors
/// Whatever keeps the run from its end; the run folder, once made, then holds what was reached.
pub(super) fn train(
    config: &RunConfig,
    prototypes: Option<Vec<f32>>,
    common: &CommonFlags,
    voice: Voice,
    command_line: &[OsString],
) -> Result<u8, CliError> {
    let began_secs = now_secs();
    let clock = move || now_secs() - began_secs;
    let interrupts = Interrupts::install()?;
    let device = open_device(config, common.device)?;
    let name = device.name.clone();
    let now = SystemTime::now();
    let environment = Environment::new(&name, config.seed, command_line, now);
    let output = common.output.as_deref().unwrap_or(Path::new(RUNS));
    let mut folder = RunFolder::create(output, config, &environment, now)?;
    let mut progress = Progress::new(voice, !common.no_progress, config.epochs, config.batch_size);

    let handle = start(config, prototypes, device, progress.has_bar())?;
    let stop = handle.commands.downgrade();
    interrupts.watch(move || {
        // Without a session there is nothing left to stop.
        if let Some(commands) = stop.upgrade() {
            commands.try_send(Command::Stop).ok();
        }
    })?;
    let sinks = Sinks {
        folder: &mut folder,
        progress: &mut progress,
    };
    let outcome = consume(&handle.events, &handle.latest, sinks, clock)?;

    let run_dir = folder.path().display().to_string();
    match &outcome.ending {
        Ending::Completed | Ending::Stopped => {}
        Ending::Diverged(message) => return Err(CliError::Diverged(message.clone())),
        Ending::Failed(message) => return Err(CliError::Failed(message.clone())),
        Ending::Lost => {
            return Err(CliError::Failed(
                "The training ended without a result; this is a fault of the program.".to_owned(),
            ));
        }
    }
    let report = TrainReport::new(config, &name, &outcome, clock(), &run_dir);
    voice.result(&report, &report.in_words())?;
    match (&outcome.ending, interrupts.exit_code()) {
        (Ending::Stopped, Some(code)) => {
            voice.say(&format!("Stopped; the checkpoint is in {run_dir}."));
            Ok(code)
        }
        _ => Ok(0),
    }
}

/// Starts a session on a thread of its own.
fn start(
    config: &RunConfig,
    prototypes: Option<Vec<f32>>,
    device: TrainingDevice,
    has_bar: bool,
) -> Result<SessionHandle, CliError> {
    let options = SessionOptions {
        pace: Pace {
            snapshot_hz: if has_bar { BAR_HZ } else { 0.0 },
            ..Pace::FULL_SPEED
        },
        keeps_checkpoints: true,
        ends_after_run: true,
        prototypes,
    };
    let failed = |error: &dyn std::error::Error| {
        CliError::Failed(format!("The training cannot be started ({error})."))
    };
    let (handle, ports) = session::open();
    handle
        .commands
        .try_send(Command::Start(Box::new(config.clone())))
        .map_err(|error| failed(&error))?;
    spawn_actor("training", move || {
        let TrainingDevice { device, name, .. } = device;
        let host = SessionHost::new(|| {});
        Session::new(ports, options, host, Builder, device, name).run()
    })
    .map_err(|error| failed(&error))?;
    Ok(handle)
}

/// Opens what `--device` asks for. `auto` weighs the arithmetic of one step, taken from the number
/// of parameters (convolutions do more; only small ones are built so far).
fn open_device(config: &RunConfig, choice: DeviceChoice) -> Result<TrainingDevice, CliError> {
    let data = datasets::load(config)?;
    let mut rng = Streams::new(config.seed).rng(INIT);
    let cpu = TrainingDevice::cpu().device.autodiff();
    let network = Builder
        .build(config, data.shape, &mut rng, &cpu)
        .map_err(|error| CliError::Failed(error.to_string()))?;
    let samples = config.batch_size.min(data.train.len());
    let step_flops = FLOPS_A_PARAMETER * network.num_params() as f64 * samples as f64;
    Ok(headless(choice, step_flops)?)
}
