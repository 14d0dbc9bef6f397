//! Obeys commands between steps: pausing, single steps, changes to the run, and its end.

use std::sync::Arc;

use async_channel::TryRecvError;

use super::SessionError;
use super::branching::Wanted;
use super::driver::{ATTENTION_SECS, Session};
use super::host::Host;
use super::run::Run;
use crate::backbone::BackboneBuilder;
use crate::config::HeadKind;
use crate::protocol::{Command, Event, FinishReason, Perturbation, Phase, Snapshot};

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    /// Holds training still for so long, while commands are obeyed.
    pub(super) async fn dwell(
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
    pub(super) async fn attend(
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

    pub(super) async fn obey(
        &mut self,
        run: &mut Run<B::Backbone>,
        command: Command,
    ) -> Result<Option<FinishReason>, SessionError> {
        match command {
            Command::Start(config) => {
                self.next = Some(Wanted::anew(*config));
                return Ok(Some(FinishReason::Stopped));
            }
            Command::Branch(branch) => {
                self.next = Some((*branch).into());
                return Ok(Some(FinishReason::Stopped));
            }
            Command::Stop => return Ok(Some(FinishReason::Stopped)),
            Command::Bring(table) => self.table = Some(table),
            Command::Pause => self.control.pause(),
            Command::Resume => self.control.resume(),
            Command::Step(size) => self.control.step(size),
            Command::GoTo { step } if run.step < step => self.control.go_to(step),
            Command::GoTo { .. } => self.control.pause(),
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
                    if epochs.is_finite() && epochs > 0.0 {
                        run.set_assign_period(epochs);
                    } else {
                        self.warn(
                            run,
                            format!(
                                "A matching period of {epochs} epochs is not a positive number; it stays {}.",
                                run.config.assign_period
                            ),
                        );
                    }
                }
            }
            Command::RematchNow if run.config.head == HeadKind::Dynamic => {
                run.take_exact_means()?;
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
            Command::Compare { method, t } => self.compare(run, method, t).await,
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
    pub(super) async fn wait_after(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<(), SessionError> {
        while let Ok(command) = self.ports.commands.recv().await {
            match command {
                Command::Start(config) => {
                    self.next = Some(Wanted::anew(*config));
                    return Ok(());
                }
                Command::Branch(branch) => {
                    self.next = Some((*branch).into());
                    return Ok(());
                }
                Command::Bring(_)
                | Command::Evaluate
                | Command::Export
                | Command::Compare { .. }
                | Command::SetPace(_) => {
                    self.obey(run, command).await?;
                }
                // A finished run neither pauses nor steps nor moves its labels.
                _ => {}
            }
        }
        Ok(())
    }
}
