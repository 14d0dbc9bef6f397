//! `--eval`: a checkpoint measured on the test split, under the assignment that it was trained with.

mod verdicts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::{ConfigLayer, RunConfig};
use dl2pa_core::protocol::{Command, Event, RunInfo};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::{now_secs, spawn_actor};
use serde::Serialize;

use crate::run_folder::{BEST, read_checkpoint, write_beside};
use crate::session_host::SessionHost;

use super::arguments::CommonFlags;
use super::error::CliError;
use super::train::Sketch;
use super::voice::Voice;

use verdicts::{ClassScore, GroupScore, Verdicts};

/// Settings that may differ from those of the checkpoint.
const MAY_DIFFER: [&str; 7] = [
    "amp",
    "data_dir",
    "data_file",
    "eval_resize",
    "img_size",
    "batch_size",
    "max_damaged",
];

/// The last line of `--eval --json`. Shares are in percent.
#[derive(Debug, Serialize)]
struct EvalReport {
    top1: f64,
    top5: f64,
    ece: f64,
    /// Mean loss a test sample.
    loss: f64,
    epochs: usize,
    images_per_sec: f64,
    seconds: f64,
    seed: u64,
    device: String,
    dataset: &'static str,
    backbone: &'static str,
    head: &'static str,
    loss_name: &'static str,
    dim: usize,
    classes: usize,
    min_angle_deg: f64,
    labels_moved: Vec<u32>,
    run_dir: String,
    /// Frequent, middling and rare classes, where training had more of some than of others.
    groups: Vec<GroupScore>,
    per_class: Vec<ClassScore>,
}

/// What a session said of the checkpoint.
struct Judgement {
    info: Arc<RunInfo>,
    evaluation: dl2pa_core::protocol::Evaluation,
    verdicts: Arc<[(u32, u32)]>,
}

/// Measures the checkpoint; with `--output DIR` writes `classes.csv` and `confusion.csv` there.
///
/// # Errors
/// When the checkpoint or the data cannot be read, or the results not be written.
pub(super) fn eval(
    checkpoint: Option<&Path>,
    layers: &[ConfigLayer],
    common: &CommonFlags,
    voice: Voice,
) -> Result<u8, CliError> {
    let Some(path) = checkpoint else {
        return Err(CliError::Usage(
            "--eval measures a checkpoint: name it, or its run folder, with --checkpoint."
                .to_owned(),
        ));
    };
    let path = if path.is_dir() {
        path.join(BEST)
    } else {
        path.to_owned()
    };
    let checkpoint = Arc::new(read_checkpoint(&path)?);
    let config = configuration(&checkpoint, layers)?;
    let began_secs = now_secs();
    let device = Sketch::of(&config)?.open_device(common.device)?;
    let device_name = device.name.clone();
    let judgement = judge(&config, &checkpoint, device)?;
    let seconds = now_secs() - began_secs;

    let Judgement {
        info,
        evaluation,
        verdicts,
    } = judgement;
    let verdicts = Verdicts::new(&verdicts, &info.class_names, &info.train_counts);
    if let Some(folder) = &common.output {
        write(&verdicts, folder, voice)?;
    }
    let report = EvalReport {
        top1: 100.0 * evaluation.top1,
        top5: 100.0 * evaluation.top5,
        ece: 100.0 * evaluation.ece,
        loss: evaluation.test_loss,
        epochs: checkpoint.header.epoch,
        images_per_sec: info.test_samples as f64 / seconds,
        seconds,
        seed: config.seed,
        device: device_name,
        dataset: config.dataset.name(),
        backbone: config.backbone.name(),
        head: config.head.name(),
        loss_name: config.loss.name(),
        dim: config.dim,
        classes: config.classes,
        min_angle_deg: checkpoint
            .array(dl2pa_core::checkpoint::PROTOTYPES)
            .map_or(f64::NAN, |array| {
                dl2pa_core::metrics::min_angle_deg(&array.values, config.dim)
            }),
        labels_moved: checkpoint.header.labels_moved.clone(),
        run_dir: run_dir(&path),
        groups: verdicts.groups(),
        per_class: verdicts.classes(),
    };
    voice.result(&report, &in_words(&report))?;
    Ok(0)
}

/// The checkpoint's configuration, with what may differ when it is only measured.
fn configuration(checkpoint: &Checkpoint, layers: &[ConfigLayer]) -> Result<RunConfig, CliError> {
    super::train::overlaid(checkpoint, layers, &MAY_DIFFER)
}

fn run_dir(path: &Path) -> String {
    let folder = path.parent().and_then(Path::parent);
    folder.map_or_else(String::new, |folder| folder.display().to_string())
}

/// Runs a session that only measures.
fn judge(
    config: &RunConfig,
    checkpoint: &Arc<Checkpoint>,
    device: dl2pa_runtime::device::TrainingDevice,
) -> Result<Judgement, CliError> {
    let failed = |error: &dyn std::error::Error| {
        CliError::Failed(format!("The evaluation cannot be started ({error})."))
    };
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(config.clone()));
    handle
        .commands
        .try_send(start)
        .map_err(|error| failed(&error))?;
    let options = SessionOptions {
        ends_after_run: true,
        resume: Some(Arc::clone(checkpoint)),
        judges_only: true,
        ..SessionOptions::default()
    };
    spawn_actor("evaluation", move || {
        let host = SessionHost::new(|| {});
        Session::new(ports, options, host, Builder, device.device, device.name).run()
    })
    .map_err(|error| failed(&error))?;
    let (mut run_info, mut measured, mut said) = (None, None, None);
    while let Ok(event) = handle.events.recv_blocking() {
        match event {
            Event::Started { info, .. } => run_info = Some(info),
            Event::Evaluated { evaluation, .. } => measured = Some(evaluation),
            Event::Judged { verdicts, .. } => said = Some(verdicts),
            Event::Failed { message, cause, .. } => return Err(CliError::of_run(message, cause)),
            _ => {}
        }
    }
    match (run_info, measured, said) {
        (Some(info), Some(evaluation), Some(verdicts)) => Ok(Judgement {
            info,
            evaluation,
            verdicts,
        }),
        _ => Err(CliError::Failed(
            "The evaluation ended without a result; this is a fault of the program.".to_owned(),
        )),
    }
}

fn write(verdicts: &Verdicts<'_>, folder: &Path, voice: Voice) -> Result<(), CliError> {
    let failed = |path: PathBuf, cause: std::io::Error| {
        CliError::Failed(format!("`{}` cannot be written ({cause}).", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|cause| failed(folder.to_owned(), cause))?;
    let tables = [
        ("classes.csv", verdicts.classes_csv()),
        ("confusion.csv", verdicts.confusion_csv()),
    ];
    for (name, table) in tables {
        let path = folder.join(name);
        let bytes = table.map_err(|error| failed(path.clone(), std::io::Error::other(error)))?;
        write_beside(&path, &bytes)?;
        voice.say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn in_words(report: &EvalReport) -> String {
    let mut words = format!(
        "top-1 {:.2} %, top-5 {:.2} %, calibration error {:.2} % after {} epochs",
        report.top1, report.top5, report.ece, report.epochs
    );
    for group in &report.groups {
        words += &format!(
            "\n{} ({} classes): top-1 {:.2} %",
            group.name, group.classes, group.top1
        );
    }
    words
}
