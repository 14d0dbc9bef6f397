//! Drives runs: spreading, steps, epoch ends, commands, pace, events and snapshots.

use std::sync::Arc;

use async_channel::TryRecvError;
use burn::tensor::Device;
use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::control::Control;
use super::host::Host;
use super::run::Run;
use super::{SessionError, SessionOptions, SessionPorts};
use crate::backbone::BackboneBuilder;
use crate::config::{HeadKind, RunConfig};
use crate::datasets;
use crate::metrics;
use crate::protocol::{
    Command, Event, FinishReason, Perturbation, Phase, RunId, Snapshot, StepSize,
};
use crate::prototypes::{self, Spreader};

/// Frames a second while the spreading is shown.
const SPREAD_FPS: f64 = 30.0;
/// The longest sleep between two looks at the commands, in seconds.
const ATTENTION_SECS: f64 = 0.03;
/// Weight of the newest interval in the shown steps a second.
const RATE_SMOOTHING: f64 = 0.3;

/// A session: see the module page of [`crate::session`].
pub struct Session<H, B> {
    ports: SessionPorts,
    options: SessionOptions,
    host: H,
    builder: B,
    device: Device,
    device_name: String,
    control: Control,
    run_id: RunId,
    next_config: Option<RunConfig>,
    slice_began_secs: f64,
    seq: u64,
    published: Published,
}

/// When and at which step the last snapshot was published.
#[derive(Default)]
struct Published {
    at_secs: f64,
    step: u64,
    steps_per_sec: f64,
}

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    /// A session that will train on `device` (given without autodiff), called `device_name` to the
    /// person.
    pub fn new(
        ports: SessionPorts,
        options: SessionOptions,
        host: H,
        builder: B,
        device: Device,
        device_name: String,
    ) -> Self {
        let control = Control::new(options.pace);
        Self {
            ports,
            options,
            host,
            builder,
            device,
            device_name,
            control,
            run_id: RunId::default(),
            next_config: None,
            slice_began_secs: 0.0,
            seq: 0,
            published: Published::default(),
        }
    }

    /// Waits for [`Command::Start`] and trains, until every command sender is gone (or one run is
    /// over, if so configured).
    pub async fn run(mut self) {
        while let Some(config) = self.wait_for_start().await {
            self.run_id = RunId(self.run_id.0 + 1);
            self.control.resume();
            self.published = Published::default();
            if let Err(error) = self.drive(config).await {
                self.emit(Event::Failed {
                    run: self.run_id,
                    message: error.to_string(),
                    diverged: matches!(error, SessionError::Diverged { .. }),
                });
                if let Some(last) = self.ports.latest.get() {
                    self.put(Snapshot {
                        phase: Phase::Failed,
                        ..(*last).clone()
                    });
                }
            }
            if self.options.ends_after_run {
                break;
            }
        }
    }

    async fn wait_for_start(&mut self) -> Option<RunConfig> {
        if let Some(config) = self.next_config.take() {
            return Some(config);
        }
        loop {
            match self.ports.commands.recv().await {
                Ok(Command::Start(config)) => return Some(*config),
                Ok(Command::SetPace(pace)) => self.control.pace = pace,
                // Nothing runs, so there is nothing to pause, step, measure or export.
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// One whole run, from the data to the wait after its end.
    async fn drive(&mut self, config: RunConfig) -> Result<(), SessionError> {
        config.validate()?;
        self.slice_began_secs = self.host.now_secs();
        let data = datasets::load(&config)?;
        let (prototypes, trajectory) = self.spread(&config).await?;
        let mut run = Run::new(
            self.run_id,
            config,
            &data,
            prototypes,
            &self.builder,
            &self.device,
            &self.device_name,
        )?;
        drop(data);
        self.emit(Event::Started {
            run: run.id,
            config: Arc::clone(&run.config),
            info: Arc::clone(&run.info),
        });
        let mut end = self.show_spreading(&mut run, &trajectory).await?;
        if end.is_none() {
            self.emit(Event::Spread {
                run: run.id,
                prototypes: Arc::clone(&run.prototypes),
                min_angle_deg: run.min_angle_deg(),
            });
            self.show(&mut run).await?;
            end = self.train(&mut run).await?;
        }
        let reason = end.unwrap_or(FinishReason::Completed);
        if self.options.keeps_checkpoints && reason == FinishReason::Stopped {
            run.collect(0).await?;
            self.export(&run, false).await?;
        }
        self.publish(&run, Phase::Finished);
        self.emit(Event::Finished {
            run: run.id,
            reason,
        });
        if !self.options.ends_after_run && self.next_config.is_none() {
            self.wait_after(&mut run).await?;
        }
        Ok(())
    }

    /// Computes the prototypes (c x d) and the frames of their spreading, a slice at a time.
    async fn spread(
        &mut self,
        config: &RunConfig,
    ) -> Result<(Vec<f32>, Vec<Vec<f32>>), SessionError> {
        let streams = Streams::new(config.seed);
        let (classes, dim) = (config.classes, config.dim);
        if let Some(ready) = &self.options.prototypes {
            if ready.len() != classes * dim {
                return Err(SessionError::PrototypeShape {
                    found: ready.len(),
                    classes,
                    dim,
                });
            }
            return Ok((ready.clone(), Vec::new()));
        }
        if config.head == HeadKind::Psc {
            let start = prototypes::random(classes, dim, &mut streams.rng(PROTOTYPES));
            return Ok((start, Vec::new()));
        }
        let is_shown = self.control.pace.spread_secs > 0.0;
        let mut spreader = Spreader::new(classes, dim, &streams)?.with_trajectory(is_shown);
        while !spreader.advance() {
            self.breathe().await;
        }
        let spread = spreader.finish();
        Ok((spread.prototypes, spread.trajectory))
    }

    /// Shows the frames of the spreading at the pace's length. A single step skips the rest.
    async fn show_spreading(
        &mut self,
        run: &mut Run<B::Backbone>,
        trajectory: &[Vec<f32>],
    ) -> Result<Option<FinishReason>, SessionError> {
        let mut shown_secs = 0.0;
        while !trajectory.is_empty()
            && shown_secs < self.control.pace.spread_secs
            && !self.control.is_stepping()
        {
            let progress = shown_secs / self.control.pace.spread_secs;
            let frame = &trajectory[(progress * trajectory.len() as f64) as usize];
            let phase = Phase::Spreading {
                progress: progress as f32,
            };
            let min_angle_deg = metrics::min_angle_deg(frame, run.config.dim);
            let snapshot = self.snapshot(run, phase);
            self.put(Snapshot {
                prototypes: frame.as_slice().into(),
                min_angle_deg,
                ..snapshot
            });
            let before_secs = self.host.now_secs();
            self.host.sleep(1.0 / SPREAD_FPS).await;
            shown_secs += self.host.now_secs() - before_secs;
            let end = self.attend(run, phase).await?;
            if end.is_some() {
                return Ok(end);
            }
        }
        Ok(None)
    }

    /// Steps until the last epoch is done (`None`) or a command ends the run.
    async fn train(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<Option<FinishReason>, SessionError> {
        while run.epoch < run.config.epochs {
            let end = self.attend(run, Phase::Training).await?;
            if end.is_some() {
                return Ok(end);
            }
            let wait_secs = self.control.wait_secs(self.host.now_secs());
            if wait_secs > 0.0 {
                self.host.sleep(wait_secs.min(ATTENTION_SECS)).await;
                self.slice_began_secs = self.host.now_secs();
                continue;
            }
            let is_epoch_end = run.train_step();
            self.control.note_step(self.host.now_secs());
            self.control.done(StepSize::Batch);
            if is_epoch_end {
                let end = self.end_epoch(run).await?;
                if end.is_some() {
                    return Ok(end);
                }
            } else if self.is_snapshot_due() {
                self.show(run).await?;
            }
            self.breathe().await;
        }
        Ok(None)
    }

    /// Measures the epoch under the assignment it was trained with, keeps a checkpoint, and only
    /// then matches again.
    async fn end_epoch(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<Option<FinishReason>, SessionError> {
        run.collect(self.control.pace.max_samples).await?;
        self.breathe().await;
        let evaluation = run.evaluate(&self.host).await?;
        self.breathe().await;
        self.emit(Event::Evaluated {
            run: run.id,
            evaluation,
        });
        if self.options.keeps_checkpoints {
            let is_best = evaluation.top1 > run.best_top1;
            run.best_top1 = run.best_top1.max(evaluation.top1);
            self.export(run, is_best).await?;
        }
        run.begin_epoch();
        self.publish(run, Phase::Training);
        let is_over = run.epoch >= run.config.epochs;
        let is_due = run.epoch.is_multiple_of(run.config.assign_period);
        let mut end = None;
        if run.config.head == HeadKind::Dynamic && is_due && !is_over {
            end = self.rematch(run).await?;
        }
        self.control.done(StepSize::Epoch);
        if run.config.head != HeadKind::Dynamic {
            // There will be no matching to stop at.
            self.control.done(StepSize::Matching);
        }
        Ok(end)
    }

    /// Matches, tells the readers, and waits as long as the pace asks.
    async fn rematch(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<Option<FinishReason>, SessionError> {
        let is_first = run.labels_moved.iter().all(|&moved| moved == 0);
        let relabelling = run.rematch()?;
        let has_moved = !relabelling.moved.is_empty();
        self.emit(Event::Relabelled {
            run: run.id,
            relabelling: Arc::new(relabelling),
        });
        self.publish(run, Phase::Training);
        self.control.done(StepSize::Matching);
        let pace = self.control.pace;
        let dwell_secs = if is_first {
            pace.first_relabel_dwell_secs
        } else {
            pace.relabel_dwell_secs
        };
        if has_moved {
            self.dwell(run, dwell_secs).await
        } else {
            Ok(None)
        }
    }

    /// Holds training still for so long, while commands are obeyed.
    async fn dwell(
        &mut self,
        run: &mut Run<B::Backbone>,
        secs: f64,
    ) -> Result<Option<FinishReason>, SessionError> {
        let until_secs = self.host.now_secs() + secs;
        while self.host.now_secs() < until_secs && !self.control.is_stepping() {
            self.host.sleep(ATTENTION_SECS).await;
            if self.control.is_paused() {
                break;
            }
            let end = self.attend(run, Phase::Training).await?;
            if end.is_some() {
                return Ok(end);
            }
        }
        self.slice_began_secs = self.host.now_secs();
        Ok(None)
    }

    /// Obeys what has been commanded; while paused, waits for more. `Some` ends the run.
    async fn attend(
        &mut self,
        run: &mut Run<B::Backbone>,
        phase: Phase,
    ) -> Result<Option<FinishReason>, SessionError> {
        loop {
            let command = if self.control.is_paused() {
                if phase == Phase::Training {
                    self.show(run).await?;
                } else if let Some(last) = self.ports.latest.get() {
                    self.put(Snapshot {
                        paused: true,
                        ..(*last).clone()
                    });
                }
                match self.ports.commands.recv().await {
                    Ok(command) => command,
                    Err(_) => return Ok(Some(FinishReason::Stopped)),
                }
            } else {
                match self.ports.commands.try_recv() {
                    Ok(command) => command,
                    Err(TryRecvError::Empty) => return Ok(None),
                    Err(TryRecvError::Closed) => return Ok(Some(FinishReason::Stopped)),
                }
            };
            let end = self.obey(run, command).await?;
            if end.is_some() {
                return Ok(end);
            }
        }
    }

    async fn obey(
        &mut self,
        run: &mut Run<B::Backbone>,
        command: Command,
    ) -> Result<Option<FinishReason>, SessionError> {
        match command {
            Command::Start(config) => {
                self.next_config = Some(*config);
                return Ok(Some(FinishReason::Stopped));
            }
            Command::Stop => return Ok(Some(FinishReason::Stopped)),
            Command::Pause => self.control.pause(),
            Command::Resume => self.control.resume(),
            Command::Step(size) => self.control.step(size),
            Command::SetPace(pace) => self.control.pace = pace,
            Command::SetHyper(patch) => {
                if let Some(lr) = patch.lr {
                    if lr.is_finite() && lr > 0.0 {
                        run.set_lr(lr);
                    } else {
                        self.warn(
                            run,
                            format!(
                                "A learning rate of {lr} is not a positive number; it stays {}.",
                                run.config.lr
                            ),
                        );
                    }
                }
                if let Some(epochs) = patch.assign_period {
                    run.set_assign_period(epochs);
                }
            }
            Command::RematchNow if run.config.head == HeadKind::Dynamic => {
                run.collect(self.control.pace.max_samples).await?;
                let relabelling = Arc::new(run.rematch()?);
                self.emit(Event::Relabelled {
                    run: run.id,
                    relabelling,
                });
            }
            Command::RematchNow => {
                self.warn(
                    run,
                    "Only the dynamic head matches labels to prototypes.".to_owned(),
                );
            }
            Command::Perturb(Perturbation::DealAgain) if run.config.head != HeadKind::Psc => {
                run.collect(self.control.pace.max_samples).await?;
                let relabelling = Arc::new(run.deal_again()?);
                self.emit(Event::Relabelled {
                    run: run.id,
                    relabelling,
                });
            }
            Command::Perturb(Perturbation::DealAgain) => {
                self.warn(
                    run,
                    "Learned prototypes belong to their class; there is nothing to deal."
                        .to_owned(),
                );
            }
            Command::Evaluate => {
                run.collect(self.control.pace.max_samples).await?;
                let evaluation = run.evaluate(&self.host).await?;
                self.emit(Event::Evaluated {
                    run: run.id,
                    evaluation,
                });
            }
            Command::Export => {
                run.collect(self.control.pace.max_samples).await?;
                self.export(run, false).await?;
            }
        }
        Ok(None)
    }

    /// After a run: its state can still be measured and exported, until the next start.
    async fn wait_after(&mut self, run: &mut Run<B::Backbone>) -> Result<(), SessionError> {
        while let Ok(command) = self.ports.commands.recv().await {
            match command {
                Command::Start(config) => {
                    self.next_config = Some(*config);
                    return Ok(());
                }
                Command::Evaluate | Command::Export | Command::SetPace(_) => {
                    self.obey(run, command).await?;
                }
                // A finished run neither pauses nor steps nor moves its labels.
                _ => {}
            }
        }
        Ok(())
    }

    async fn export(&self, run: &Run<B::Backbone>, is_best: bool) -> Result<(), SessionError> {
        let checkpoint = Arc::new(run.checkpoint().await?);
        self.emit(Event::Exported {
            run: run.id,
            is_best,
            checkpoint,
        });
        Ok(())
    }

    /// Reads the device and publishes.
    async fn show(&mut self, run: &mut Run<B::Backbone>) -> Result<(), SessionError> {
        run.collect(self.control.pace.max_samples).await?;
        self.publish(run, Phase::Training);
        Ok(())
    }

    fn is_snapshot_due(&self) -> bool {
        let rate = self.control.pace.snapshot_hz;
        rate > 0.0 && self.host.now_secs() - self.published.at_secs >= 1.0 / rate
    }

    fn publish(&mut self, run: &Run<B::Backbone>, phase: Phase) {
        let now_secs = self.host.now_secs();
        let elapsed_secs = now_secs - self.published.at_secs;
        let steps = run.step - self.published.step;
        if steps > 0 && self.published.step > 0 && elapsed_secs > 0.0 {
            let rate = steps as f64 / elapsed_secs;
            let smoothed = &mut self.published.steps_per_sec;
            *smoothed = if *smoothed > 0.0 {
                *smoothed + RATE_SMOOTHING * (rate - *smoothed)
            } else {
                rate
            };
        }
        self.published.at_secs = now_secs;
        self.published.step = run.step;
        let snapshot = self.snapshot(run, phase);
        self.put(snapshot);
    }

    fn snapshot(&self, run: &Run<B::Backbone>, phase: Phase) -> Snapshot {
        let has_stepped = run.recent.samples > 0;
        Snapshot {
            run: run.id,
            seq: self.seq,
            phase,
            paused: self.control.is_paused(),
            step: run.step,
            epoch: run.epoch_fraction(),
            lr: run.lr,
            loss: has_stepped.then(|| run.recent.mean_loss()),
            train_accuracy: has_stepped.then(|| run.recent.accuracy()),
            test_accuracy: run.last_evaluation.map(|evaluation| evaluation.top1),
            dim: run.config.dim,
            prototypes: Arc::clone(&run.prototypes),
            class_means: run.last_means.clone(),
            assignment: run.assignment.as_slice().into(),
            samples: run.last_samples.clone(),
            min_angle_deg: run.min_angle_deg(),
            labels_moved: run.labels_moved.as_slice().into(),
            history: Arc::clone(&run.history),
            steps_per_sec: self.published.steps_per_sec,
        }
    }

    fn put(&mut self, snapshot: Snapshot) {
        self.seq += 1;
        self.ports.latest.put(Snapshot {
            seq: self.seq,
            ..snapshot
        });
        self.host.wake();
    }

    fn warn(&self, run: &Run<B::Backbone>, message: String) {
        self.emit(Event::Warning {
            run: run.id,
            message,
        });
    }

    fn emit(&self, event: Event) {
        // Nobody listens any more: the missing command senders end the session soon.
        if self.ports.events.try_send(event).is_ok() {
            self.host.wake();
        }
    }

    /// Yields when this slice of work has been long enough.
    async fn breathe(&mut self) {
        if self.host.now_secs() - self.slice_began_secs >= self.host.slice_secs() {
            self.host.yield_now().await;
            self.slice_began_secs = self.host.now_secs();
        }
    }
}
