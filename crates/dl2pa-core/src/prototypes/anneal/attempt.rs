//! One start with its polishing where that is worth it.

use dl2pa_data::StreamRng;

use super::Candidate;
use super::plan::{LAST_HARDNESS, Plan};
use super::start::Start;
use crate::prototypes::polish::Polish;

/// A start that can be interrupted after every step. Where it ends so close to the bound that it may
/// meet it, it is polished, so that it is known whether it does.
#[derive(Debug)]
pub(super) struct Attempt {
    plan: Plan,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Descent(Box<Start>),
    Polish {
        polish: Box<Polish>,
        /// Multiply-adds that are left.
        work_left: f64,
        origin: Candidate,
    },
    Done(Candidate),
}

impl Attempt {
    pub fn new(index: usize, plan: &Plan, rng: &mut StreamRng, is_recorded: bool) -> Self {
        Self {
            plan: *plan,
            phase: Phase::Descent(Box::new(Start::new(index, plan, rng, is_recorded))),
        }
    }

    /// The polishing of a candidate.
    pub fn finishing(origin: Candidate, plan: &Plan) -> Self {
        Self {
            plan: *plan,
            phase: polishing(origin, plan),
        }
    }

    pub fn is_done(&self) -> bool {
        matches!(self.phase, Phase::Done(_))
    }

    /// Share of the work that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        match &self.phase {
            Phase::Descent(start) => start.progress(),
            Phase::Polish { work_left, .. } => 1.0 - work_left / self.plan.polishing_work,
            Phase::Done(_) => 1.0,
        }
    }

    /// One step. Gives the multiply-adds that it took, roughly.
    pub fn step(&mut self) -> f64 {
        let (work, is_over) = match &mut self.phase {
            Phase::Descent(start) => (start.step(), start.is_done()),
            Phase::Polish {
                polish, work_left, ..
            } => {
                let work = polish.step();
                *work_left -= work;
                (work, polish.is_done() || *work_left <= 0.0)
            }
            Phase::Done(_) => (0.0, false),
        };
        if is_over {
            self.end_phase();
        }
        work
    }

    fn end_phase(&mut self) {
        let was_descent = matches!(self.phase, Phase::Descent(_));
        let candidate = self.take_candidate();
        let may_meet_bound = candidate.max_cos - self.plan.bound < self.plan.smoothing_at_end();
        self.phase = if was_descent && may_meet_bound {
            polishing(candidate, &self.plan)
        } else {
            Phase::Done(candidate)
        };
    }

    /// What the attempt came to, if only so far; nothing is left of it.
    pub fn take_candidate(&mut self) -> Candidate {
        let empty = Phase::Done(Candidate {
            start: 0,
            rows: Vec::new(),
            max_cos: f64::INFINITY,
            t: None,
            recorder: None,
        });
        match std::mem::replace(&mut self.phase, empty) {
            Phase::Descent(start) => start.into_candidate(),
            Phase::Polish { polish, origin, .. } => {
                let t = polish.sharpness() / 2.0;
                let (rows, max_cos) = polish.into_best();
                if max_cos < origin.max_cos {
                    Candidate {
                        rows,
                        max_cos,
                        t: Some(t),
                        ..origin
                    }
                } else {
                    origin
                }
            }
            Phase::Done(candidate) => candidate,
        }
    }
}

fn polishing(origin: Candidate, plan: &Plan) -> Phase {
    let rows = origin.rows.clone();
    Phase::Polish {
        polish: Box::new(Polish::new(rows, plan.dim, plan.bound, LAST_HARDNESS)),
        work_left: plan.polishing_work,
        origin,
    }
}
