//! What was asked of the playground becomes commands to its sessions, or another moment to look at.

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{Command, Perturbation, Phase};

use crate::controls::transport::{Ask, PlayState, next_seed};
use crate::lane::Lane;
use crate::lineup::{self, Rival};
use crate::playground::{Addressed, Playground};
use crate::playhead::Playhead;
use crate::run::Outcome;

/// How fast what was is shown again where nothing slows the run down, in optimiser steps a second.
const REPLAY_STEPS_PER_SEC: f64 = 2_560.0;
/// Speeds at which a recorded run is shown again, as factors.
const SLOWEST: f64 = 0.125;
const FASTEST: f64 = 64.0;

impl Playground {
    /// Shows again what was, where that was asked for, and goes on with the run when its present is reached.
    pub(crate) fn replay(&mut self, dt_secs: f64, now_secs: f64, commands: &mut Vec<Addressed>) {
        let Some(end) = self.lead.recording.last_epoch() else {
            return;
        };
        let (speed, pace) = (self.transport.speed(), self.transport.pace());
        let info = self.lead.run.info.as_ref();
        let steps_per_epoch = info.map_or(1, |info| info.steps_per_epoch.max(1)) as f64;
        let epochs_per_sec = pace.steps_per_sec.unwrap_or(REPLAY_STEPS_PER_SEC) / steps_per_epoch;
        let epochs_per_sec = self
            .recorded_epochs_per_sec()
            .map_or(epochs_per_sec, |at_one| {
                at_one * speed.clamp(SLOWEST, FASTEST)
            });
        let was_replaying = matches!(self.playhead, Playhead::Replaying { .. });
        let Lane { timeline, run, .. } = &self.lead;
        let reached = self
            .playhead
            .advance(dt_secs, epochs_per_sec, end, |from, to| {
                let tick = timeline.moved_between(run, from, to)?;
                Some((tick, pace.relabel_dwell_secs))
            });
        if let Some(epoch) = reached {
            for lane in
                std::iter::once(&mut self.lead).chain(self.rivals.iter_mut().map(|(_, lane)| lane))
            {
                let relabelling = lane.timeline.latest_at(&lane.run, epoch).cloned();
                if let Some(relabelling) = relabelling {
                    lane.show_again(relabelling, now_secs, speed);
                }
            }
        }
        if was_replaying && self.playhead == Playhead::Live && self.run_state() == PlayState::Paused
        {
            self.pause_wish = Some(false);
            self.tell_all(&Command::Resume, commands);
        }
    }

    /// Sets so many usual rivals beside the leading run, and starts all of them over.
    pub(crate) fn line_up(&mut self, rivals: Vec<Rival>, commands: &mut Vec<Addressed>) {
        for session in rivals.len() + 1..=self.rivals.len() {
            commands.push((session, Command::Stop));
        }
        self.comparing = false;
        self.leave_branches();
        let config = RunConfig::clone(&self.lead.run.config);
        self.rivals = rivals
            .into_iter()
            .map(|rival| {
                let lane = Lane::asked_for(rival.config(&config));
                (rival, lane)
            })
            .collect();
        self.keep_still();
        for session in 1..=self.rivals.len() {
            commands.push((session, Command::SetPace(self.transport.pace())));
        }
        self.start(config, commands);
    }

    /// What the play button stands for.
    pub(crate) fn play_state(&self) -> PlayState {
        match self.playhead {
            Playhead::Live => self.run_state(),
            Playhead::At(_) => PlayState::Paused,
            Playhead::Replaying { .. } => PlayState::Running,
        }
    }

    /// How the run stands, whatever moment is shown.
    pub(crate) fn run_state(&self) -> PlayState {
        let snapshot = self.lead.snapshot.as_ref();
        if self.lead.run.outcome != Outcome::Open
            || snapshot.is_some_and(|s| matches!(s.phase, Phase::Finished | Phase::Failed))
        {
            PlayState::Ended
        } else if self
            .pause_wish
            .unwrap_or_else(|| snapshot.is_some_and(|snapshot| snapshot.paused))
        {
            PlayState::Paused
        } else {
            PlayState::Running
        }
    }

    pub(crate) fn answer(&mut self, ask: Ask, play: PlayState, commands: &mut Vec<Addressed>) {
        let config = RunConfig::clone(&self.lead.run.config);
        match ask {
            Ask::PlayPause if self.playhead != Playhead::Live => match play {
                PlayState::Running => self.playhead.halt(),
                _ => self.playhead.replay(),
            },
            Ask::GoTo(epoch) => {
                if let Some(first) = self.lead.recording.epoch_from(0.0, 0) {
                    if self.run_state() == PlayState::Running {
                        self.pause_wish = Some(true);
                        self.tell_all(&Command::Pause, commands);
                    }
                    self.playhead = Playhead::At(epoch.max(first));
                }
            }
            Ask::Scrub(moments) => {
                let recording = &self.lead.recording;
                let from = self.playhead.epoch().or(recording.last_epoch());
                let to = from.and_then(|from| recording.epoch_from(from, moments));
                if let Some(epoch) = to {
                    let to = Ask::GoTo(epoch);
                    self.answer(to, play, commands);
                }
            }
            Ask::Deal => match self.run_state() {
                // The seed deals as well, and nothing else is left to be dealt.
                PlayState::Ended => self.answer(Ask::NewSeed, play, commands),
                _ => {
                    self.playhead = Playhead::Live;
                    for (session, lane) in std::iter::once(&self.lead)
                        .chain(self.rivals.iter().map(|(_, lane)| lane))
                        .enumerate()
                    {
                        if lane.run.config.head != HeadKind::Psc {
                            let deal = Command::Perturb(Perturbation::DealAgain);
                            commands.push((session, deal));
                        }
                    }
                    if self.run_state() == PlayState::Paused {
                        self.pause_wish = Some(false);
                        self.tell_all(&Command::Resume, commands);
                    }
                }
            },
            Ask::Lesson(id) => self.open_lesson(id, None, commands),
            // A recorded run is at its end; it is shown from its beginning again.
            Ask::PlayPause if self.lead.recorded.is_some() => {
                self.playhead = Playhead::At(0.0);
                self.playhead.replay();
            }
            Ask::Live => self.playhead = Playhead::Live,
            Ask::PlayPause => match play {
                PlayState::Ended => self.start(config, commands),
                PlayState::Paused => {
                    self.pause_wish = Some(false);
                    self.tell_all(&Command::Resume, commands);
                }
                PlayState::Running => {
                    self.pause_wish = Some(true);
                    self.tell_all(&Command::Pause, commands);
                }
            },
            Ask::Step(size) => {
                if self.run_state() != PlayState::Ended && self.lead.snapshot.is_some() {
                    self.playhead = Playhead::Live;
                    self.pause_wish = None;
                    self.tell_all(&Command::Step(size), commands);
                }
            }
            Ask::Reset => self.start(config, commands),
            Ask::NewSeed => {
                let seed = next_seed(config.seed);
                self.start(RunConfig { seed, ..config }, commands);
            }
            Ask::Seed(seed) => self.start(RunConfig { seed, ..config }, commands),
            Ask::Pace => self.tell_all(&Command::SetPace(self.transport.pace()), commands),
            Ask::Branch => self.branch(commands),
            Ask::Spheres(1) if self.lead.origin.is_some() => self.stand_alone(commands),
            Ask::Spheres(count) => {
                if count != self.rivals.len() + 1 {
                    let rivals = lineup::usual(config.head, count.saturating_sub(1));
                    self.line_up(rivals, commands);
                }
            }
            Ask::Keep => {
                let kept = Rival::Kept(Box::new(config));
                let others = self.rivals.iter().map(|(rival, _)| rival.clone());
                // The newest stands next to the leading run; the oldest gives way.
                let mut rivals: Vec<Rival> = others
                    .filter(|rival| matches!(rival, Rival::Kept(_)))
                    .collect();
                rivals.push(kept);
                let surplus = rivals.len().saturating_sub(lineup::MOST - 1);
                self.line_up(rivals.split_off(surplus), commands);
            }
        }
    }

    /// The same command to every session.
    pub(crate) fn tell_all(&self, command: &Command, commands: &mut Vec<Addressed>) {
        commands.extend((0..=self.rivals.len()).map(|session| (session, command.clone())));
    }

    pub(crate) fn start(&mut self, config: RunConfig, commands: &mut Vec<Addressed>) {
        self.pause_wish = None;
        self.playhead = Playhead::Live;
        if self.branch_again(&config, commands) {
            return;
        }
        self.lead.title = None;
        for (_, lane) in &mut self.rivals {
            lane.title = None;
        }
        // A head that the leading run takes now is no rival any more; the usual ones stand in for it.
        let repeated = self
            .rivals
            .iter()
            .any(|(rival, _)| *rival == Rival::Head(config.head));
        if repeated {
            let usual = lineup::usual(config.head, self.rivals.len());
            for ((rival, _), usual) in self.rivals.iter_mut().zip(usual) {
                *rival = usual;
            }
        }
        let rivals = self.rivals.iter().enumerate();
        let all: Vec<(usize, RunConfig)> = rivals
            .map(|(place, (rival, _))| (place + 1, rival.config(&config)))
            .collect();
        for (session, config) in all.into_iter().chain([(0, config)]) {
            if self.bring(session, &config, commands) {
                commands.push((session, Command::Start(Box::new(config))));
            }
        }
    }
}
