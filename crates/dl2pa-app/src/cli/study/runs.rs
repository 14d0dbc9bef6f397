//! Makes the runs of a training study, several at once, each on one processor core.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Command, Event};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_core::studies::{Arm, Outcome, Reading, RunRecord, Study, Training};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;

use super::super::error::CliError;
use super::super::signals::Interrupts;
use super::super::voice::Voice;
use crate::session_host::SessionHost;

/// The outcome of all runs. Small nets train fastest on a core each, so the graphics card stays idle.
///
/// # Errors
/// When a run fails or a signal comes.
pub(super) fn outcome(
    study: Study,
    training: &Training,
    interrupts: &Interrupts,
    voice: Voice,
) -> Result<Outcome, CliError> {
    let jobs: VecDeque<(usize, u64)> = (0..training.arms.len())
        .flat_map(|arm| training.seeds.iter().map(move |&seed| (arm, seed)))
        .collect();
    let total = jobs.len();
    let queue = Mutex::new(jobs);
    let done: Mutex<Vec<(usize, u64, RunRecord)>> = Mutex::default();
    let failure: Mutex<Option<CliError>> = Mutex::default();
    let is_over = AtomicBool::new(false);
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(total);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let next = lock(&queue).pop_front();
                    let Some((index, seed)) = next else { break };
                    let arm = &training.arms[index];
                    match record(arm, seed, training.reading, interrupts) {
                        Ok(record) => {
                            let mut done = lock(&done);
                            done.push((index, seed, record));
                            voice.say(&progress(
                                done.len(),
                                total,
                                arm,
                                seed,
                                &done[done.len() - 1].2,
                            ));
                        }
                        Err(error) => {
                            is_over.store(true, Ordering::Relaxed);
                            lock(&failure).get_or_insert(error);
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = lock(&failure).take() {
        return Err(error);
    }
    let mut records = std::mem::take(&mut *lock(&done));
    records.sort_by_key(|&(arm, seed, _)| (arm, seed));
    let runs: Vec<(Arm, Vec<RunRecord>)> = training
        .arms
        .iter()
        .enumerate()
        .map(|(index, arm)| {
            let of_arm = records.iter().filter(|(arm, ..)| *arm == index);
            (
                arm.clone(),
                of_arm.map(|(.., record)| record.clone()).collect(),
            )
        })
        .collect();
    Ok(Outcome::of_runs(
        study,
        training.reading,
        &training.seeds,
        &runs,
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn progress(done: usize, total: usize, arm: &Arm, seed: u64, record: &RunRecord) -> String {
    let top1 = record.top1.last().map_or(f64::NAN, |top1| 100.0 * top1);
    format!(
        "run {done} of {total}: {}, x = {}, seed {seed}: {top1:.1} %",
        arm.series, arm.x
    )
}

/// One run, on this thread.
fn record(
    arm: &Arm,
    seed: u64,
    reading: Reading,
    interrupts: &Interrupts,
) -> Result<RunRecord, CliError> {
    let config = RunConfig {
        seed,
        ..arm.config.clone()
    };
    let options = SessionOptions {
        keeps_checkpoints: reading == Reading::NearestCos,
        ends_after_run: true,
        ..SessionOptions::default()
    };
    let (handle, ports) = session::open();
    handle
        .commands
        .try_send(Command::Start(Box::new(config)))
        .map_err(|error| CliError::Failed(format!("A run cannot be started ({error}).")))?;
    let commands = handle.commands.clone();
    let watching = interrupts.clone();
    // Asked at every yield of the session: a signal ends the run at its next step.
    let host = SessionHost::new(move || {
        if watching.exit_code().is_some() {
            commands.try_send(Command::Stop).ok();
        }
    });
    let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
    pollster::block_on(Session::new(ports, options, host, Builder, device, name).run());

    let mut record = RunRecord::default();
    while let Ok(event) = handle.events.try_recv() {
        match event {
            Event::Evaluated { evaluation, .. } => record.top1.push(evaluation.top1),
            Event::Relabelled { relabelling, .. } => {
                record.labels_moved.push(relabelling.moved.len());
            }
            Event::Exported { checkpoint, .. } => record.prototypes.extend(prototypes(&checkpoint)),
            Event::Failed { message, cause, .. } => return Err(CliError::of_run(message, cause)),
            _ => {}
        }
    }
    match interrupts.exit_code() {
        Some(code) => Err(CliError::Stopped {
            before: "the study was over",
            code,
        }),
        None => Ok(record),
    }
}

fn prototypes(checkpoint: &Checkpoint) -> Option<Vec<f32>> {
    let mut arrays = checkpoint.arrays.iter();
    let array = arrays.find(|array| array.name == "prototypes")?;
    Some(array.values.clone())
}
