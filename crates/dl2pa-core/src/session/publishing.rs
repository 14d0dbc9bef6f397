//! What readers get: events, checkpoints and the latest snapshot.

use std::sync::Arc;

use super::SessionError;
use super::driver::Session;
use super::host::Host;
use super::run::Run;
use crate::backbone::BackboneBuilder;
use crate::protocol::{Event, Phase, Snapshot};

/// Weight of the newest interval in the shown steps a second.
const RATE_SMOOTHING: f64 = 0.3;

/// When and at which step the last snapshot was published.
#[derive(Default)]
pub(super) struct Published {
    pub(super) at_secs: f64,
    pub(super) step: u64,
    pub(super) steps_per_sec: f64,
}

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    pub(super) async fn export(
        &mut self,
        run: &Run<B::Backbone>,
        is_best: bool,
    ) -> Result<(), SessionError> {
        let checkpoint = Arc::new(run.checkpoint().await?);
        self.emit(Event::Exported {
            run: run.id,
            is_best,
            checkpoint,
        });
        self.exported_at_secs = self.host.now_secs();
        Ok(())
    }

    /// Whether a checkpoint is due before the epoch ends.
    pub(super) fn is_checkpoint_due(&self) -> bool {
        let since_secs = self.host.now_secs() - self.exported_at_secs;
        let every_secs = self.options.checkpoint_every_secs;
        self.options.keeps_checkpoints && every_secs.is_some_and(|secs| since_secs >= secs)
    }

    /// Reads the device and publishes.
    pub(super) async fn show(&mut self, run: &mut Run<B::Backbone>) -> Result<(), SessionError> {
        run.collect(self.control.pace.max_samples).await?;
        self.publish(run, Phase::Training);
        Ok(())
    }

    pub(super) fn is_snapshot_due(&self) -> bool {
        let rate = self.control.pace.snapshot_hz;
        rate > 0.0 && self.host.now_secs() - self.published.at_secs >= 1.0 / rate
    }

    pub(super) fn publish(&mut self, run: &Run<B::Backbone>, phase: Phase) {
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

    pub(super) fn snapshot(&self, run: &Run<B::Backbone>, phase: Phase) -> Snapshot {
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
            provenance: run.provenance,
            spread_t: None,
            labels_moved: run.labels_moved.as_slice().into(),
            history: Arc::clone(&run.history),
            steps_per_sec: self.published.steps_per_sec,
            state_hash: run.state_hash,
        }
    }

    pub(super) fn put(&mut self, snapshot: Snapshot) {
        self.seq += 1;
        self.ports.latest.put(Snapshot {
            seq: self.seq,
            ..snapshot
        });
        self.host.wake();
    }

    pub(super) fn warn(&self, run: &Run<B::Backbone>, message: String) {
        self.emit(Event::Warning {
            run: run.id,
            message,
        });
    }

    pub(super) fn emit(&self, event: Event) {
        // Nobody listens any more: the missing command senders end the session soon.
        if self.ports.events.try_send(event).is_ok() {
            self.host.wake();
        }
    }
}
