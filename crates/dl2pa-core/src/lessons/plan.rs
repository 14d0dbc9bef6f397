//! What a lesson does, without a word of it: beats, spheres, questions and claims, as its file says.

use serde::Deserialize;
use toml::Table;

use super::measure::Measure;

/// One lesson's structure, the same in every language.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name in links, for example `three-methods`.
    pub id: String,
    /// The study of the command line that asks the same question at length, if there is one.
    pub study: Option<String>,
    /// Seeds of its runs, one after another when the learner runs a beat again. Its tests run all.
    pub seeds: Vec<u64>,
    /// The beats, in their order.
    #[serde(rename = "beat")]
    pub beats: Vec<BeatPlan>,
    /// Rows of the paper's figures that the last beat shows.
    #[serde(rename = "paper")]
    pub paper_rows: Vec<PaperRow>,
    /// The learner's own figures that the last beat shows beside them.
    pub ran: Vec<Reading>,
}

/// One step of a lesson: a few words with something to see, to do or to answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeatPlan {
    /// Name, unique in the lesson.
    pub id: String,
    /// What is in view.
    pub panel: Panel,
    /// Controls that the learner may use; all others rest.
    #[serde(default)]
    pub unlocks: Vec<Control>,
    /// Spheres side by side, at most three. None: what the beats before have shown stays.
    #[serde(default, rename = "lane")]
    pub lanes: Vec<LanePlan>,
    /// What runs do, one act after another.
    #[serde(default = "to_the_end")]
    pub script: Vec<Act>,
    /// Trains as fast as it can, so that times mean something.
    #[serde(default)]
    pub full_speed: bool,
    /// Class that is picked out.
    pub select: Option<u32>,
    /// Names of the answers to choose from before anything runs; empty without a question.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The answer that is right where all claims hold.
    pub right: Option<String>,
    /// What has to hold of what was run.
    #[serde(default, rename = "claim")]
    pub claims: Vec<Claim>,
    /// Shows the paper's figures beside the learner's.
    #[serde(default)]
    pub shows_paper: bool,
}

fn to_the_end() -> Vec<Act> {
    vec![Act::End]
}

/// One sphere (or table) of a beat.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanePlan {
    /// Name, unique in the lesson.
    pub id: String,
    /// What is on it.
    pub show: Show,
}

/// What a lane shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    /// A training run: settings laid over the playground's. The seed is the lesson's.
    Run(Table),
    /// Points on a sphere, without training.
    Points(PointsPlan),
    /// Puzzles of six classes and six prototypes.
    Puzzles(PuzzlesPlan),
    /// The matching of so many classes, timed.
    MatchingTime(MatchingTimePlan),
}

/// Points to place.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsPlan {
    /// `two-dots` (half of them on one pole, half on the other) or a method of making prototypes.
    pub method: String,
    /// How many.
    pub count: usize,
    /// In how many dimensions.
    pub dim: usize,
    /// Temperature t of the uniformity, where the method keeps one.
    pub t: Option<f64>,
}

/// Numbers of the puzzles, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PuzzlesPlan {
    /// First, from 0.
    pub first: usize,
    /// Last.
    pub last: usize,
}

/// A matching to be timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchingTimePlan {
    /// Number of classes.
    pub classes: usize,
    /// How often; the median counts.
    pub rounds: usize,
}

/// What a run does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Train to the next matching and stop there.
    Matching,
    /// Deal the labels again.
    Deal,
    /// Match now.
    Rematch,
    /// Train to the last epoch.
    End,
}

/// What has to hold of a number, or of a difference of two.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The number.
    pub measure: Measure,
    /// Lane, of this beat or of one before.
    pub of: String,
    /// Lane whose number is taken off.
    pub minus: Option<String>,
    /// Number of which it is taken in percent.
    pub percent_of: Option<Reading>,
    /// Least value.
    pub at_least: Option<f64>,
    /// Greatest value.
    pub at_most: Option<f64>,
}

impl Claim {
    /// Whether it depends on the machine's speed.
    #[must_use]
    pub const fn is_timing(&self) -> bool {
        self.measure.is_timing()
    }

    /// Every lane that it speaks of.
    pub fn lanes(&self) -> impl Iterator<Item = &str> {
        let whole = self.percent_of.as_ref().map(|reading| &reading.of);
        [Some(&self.of), self.minus.as_ref(), whole]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }
}

/// A number of a lane.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The number.
    pub measure: Measure,
    /// Lane.
    pub of: String,
}

/// One line of the paper's figures.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRow {
    /// Name of the line.
    pub id: String,
    /// The figures, by their names in the table of the paper's figures.
    pub figures: Vec<String>,
}

/// Parts of the playground that a beat brings into view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// The spheres.
    Stage,
    /// Curves over the epochs.
    Plots,
    /// Settings.
    Setup,
    /// Why labels moved; the table of scores.
    Why,
    /// The ticks of the matchings.
    Timeline,
}

/// What a learner may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// Play, pause, single steps, speed.
    Transport,
    /// The seed.
    Seed,
    /// Number of classes.
    Classes,
    /// Number of dimensions.
    Dim,
    /// Which head.
    Head,
    /// Which loss.
    Loss,
    /// Matching period.
    Period,
    /// How prototypes are spread, and at which temperature.
    Spreading,
    /// Weight of the uniformity of learned prototypes.
    Uniformity,
    /// Deal again.
    Deal,
    /// Match now.
    Rematch,
}
