//! Studies that train nothing.

use dl2pa_data::streams::{PROTOTYPES, StreamRng, Streams};
use rand_distr::{Distribution as _, StandardNormal};

use super::{Outcome, Point, Series, Study};
use crate::assignment::{AssignmentError, match_labels};
use crate::metrics;
use crate::prototypes::{self, PrototypeError};

/// Prototypes of the figures of the paper.
const CLASSES: usize = 100;
/// Their dimension in figure 2.
const DIM: usize = 3;
const SEEDS: [u64; 3] = [1, 2, 3];
/// Standard deviations of the Gaussians of figure 2a.
const SIGMAS: [f64; 4] = [0.1, 0.5, 0.75, 1.0];
/// Means run from -2 to 2.
const MEANS: usize = 41;
/// Numbers of classes whose matching is timed.
const SIZES: [usize; 7] = [10, 25, 50, 100, 200, 500, 1000];

/// A computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Computed {
    /// [`Study::Fig2Apad`].
    Apad,
    /// [`Study::Fig3cTime`].
    MatchingTime,
}

/// Why a computation failed; none should.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ComputedError {
    /// Prototypes could not be spread.
    #[error(transparent)]
    Prototypes(#[from] PrototypeError),
    /// Prototypes could not be measured.
    #[error(transparent)]
    Metrics(#[from] metrics::MetricError),
    /// Labels could not be matched.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
}

impl Computed {
    /// Makes the figures. `now_secs` is the clock of [`Computed::MatchingTime`].
    ///
    /// # Errors
    /// None that a program without faults meets.
    pub fn outcome(self, now_secs: impl Fn() -> f64) -> Result<Outcome, ComputedError> {
        match self {
            Self::Apad => apad(),
            Self::MatchingTime => matching_time(now_secs),
        }
    }
}

/// 100 points drawn from `N(mu 1, sigma^2 I)` in 3 dimensions and normalised, for mu from -2 to 2, beside
/// spread ones (paper, figure 2a).
fn apad() -> Result<Outcome, ComputedError> {
    let mut series = Vec::new();
    for sigma in SIGMAS {
        let mut points = Vec::with_capacity(MEANS);
        for step in 0..MEANS {
            let mu = -2.0 + 4.0 * step as f64 / (MEANS - 1) as f64;
            let mut values = Vec::new();
            for seed in SEEDS {
                let rows = gaussian(mu, sigma, &mut Streams::new(seed).rng(PROTOTYPES));
                values.push(metrics::separation(&rows, DIM)?.mean_cos);
            }
            points.push(Point::of(mu, &values));
        }
        series.push(Series {
            label: format!("Gaussian, deviation {sigma}"),
            points,
        });
    }
    let mut spread_cos = Vec::new();
    for seed in SEEDS {
        let spread = prototypes::spread(CLASSES, DIM, &Streams::new(seed))?;
        spread_cos.push(metrics::separation(&spread.prototypes, DIM)?.mean_cos);
    }
    series.push(Series {
        label: "spread".to_owned(),
        points: vec![Point::of(-2.0, &spread_cos), Point::of(2.0, &spread_cos)],
    });
    Ok(Outcome::new(Study::Fig2Apad, SEEDS.to_vec(), series))
}

fn gaussian(mu: f64, sigma: f64, rng: &mut StreamRng) -> Vec<f64> {
    (0..CLASSES * DIM)
        .map(|_| {
            let standard: f64 = StandardNormal.sample(rng);
            mu + sigma * standard
        })
        .collect()
}

/// The matching of random class means to random prototypes in d = min(c, 512).
fn matching_time(now_secs: impl Fn() -> f64) -> Result<Outcome, ComputedError> {
    let mut points = Vec::new();
    for classes in SIZES {
        let dim = classes.min(512);
        let mut seconds = Vec::new();
        for seed in SEEDS {
            let mut rng = Streams::new(seed).rng(PROTOTYPES);
            let means = prototypes::random(classes, dim, &mut rng);
            let rows = prototypes::random(classes, dim, &mut rng);
            let scores: Vec<f32> = means
                .chunks_exact(dim)
                .flat_map(|mean| {
                    rows.chunks_exact(dim)
                        .map(move |row| mean.iter().zip(row).map(|(m, w)| m * w).sum())
                })
                .collect();
            let began_secs = now_secs();
            match_labels(&scores, classes, classes, None)?;
            seconds.push(now_secs() - began_secs);
        }
        points.push(Point::of(classes as f64, &seconds));
    }
    let series = Series {
        label: "one matching from scratch".to_owned(),
        points,
    };
    Ok(Outcome::new(Study::Fig3cTime, SEEDS.to_vec(), vec![series]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values read off the paper's figure 2a with a Monte Carlo check (paper.md 1.5): at mu = 1 the mean
    /// cosines are 0.99, 0.84, 0.68 and 0.51, and the spread points lie at -1/99.
    #[test]
    fn figure_2_shows_the_paper_s_values() {
        let outcome = Computed::Apad.outcome(|| 0.0).unwrap();
        for (sigma, expected) in SIGMAS.iter().zip([0.99, 0.84, 0.68, 0.51]) {
            let series = outcome
                .series(&format!("Gaussian, deviation {sigma}"))
                .unwrap();
            let found = series.mean_at(1.0).unwrap();
            assert!(
                (found - expected).abs() < 0.05,
                "{sigma}: {found} for {expected}"
            );
        }
        let spread = outcome.series("spread").unwrap().points[0].mean;
        assert!((spread + 1.0 / 99.0).abs() < 1e-3, "{spread}");
        assert!(!outcome.findings.is_empty());
    }
}
