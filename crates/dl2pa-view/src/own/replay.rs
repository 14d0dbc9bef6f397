//! A recorded run on the stage: opened from a file, gone through like one's own, and one's own saved as such a file.

use std::sync::Arc;

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::protocol::{Command, Event, RunId};
use dl2pa_core::recorded::{self, Replay};

use crate::host::{HostRequest, Keepsake};
use crate::lane::Lane;
use crate::playground::{Addressed, Playground};
use crate::playhead::Playhead;
use crate::text::own as words;

/// The number that a recorded run goes by, which no session gives.
const RUN: RunId = RunId(u64::MAX);
/// Bytes of a run that are kept to be saved; the class means of later matchings are left out.
const MOST_BYTES: usize = 48 << 20;
/// A recorded run is shown again within this time at speed 1, in seconds.
const SHOWN_SECS: f64 = 40.0;

/// The events of a run as they will be saved.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Of a branch: the run that it left, and the moment at which it did.
    past: Vec<u8>,
    lines: Vec<u8>,
    began_secs: f64,
}

impl Log {
    /// Adds an event of the run; a beginning forgets the run before.
    pub(crate) fn note(&mut self, event: &Event, now_secs: f64) {
        if let Event::Started { .. } = event {
            self.lines.clone_from(&self.past);
            self.began_secs = now_secs;
        }
        let elapsed_secs = now_secs - self.began_secs;
        let line = match event {
            Event::Relabelled { run, relabelling } if self.lines.len() > MOST_BYTES => {
                let bare = Event::Relabelled {
                    run: *run,
                    relabelling: Arc::new(relabelling.without_means()),
                };
                recorded::line(&bare, elapsed_secs)
            }
            _ => recorded::line(event, elapsed_secs),
        };
        // An event that has no JSON form, which none has lacked, is no loss to the others.
        self.lines.extend(line.unwrap_or_default());
    }

    /// That of a branch of this run, which goes on from `from`.
    pub(crate) fn branch(&self, from: &Checkpoint) -> Self {
        let mut past = self.lines.clone();
        // A line that has no JSON form, which none has lacked, is no loss to the others.
        past.extend(recorded::resumed(from).unwrap_or_default());
        Self {
            lines: past.clone(),
            past,
            began_secs: self.began_secs,
        }
    }

    /// The next run is no branch.
    pub(crate) fn leave_past(&mut self) {
        self.past.clear();
    }

    /// As it will be saved.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.lines
    }
}

impl Playground {
    /// Shows a recorded run: the `metrics.jsonl` of a run folder, or a run that the playground saved. What trains ends
    /// for it. Of a file that is none it is said why, and nothing changes: the result is empty.
    pub fn open_run(&mut self, file: &str, bytes: &[u8]) -> Vec<Addressed> {
        match recorded::read(bytes, RUN).and_then(Replay::of) {
            Ok(replay) => self.show_again(file, &replay),
            Err(error) => {
                self.say(words::not_shown(words::bare(file), error.to_string()));
                Vec::new()
            }
        }
    }

    fn show_again(&mut self, file: &str, replay: &Replay) -> Vec<Addressed> {
        self.take_over();
        self.own.asked = false;
        let rivals = self.rivals.drain(..).enumerate();
        let mut commands: Vec<Addressed> = rivals
            .map(|(place, _)| (place + 1, Command::Stop))
            .collect();
        commands.push((0, Command::Stop));
        self.pause_wish = None;
        self.comparing = false;
        self.comparison_asked = false;
        self.selection.clear_run();
        self.why.clear_run();
        self.setup.set(&replay.config);
        let epochs = replay.moments.last().map_or(0.0, |last| last.epoch);
        self.say(words::shown_again(
            words::bare(file),
            epochs,
            replay.unknown,
        ));
        let stage = std::mem::replace(&mut self.lead, Lane::recorded(replay)).stage;
        self.lead.stage.look_from(stage.camera());
        self.keep_still();
        self.playhead = Playhead::At(0.0);
        self.playhead.replay();
        commands
    }

    /// Saves the leading run as a file that can be opened again.
    pub(crate) fn save_run(&mut self) {
        let bytes = self.lead.log.bytes();
        if bytes.is_empty() {
            self.say(crate::text::sharing::nothing_to_save().to_owned());
            return;
        }
        self.requests.push(HostRequest::Save(Keepsake {
            name: words::RUN_FILE.to_owned(),
            media_type: "application/x-ndjson",
            bytes: bytes.to_vec(),
        }));
    }

    /// How many epochs of the recorded run on the stage go by in a second at speed 1; `None` for one's own.
    pub(crate) fn recorded_epochs_per_sec(&self) -> Option<f64> {
        self.lead.recorded?;
        let end = self.lead.recording.last_epoch()?;
        Some((end / SHOWN_SECS).max(f64::MIN_POSITIVE))
    }
}

impl Lane {
    /// A lane that shows a recorded run, and not its session.
    fn recorded(replay: &Replay) -> Self {
        let mut lane = Self::asked_for(replay.config.as_ref().clone());
        for event in &replay.events {
            lane.run.on_event(event);
            lane.log.note(event, 0.0);
            if let Event::Relabelled { relabelling, .. } = event {
                lane.narration.relabelled(Arc::clone(relabelling));
                lane.timeline.relabelled(Arc::clone(relabelling));
            }
        }
        for moment in &replay.moments {
            lane.recording.keep(moment);
        }
        lane.snapshot = replay.moments.last().cloned().map(Arc::new);
        lane.shown.clone_from(&lane.snapshot);
        lane.recorded = Some(replay.unknown);
        lane
    }
}
