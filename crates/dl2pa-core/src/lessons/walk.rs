//! Going through a lesson: what the learner does and what sessions report go in, what the playground has to
//! do comes out. Nothing here runs, waits or draws.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::asks::{Ask, LaneSetup, Prediction, Stage};
use super::check::{Notebook, Verdict, check, say};
use super::error::LessonError;
use super::exercise::Solved;
use super::lesson::{LaneContent, Lesson};
use super::plan::{Act, BeatPlan};
use super::reading::RunReader;
use super::words::BeatWords;
use crate::protocol::{Command, Event, FinishReason, Pace, Perturbation, Snapshot, StepSize};

/// Pictures a second of a run that is timed.
const TIMED_SNAPSHOT_HZ: f64 = 4.0;

/// A learner's way through one lesson.
#[derive(Clone, Debug)]
pub struct Walk {
    lesson: Arc<Lesson>,
    at: usize,
    /// How often the beat has been started anew; chooses the seed.
    round: usize,
    stage: Stage,
    lanes: Vec<Lane>,
    notebook: Notebook,
    /// Chosen answers, by beat.
    predictions: BTreeMap<usize, usize>,
    done: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
struct Lane {
    setup: LaneSetup,
    reader: RunReader,
    /// Acts of the script that are over.
    acts_done: usize,
    is_done: bool,
}

impl Walk {
    /// A way through `lesson` that has not begun.
    #[must_use]
    pub fn new(lesson: Arc<Lesson>) -> Self {
        Self {
            lesson,
            at: 0,
            round: 0,
            stage: Stage::Done,
            lanes: Vec::new(),
            notebook: Notebook::default(),
            predictions: BTreeMap::new(),
            done: BTreeSet::new(),
        }
    }

    /// The lesson.
    #[must_use]
    pub const fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// The present beat's place, from 0.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The present beat.
    #[must_use]
    pub fn beat(&self) -> &BeatPlan {
        &self.lesson.plan.beats[self.at]
    }

    /// Its words.
    ///
    /// # Errors
    /// None for a lesson that has been loaded.
    pub fn words(&self) -> Result<&BeatWords, LessonError> {
        self.lesson.beat_words(self.beat())
    }

    /// Where the learner is within the beat.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What has been run so far.
    #[must_use]
    pub const fn notebook(&self) -> &Notebook {
        &self.notebook
    }

    /// For each beat, whether it is done.
    #[must_use]
    pub fn progress(&self) -> Vec<bool> {
        (0..self.lesson.plan.beats.len())
            .map(|beat| self.done.contains(&beat))
            .collect()
    }

    /// The seed of the next start of the present beat: the plan's seeds one after another, then whole numbers
    /// above the last.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed_of(self.round)
    }

    /// The seed that [`Self::go`] would take now.
    #[must_use]
    pub fn next_seed(&self) -> u64 {
        let is_next = usize::from(self.stage == Stage::Done);
        self.seed_of(self.round + is_next)
    }

    fn seed_of(&self, round: usize) -> u64 {
        let seeds = &self.lesson.plan.seeds;
        let last = seeds.last().copied().unwrap_or_default();
        let beyond = (round + 1).saturating_sub(seeds.len()) as u64;
        seeds.get(round).copied().unwrap_or(last + beyond)
    }

    /// Begins at the first beat.
    ///
    /// # Errors
    /// [`LessonError::Run`], which a loaded lesson does not give.
    pub fn start(&mut self) -> Result<Vec<Ask>, LessonError> {
        self.at = 0;
        self.arrive()
    }

    /// Begins at the beat with this name, or at the first where there is none such.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_at(&mut self, beat: &str) -> Result<Vec<Ask>, LessonError> {
        let beats = &self.lesson.plan.beats;
        let found = beats.iter().position(|plan| plan.id == beat);
        self.at = found.unwrap_or_default();
        self.arrive()
    }

    /// Goes to the next beat, also from one that is not done; after the last the lesson is over.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn forward(&mut self) -> Result<Vec<Ask>, LessonError> {
        if self.at + 1 == self.lesson.plan.beats.len() {
            return Ok(self.leave());
        }
        let mut asks = self.halt();
        self.at += 1;
        asks.extend(self.arrive()?);
        Ok(asks)
    }

    /// Goes to the beat before; from the first nothing happens.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn back(&mut self) -> Result<Vec<Ask>, LessonError> {
        if self.at == 0 {
            return Ok(Vec::new());
        }
        let mut asks = self.halt();
        self.at -= 1;
        asks.extend(self.arrive()?);
        Ok(asks)
    }

    /// Ends the lesson, wherever it is.
    pub fn leave(&mut self) -> Vec<Ask> {
        let mut asks = self.halt();
        asks.push(Ask::Leave);
        asks
    }

    /// Answers the beat's question with its `choice`th answer and starts the runs. Anything else than a first
    /// answer to a question is ignored.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn predict(&mut self, choice: usize) -> Result<Vec<Ask>, LessonError> {
        if self.stage != Stage::Asking || choice >= self.beat().choices.len() {
            return Ok(Vec::new());
        }
        self.predictions.insert(self.at, choice);
        if self.lanes.is_empty() {
            self.finish_beat();
            return Ok(Vec::new());
        }
        self.run()
    }

    /// Starts the beat's runs; once they are done, again with the next seed, so that means become surer.
    /// While a question waits or something runs, it is ignored.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn go(&mut self) -> Result<Vec<Ask>, LessonError> {
        match self.stage {
            _ if self.lanes.is_empty() => Ok(Vec::new()),
            Stage::Asking | Stage::Running => Ok(Vec::new()),
            Stage::Ready | Stage::Broken { .. } => self.run(),
            Stage::Done => {
                self.round += 1;
                self.run()
            }
        }
    }

    /// Takes notice of an event of a lane's session. `latest` is the session's latest snapshot, `now_secs` the
    /// time in seconds from any origin.
    pub fn on_event(
        &mut self,
        lane: usize,
        event: &Event,
        latest: Option<&Snapshot>,
        now_secs: f64,
    ) -> Vec<Ask> {
        if self.stage != Stage::Running {
            return Vec::new();
        }
        let script = self.lesson.plan.beats[self.at].script.clone();
        let Some(state) = self.lanes.get_mut(lane).filter(|state| !state.is_done) else {
            return Vec::new();
        };
        let LaneContent::Run(config) = &state.setup.content else {
            return Vec::new();
        };
        if !state.reader.on_event(event, config, now_secs) {
            // A run that cannot even begin says so before it has started.
            return match event {
                Event::Failed { message, .. } if !state.reader.has_begun() => {
                    self.break_off(Some(message.clone()))
                }
                _ => Vec::new(),
            };
        }
        match event {
            Event::Failed { message, .. } => return self.break_off(Some(message.clone())),
            Event::Finished { reason, .. } if *reason == FinishReason::Stopped => {
                return self.break_off(None);
            }
            _ => {}
        }
        let is_over = matches!(event, Event::Finished { .. });
        if !is_over
            && !script
                .get(state.acts_done)
                .is_some_and(|act| ends(*act, event))
        {
            return Vec::new();
        }
        state.acts_done += 1;
        if !is_over && let Some(act) = script.get(state.acts_done) {
            return vec![Ask::Send {
                lane,
                command: command_of(*act),
            }];
        }
        let figures = state.reader.figures(latest);
        state.is_done = true;
        let id = state.setup.id.clone();
        self.notebook.note(&id, self.seed(), figures);
        self.settle()
    }

    /// Takes notice of what an exercise came to.
    pub fn on_solved(&mut self, lane: usize, solved: &Solved) -> Vec<Ask> {
        let seed = self.seed();
        match self.lanes.get_mut(lane) {
            Some(state)
                if self.stage == Stage::Running
                    && matches!(state.setup.content, LaneContent::Exercise(_)) =>
            {
                state.is_done = true;
                self.notebook
                    .note(&state.setup.id, seed, solved.figures.clone());
                self.settle()
            }
            _ => Vec::new(),
        }
    }

    /// What the beat's claims came to, over all seeds that were run; `None` while it is not done.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        if self.stage != Stage::Done {
            return None;
        }
        check(&self.beat().claims, &self.notebook)
    }

    /// The sentence for the verdict, with the numbers in it.
    ///
    /// # Errors
    /// [`LessonError::UnknownName`] for a number that the runs did not give.
    pub fn sentence(&self) -> Result<Option<String>, LessonError> {
        let Some(verdict) = self.verdict() else {
            return Ok(None);
        };
        let words = self.words()?;
        let template = if verdict.passed {
            &words.pass
        } else {
            &words.fail
        };
        let mark = self.lesson.language.decimal_mark();
        template
            .as_ref()
            .map(|template| {
                say(template, &self.notebook, &self.lesson.paper, mark).map_err(|slot| {
                    LessonError::unknown(&self.lesson.plan.id, &self.beat().id, &slot)
                })
            })
            .transpose()
    }

    /// What became of the learner's prediction in this beat; `None` before it is done or without one.
    #[must_use]
    pub fn prediction(&self) -> Option<Prediction<'_>> {
        let verdict = self.verdict()?;
        let beat = self.beat();
        let chosen = beat.choices.get(*self.predictions.get(&self.at)?)?;
        let words = self.words().ok()?;
        Some(Prediction {
            choice: words.choices.get(chosen)?,
            is_right: verdict
                .passed
                .then_some(beat.right.as_deref() == Some(chosen.as_str())),
        })
    }

    /// The note beside the paper's figures, with its numbers.
    ///
    /// # Errors
    /// None for a lesson that has been loaded.
    pub fn paper_note(&self) -> Result<String, LessonError> {
        let (lesson, mark) = (&self.lesson, self.lesson.language.decimal_mark());
        say(
            &lesson.words.paper.note,
            &self.notebook,
            &lesson.paper,
            mark,
        )
        .map_err(|slot| LessonError::unknown(&lesson.plan.id, "the paper's note", &slot))
    }

    fn arrive(&mut self) -> Result<Vec<Ask>, LessonError> {
        self.round = 0;
        let lanes = self.set_up()?;
        let beat = self.beat();
        let mut asks = vec![
            Ask::Open(beat.panel),
            Ask::Unlock(beat.unlocks.clone()),
            Ask::Select(beat.select),
        ];
        if !lanes.is_empty() {
            asks.push(Ask::Lanes(lanes.clone()));
        }
        let is_asked = !beat.choices.is_empty() && !self.predictions.contains_key(&self.at);
        self.lanes = lanes.into_iter().map(Lane::new).collect();
        if self.done.contains(&self.at) {
            self.stage = Stage::Done;
        } else if is_asked {
            self.stage = Stage::Asking;
        } else if self.lanes.is_empty() {
            self.finish_beat();
        } else {
            self.stage = Stage::Ready;
        }
        Ok(asks)
    }

    fn set_up(&self) -> Result<Vec<LaneSetup>, LessonError> {
        let lanes = self.beat().lanes.iter();
        lanes
            .map(|plan| {
                Ok(LaneSetup {
                    id: plan.id.clone(),
                    name: self
                        .lesson
                        .words
                        .lanes
                        .get(&plan.id)
                        .cloned()
                        .unwrap_or_default(),
                    content: self.lesson.content(plan, self.seed())?,
                })
            })
            .collect()
    }

    fn run(&mut self) -> Result<Vec<Ask>, LessonError> {
        let setups = self.set_up()?;
        let seed = self.seed();
        let (full_speed, first) = (self.beat().full_speed, self.beat().script.first().copied());
        let mut asks = vec![Ask::Lanes(setups.clone())];
        for (lane, setup) in setups.iter().enumerate() {
            let mut send = |command| asks.push(Ask::Send { lane, command });
            match &setup.content {
                LaneContent::Run(config) => {
                    if full_speed {
                        send(Command::SetPace(Pace {
                            snapshot_hz: TIMED_SNAPSHOT_HZ,
                            ..Pace::FULL_SPEED
                        }));
                    }
                    send(Command::Start(config.clone()));
                    // Also to the end: the learner may have paused what ran before.
                    if let Some(act) = first {
                        send(command_of(act));
                    }
                }
                LaneContent::Exercise(exercise) => asks.push(Ask::Compute {
                    lane,
                    exercise: exercise.clone(),
                    seed,
                }),
            }
        }
        self.lanes = setups.into_iter().map(Lane::new).collect();
        self.stage = Stage::Running;
        Ok(asks)
    }

    /// Ends the beat when its last lane is done.
    fn settle(&mut self) -> Vec<Ask> {
        if !self.lanes.iter().all(|lane| lane.is_done) {
            return Vec::new();
        }
        self.finish_beat();
        self.own_pace()
    }

    fn finish_beat(&mut self) {
        self.stage = Stage::Done;
        self.done.insert(self.at);
    }

    fn own_pace(&self) -> Vec<Ask> {
        if self.beat().full_speed {
            vec![Ask::OwnPace]
        } else {
            Vec::new()
        }
    }

    fn break_off(&mut self, message: Option<String>) -> Vec<Ask> {
        let asks = self.halt();
        self.stage = Stage::Broken { message };
        asks
    }

    /// Stops what runs.
    fn halt(&mut self) -> Vec<Ask> {
        if self.stage != Stage::Running {
            return Vec::new();
        }
        self.stage = Stage::Ready;
        let lanes = self.lanes.iter().enumerate();
        let mut asks: Vec<Ask> = lanes
            .filter(|(_, state)| !state.is_done)
            .filter(|(_, state)| matches!(state.setup.content, LaneContent::Run(_)))
            .map(|(lane, _)| Ask::Send {
                lane,
                command: Command::Stop,
            })
            .collect();
        asks.extend(self.own_pace());
        asks
    }
}

impl Lane {
    fn new(setup: LaneSetup) -> Self {
        Self {
            setup,
            reader: RunReader::default(),
            acts_done: 0,
            is_done: false,
        }
    }
}

const fn command_of(act: Act) -> Command {
    match act {
        Act::Matching => Command::Step(StepSize::Matching),
        Act::Deal => Command::Perturb(Perturbation::DealAgain),
        Act::Rematch => Command::RematchNow,
        Act::End => Command::Resume,
    }
}

/// Whether an act is over with this event. A run's own end is none of these: it ends the whole script.
fn ends(act: Act, event: &Event) -> bool {
    match event {
        Event::Relabelled { relabelling, .. } => match act {
            Act::Matching | Act::Rematch => !relabelling.dealt,
            Act::Deal => relabelling.dealt,
            Act::End => false,
        },
        _ => false,
    }
}
