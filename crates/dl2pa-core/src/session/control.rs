//! Whether the session may step: pausing, single steps, and the pace.

use crate::protocol::{Pace, StepSize};

/// A session that fell behind its pace catches up at most so much, in seconds.
const MAX_CATCH_UP_SECS: f64 = 0.1;

/// What the commands so far amount to.
pub(super) struct Control {
    pub(super) pace: Pace,
    is_paused: bool,
    budget: Option<StepSize>,
    /// Optimiser step at which to pause.
    goal_step: Option<u64>,
    next_step_at_secs: f64,
}

impl Control {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            is_paused: false,
            budget: None,
            goal_step: None,
            next_step_at_secs: 0.0,
        }
    }

    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    pub(super) fn pause(&mut self) {
        self.is_paused = true;
        self.budget = None;
        self.goal_step = None;
    }

    pub(super) fn resume(&mut self) {
        self.is_paused = false;
        self.budget = None;
        self.goal_step = None;
    }

    /// Goes on until so much is done.
    pub(super) fn step(&mut self, size: StepSize) {
        self.is_paused = false;
        self.budget = Some(size);
        self.goal_step = None;
    }

    /// Goes on until optimiser step `goal` is done.
    pub(super) fn go_to(&mut self, goal: u64) {
        self.is_paused = false;
        self.budget = None;
        self.goal_step = Some(goal);
    }

    /// True while a single step or the way to a goal is under way, which no pace slows down.
    pub(super) fn is_stepping(&self) -> bool {
        self.budget.is_some() || self.goal_step.is_some()
    }

    /// So many optimiser steps are done: pauses at the goal.
    pub(super) fn reached(&mut self, step: u64) {
        if self.goal_step.is_some_and(|goal| step >= goal) {
            self.pause();
        }
    }

    /// Something of this size has been done: pauses when that was what was asked for.
    pub(super) fn done(&mut self, size: StepSize) {
        if self.budget == Some(size) {
            self.pause();
        }
    }

    /// How long the next step must wait, in seconds; 0 when it may go.
    pub(super) fn wait_secs(&self, now_secs: f64) -> f64 {
        if self.is_stepping() || self.pace.steps_per_sec.is_none() {
            return 0.0;
        }
        (self.next_step_at_secs - now_secs).max(0.0)
    }

    /// Notes a step, so that the next one waits its turn.
    pub(super) fn note_step(&mut self, now_secs: f64) {
        if let Some(rate) = self.pace.steps_per_sec {
            let next = self.next_step_at_secs + 1.0 / rate;
            self.next_step_at_secs = next.max(now_secs - MAX_CATCH_UP_SECS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_spaces_the_steps_and_catches_up_only_a_little() {
        let mut control = Control::new(Pace {
            steps_per_sec: Some(10.0),
            ..Pace::FULL_SPEED
        });
        control.note_step(5.0);
        assert!(
            control.wait_secs(5.0) <= 0.0,
            "a long pause is not made up for by waiting"
        );
        let mut steps = 0;
        let mut now_secs = 5.0;
        while now_secs < 7.0 {
            if control.wait_secs(now_secs) <= 0.0 {
                control.note_step(now_secs);
                steps += 1;
            }
            now_secs += 0.01;
        }
        assert!(
            (20..=22).contains(&steps),
            "{steps} steps in 2 s at 10 a second"
        );
    }

    #[test]
    fn the_way_to_a_goal_is_not_slowed_and_ends_there() {
        let mut control = Control::new(Pace {
            steps_per_sec: Some(1.0),
            ..Pace::FULL_SPEED
        });
        control.go_to(3);
        for step in 1..=3 {
            assert!(!control.is_paused());
            assert!(control.wait_secs(0.0) <= 0.0);
            control.note_step(0.0);
            control.reached(step);
        }
        assert!(control.is_paused());
        control.resume();
        control.reached(4);
        assert!(!control.is_paused());
    }

    #[test]
    fn a_single_step_pauses_when_it_is_done() {
        let mut control = Control::new(Pace::FULL_SPEED);
        control.pause();
        control.step(StepSize::Epoch);
        control.done(StepSize::Batch);
        assert!(!control.is_paused());
        control.done(StepSize::Epoch);
        assert!(control.is_paused());
    }
}
