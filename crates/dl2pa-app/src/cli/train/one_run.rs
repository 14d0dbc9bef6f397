//! One run of `--train`, from the configuration to its folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::RunConfig;
use dl2pa_core::datasets;
use dl2pa_core::protocol::{Command, Pace};
use dl2pa_core::session::{self, Session, SessionHandle, SessionOptions};
use dl2pa_models::StartingBuilder;
use dl2pa_runtime::device::TrainingDevice;
use dl2pa_runtime::{now_secs, spawn_actor};

use crate::run_folder::{Environment, LAST, RunFolder};
use crate::session_host::SessionHost;

use super::super::consume::{Ending, Sinks, consume};
use super::super::error::CliError;
use super::super::progress::Progress;
use super::super::report::TrainReport;
use super::super::signals::Interrupts;
use super::super::{prototype_file, word_vectors};
use super::sketch::in_words;
use super::{Request, Sketch};

/// How often a checkpoint is kept besides those of each epoch, unless told otherwise.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(600);

/// Snapshots a second that a progress bar lives on.
const BAR_HZ: f64 = 4.0;

/// A run to be made.
pub(super) struct Plan<'a> {
    pub(super) config: &'a RunConfig,
    /// Ready prototypes (c x d).
    pub(super) prototypes: Option<Vec<f32>>,
    /// What it goes on from, with its folder.
    pub(super) resume: Option<(Arc<Checkpoint>, PathBuf)>,
    /// Where a new run's folder goes.
    pub(super) output: &'a Path,
}

/// How a run ended well.
pub(super) struct Done {
    pub(super) report: TrainReport,
    /// True when it was asked to stop before its end.
    pub(super) is_stopped: bool,
    pub(super) run_dir: PathBuf,
}

/// Makes one run, to its end or until a signal or the time limit stops it.
///
/// # Errors
/// Whatever keeps the run from its end; the run folder, once made, then holds what was reached.
pub(super) fn train(
    plan: Plan<'_>,
    request: &Request<'_>,
    interrupts: &Interrupts,
) -> Result<Done, CliError> {
    let began_secs = now_secs();
    let clock = move || now_secs() - began_secs;
    let Plan {
        config,
        prototypes,
        resume,
        output,
    } = plan;
    let Request {
        flags,
        common,
        voice,
        command_line,
    } = *request;
    // Before a folder is made for a run that cannot begin.
    let data = datasets::load(config)?;
    let mut prototypes = prototypes;
    if let Some(file) = config.prototype_file.as_deref()
        && resume.is_none()
        && word_vectors::is_one(file)
    {
        let path = Path::new(file);
        let rows = word_vectors::read(path, &data.class_names, config.dim)?;
        prototypes = Some(prototype_file::of_rows(path, rows, config.dim)?.0);
    }
    let mut sketch = Sketch::of(config)?;
    let pretrained = match (&config.recipe.pretrained, &resume) {
        (Some(file), None) => Some(sketch.pretrained(file, voice)?),
        _ => None,
    };
    let device = sketch.open_device(common.device)?;
    let cost = sketch.cost(config);
    drop(sketch);
    let name = device.name.clone();
    let now = SystemTime::now();
    let (mut folder, resume) = match resume {
        Some((checkpoint, root)) => {
            let folder = RunFolder::reopen(&root, &checkpoint, now);
            let folder = folder.map_err(|error| CliError::Broken {
                error,
                kept: Some(root),
            })?;
            (folder, Some(checkpoint))
        }
        None => {
            let environment = Environment::new(&name, config.seed, command_line, now);
            let environment = environment.with_amp(config.recipe.amp).with_network(cost);
            let folder = RunFolder::create(output, config, &environment, now)?;
            (folder, None)
        }
    };
    voice.say(&in_words(cost));
    let mut progress = Progress::new(voice, !common.no_progress, config.epochs, config.batch_size);
    let options = SessionOptions {
        pace: Pace {
            snapshot_hz: if progress.has_bar() { BAR_HZ } else { 0.0 },
            ..Pace::FULL_SPEED
        },
        keeps_checkpoints: true,
        ends_after_run: true,
        prototypes,
        data: Some(data),
        checkpoint_every_secs: Some(
            flags
                .checkpoint_every
                .unwrap_or(CHECKPOINT_EVERY)
                .as_secs_f64(),
        ),
        resume: resume.clone(),
        workers: flags.workers.map_or(0, usize::from),
        ..SessionOptions::default()
    };
    let handle = start(config, options, StartingBuilder { pretrained }, device)?;
    let stop = handle.commands.downgrade();
    let deadline = flags.max_time.map(|time| began_secs + time.as_secs_f64());
    let watch = interrupts.watch(deadline, move || {
        // Without a session there is nothing left to stop.
        if let Some(commands) = stop.upgrade() {
            commands.try_send(Command::Stop).ok();
        }
    })?;
    let run_dir = folder.path().to_owned();
    let sinks = Sinks {
        folder: &mut folder,
        progress: &mut progress,
    };
    let outcome = consume(
        &handle.events,
        &handle.latest,
        sinks,
        resume.as_deref(),
        clock,
    );
    drop(watch);
    let outcome = outcome.map_err(|error| CliError::Broken {
        error,
        kept: run_dir.join(LAST).is_file().then(|| run_dir.clone()),
    })?;
    match &outcome.ending {
        Ending::Completed | Ending::Stopped => {}
        Ending::Failed { message, cause } => {
            return Err(CliError::of_run(message.clone(), *cause));
        }
        Ending::Lost => {
            return Err(CliError::Failed(
                "The training ended without a result; this is a fault of the program.".to_owned(),
            ));
        }
    }
    let folder_name = run_dir.display().to_string();
    Ok(Done {
        report: TrainReport::new(config, &name, &outcome, clock(), &folder_name),
        is_stopped: outcome.ending == Ending::Stopped,
        run_dir,
    })
}

/// Starts a session on a thread of its own.
fn start(
    config: &RunConfig,
    options: SessionOptions,
    builder: StartingBuilder,
    device: TrainingDevice,
) -> Result<SessionHandle, CliError> {
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
        Session::new(ports, options, host, builder, device, name).run()
    })
    .map_err(|error| failed(&error))?;
    Ok(handle)
}
