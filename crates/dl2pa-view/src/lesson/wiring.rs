//! Does what a lesson asks of the playground, and tells the lesson what came of it.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::lessons::{Ask, Exercise, LaneContent, LaneSetup, Measure, Panel, Solved, Work};
use dl2pa_core::protocol::{Command, Event, History, Phase, Provenance, RunId, Snapshot};

use crate::lane::Lane;
use crate::lineup::Rival;
use crate::playground::{Addressed, Playground, Tab};
use crate::playhead::Playhead;

/// How long a frame may spend on exercises, in seconds.
const SLICE_SECS: f64 = 0.006;

/// An exercise under way on a lane.
#[derive(Debug)]
pub(crate) struct UnderWay {
    lane: usize,
    work: Work,
}

impl Playground {
    /// Opens the lesson with this name beside the stage, at `beat` if that is one of its own.
    pub(crate) fn open_lesson(
        &mut self,
        id: &str,
        beat: Option<&str>,
        commands: &mut Vec<Addressed>,
    ) {
        self.teaching = true;
        self.tab = Tab::Lessons;
        let opened = self.lessons.as_mut().map(|panel| panel.open(id, beat));
        match opened {
            Some(Ok(asks)) => self.obey_lesson(asks, commands),
            Some(Err(error)) => self.say(error.to_string()),
            None => {}
        }
    }

    /// Does what a lesson asks for.
    pub(crate) fn obey_lesson(&mut self, asks: Vec<Ask>, commands: &mut Vec<Addressed>) {
        // Spheres are set up when something is to run on them; until then the stage stays as it is.
        let begins = asks.iter().any(|ask| {
            matches!(
                ask,
                Ask::Compute { .. }
                    | Ask::Send {
                        command: Command::Start(_),
                        ..
                    }
            )
        });
        for ask in asks {
            match ask {
                Ask::Lanes(setups) if begins => self.set_up(setups, commands),
                Ask::Send { lane, command } => commands.push((self.session_of(lane), command)),
                Ask::Compute {
                    lane,
                    exercise,
                    seed,
                } => self.compute(lane, &exercise, seed),
                Ask::Open(panel) => self.open_panel(panel),
                Ask::Select(class) => {
                    if let Some(class) = class {
                        self.selection.choose_class(class as usize);
                    }
                }
                Ask::OwnPace => {
                    let pace = self.pace();
                    self.tell_all(&Command::SetPace(pace), commands);
                }
                // Everything stays at hand: a lesson only hints at what matters.
                Ask::Unlock(_) | Ask::Lanes(_) | Ask::Leave => {}
            }
        }
    }

    /// Tells the lesson what happened in a session.
    pub(crate) fn tell_lesson(&mut self, session: usize, event: &Event, now_secs: f64) {
        let lane = match session.checked_sub(1) {
            None => self.rivals.len(),
            Some(place) => place,
        };
        let latest = match session.checked_sub(1) {
            None => self.lead.snapshot.clone(),
            Some(place) => self
                .rivals
                .get(place)
                .and_then(|(_, lane)| lane.snapshot.clone()),
        };
        let Some(panel) = &mut self.lessons else {
            return;
        };
        let asks = panel.on_event(lane, event, latest.as_deref(), now_secs);
        let mut commands = Vec::new();
        self.obey_lesson(asks, &mut commands);
        self.pending.extend(commands);
    }

    /// Goes on with the exercises for a part of a frame; true while there is more to do. `clock` tells the time in
    /// seconds.
    pub(crate) fn exercise(&mut self, clock: fn() -> f64, commands: &mut Vec<Addressed>) -> bool {
        let began_secs = clock();
        while let Some(UnderWay { lane, work }) = self.exercises.first_mut() {
            match work.advance(clock) {
                Ok(false) if clock() - began_secs < SLICE_SECS => {}
                Ok(false) => return true,
                Ok(true) => {
                    let lane = *lane;
                    let solved = self.exercises.remove(0).work.finish();
                    self.exhibit(lane, &solved);
                    let asks = self
                        .lessons
                        .as_mut()
                        .map(|panel| panel.on_solved(lane, &solved));
                    self.obey_lesson(asks.unwrap_or_default(), commands);
                }
                Err(error) => {
                    self.exercises.clear();
                    self.say(error.to_string());
                }
            }
        }
        false
    }

    /// The session behind a lesson's lane: the last lane is the leading run.
    fn session_of(&self, lane: usize) -> usize {
        if lane >= self.rivals.len() {
            0
        } else {
            lane + 1
        }
    }

    fn lane_mut(&mut self, lane: usize) -> &mut Lane {
        match self.rivals.get_mut(lane) {
            Some((_, rival)) => rival,
            None => &mut self.lead,
        }
    }

    /// Puts the lesson's spheres side by side.
    fn set_up(&mut self, mut setups: Vec<LaneSetup>, commands: &mut Vec<Addressed>) {
        let Some(last) = setups.pop() else {
            return;
        };
        self.comparing = false;
        self.playhead = Playhead::Live;
        self.exercises.clear();
        for session in setups.len() + 1..=self.rivals.len() {
            commands.push((session, Command::Stop));
        }
        let before = self.rivals.len();
        let camera = self.lead.stage.camera();
        self.rivals = setups
            .iter()
            .map(|setup| {
                let mut lane = lane_of(setup);
                lane.stage.look_from(camera);
                let config = Box::new(RunConfig::clone(&lane.run.config));
                (Rival::Kept(config), lane)
            })
            .collect();
        for session in before + 1..=self.rivals.len() {
            commands.push((session, Command::SetPace(self.pace())));
        }
        self.lead = lane_of(&last);
        self.lead.stage.look_from(camera);
        self.selection.clear_run();
        self.why.clear_run();
        setups.push(last);
        for (lane, setup) in setups.iter().enumerate() {
            if matches!(setup.content, LaneContent::Exercise(_)) {
                commands.push((self.session_of(lane), Command::Stop));
            }
        }
        self.keep_still();
    }

    fn compute(&mut self, lane: usize, exercise: &Exercise, seed: u64) {
        match exercise.begin(seed) {
            Ok(work) => self.exercises.push(UnderWay { lane, work }),
            Err(error) => self.say(error.to_string()),
        }
    }

    /// Shows the points that an exercise placed.
    fn exhibit(&mut self, lane: usize, solved: &Solved) {
        let Some(points) = &solved.points else {
            return;
        };
        let figure = |measure| solved.figures.get(&measure).copied().unwrap_or_default();
        let snapshot = Snapshot {
            run: RunId::default(),
            seq: 1,
            phase: Phase::Spreading { progress: 1.0 },
            paused: true,
            step: 0,
            epoch: 0.0,
            lr: 0.0,
            loss: None,
            train_accuracy: None,
            test_accuracy: None,
            dim: points.dim,
            prototypes: points.rows.as_slice().into(),
            class_means: None,
            assignment: Arc::default(),
            samples: None,
            min_angle_deg: figure(Measure::MinAngle),
            provenance: Provenance {
                method: None,
                t: None,
                bound_angle_deg: figure(Measure::BoundAngle),
                proven_optimal: false,
            },
            spread_t: None,
            labels_moved: Arc::default(),
            history: Arc::new(History::default()),
            steps_per_sec: 0.0,
            state_hash: None,
        };
        self.lane_mut(lane).shown = Some(Arc::new(snapshot));
    }

    fn open_panel(&mut self, panel: Panel) {
        // On a phone the panel would take the lesson's own place.
        if !self.has_column {
            return;
        }
        match panel {
            Panel::Plots => self.tab = Tab::Plots,
            Panel::Why => self.tab = Tab::Why,
            // The stage and the timeline are always there, and the setup would hide the lesson.
            Panel::Stage | Panel::Timeline | Panel::Setup => {}
        }
    }
}

/// A lane as a lesson sets it up.
fn lane_of(setup: &LaneSetup) -> Lane {
    let (config, is_exhibit) = match &setup.content {
        LaneContent::Run(config) => (RunConfig::clone(config), false),
        LaneContent::Exercise(Exercise::Points(plan)) => {
            let config = RunConfig {
                classes: plan.count,
                dim: plan.dim,
                ..RunConfig::playground()
            };
            (config, true)
        }
        LaneContent::Exercise(_) => (RunConfig::playground(), true),
    };
    Lane {
        title: Some(setup.name.clone()),
        is_exhibit,
        ..Lane::asked_for(config)
    }
}
