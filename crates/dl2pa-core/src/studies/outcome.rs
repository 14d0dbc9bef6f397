//! What a study came to: series of means and deviations over seeds.

use serde::Serialize;

use super::{Arm, Reading, RunRecord, Study, findings};
use crate::metrics;

/// The figures of one study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The study's name.
    pub study: &'static str,
    /// What it asks.
    pub question: &'static str,
    /// What stands on the x axis.
    pub x_label: &'static str,
    /// What stands on the y axis.
    pub y_label: &'static str,
    /// Seeds of the runs.
    pub seeds: Vec<u64>,
    /// The curves.
    pub series: Vec<Series>,
    /// What they show, in sentences; whichever side wins.
    pub findings: Vec<String>,
}

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// What it stands for.
    pub label: String,
    /// In the order of x.
    pub points: Vec<Point>,
}

/// The mean of some values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Place on the x axis.
    pub x: f64,
    /// Mean over the runs.
    pub mean: f64,
    /// Standard deviation of the runs (n - 1), 0 for one run.
    pub deviation: f64,
    /// Number of runs.
    pub runs: usize,
}

impl Point {
    /// Mean and deviation of `values`; NaN without any.
    #[must_use]
    pub fn of(x: f64, values: &[f64]) -> Self {
        let runs = values.len();
        let mean = values.iter().sum::<f64>() / runs as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self {
            x,
            mean,
            deviation: (squares / runs.saturating_sub(1).max(1) as f64).sqrt(),
            runs,
        }
    }
}

impl Outcome {
    /// An outcome with its findings.
    pub(super) fn new(study: Study, seeds: Vec<u64>, series: Vec<Series>) -> Self {
        Self {
            study: study.name(),
            question: study.question(),
            x_label: study.x_label(),
            y_label: study.y_label(),
            seeds,
            findings: findings::of(study, &series),
            series,
        }
    }

    /// Gathers the runs of a training study: for each arm a record a seed.
    #[must_use]
    pub fn of_runs(
        study: Study,
        reading: Reading,
        seeds: &[u64],
        runs: &[(Arm, Vec<RunRecord>)],
    ) -> Self {
        let mut series: Vec<Series> = Vec::new();
        for (arm, records) in runs {
            let points = read(reading, arm, records);
            match series.iter_mut().find(|series| series.label == arm.series) {
                Some(series) => series.points.extend(points),
                None => series.push(Series {
                    label: arm.series.clone(),
                    points,
                }),
            }
        }
        Self::new(study, seeds.to_vec(), series)
    }

    /// The series with this label.
    #[must_use]
    pub fn series(&self, label: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.label == label)
    }
}

impl Series {
    /// Mean at `x`, if there is a point.
    #[must_use]
    pub fn mean_at(&self, x: f64) -> Option<f64> {
        let point = self.points.iter().find(|point| point.x == x);
        point.map(|point| point.mean)
    }
}

fn read(reading: Reading, arm: &Arm, records: &[RunRecord]) -> Vec<Point> {
    match reading {
        Reading::Top1 => {
            let last: Vec<f64> = records
                .iter()
                .filter_map(|record| record.top1.last())
                .map(|top1| 100.0 * top1)
                .collect();
            vec![Point::of(arm.x, &last)]
        }
        Reading::LabelsMoved => curve(records, 1.0, |record| {
            let classes = arm.config.classes as f64;
            let share = |&moved: &usize| 100.0 * moved as f64 / classes;
            record.labels_moved.iter().map(share).collect()
        }),
        Reading::NearestCos => curve(records, 1.0, |record| {
            let nearest = |rows: &Vec<f32>| {
                metrics::separation(rows, arm.config.dim).map_or(f64::NAN, |s| s.mean_nearest_cos)
            };
            record.prototypes.iter().map(nearest).collect()
        }),
    }
}

/// A point for each entry of the records' lists, from `first_x` in steps of 1.
fn curve(records: &[RunRecord], first_x: f64, list: impl Fn(&RunRecord) -> Vec<f64>) -> Vec<Point> {
    let lists: Vec<Vec<f64>> = records.iter().map(list).collect();
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest)
        .map(|index| {
            let values: Vec<f64> = lists
                .iter()
                .filter_map(|list| list.get(index).copied())
                .collect();
            Point::of(first_x + index as f64, &values)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunConfig;

    #[test]
    fn points_have_the_sample_s_mean_and_deviation() {
        let point = Point::of(3.0, &[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert!((point.mean - 5.0).abs() < 1e-12);
        assert!((point.deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((point.x, point.runs), (3.0, 8));
        assert_eq!(Point::of(0.0, &[1.0]).deviation, 0.0);
    }

    #[test]
    fn arms_of_one_series_become_one_curve() {
        let arm = |series: &str, x| Arm {
            series: series.to_owned(),
            x,
            config: RunConfig::default(),
        };
        let run = |top1| RunRecord {
            top1: vec![0.0, top1],
            labels_moved: vec![10, 5, 0],
            ..RunRecord::default()
        };
        let runs = [
            (arm("a", 2.0), vec![run(0.5), run(0.7)]),
            (arm("b", 2.0), vec![run(0.1)]),
            (arm("a", 3.0), vec![run(0.9)]),
        ];
        let outcome = Outcome::of_runs(Study::Fig4aDimension, Reading::Top1, &[1, 2], &runs);
        assert_eq!(outcome.series.len(), 2);
        let a = outcome.series("a").unwrap();
        assert!((a.mean_at(2.0).unwrap() - 60.0).abs() < 1e-9);
        assert!((a.mean_at(3.0).unwrap() - 90.0).abs() < 1e-9);
        let moved = Outcome::of_runs(Study::Fig4bMoves, Reading::LabelsMoved, &[1, 2], &runs[..1]);
        let means: Vec<f64> = moved.series[0]
            .points
            .iter()
            .map(|point| point.mean)
            .collect();
        assert_eq!(means, [100.0, 50.0, 0.0]);
    }
}
