//! The first minute: shows by itself what the playground is about, until somebody touches anything.

use dl2pa_core::config::{AssignInit, HeadKind, RunConfig};

use crate::text::{Sentence, tour as words};

/// Epochs of the first act: long enough for the first relabellings, too short to be done.
const FIRST_ACT_EPOCHS: f64 = 4.0;
/// Epochs of the comparison.
const SECOND_ACT_EPOCHS: f64 = 16.0;
/// How long what it came to is looked at before it stops by itself, in seconds.
const REST_SECS: f64 = 45.0;

/// Where the tour is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act {
    /// Prototypes spread, labels are dealt, the first ones move.
    One,
    /// The same run with fixed labels beside it.
    Two,
    /// What came of it, since then (in seconds of the view's clock).
    End(f64),
}

/// What the tour wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Set the run with fixed labels beside it and start both over.
    SetBeside,
    /// Stop here.
    Rest,
}

/// What it goes by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// The prototypes are still spreading.
    pub is_spreading: bool,
    /// Epochs done by the run, or the slower of two.
    pub epoch: f64,
    /// Some label has moved.
    pub has_moved: bool,
    /// A relabelling is being shown.
    pub is_showing: bool,
}

/// A tour under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tour {
    act: Act,
}

impl Tour {
    /// At its beginning.
    pub(crate) fn new() -> Self {
        Self { act: Act::One }
    }

    /// The settings it begins with: those of the playground, the labels dealt at random.
    pub(crate) fn config() -> RunConfig {
        RunConfig {
            head: HeadKind::Dynamic,
            assign_init: AssignInit::Random,
            assign_period: 1.0,
            ..RunConfig::playground()
        }
    }

    /// Whether it has come to its end and waits for somebody.
    pub(crate) fn is_over(self) -> bool {
        matches!(self.act, Act::End(_))
    }

    /// The place on the speed control for the present act.
    pub(crate) fn speed(self) -> f64 {
        match self.act {
            Act::One => 1.0,
            Act::Two | Act::End(_) => 2.0,
        }
    }

    /// Looks at the run and goes on where it is time; what shall be done.
    pub(crate) fn advance(&mut self, sight: Option<Sight>, now_secs: f64) -> Option<Wish> {
        match self.act {
            Act::One => {
                let sight = sight?;
                let is_done = !sight.is_spreading
                    && sight.epoch >= FIRST_ACT_EPOCHS
                    && sight.has_moved
                    && !sight.is_showing;
                if is_done {
                    self.act = Act::Two;
                    return Some(Wish::SetBeside);
                }
            }
            Act::Two => {
                let sight = sight?;
                if !sight.is_spreading && sight.epoch >= SECOND_ACT_EPOCHS {
                    self.act = Act::End(now_secs);
                }
            }
            Act::End(since_secs) => {
                if since_secs.is_finite() && now_secs - since_secs > REST_SECS {
                    self.act = Act::End(f64::INFINITY);
                    return Some(Wish::Rest);
                }
            }
        }
        None
    }

    /// What it says; `None` where the run speaks for itself.
    pub(crate) fn sentence(self, sight: Option<Sight>) -> Option<Sentence> {
        let sight = sight?;
        match self.act {
            Act::One if sight.is_spreading => Some(words::spreading()),
            Act::One if !sight.has_moved => Some(words::dealt()),
            Act::One => Some(words::moved()),
            Act::Two if sight.is_spreading || sight.epoch < 1.0 => Some(words::beside()),
            Act::Two | Act::End(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_WORK: Sight = Sight {
        is_spreading: false,
        epoch: 0.0,
        has_moved: false,
        is_showing: false,
    };

    #[test]
    fn it_goes_through_its_acts_and_rests() {
        let mut tour = Tour::new();
        let spreading = Sight {
            is_spreading: true,
            ..AT_WORK
        };
        assert_eq!(tour.advance(None, 0.0), None);
        assert_eq!(tour.advance(Some(spreading), 0.1), None);
        assert_eq!(tour.sentence(Some(spreading)), Some(words::spreading()));
        assert_eq!(tour.sentence(Some(AT_WORK)), Some(words::dealt()));
        let moved = Sight {
            epoch: 5.0,
            has_moved: true,
            is_showing: true,
            ..AT_WORK
        };
        assert_eq!(
            tour.advance(Some(moved), 9.0),
            None,
            "it is looked at first"
        );
        let shown = Sight {
            is_showing: false,
            ..moved
        };
        assert_eq!(tour.advance(Some(shown), 10.0), Some(Wish::SetBeside));
        // The new runs spread again.
        assert_eq!(tour.advance(Some(spreading), 11.0), None);
        let far = Sight {
            epoch: 16.5,
            ..shown
        };
        assert_eq!(tour.advance(Some(far), 30.0), None);
        assert!(tour.is_over());
        assert_eq!(tour.advance(Some(far), 31.0), None);
        assert_eq!(tour.advance(Some(far), 80.0), Some(Wish::Rest));
        assert_eq!(tour.advance(Some(far), 200.0), None, "once");
    }

    #[test]
    fn its_run_can_begin() {
        assert_eq!(Tour::config().validate(), Ok(()));
    }
}
