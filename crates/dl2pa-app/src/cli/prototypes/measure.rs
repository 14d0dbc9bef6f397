//! The figures of prototypes whose pairs are all compared, in memory or not.

use dl2pa_core::metrics::{
    MetricError, Separation, separation_of, separation_watched, uniformity_of, uniformity_watched,
};
use dl2pa_core::prototypes::{PAPER_T, RowSource, bound_max_cos};

use super::super::error::CliError;
use super::report::Figures;
use super::{Follow, Surroundings};

/// A greatest cosine this close to the proven bound counts as reaching it.
const PROVEN_WITHIN: f64 = 1e-6;

/// Whether no arrangement can be better.
pub(super) fn meets_bound(figures: &Figures, count: usize, dim: usize) -> bool {
    figures.max_cos <= bound_max_cos(count, dim) + PROVEN_WITHIN
}

impl Surroundings<'_> {
    /// Figures of prototypes in memory (c x `dim`).
    ///
    /// # Errors
    /// When a signal ends the comparison.
    pub(super) fn figures(&self, values: &[f32], dim: usize) -> Result<Figures, CliError> {
        self.all_pairs(
            |follow| separation_watched(values, dim, follow),
            |follow| uniformity_watched(values, dim, PAPER_T, follow),
        )
    }

    /// Figures of prototypes that may not fit in memory.
    ///
    /// # Errors
    /// When a signal ends the comparison.
    pub(super) fn figures_of(&self, rows: &dyn RowSource) -> Result<Figures, CliError> {
        self.all_pairs(
            |follow| separation_of(rows, follow),
            |follow| uniformity_of(rows, PAPER_T, follow),
        )
    }

    fn all_pairs(
        &self,
        separation: impl FnOnce(&Follow<'_>) -> Result<Option<Separation>, MetricError>,
        uniformity: impl FnOnce(&Follow<'_>) -> Result<Option<f64>, MetricError>,
    ) -> Result<Figures, CliError> {
        let found = self.stage("comparing pairs", separation)?;
        let l_uni = self.stage("measuring uniformity", uniformity)?;
        Ok(Figures::measured(&found, l_uni))
    }

    fn stage<T>(
        &self,
        name: &'static str,
        measure: impl FnOnce(&Follow<'_>) -> Result<Option<T>, MetricError>,
    ) -> Result<T, CliError> {
        let follow = self.follow(name);
        let measured = measure(&follow).map_err(|error| CliError::Failed(error.to_string()))?;
        measured.ok_or_else(|| CliError::Stopped {
            before: "all pairs were compared, so nothing is reported",
            // Only a signal ends these stages.
            code: follow.exit_code().unwrap_or(1),
        })
    }
}
