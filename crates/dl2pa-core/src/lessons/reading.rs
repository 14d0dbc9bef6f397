//! Reads a lesson's figures off the events of one run.

use std::sync::Arc;

use super::measure::{Figures, Measure};
use crate::config::RunConfig;
use crate::metrics::separation;
use crate::protocol::{Event, Relabelling, RunId, Snapshot};

const MILLIS: f64 = 1_000.0;

/// What has been seen of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct RunReader {
    /// Set when the run that was asked for has begun.
    run: Option<RunId>,
    classes: usize,
    top1: Option<f64>,
    /// Labels moved by each matching, in their order.
    moved: Vec<usize>,
    dealing: Option<Dealing>,
    /// Times at which epochs were over, in seconds.
    epoch_ends_secs: Vec<f64>,
}

/// The last time that labels were dealt again.
#[derive(Clone, Debug)]
struct Dealing {
    deal: Arc<Relabelling>,
    /// Labels moved by each matching since.
    moved: Vec<usize>,
    now: Arc<[u32]>,
}

impl RunReader {
    /// Takes notice of an event. The run that counts is the first one that starts as `asked`; events of
    /// others are dropped and give `false`.
    pub fn on_event(&mut self, event: &Event, asked: &RunConfig, now_secs: f64) -> bool {
        if let Event::Started { run, config, .. } = event
            && self.run.is_none()
            && **config == *asked
        {
            self.run = Some(*run);
            self.classes = config.classes;
            return true;
        }
        if self.run.is_none() || self.run != Some(run_of(event)) {
            return false;
        }
        match event {
            Event::Evaluated { evaluation, .. } => {
                self.top1 = Some(evaluation.top1);
                self.epoch_ends_secs.push(now_secs);
            }
            Event::Relabelled { relabelling, .. } if relabelling.dealt => {
                self.dealing = Some(Dealing {
                    deal: Arc::clone(relabelling),
                    moved: Vec::new(),
                    now: Arc::clone(&relabelling.after),
                });
            }
            Event::Relabelled { relabelling, .. } => {
                self.moved.push(relabelling.moved.len());
                if let Some(dealing) = &mut self.dealing {
                    dealing.moved.push(relabelling.moved.len());
                    dealing.now = Arc::clone(&relabelling.after);
                }
            }
            _ => {}
        }
        true
    }

    /// Whether the run that was asked for has started.
    pub const fn has_begun(&self) -> bool {
        self.run.is_some()
    }

    /// The figures so far; those of the prototypes are read off `latest`.
    pub fn figures(&self, latest: Option<&Snapshot>) -> Figures {
        let mut figures = Figures::new();
        if let Some(top1) = self.top1 {
            figures.insert(Measure::TopOne, 100.0 * top1);
        }
        let moves: usize = self.moved.iter().sum();
        figures.insert(Measure::LabelsMoved, moves as f64);
        let matchings = self.moved.iter().filter(|&&moved| moved > 0).count();
        figures.insert(Measure::MatchingsThatMoved, matchings as f64);
        let quarter = self.moved.len().div_ceil(4);
        if quarter > 0 && self.classes > 0 {
            let last: usize = self.moved.iter().rev().take(quarter).sum();
            let share = last as f64 / (quarter * self.classes) as f64;
            figures.insert(Measure::LastQuarterMoves, 100.0 * share);
        }
        if let Some(dealing) = &self.dealing {
            dealing.read_into(&mut figures);
        }
        if let [first, .., last] = self.epoch_ends_secs[..] {
            let epochs = (self.epoch_ends_secs.len() - 1) as f64;
            figures.insert(Measure::EpochTime, MILLIS * (last - first) / epochs);
        }
        if let Some(snapshot) = latest.filter(|snapshot| Some(snapshot.run) == self.run) {
            separation_into(&mut figures, &snapshot.prototypes, snapshot.dim);
        }
        figures
    }
}

impl Dealing {
    fn read_into(&self, figures: &mut Figures) {
        let not_back = self.deal.before.iter().zip(self.now.iter());
        let not_back = not_back.filter(|(before, now)| before != now).count();
        figures.insert(Measure::LabelsDealt, self.deal.moved.len() as f64);
        figures.insert(Measure::LabelsNotBack, not_back as f64);
        if let [first, later @ ..] = &self.moved[..] {
            figures.insert(Measure::MovedAfterDealing, *first as f64);
            figures.insert(Measure::MovedLater, later.iter().sum::<usize>() as f64);
        }
    }
}

/// How far apart `rows` (n x `dim`) lie; nothing where there are no two of them.
pub(super) fn separation_into(figures: &mut Figures, rows: &[f32], dim: usize) {
    let Ok(separation) = separation(rows, dim) else {
        return;
    };
    figures.insert(Measure::MinAngle, separation.min_angle_deg);
    figures.insert(Measure::MeanAngle, separation.mean_angle_deg);
    figures.insert(Measure::MaxCos, separation.max_cos);
    figures.insert(Measure::MeanCos, separation.mean_cos);
    let nearest_deg = separation
        .mean_nearest_cos
        .clamp(-1.0, 1.0)
        .acos()
        .to_degrees();
    figures.insert(Measure::NearestAngle, nearest_deg);
}

/// The run that an event belongs to.
pub(super) const fn run_of(event: &Event) -> RunId {
    match event {
        Event::Started { run, .. }
        | Event::Spread { run, .. }
        | Event::Compared { run, .. }
        | Event::Relabelled { run, .. }
        | Event::Evaluated { run, .. }
        | Event::Judged { run, .. }
        | Event::Exported { run, .. }
        | Event::Kept { run, .. }
        | Event::Warning { run, .. }
        | Event::Finished { run, .. }
        | Event::Failed { run, .. } => *run,
    }
}
