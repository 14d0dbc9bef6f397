//! Drives runs: spreading, steps, epoch ends, commands, pace, events and snapshots.

use std::sync::Arc;

use burn::tensor::Device;
use dl2pa_data::{DataError, Dataset, Inputs};

use super::abreast::Member;
use super::branching::{self, Wanted};
use super::control::Control;
use super::host::Host;
use super::matching::FirstMeans;
use super::publishing::Published;
use super::run::Run;
use super::spreading::Laid;
use super::{SessionError, SessionOptions, SessionPorts};
use crate::backbone::{BackboneBuilder, BackboneError};
use crate::config::{DatasetKind, Fidelity, HeadKind, RunConfig};
use crate::datasets::{self, Table};
use crate::precision;
use crate::protocol::{Command, Event, FinishReason, Phase, RunId, Snapshot, StepSize};

/// The longest sleep between two looks at the commands, in seconds.
pub(super) const ATTENTION_SECS: f64 = 0.03;
/// The time between two looks at the runs beside this one, in seconds.
const ABREAST_SECS: f64 = 0.002;

/// A session: see the module page of [`crate::session`].
pub struct Session<H, B> {
    pub(super) ports: SessionPorts,
    pub(super) options: SessionOptions,
    pub(super) host: H,
    pub(super) builder: B,
    pub(super) device: Device,
    pub(super) device_name: String,
    pub(super) control: Control,
    pub(super) run_id: RunId,
    pub(super) next: Option<Wanted>,
    pub(super) slice_began_secs: f64,
    pub(super) seq: u64,
    pub(super) published: Published,
    /// The person's own table, as it was brought last.
    pub(super) table: Option<Arc<Table>>,
    /// When the last checkpoint was made.
    pub(super) exported_at_secs: f64,
    /// When the present epoch began.
    epoch_began_secs: f64,
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
            next: None,
            slice_began_secs: 0.0,
            seq: 0,
            published: Published::default(),
            table: None,
            exported_at_secs: 0.0,
            epoch_began_secs: 0.0,
        }
    }

    /// Waits for [`Command::Start`] and trains, until every command sender is gone (or one run is
    /// over, if so configured).
    pub async fn run(mut self) {
        while let Some(wanted) = self.wait_for_start().await {
            self.run_id = RunId(self.run_id.0 + 1);
            self.control.resume();
            self.published = Published::default();
            if let Err(error) = self.drive(wanted).await {
                self.leave();
                self.emit(Event::Failed {
                    run: self.run_id,
                    message: error.to_string(),
                    cause: error.cause(),
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

    async fn wait_for_start(&mut self) -> Option<Wanted> {
        if let Some(wanted) = self.next.take() {
            return Some(wanted);
        }
        loop {
            match self.ports.commands.recv().await {
                Ok(Command::Start(config)) => return Some(Wanted::anew(*config)),
                Ok(Command::Branch(branch)) => return Some((*branch).into()),
                Ok(Command::SetPace(pace)) => self.control.pace = pace,
                Ok(Command::Bring(table)) => self.table = Some(table),
                // Nothing runs, so there is nothing to pause, step, measure or export.
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// One whole run, from the data to the wait after its end.
    async fn drive(&mut self, wanted: Wanted) -> Result<(), SessionError> {
        let Wanted { config, from } = wanted;
        config.validate()?;
        precision::check(config.recipe.amp, &self.device, &self.device_name)?;
        self.slice_began_secs = self.host.now_secs();
        self.exported_at_secs = self.slice_began_secs;
        self.note_epochs(0.0);
        let resume = self.options.resume.take();
        let resume = match &from {
            Some(kept) => Some(Arc::new(branching::checkpoint_for(kept, &config)?)),
            None => resume,
        };
        if let (Some(file), None, false) = (
            &config.recipe.pretrained,
            &resume,
            self.builder.has_pretrained(),
        ) {
            let file = file.clone();
            return Err(BackboneError::NoWeights { file }.into());
        }
        let data = match self.options.data.take() {
            Some(data) => data,
            None => self.load(&config)?,
        };
        let (mut laid, trajectory) = match &resume {
            Some(checkpoint) => (Laid::of_checkpoint(checkpoint)?, Vec::new()),
            None => self.spread(&config).await?,
        };
        if let Some(kept) = &from {
            laid.provenance = branching::provenance_for(kept, &config);
        }
        let first = FirstMeans::of(&config, &data);
        let mut run = Run::new(
            self.run_id,
            config,
            data,
            laid,
            &self.builder,
            (&self.device, &self.device_name),
            self.options.workers,
        )?;
        let owes_matching = match &resume {
            Some(checkpoint) => {
                run.restore(checkpoint)?;
                if let Some(kept) = &from {
                    run.branch_off(kept);
                }
                run.owes_matching()
            }
            None => {
                self.fit_first_assignment(&mut run, first).await?;
                false
            }
        };
        drop((resume, from));
        self.emit(Event::Started {
            run: run.id,
            config: Arc::clone(&run.config),
            info: Arc::clone(&run.info),
        });
        if self.options.judges_only {
            return self.judge(&mut run).await;
        }
        let mut end = self.show_spreading(&mut run, &trajectory).await?;
        if end.is_none() {
            self.emit(Event::Spread {
                run: run.id,
                prototypes: Arc::clone(&run.prototypes),
                assignment: run.assignment.as_slice().into(),
                min_angle_deg: run.min_angle_deg(),
                provenance: run.provenance,
            });
            self.show(&mut run).await?;
            if owes_matching {
                end = self.rematch(&mut run).await?;
            } else {
                self.keep_state(&run).await?;
            }
            if end.is_none() {
                end = self.train(&mut run).await?;
            }
        }
        let reason = end.unwrap_or(FinishReason::Completed);
        if self.options.keeps_checkpoints && reason == FinishReason::Stopped {
            run.collect(0).await?;
            self.export(&run, false).await?;
        }
        if reason == FinishReason::Completed {
            run.state_hash = Some(run.checkpoint().await?.state_hash());
        }
        self.leave();
        self.publish(&run, Phase::Finished);
        self.emit(Event::Finished {
            run: run.id,
            reason,
        });
        if !self.options.ends_after_run && self.next.is_none() {
            self.wait_after(&mut run).await?;
        }
        Ok(())
    }

    /// The data of a run; of the person's own those that were brought, if any were.
    fn load(&self, config: &RunConfig) -> Result<Dataset<Inputs>, DataError> {
        match &self.table {
            Some(table) if config.dataset == DatasetKind::Own => datasets::load_own(table, config),
            _ => datasets::load(config),
        }
    }

    /// Measures the test split and says what the network said of each sample.
    async fn judge(&self, run: &mut Run<B::Backbone>) -> Result<(), SessionError> {
        let evaluation = run.evaluate(&self.host).await?;
        self.emit(Event::Evaluated {
            run: run.id,
            evaluation,
        });
        self.emit(Event::Judged {
            run: run.id,
            verdicts: Arc::clone(&run.last_verdicts),
        });
        self.emit(Event::Finished {
            run: run.id,
            reason: FinishReason::Completed,
        });
        Ok(())
    }

    /// Steps until the last epoch is done (`None`) or a command ends the run.
    async fn train(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<Option<FinishReason>, SessionError> {
        self.epoch_began_secs = self.host.now_secs();
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
            self.note_epochs(run.epoch_fraction());
            if self.options.abreast.as_ref().is_some_and(Member::must_wait) {
                self.host.sleep(ABREAST_SECS).await;
                self.slice_began_secs = self.host.now_secs();
                continue;
            }
            let is_epoch_end = run.train_batch()?;
            self.control.note_step(self.host.now_secs());
            self.control.done(StepSize::Batch);
            self.control.reached(run.step);
            if is_epoch_end {
                let end = self.end_epoch(run).await?;
                if end.is_some() {
                    return Ok(end);
                }
            } else if !run.is_between_steps() {
                // Gradients of an unfinished step are part of no checkpoint.
            } else if run.is_matching_due() {
                run.take_exact_means()?;
                run.collect(self.control.pace.max_samples).await?;
                let end = self.rematch(run).await?;
                if end.is_some() {
                    return Ok(end);
                }
            } else if self.is_checkpoint_due() {
                run.collect(self.control.pace.max_samples).await?;
                self.export(run, false).await?;
            } else if self.is_snapshot_due() {
                self.show(run).await?;
            }
            self.breathe().await;
        }
        Ok(None)
    }

    /// Measures the epoch under the assignment it was trained with, keeps a checkpoint, and only
    /// then matches again. The released code matches first, so that its checkpoint holds an assignment
    /// that was never measured (paper.md 2.1).
    async fn end_epoch(
        &mut self,
        run: &mut Run<B::Backbone>,
    ) -> Result<Option<FinishReason>, SessionError> {
        if run.is_matching_due() {
            run.take_exact_means()?;
        }
        run.collect(self.control.pace.max_samples).await?;
        self.tell_troubles(run);
        self.breathe().await;
        let evaluation = run.evaluate(&self.host).await?;
        self.breathe().await;
        self.emit(Event::Evaluated {
            run: run.id,
            evaluation,
        });
        let is_best = evaluation.top1 > run.best_top1;
        run.best_top1 = run.best_top1.max(evaluation.top1);
        let keeps_before = run.config.fidelity == Fidelity::Corrected;
        if self.options.keeps_checkpoints && keeps_before {
            self.export(run, is_best).await?;
        }
        run.begin_epoch();
        self.epoch_began_secs = self.host.now_secs();
        self.publish(run, Phase::Training);
        let is_over = run.epoch >= run.config.epochs;
        let mut end = None;
        if run.is_matching_due() && (!is_over || !keeps_before) {
            end = self.rematch(run).await?;
        } else {
            self.keep_state(run).await?;
        }
        if self.options.keeps_checkpoints && !keeps_before {
            self.export(run, is_best).await?;
        }
        self.control.done(StepSize::Epoch);
        if run.config.head != HeadKind::Dynamic {
            // There will be no matching to stop at.
            self.control.done(StepSize::Matching);
        }
        Ok(end)
    }

    /// Notes how long the epoch waited for data, and warns of damaged files.
    fn tell_troubles(&self, run: &mut Run<B::Backbone>) {
        let (waited_secs, damaged) = run.train.take_troubles();
        let epoch_secs = self.host.now_secs() - self.epoch_began_secs;
        run.data_wait = if epoch_secs > 0.0 {
            (waited_secs / epoch_secs).clamp(0.0, 1.0)
        } else {
            0.0
        };
        for message in damaged {
            self.warn(run, message);
        }
    }

    /// Matches, tells the readers, and waits as long as the pace asks.
    pub(super) async fn rematch(
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
        // Before what may be commanded meanwhile.
        self.keep_state(run).await?;
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

    /// Tells the runs beside this one how far it is.
    fn note_epochs(&self, epochs: f64) {
        if let Some(abreast) = &self.options.abreast {
            abreast.note(epochs);
        }
    }

    /// Tells the runs beside this one that it is over.
    fn leave(&self) {
        if let Some(abreast) = &self.options.abreast {
            abreast.leave();
        }
    }

    /// Yields when this slice of work has been long enough.
    pub(super) async fn breathe(&mut self) {
        if self.host.now_secs() - self.slice_began_secs >= self.host.slice_secs() {
            self.host.yield_now().await;
            self.slice_began_secs = self.host.now_secs();
        }
    }
}
