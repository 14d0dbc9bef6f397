//! Annealing: a smooth stand-in for the greatest cosine is minimised while it grows sharper.
//!
//! The stand-in is `log(sum_{i<j} exp(s w_i . w_j)) / s`, which is the uniformity of the paper (eq. 4-5)
//! at temperature s/2 but for constants, since `|w_i - w_j|^2 = 2 - 2 w_i . w_j`, and tends to the
//! greatest cosine as s grows. Low s finds the large-scale arrangement, high s the last degrees.
//!
//! Many starts are made, each with random numbers of its own, so that the same starts give the same
//! winner one after the other on a page ([`Annealer`]) and side by side on all cores ([`solve`]).

mod attempt;
mod beginning;
mod pairs;
pub(super) mod plan;
pub(super) mod smooth_max;
mod start;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use dl2pa_data::streams::{PROTOTYPES, Streams};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::trajectory::Recorder;
use super::{Effort, PROVEN_WITHIN, Progress, Watch};
use attempt::Attempt;
use plan::Plan;

/// Multiply-adds after which a slice of work ends: 1 to 3 milliseconds on a desktop core.
pub(super) const SLICE_WORK: f64 = 4e6;
/// Part 0 of the stream is for what is drawn outside the starts.
const FIRST_PART: u64 = 1;

/// The outcome of one start.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The start's number.
    pub start: usize,
    /// c x d, unit rows.
    pub rows: Vec<f64>,
    pub max_cos: f64,
    /// Temperature of the uniformity whose descent ended here.
    pub t: Option<f64>,
    pub recorder: Option<Recorder>,
}

impl Candidate {
    /// Whether this is to be preferred. Among those that meet the bound the first start wins, lest
    /// rounding decide which later ones still matter.
    fn is_better_than(&self, other: &Self, bound: f64) -> bool {
        let key = |candidate: &Self| {
            if candidate.is_proven(bound) {
                f64::NEG_INFINITY
            } else {
                candidate.max_cos
            }
        };
        (key(self), self.start) < (key(other), other.start)
    }

    fn is_proven(&self, bound: f64) -> bool {
        self.max_cos - bound < PROVEN_WITHIN
    }
}

fn keep_better(best: &mut Option<Candidate>, candidate: Candidate, bound: f64) {
    if best
        .as_ref()
        .is_none_or(|best| candidate.is_better_than(best, bound))
    {
        *best = Some(candidate);
    }
}

/// Runs the starts one after the other, a slice at a time, and polishes the best.
#[derive(Debug)]
pub(super) struct Annealer {
    plan: Plan,
    streams: Streams,
    is_recording: bool,
    starts_done: usize,
    attempt: Attempt,
    best: Option<Candidate>,
    is_finishing: bool,
    is_done: bool,
}

impl Annealer {
    pub fn new(count: usize, dim: usize, streams: &Streams) -> Self {
        let plan = Plan::new(count, dim, Effort::Quick);
        Self {
            plan,
            streams: *streams,
            is_recording: true,
            starts_done: 0,
            attempt: attempt(0, &plan, streams, true),
            best: None,
            is_finishing: false,
            is_done: false,
        }
    }

    pub fn forget_trajectory(&mut self) {
        self.is_recording = false;
        self.attempt = attempt(0, &self.plan, &self.streams, false);
    }

    pub fn progress(&self) -> f32 {
        if self.is_done {
            return 1.0;
        }
        // The polishing counts as one more start.
        let done = self.starts_done as f64 + self.attempt.progress();
        (done / (self.plan.starts + 1) as f64) as f32
    }

    /// Works for one slice; true when all is done.
    pub fn advance(&mut self) -> bool {
        let mut work = 0.0;
        while !self.is_done && work < SLICE_WORK {
            work += self.attempt.step();
            if self.attempt.is_done() {
                self.go_on();
            }
        }
        self.is_done
    }

    fn go_on(&mut self) {
        let candidate = self.attempt.take_candidate();
        let bound = self.plan.bound;
        let is_proven = candidate.is_proven(bound);
        if self.is_finishing {
            self.best = Some(candidate);
            self.is_done = true;
            return;
        }
        keep_better(&mut self.best, candidate, bound);
        self.starts_done += 1;
        if is_proven {
            self.is_done = true;
        } else if self.starts_done < self.plan.starts {
            let index = self.starts_done;
            self.attempt = attempt(index, &self.plan, &self.streams, self.is_recording);
        } else if let Some(best) = self.best.take() {
            self.attempt = Attempt::finishing(best, &self.plan);
            self.is_finishing = true;
        }
    }

    /// The best arrangement; before the end, the best so far.
    pub fn into_best(mut self) -> Candidate {
        let now = self.attempt.take_candidate();
        match self.best {
            Some(best) => best,
            None => now,
        }
    }
}

/// Makes the starts of `effort` on all threads of rayon's present pool and polishes the best. The result
/// does not depend on the number of threads, unless `watch` stops the work before its end.
pub(super) fn solve(
    count: usize,
    dim: usize,
    effort: Effort,
    streams: &Streams,
    watch: &dyn Watch,
) -> Candidate {
    let plan = Plan::new(count, dim, effort);
    let race = Race {
        plan,
        streams,
        watch,
        is_endless: effort == Effort::UntilStopped,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        first_proven: AtomicUsize::new(usize::MAX),
        best: Mutex::new(None),
    };
    (0..rayon::current_num_threads())
        .into_par_iter()
        .for_each(|_| race.run());
    let best = race
        .best
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    // Every runner leaves a candidate, if only an unfinished one.
    let best = best.unwrap_or_else(|| attempt(0, &plan, streams, false).take_candidate());
    if race.is_endless || best.is_proven(plan.bound) || watch.should_stop() {
        return best;
    }
    let mut finish = Attempt::finishing(best, &plan);
    run_attempt(&mut finish, || watch.should_stop());
    finish.take_candidate()
}

/// What the runners of [`solve`] share.
struct Race<'a> {
    plan: Plan,
    streams: &'a Streams,
    watch: &'a dyn Watch,
    is_endless: bool,
    next: AtomicUsize,
    done: AtomicUsize,
    /// The first start that met the bound: those after it are not needed, those before it are.
    first_proven: AtomicUsize,
    best: Mutex<Option<Candidate>>,
}

impl Race<'_> {
    /// Takes one start after the other until there are no more.
    fn run(&self) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let is_needed = index < self.plan.starts && !self.is_beaten(index);
            if !is_needed || (index > 0 && self.watch.should_stop()) {
                return;
            }
            let mut attempt = attempt(index, &self.plan, self.streams, false);
            let is_whole = run_attempt(&mut attempt, || {
                self.watch.should_stop() || self.is_beaten(index)
            });
            if self.is_beaten(index) {
                return;
            }
            let mut candidate = attempt.take_candidate();
            if self.is_endless && is_whole && self.is_promising(&candidate) {
                // There is no end at which the best would be polished.
                let mut finish = Attempt::finishing(candidate, &self.plan);
                run_attempt(&mut finish, || self.watch.should_stop());
                candidate = finish.take_candidate();
            }
            self.enter(candidate);
        }
    }

    fn is_beaten(&self, index: usize) -> bool {
        index > self.first_proven.load(Ordering::Relaxed)
    }

    fn is_promising(&self, candidate: &Candidate) -> bool {
        let best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        best.as_ref()
            .is_none_or(|best| candidate.max_cos < best.max_cos + self.plan.smoothing_at_end())
    }

    fn enter(&self, candidate: Candidate) {
        let bound = self.plan.bound;
        if candidate.is_proven(bound) {
            self.first_proven
                .fetch_min(candidate.start, Ordering::Relaxed);
        }
        let best_max_cos = {
            let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
            keep_better(&mut best, candidate, bound);
            best.as_ref().map(|best| best.max_cos)
        };
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.watch.progress(Progress {
            share: if self.is_endless {
                0.0
            } else {
                done as f32 / (self.plan.starts + 1) as f32
            },
            best_max_cos,
        });
    }
}

/// Start `index` from its beginning, with random numbers of its own.
fn attempt(index: usize, plan: &Plan, streams: &Streams, is_recorded: bool) -> Attempt {
    let mut rng = streams.rng_at(PROTOTYPES, FIRST_PART + index as u64);
    Attempt::new(index, plan, &mut rng, is_recorded)
}

/// Steps until the attempt is done (true) or `should_end` says so (false).
fn run_attempt(attempt: &mut Attempt, should_end: impl Fn() -> bool) -> bool {
    let mut work = 0.0;
    while !attempt.is_done() {
        work += attempt.step();
        if work >= SLICE_WORK {
            work = 0.0;
            if should_end() {
                return false;
            }
        }
    }
    true
}
