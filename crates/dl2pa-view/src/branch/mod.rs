//! Branches: a second sphere goes on from a moment of the run, with other settings if the person likes.
//!
//! The branch takes the leading run's place at the right, where setup, plots and timeline are its own; the run that it
//! left stands beside it. That one waits until the branch has caught up ([`dl2pa_core::session::Abreast`]), and
//! meanwhile shows what it showed at the branch's epoch, so that there is still one clock.

mod chip;
mod states;

use std::sync::Arc;

use dl2pa_core::config::{GoingOn, RunConfig};
use dl2pa_core::kept::{Branch, Kept};
use dl2pa_core::protocol::{Command, FinishReason, Phase, Relabelling};

use crate::lane::Lane;
use crate::lineup::{self, Rival};
use crate::playground::{Addressed, Playground};
use crate::playhead::Playhead;
use crate::recording::Recording;
use crate::run::Outcome;
use crate::text::branch as words;

pub(crate) use chip::{Offer, chip};
pub(crate) use states::States;

/// A run that is further ahead of its branch than this waits for it, in epochs: more than runs side by side ever are.
pub(crate) const WAITS_EPOCHS: f64 = 0.5;

/// Where a branch comes from, and what it has from there.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The state that it began with.
    pub kept: Arc<Kept>,
    /// What the run before it showed until then.
    recording: Recording,
    ticks: Vec<Arc<Relabelling>>,
    states: States,
}

impl Origin {
    /// The epoch at whose end it begins; 0 for the start of the run.
    pub(crate) fn epoch(&self) -> usize {
        self.kept.epoch()
    }
}

impl Lane {
    /// A lane for a branch of `parent` that has been asked for; it shows the moment that it begins at.
    fn branch_of(parent: &Self, kept: Arc<Kept>, config: RunConfig) -> Self {
        let step = kept.step();
        let ticks = parent.timeline.ticks().iter();
        let origin = Origin {
            recording: parent.recording.until(step),
            ticks: ticks.filter(|tick| tick.step <= step).cloned().collect(),
            states: parent.states.until(step),
            kept,
        };
        let mut lane = Self::asked_for(config);
        lane.run = parent.run.with(lane.run.config);
        let moment = parent.snapshot.as_ref().and_then(|live| {
            let end = origin.recording.last_epoch()?;
            origin.recording.at(end, live)
        });
        lane.snapshot = moment.map(Arc::new);
        lane.shown.clone_from(&lane.snapshot);
        lane.stage.look_from(parent.stage.camera());
        lane.log = parent.log.branch(&origin.kept.checkpoint);
        lane.origin = Some(origin);
        lane.take_up_past();
        lane
    }

    /// Begins with what the run that was left had until then, if this is a branch.
    pub(crate) fn take_up_past(&mut self) {
        if let Some(origin) = &self.origin {
            self.recording = origin.recording.clone();
            self.states = origin.states.clone();
            for tick in &origin.ticks {
                self.timeline.relabelled(Arc::clone(tick));
            }
        }
    }

    /// Forgets the run before where what the session shows, after `step` steps, is no branch of it: a script has begun
    /// a run of its own there.
    pub(crate) fn check_past(&mut self, step: Option<u64>) {
        let begins = self.origin.as_ref().map(|origin| origin.kept.step());
        if step.zip(begins).is_some_and(|(step, begins)| step < begins) {
            self.leave_past();
            self.recording.clear();
            self.timeline.clear_run();
        }
    }

    fn leave_past(&mut self) {
        self.origin = None;
        self.log.leave_past();
    }
}

impl Playground {
    /// The state that a branch would begin with now, or why there can be none.
    fn branching(&self) -> Result<&Arc<Kept>, &'static str> {
        let lead = &self.lead;
        if lead.recorded.is_some() {
            return Err(words::recorded());
        }
        let shown = lead.shown.as_ref().filter(|_| !lead.is_exhibit);
        let is_spreading = shown.is_none_or(|shown| matches!(shown.phase, Phase::Spreading { .. }));
        let state = shown.and_then(|shown| lead.states.at(shown.step));
        match state {
            Some(state) => Ok(state),
            None if lead.states.is_empty() && !is_spreading => Err(words::too_large()),
            None => Err(words::not_yet()),
        }
    }

    /// What the timeline offers.
    pub(crate) fn branch_offer(&self) -> Offer {
        self.branching().map(|kept| kept.epoch())
    }

    /// Sets a branch of the leading run beside it, which goes on from the moment shown.
    pub(crate) fn branch(&mut self, commands: &mut Vec<Addressed>) {
        let kept = match self.branching() {
            Ok(kept) => Arc::clone(kept),
            Err(reason) => {
                self.say(reason.to_owned());
                return;
            }
        };
        let config = kept.config().clone();
        let mut begun = vec![(0, Command::SetPace(self.pace()))];
        if !self.bring(0, &config, &mut begun) {
            return;
        }
        let epoch = kept.epoch();
        let lane = Lane::branch_of(&self.lead, Arc::clone(&kept), config.clone());
        let mut left = std::mem::replace(&mut self.lead, lane);
        if matches!(left.run.outcome, Outcome::Failed { .. }) {
            // What it failed by is what the branch is to avoid, and no reason to cover both.
            left.run.outcome = Outcome::Finished(FinishReason::Stopped);
        }
        let settings = Box::new(RunConfig::clone(&left.run.config));
        // The newest stands next to the leading run; the oldest gives way.
        if self.rivals.len() + 1 == lineup::MOST {
            self.rivals.remove(0);
            (0..lineup::MOST - 1).for_each(|place| self.exchange(place, place + 1, commands));
        } else {
            self.exchange(0, self.rivals.len() + 1, commands);
        }
        self.rivals.push((Rival::Kept(settings), left));
        self.comparing = false;
        self.comparison_asked = false;
        self.playhead = Playhead::Live;
        self.setup.set(&config);
        self.keep_still();
        begun.push((0, Command::Branch(Box::new(Branch { config, from: kept }))));
        commands.extend(begun);
        self.go_on(commands);
        self.say(words::begun(epoch));
    }

    /// Begins the leading run again as a branch with these settings, where it is one and they can change in the middle
    /// of a run. `false` where everything has to start over, which is said.
    pub(crate) fn branch_again(
        &mut self,
        config: &RunConfig,
        commands: &mut Vec<Addressed>,
    ) -> bool {
        let Some(origin) = &self.lead.origin else {
            return false;
        };
        let from = Arc::clone(&origin.kept);
        if GoingOn::Branched.obstacle(from.config(), config) != Ok(None) {
            self.say(words::anew().to_owned());
            self.leave_branches();
            return false;
        }
        if self.bring(0, config, commands) {
            let config = config.clone();
            commands.push((0, Command::Branch(Box::new(Branch { config, from }))));
            self.go_on(commands);
        }
        true
    }

    /// From now on no run is a branch.
    pub(crate) fn leave_branches(&mut self) {
        let rivals = self.rivals.iter_mut().map(|(_, lane)| lane);
        for lane in rivals.chain([&mut self.lead]) {
            lane.leave_past();
        }
    }

    /// Sends all other runs away; the branch goes on.
    pub(crate) fn stand_alone(&mut self, commands: &mut Vec<Addressed>) {
        let rivals = self.rivals.drain(..).enumerate();
        commands.extend(rivals.map(|(place, _)| (place + 1, Command::Stop)));
    }

    /// Shows all runs as they were at the playhead's moment. A run that waits for its branch shows what it showed at the
    /// branch's epoch.
    pub(crate) fn look(&mut self) {
        let epoch = self.playhead.epoch();
        self.lead.look_at(epoch);
        let present = self.lead.snapshot.as_ref().map(|snapshot| snapshot.epoch);
        let branch = present.filter(|_| self.lead.origin.is_some());
        for (_, lane) in &mut self.rivals {
            let own = lane.snapshot.as_ref().map(|snapshot| snapshot.epoch);
            let waits = own
                .zip(branch)
                .is_some_and(|(own, branch)| own > branch + WAITS_EPOCHS);
            lane.look_at(epoch.or(branch.filter(|_| waits)));
        }
    }

    /// Sessions that change places, in order. To be called after each frame, and before its commands are passed on:
    /// the leading session stays number 0.
    pub fn take_exchanges(&mut self) -> Vec<(usize, usize)> {
        std::mem::take(&mut self.exchanges)
    }

    /// Two sessions change places; what they have been told in this frame goes with them.
    fn exchange(&mut self, a: usize, b: usize, commands: &mut [Addressed]) {
        for (session, _) in commands {
            *session = match *session {
                place if place == a => b,
                place if place == b => a,
                place => place,
            };
        }
        self.exchanges.push((a, b));
    }

    /// Lets the runs beside the leading one go on, which may have been halted to look back.
    fn go_on(&mut self, commands: &mut Vec<Addressed>) {
        self.pause_wish = Some(false);
        commands.extend((1..=self.rivals.len()).map(|session| (session, Command::Resume)));
    }
}
