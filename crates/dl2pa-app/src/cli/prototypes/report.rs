//! What `--prototypes` says: the JSON object that scripts read, and the same in words.

use std::path::Path;

use dl2pa_core::metrics::Separation;
use dl2pa_core::prototypes::{bound_max_cos, bound_name};
use serde::Serialize;

/// The name of [`Source::Construction`].
const CONSTRUCTION: &str = "construction";

/// Everything that is known of a set of prototypes. What was not measured is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) max_cos: f64,
    pub(super) min_angle_deg: f64,
    pub(super) mean_max_cos: Option<f64>,
    pub(super) mean_cos: f64,
    pub(super) apad_deg: Option<f64>,
    pub(super) l_uni: Option<f64>,
    pub(super) source: Source,
}

/// How the greatest cosine is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Every pair was compared.
    AllPairs,
    /// The code that the prototypes are points of has it; so many pairs were compared with that.
    Construction { checked_pairs: u64 },
}

impl Figures {
    /// Of prototypes whose pairs were all compared.
    pub(super) fn measured(found: &Separation, l_uni: f64) -> Self {
        Self {
            max_cos: found.max_cos,
            min_angle_deg: found.min_angle_deg,
            mean_max_cos: Some(found.mean_nearest_cos),
            mean_cos: found.mean_cos,
            apad_deg: Some(found.mean_angle_deg),
            l_uni: Some(l_uni),
            source: Source::AllPairs,
        }
    }
}

/// The line of `--prototypes --json`.
#[derive(Debug, Serialize)]
pub(super) struct PrototypeReport {
    classes: usize,
    dim: usize,
    max_cos: f64,
    min_angle_deg: f64,
    /// Mean over the prototypes of the nearest neighbour's cosine.
    mean_max_cos: Option<f64>,
    mean_cos: f64,
    /// Mean angle of all pairs.
    apad_deg: Option<f64>,
    l_uni: Option<f64>,
    seconds: f64,
    method: String,
    proven_optimal: bool,
    /// No arrangement has a smaller greatest cosine, or a larger smallest angle.
    bound_max_cos: f64,
    bound_angle_deg: f64,
    /// Whose bound that is.
    bound_name: &'static str,
    /// `all pairs` or `construction`.
    max_cos_source: &'static str,
    /// Pairs whose cosine was computed.
    checked_pairs: u64,
}

impl PrototypeReport {
    /// `seconds` is the time of making the prototypes, or of measuring those of a file.
    pub(super) fn new(
        (classes, dim): (usize, usize),
        method: &str,
        proven_optimal: bool,
        figures: &Figures,
        seconds: f64,
    ) -> Self {
        let bound = bound_max_cos(classes, dim);
        let (source, checked_pairs) = match figures.source {
            Source::AllPairs => ("all pairs", classes as u64 * (classes as u64 - 1) / 2),
            Source::Construction { checked_pairs } => (CONSTRUCTION, checked_pairs),
        };
        Self {
            classes,
            dim,
            max_cos: figures.max_cos,
            min_angle_deg: figures.min_angle_deg,
            mean_max_cos: figures.mean_max_cos,
            mean_cos: figures.mean_cos,
            apad_deg: figures.apad_deg,
            l_uni: figures.l_uni,
            seconds,
            method: method.to_owned(),
            proven_optimal,
            bound_max_cos: bound,
            bound_angle_deg: bound.clamp(-1.0, 1.0).acos().to_degrees(),
            bound_name: bound_name(classes, dim),
            max_cos_source: source,
            checked_pairs,
        }
    }

    /// For people.
    pub(super) fn in_words(&self, output: Option<&Path>) -> String {
        let optimal = if self.proven_optimal {
            ", proven optimal"
        } else {
            ""
        };
        let mut words = format!(
            "{} prototypes in {} dimensions ({}{optimal}) in {:.2} s\n\
             smallest angle {:.4} degrees; no arrangement has more than {:.4} ({})\n\
             greatest cosine {:.6}; no arrangement has less than {:.6}",
            self.classes,
            self.dim,
            self.method,
            self.seconds,
            self.min_angle_deg,
            self.bound_angle_deg,
            self.bound_name,
            self.max_cos,
            self.bound_max_cos,
        );
        if self.max_cos_source == CONSTRUCTION {
            words.push_str(&format!(
                "\nboth known from the construction and found right in {} pairs; --verify-all compares all",
                self.checked_pairs
            ));
        }
        words.push_str(&format!("\nmean cosine {:.6}", self.mean_cos));
        for (name, value, unit) in [
            ("mean nearest cosine", self.mean_max_cos, ""),
            ("mean angle", self.apad_deg, " degrees"),
            ("uniformity at t = 2", self.l_uni, ""),
        ] {
            if let Some(value) = value {
                words.push_str(&format!(", {name} {value:.6}{unit}"));
            }
        }
        if let Some(path) = output {
            words.push_str(&format!("\nwritten to {}", path.display()));
        }
        words
    }
}
