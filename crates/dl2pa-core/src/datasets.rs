//! From a configuration to its data set.

use dl2pa_data::streams::Streams;
use dl2pa_data::{DataError, Dataset, digits, grouped, toy};

use crate::config::{DatasetKind, RunConfig};

/// Loads or makes the data set that `config` asks for; the same seed gives the same samples and the
/// same split.
///
/// # Errors
///
/// Fails when the data cannot have so many classes.
pub fn load(config: &RunConfig) -> Result<Dataset, DataError> {
    let streams = Streams::new(config.seed);
    match config.dataset {
        DatasetKind::Digits => digits::digits(config.classes, &streams),
        DatasetKind::Grid => toy::grid(config.classes, config.samples_per_class, &streams),
        DatasetKind::Ring => toy::ring(config.classes, config.samples_per_class, &streams),
        DatasetKind::Grouped => grouped::grouped(config.classes, &streams),
    }
}
