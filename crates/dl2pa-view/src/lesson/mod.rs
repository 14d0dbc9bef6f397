//! Lessons beside the stage: the list, and the card of the lesson that is being gone through.
//!
//! All words come from the lessons' own files, in their language; nothing here knows what a lesson says.

mod card;
mod focus;
mod tables;
mod wiring;

pub(crate) use wiring::UnderWay;

use std::sync::Arc;

use dl2pa_core::lessons::{self, Ask, Language, Lesson, LessonError, Solved, Stage, Terms, Walk};
use dl2pa_core::protocol::{Event, Snapshot};
use egui::Ui;

use self::focus::Focus;

/// The panel of the lessons: a list, or one lesson.
#[derive(Debug)]
pub(crate) struct LessonPanel {
    lessons: Vec<Arc<Lesson>>,
    terms: Terms,
    walk: Option<Walk>,
    focus: Focus,
}

/// What a person pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Press {
    Open(usize),
    Answer(usize),
    Go,
    Back,
    Forward,
    Leave,
}

impl LessonPanel {
    /// The lessons in a language, none of them begun.
    ///
    /// # Errors
    /// A lesson's file that is broken, which the tests would have found.
    pub(crate) fn new(language: Language) -> Result<Self, LessonError> {
        let lessons = lessons::all(language)?;
        Ok(Self {
            lessons: lessons.into_iter().map(Arc::new).collect(),
            terms: Terms::of(language)?,
            walk: None,
            focus: Focus::default(),
        })
    }

    /// The way through the lesson that is open.
    #[must_use]
    pub(crate) const fn walk(&self) -> Option<&Walk> {
        self.walk.as_ref()
    }

    /// Draws list or lesson into `ui`, which may be as narrow as 280 points, and gives what the playground has
    /// to do. Every control is a button and can be reached with Tab.
    ///
    /// # Errors
    /// None for lessons that have been loaded.
    pub(crate) fn ui(&mut self, ui: &mut Ui) -> Result<Vec<Ask>, LessonError> {
        let drawn = match &self.walk {
            None => card::list(ui, &self.lessons, &self.terms.card),
            Some(walk) => card::lesson(ui, walk)?,
        };
        let seen = self
            .walk
            .as_ref()
            .map(|walk| (walk.at(), walk.stage().clone()));
        self.focus.follow(ui, seen, &drawn);
        match drawn.press {
            Some(press) => {
                // What comes of it is drawn at once, with the focus where it goes on.
                ui.ctx().request_repaint();
                self.obey(press)
            }
            None => Ok(Vec::new()),
        }
    }

    /// A key, not the pointer, has opened the panel.
    pub(crate) const fn expect_keys(&mut self) {
        self.focus.expect_keys();
    }

    /// What is to be read out to those who cannot see the card: the beat's words and question with its answers, or
    /// what came of it. `None` while no lesson is open or something runs.
    pub(crate) fn spoken(&self) -> Option<String> {
        let walk = self.walk.as_ref()?;
        let words = walk.words().ok()?;
        let terms = &walk.lesson().terms.card;
        let answers = |stage: &Stage| match stage {
            Stage::Asking => {
                let labels = walk
                    .beat()
                    .choices
                    .iter()
                    .enumerate()
                    .filter_map(|(place, name)| {
                        let choice = words.choices.get(name)?;
                        Some(format!(
                            "{}: {}.",
                            place + 1,
                            choice.label.trim_end_matches('.')
                        ))
                    });
                labels.collect()
            }
            _ => Vec::new(),
        };
        let parts: Vec<String> = match walk.stage() {
            Stage::Running => return None,
            Stage::Broken { message } => {
                vec![message.clone().unwrap_or_else(|| terms.stopped.clone())]
            }
            Stage::Done if walk.verdict().is_some() => walk.sentence().ok()?.into_iter().collect(),
            stage => [words.text.clone()]
                .into_iter()
                .chain(words.question.clone())
                .chain(answers(stage))
                .collect(),
        };
        Some(parts.join(" "))
    }

    /// Opens the lesson with this name, as a link does, at the beat with that name if there is one.
    ///
    /// # Errors
    /// There is no such lesson.
    pub(crate) fn open(&mut self, id: &str, beat: Option<&str>) -> Result<Vec<Ask>, LessonError> {
        match self.lessons.iter().find(|lesson| lesson.plan.id == id) {
            Some(lesson) => {
                let walk = self.walk.insert(Walk::new(Arc::clone(lesson)));
                match beat {
                    Some(beat) => walk.start_at(beat),
                    None => walk.start(),
                }
            }
            // Says which there are.
            None => lessons::lesson(id, Language::English).map(|_| Vec::new()),
        }
    }

    /// Takes notice of an event of a lane's session; see [`Walk::on_event`].
    pub(crate) fn on_event(
        &mut self,
        lane: usize,
        event: &Event,
        latest: Option<&Snapshot>,
        now_secs: f64,
    ) -> Vec<Ask> {
        self.walk
            .as_mut()
            .map(|walk| walk.on_event(lane, event, latest, now_secs))
            .unwrap_or_default()
    }

    /// Takes notice of what an exercise came to; see [`Walk::on_solved`].
    pub(crate) fn on_solved(&mut self, lane: usize, solved: &Solved) -> Vec<Ask> {
        self.walk
            .as_mut()
            .map(|walk| walk.on_solved(lane, solved))
            .unwrap_or_default()
    }

    fn obey(&mut self, press: Press) -> Result<Vec<Ask>, LessonError> {
        if let Press::Open(place) = press {
            let Some(lesson) = self.lessons.get(place) else {
                return Ok(Vec::new());
            };
            return self.walk.insert(Walk::new(Arc::clone(lesson))).start();
        }
        let Some(walk) = &mut self.walk else {
            return Ok(Vec::new());
        };
        let asks = match press {
            Press::Open(_) => Vec::new(),
            Press::Answer(choice) => walk.predict(choice)?,
            Press::Go => walk.go()?,
            Press::Back => walk.back()?,
            Press::Forward => walk.forward()?,
            Press::Leave => walk.leave(),
        };
        if asks.contains(&Ask::Leave) {
            self.walk = None;
        }
        Ok(asks)
    }
}
