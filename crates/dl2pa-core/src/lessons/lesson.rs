//! A lesson with its words, ready to be gone through; and the shelf of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::check::{Finding, Notebook, SHARE};
use super::error::LessonError;
use super::exercise::Exercise;
use super::fill::{Slot, fill};
use super::language::{FILES, Files, Language};
use super::measure::Measure;
use super::paper::{PaperFigure, paper_figures};
use super::plan::{Act, BeatPlan, LanePlan, Plan, Show};
use super::terms::Terms;
use super::words::{BeatWords, Words};
use crate::config::{ConfigLayer, DatasetKind, HeadKind, RunConfig};
use crate::studies::Study;

/// Most spheres side by side.
pub const MOST_LANES: usize = 3;

/// What one lane of a beat holds.
#[derive(Clone, Debug, PartialEq)]
pub enum LaneContent {
    /// A training run.
    Run(Box<RunConfig>),
    /// A computation.
    Exercise(Exercise),
}

/// One lesson in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its place on the shelf, from 1.
    pub number: usize,
    /// What it does.
    pub plan: Plan,
    /// What it says.
    pub words: Words,
    /// Its language.
    pub language: Language,
    /// What its measures are called.
    pub terms: Arc<Terms>,
    /// The paper's figures.
    pub paper: Arc<BTreeMap<String, PaperFigure>>,
}

/// All lessons, in their order.
///
/// # Errors
/// What is wrong with a file, which the tests would have found.
pub fn all(language: Language) -> Result<Vec<Lesson>, LessonError> {
    let paper = Arc::new(paper_figures()?);
    let terms = Arc::new(Terms::of(language)?);
    (1..)
        .zip(FILES)
        .map(|(number, files)| Lesson::read(number, files, language, &terms, &paper))
        .collect()
}

/// The lesson with this name.
///
/// # Errors
/// No lesson has it, or as [`all`].
pub fn lesson(id: &str, language: Language) -> Result<Lesson, LessonError> {
    let lessons = all(language)?;
    let known: Vec<&str> = lessons
        .iter()
        .map(|lesson| lesson.plan.id.as_str())
        .collect();
    let known = known.join(", ");
    let mut lessons = lessons.into_iter();
    lessons
        .find(|lesson| lesson.plan.id == id)
        .ok_or_else(|| LessonError::NoSuchLesson {
            id: id.to_owned(),
            known,
        })
}

impl Lesson {
    fn read(
        number: usize,
        files: &Files,
        language: Language,
        terms: &Arc<Terms>,
        paper: &Arc<BTreeMap<String, PaperFigure>>,
    ) -> Result<Self, LessonError> {
        let plan_name = format!("plan/{}.toml", files.name);
        let plan =
            toml::from_str(files.plan).map_err(|error| LessonError::syntax(&plan_name, &error))?;
        let words_name = format!("{}/{}.toml", language.code(), files.name);
        let words = Words::deserialize(language.words(files)?)
            .map_err(|error| LessonError::syntax(&words_name, &error))?;
        let lesson = Self {
            number,
            plan,
            words,
            language,
            terms: Arc::clone(terms),
            paper: Arc::clone(paper),
        };
        lesson.validate()?;
        Ok(lesson)
    }

    /// The words of a beat.
    ///
    /// # Errors
    /// [`LessonError::UnknownName`] for a beat of another lesson.
    pub fn beat_words(&self, beat: &BeatPlan) -> Result<&BeatWords, LessonError> {
        self.words
            .beats
            .get(&beat.id)
            .ok_or_else(|| LessonError::unknown(&self.plan.id, "the plan", &beat.id))
    }

    /// What a lane holds; runs with this seed.
    ///
    /// # Errors
    /// [`LessonError::Run`] for settings that make no sense.
    pub fn content(&self, lane: &LanePlan, seed: u64) -> Result<LaneContent, LessonError> {
        let settings = match &lane.show {
            Show::Run(settings) => settings,
            Show::Points(plan) => {
                return Ok(LaneContent::Exercise(Exercise::Points(plan.clone())));
            }
            Show::Puzzles(plan) => return Ok(LaneContent::Exercise(Exercise::Puzzles(*plan))),
            Show::MatchingTime(plan) => {
                return Ok(LaneContent::Exercise(Exercise::MatchingTime(*plan)));
            }
        };
        let place = format!("lesson {}", self.plan.id);
        let layer = ConfigLayer::from_table(&place, settings.clone());
        // The playground's settings are those of the grid; another data set brings its own.
        let config =
            RunConfig::resolve(DatasetKind::Grid, &[layer]).map_err(|cause| LessonError::Run {
                lesson: self.plan.id.clone(),
                lane: lane.id.clone(),
                cause: Box::new(cause),
            })?;
        Ok(LaneContent::Run(Box::new(RunConfig { seed, ..config })))
    }

    /// The figures of the paper in each row, as they are printed.
    #[must_use]
    pub fn paper_table(&self) -> Vec<(&str, Vec<String>)> {
        let mark = self.language.decimal_mark();
        let written = |name: &String| self.paper.get(name).map(|figure| figure.written(mark));
        let rows = self.plan.paper_rows.iter();
        rows.map(|row| {
            let name = self
                .words
                .paper
                .rows
                .get(&row.id)
                .map_or("", String::as_str);
            (name, row.figures.iter().filter_map(written).collect())
        })
        .collect()
    }

    /// Where the figures of [`Self::paper_table`] stand, each source once.
    #[must_use]
    pub fn paper_sources(&self) -> Vec<&str> {
        let names = self.plan.paper_rows.iter().flat_map(|row| &row.figures);
        let mut sources: Vec<&str> = Vec::new();
        for figure in names.filter_map(|name| self.paper.get(name)) {
            if !sources.contains(&figure.source.as_str()) {
                sources.push(&figure.source);
            }
        }
        sources
    }

    /// What the learner has run, for the table beside the paper's: lane, name of the measure, mean with its unit
    /// and number of runs. What was not run is left out.
    #[must_use]
    pub fn ran_table(&self, notebook: &Notebook) -> Vec<(&str, &str, String, usize)> {
        let mark = self.language.decimal_mark();
        let readings = self.plan.ran.iter();
        readings
            .filter_map(|reading| {
                let point = notebook.read(reading.measure, &reading.of, None)?;
                let lane = self.words.lanes.get(&reading.of)?;
                let written = reading.measure.written(point.mean, mark);
                Some((
                    lane.as_str(),
                    self.terms.name(reading.measure),
                    written,
                    point.runs,
                ))
            })
            .collect()
    }

    /// One claim with its number and its bounds, in a line.
    #[must_use]
    pub fn finding_line(&self, finding: &Finding) -> String {
        let claim = &finding.claim;
        let mark = self.language.decimal_mark();
        let lane = |id: &str| self.words.lanes.get(id).map_or("", String::as_str);
        let write = |value: f64| match (&claim.minus, &claim.percent_of) {
            (Some(_), _) => claim.measure.written_difference(value, mark),
            (None, Some(_)) => SHARE.written(value, mark),
            (None, None) => claim.measure.written(value, mark),
        };
        let mut line = format!("{}, {}", self.terms.name(claim.measure), lane(&claim.of));
        if let Some(minus) = &claim.minus {
            line.push_str(" − ");
            line.push_str(lane(minus));
        }
        if let Some(whole) = &claim.percent_of {
            line.push_str(" / ");
            line.push_str(self.terms.name(whole.measure));
            line.push_str(", ");
            line.push_str(lane(&whole.of));
        }
        line.push_str(": ");
        line.push_str(&write(finding.point.mean));
        let bounds = [
            (&self.terms.at_least, claim.at_least),
            (&self.terms.at_most, claim.at_most),
        ];
        let bounds: Vec<String> = bounds
            .into_iter()
            .filter_map(|(words, bound)| Some(format!("{words} {}", write(bound?))))
            .collect();
        format!("{line} ({})", bounds.join(", "))
    }

    pub(super) fn validate(&self) -> Result<(), LessonError> {
        let id = &self.plan.id;
        if let Some(study) = &self.plan.study
            && Study::from_name(study).is_none()
        {
            return Err(LessonError::unknown(id, "the plan", study));
        }
        if self.plan.seeds.is_empty() || self.plan.beats.is_empty() {
            return Err(LessonError::incomplete(
                id,
                "the plan",
                "it has no seed or no beat; give it both",
            ));
        }
        let mut lanes = BTreeSet::new();
        for beat in &self.plan.beats {
            for lane in &beat.lanes {
                if !lanes.insert(lane.id.as_str()) {
                    let cause = format!("two lanes are called `{}`; rename one", lane.id);
                    return Err(LessonError::incomplete(id, &beat.id, cause));
                }
            }
            self.validate_beat(beat, &lanes)?;
        }
        self.same_names("lanes", &lanes, self.words.lanes.keys())?;
        let beats = self.plan.beats.iter().map(|beat| beat.id.as_str());
        self.same_names("beats", &beats.collect(), self.words.beats.keys())?;
        self.validate_paper(&lanes_of(&self.plan))
    }

    fn validate_beat(&self, beat: &BeatPlan, lanes: &BTreeSet<&str>) -> Result<(), LessonError> {
        let (id, words) = (&self.plan.id, self.beat_words(beat)?);
        let broken = |cause: &str| Err(LessonError::incomplete(id, &beat.id, cause));
        if beat.lanes.len() > MOST_LANES {
            return broken("it has more than three lanes; spread them over two beats");
        }
        for lane in &beat.lanes {
            let content = self.content(lane, self.plan.seeds[0])?;
            let acts_on_labels = beat.script.iter().any(|act| *act != Act::End);
            if let LaneContent::Run(config) = &content
                && config.head != HeadKind::Dynamic
                && acts_on_labels
            {
                return broken("its script matches labels, which only the dynamic head does");
            }
            if let LaneContent::Exercise(exercise) = &content
                && let Err(cause) = exercise.begin(self.plan.seeds[0])
            {
                return broken(&cause.to_string());
            }
        }
        if beat.script.is_empty() {
            return broken("its script is empty; leave it out, or name an act");
        }
        let choices = beat.choices.iter().map(String::as_str).collect();
        self.same_names(&beat.id, &choices, words.choices.keys())?;
        let is_right = |right: &String| beat.choices.contains(right);
        if beat.choices.is_empty() != beat.right.is_none()
            || beat.right.as_ref().is_some_and(|right| !is_right(right))
            || words.question.is_some() == beat.choices.is_empty()
        {
            return broken(
                "a question needs its words, its answers and one right answer; give all",
            );
        }
        if !beat.choices.is_empty() && beat.claims.is_empty() {
            return broken("what is predicted has to be checked; give the beat a claim");
        }
        let has_sentences = words.pass.is_some() && words.fail.is_some();
        if beat.claims.is_empty() == has_sentences || words.pass.is_some() != words.fail.is_some() {
            return broken("claims need a sentence for either outcome, and no claims none");
        }
        for claim in &beat.claims {
            for lane in claim.lanes() {
                if !lanes.contains(lane) {
                    return Err(LessonError::unknown(id, &beat.id, lane));
                }
            }
            if claim.at_least.is_none() && claim.at_most.is_none() {
                return broken("a claim without a bound always holds; give it one");
            }
        }
        let sentences = [&words.pass, &words.fail].into_iter().flatten();
        for sentence in sentences.chain(std::iter::once(&words.text)) {
            self.validate_slots(sentence, &beat.id, lanes)?;
        }
        Ok(())
    }

    fn validate_slots(
        &self,
        sentence: &str,
        place: &str,
        lanes: &BTreeSet<&str>,
    ) -> Result<(), LessonError> {
        let is_known = |(measure, lane): (&str, &str)| {
            Measure::from_name(measure).is_some() && lanes.contains(lane)
        };
        let known = |slot: &Slot<'_>| match slot {
            Slot::Paper(name) => self.paper.contains_key(*name),
            Slot::Measured { measure, of, minus } => {
                is_known((*measure, *of)) && minus.is_none_or(|minus| lanes.contains(minus))
            }
            Slot::Share { part, whole } => is_known(*part) && is_known(*whole),
        };
        fill(sentence, |slot| known(slot).then(String::new))
            .map(|_| ())
            .map_err(|slot| LessonError::unknown(&self.plan.id, place, &slot))
    }

    fn validate_paper(&self, lanes: &BTreeSet<&str>) -> Result<(), LessonError> {
        let id = &self.plan.id;
        let rows = self.plan.paper_rows.iter().map(|row| row.id.as_str());
        self.same_names(
            "the paper's rows",
            &rows.collect(),
            self.words.paper.rows.keys(),
        )?;
        for row in &self.plan.paper_rows {
            if row.figures.len() != self.words.paper.columns.len() {
                let cause = "a row has not as many figures as there are columns; name the columns";
                return Err(LessonError::incomplete(id, &row.id, cause));
            }
            for figure in &row.figures {
                if !self.paper.contains_key(figure) {
                    return Err(LessonError::unknown(id, &row.id, figure));
                }
            }
        }
        for reading in &self.plan.ran {
            if !lanes.contains(reading.of.as_str()) {
                return Err(LessonError::unknown(id, "what was run", &reading.of));
            }
        }
        self.validate_slots(&self.words.paper.note, "the paper's note", &BTreeSet::new())
    }

    fn same_names<'a>(
        &self,
        place: &str,
        planned: &BTreeSet<&str>,
        written: impl Iterator<Item = &'a String>,
    ) -> Result<(), LessonError> {
        let written: BTreeSet<&str> = written.map(String::as_str).collect();
        match planned.symmetric_difference(&written).next() {
            None => Ok(()),
            Some(name) => {
                let cause = format!("`{name}` stands in the plan or in the words, but not in both");
                Err(LessonError::incomplete(&self.plan.id, place, cause))
            }
        }
    }
}

fn lanes_of(plan: &Plan) -> BTreeSet<&str> {
    let lanes = plan.beats.iter().flat_map(|beat| &beat.lanes);
    lanes.map(|lane| lane.id.as_str()).collect()
}
