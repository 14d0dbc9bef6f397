//! What a lesson asks of the playground, and where the learner is in it.

use super::exercise::Exercise;
use super::lesson::LaneContent;
use super::plan::{Control, Panel};
use super::words::ChoiceWords;
use crate::protocol::Command;

/// What the playground has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Show so many spheres side by side, one camera and one clock for all; the sessions of more are let go.
    Lanes(Vec<LaneSetup>),
    /// Give a command to a lane's session.
    Send {
        /// Place of the lane, from 0.
        lane: usize,
        /// The command.
        command: Command,
    },
    /// Do an exercise, a slice at a time, and report to [`super::Walk::on_solved`].
    Compute {
        /// Place of the lane, from 0.
        lane: usize,
        /// What to do.
        exercise: Exercise,
        /// With this seed.
        seed: u64,
    },
    /// Bring a part into view.
    Open(Panel),
    /// Pick out a class, or none.
    Select(Option<u32>),
    /// Let the learner use these controls; all others rest.
    Unlock(Vec<Control>),
    /// Go at the pace of the speed control again.
    OwnPace,
    /// The lesson is over: back to the free playground.
    Leave,
}

/// One sphere of a beat.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneSetup {
    /// The lane's name in the plan.
    pub id: String,
    /// Its name for the learner.
    pub name: String,
    /// What it holds.
    pub content: LaneContent,
}

/// Where the learner is within a beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A question waits for an answer; the runs begin with it.
    Asking,
    /// The runs wait for the learner to start them.
    Ready,
    /// Something runs.
    Running,
    /// All that the beat has to show has been shown.
    Done,
    /// A run failed or was stopped; it can be started again.
    Broken {
        /// Why, in one sentence; `None` when somebody stopped it.
        message: Option<String>,
    },
}

impl Stage {
    /// Its name for scripts.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Broken { .. } => "broken",
        }
    }
}

/// What became of a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction<'a> {
    /// The answer that was chosen.
    pub choice: &'a ChoiceWords,
    /// Whether it was right; `None` where the run did not show what the lesson says.
    pub is_right: Option<bool>,
}
