//! One run on the screen: what is known of it, its sphere, its timeline and its story.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Event, Relabelling, RunId, Snapshot};
use dl2pa_core::recorded::Unknown;

use crate::branch::{Origin, States};
use crate::narration::Narration;
use crate::own::Log;
use crate::recording::Recording;
use crate::run::Run;
use crate::stage::{Stage, show_length_secs};
use crate::timeline::Timeline;

/// All that belongs to one run. Up to three stand side by side.
#[derive(Debug)]
pub(crate) struct Lane {
    pub run: Run,
    pub stage: Stage,
    pub narration: Narration,
    pub timeline: Timeline,
    /// What the session has shown last, if it is of this run.
    pub snapshot: Option<Arc<Snapshot>>,
    /// What the reader sees: the same, or an earlier moment.
    pub shown: Option<Arc<Snapshot>>,
    /// What it has shown so far.
    pub recording: Recording,
    /// The name that a lesson gives it.
    pub title: Option<String>,
    /// It shows what a lesson put there and not its session.
    pub is_exhibit: bool,
    /// It shows a recorded run and not its session: what the recording does not hold.
    pub recorded: Option<Unknown>,
    /// Its events, to be saved.
    pub log: Log,
    /// Its states, to branch from.
    pub states: States,
    /// The moment of another run that it goes on from.
    pub origin: Option<Origin>,
}

impl Lane {
    /// A lane for a run that has been asked for.
    pub(crate) fn asked_for(config: RunConfig) -> Self {
        Self {
            run: Run::asked_for(config),
            stage: Stage::new(),
            narration: Narration::default(),
            timeline: Timeline::default(),
            snapshot: None,
            shown: None,
            recording: Recording::default(),
            title: None,
            is_exhibit: false,
            recorded: None,
            log: Log::default(),
            states: States::default(),
            origin: None,
        }
    }

    /// Takes an event of its session in; events of older runs change nothing. `speed` is the present factor of the
    /// pace.
    pub(crate) fn on_event(&mut self, event: &Event, now_secs: f64, speed: f64) {
        self.run.on_event(event);
        if self.run.id.is_some_and(|id| is_of(event, id)) {
            self.log.note(event, now_secs);
        }
        match event {
            Event::Started { .. } => {
                self.stage.clear_run();
                self.narration.clear_run();
                self.timeline.clear_run();
                self.recording.clear();
                self.states.clear();
                self.is_exhibit = false;
                self.recorded = None;
                if self.origin.is_some() {
                    // It goes on from what it shows.
                    self.take_up_past();
                } else {
                    self.snapshot = None;
                    self.shown = None;
                }
            }
            Event::Kept { run, state } if self.run.is(*run) => self.states.keep(Arc::clone(state)),
            Event::Relabelled { run, relabelling } if self.run.is(*run) => {
                if !relabelling.moved.is_empty() {
                    let length_secs = show_length_secs(speed);
                    self.stage
                        .relabel(Arc::clone(relabelling), now_secs, length_secs);
                }
                self.narration.relabelled(Arc::clone(relabelling));
                self.timeline.relabelled(Arc::clone(relabelling));
            }
            _ => {}
        }
    }

    /// Takes the session's latest snapshot in; that of a run that is over must not be taken for the new one's.
    pub(crate) fn see(&mut self, latest: Option<&Arc<Snapshot>>) {
        if self.is_exhibit || self.recorded.is_some() {
            return;
        }
        let is_own = |snapshot: &&Arc<Snapshot>| match self.run.id {
            Some(id) => id == snapshot.run,
            // Before a branch begins its session may still show the run before.
            None => self.origin.is_none(),
        };
        let own = latest.filter(is_own).cloned();
        if own.is_none() && self.origin.is_some() {
            return;
        }
        let step = own.as_ref().map(|snapshot| snapshot.step);
        self.check_past(step);
        self.snapshot = own;
        if let Some(snapshot) = &self.snapshot {
            self.recording.keep(snapshot);
        }
    }

    /// Shows the run as it was at an earlier epoch, or (`None`) as it is.
    pub(crate) fn look_at(&mut self, epoch: Option<f64>) {
        if self.is_exhibit {
            return;
        }
        let earlier = match (&self.snapshot, epoch) {
            (Some(live), Some(epoch)) => self.recording.at(epoch, live),
            _ => None,
        };
        let Some(earlier) = earlier else {
            self.shown.clone_from(&self.snapshot);
            return;
        };
        let is_shown = self
            .shown
            .as_ref()
            .is_some_and(|shown| shown.seq == earlier.seq && shown.paused);
        if !is_shown {
            self.shown = Some(Arc::new(earlier));
        }
    }

    /// Shows a relabelling again.
    pub(crate) fn show_again(&mut self, relabelling: Arc<Relabelling>, now_secs: f64, speed: f64) {
        let length_secs = show_length_secs(speed);
        self.stage.relabel(relabelling, now_secs, length_secs);
    }
}

/// Whether an event is one of this run and belongs into its file.
fn is_of(event: &Event, id: RunId) -> bool {
    match event {
        Event::Started { run, .. }
        | Event::Spread { run, .. }
        | Event::Relabelled { run, .. }
        | Event::Evaluated { run, .. }
        | Event::Warning { run, .. }
        | Event::Finished { run, .. }
        | Event::Failed { run, .. } => *run == id,
        Event::Compared { .. }
        | Event::Judged { .. }
        | Event::Exported { .. }
        | Event::Kept { .. } => false,
    }
}
