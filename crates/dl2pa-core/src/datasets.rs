//! From a configuration to its data set.

use std::path::Path;

use dl2pa_data::own;
use dl2pa_data::published::{self, Wanted};
use dl2pa_data::streams::Streams;
use dl2pa_data::{DataError, Dataset, InputShape, Inputs, digits, grouped, toy};

pub use dl2pa_data::{Table, TableError};

use crate::config::{DatasetKind, Fidelity, RunConfig, Switch};

/// Optimiser steps that a run on a table is meant to have, about.
const OWN_STEPS: usize = 1_000;
/// Steps between two of its matchings at least.
const OWN_MATCHING_STEPS: usize = 20;

/// Loads or makes the data set that `config` asks for; the same seed gives the same samples and the
/// same split.
///
/// # Errors
///
/// Fails when the data cannot have so many classes.
pub fn load(config: &RunConfig) -> Result<Dataset<Inputs>, DataError> {
    let streams = Streams::new(config.seed);
    let set = match config.dataset {
        DatasetKind::Digits => digits::digits(config.classes, &streams)?,
        DatasetKind::Grid => toy::grid(config.classes, config.samples_per_class, &streams)?,
        DatasetKind::Ring => toy::ring(config.classes, config.samples_per_class, &streams)?,
        DatasetKind::Grouped => grouped::grouped(config.classes, &streams)?,
        DatasetKind::Own => own_set(&own_table(config)?, config)?,
        published => return load_published(published, config),
    };
    Ok(set.into())
}

/// The same for a run on the person's own `table`, wherever it came from.
///
/// # Errors
/// When it is not the table that `config` names.
pub fn load_own(table: &Table, config: &RunConfig) -> Result<Dataset<Inputs>, DataError> {
    own_set(table, config).map(Into::into)
}

/// Reads the table that `config` names a file of; a page has no files.
///
/// # Errors
/// When the file cannot be read, or is no table.
pub fn own_table(config: &RunConfig) -> Result<Table, DataError> {
    let file = config.own.data_file.as_deref().unwrap_or_default();
    own::read(Path::new(file))
}

/// What of a run's settings follows from the size of its table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnSizes {
    /// Samples a step: few of a small table.
    pub batch_size: usize,
    /// Epochs, so many that some hundred steps come together.
    pub epochs: usize,
    /// Epochs between two matchings at least: in a few steps class means settle on nothing, and labels that move too
    /// often are never learned.
    pub assign_period: f64,
}

/// The sizes that suit a table.
#[must_use]
pub fn own_sizes(table: &Table) -> OwnSizes {
    let batch_size = (table.rows() / 4).next_power_of_two().clamp(16, 128);
    let steps = table.rows().div_ceil(batch_size).max(1);
    OwnSizes {
        batch_size,
        epochs: OWN_STEPS.div_ceil(steps).clamp(20, 200),
        assign_period: OWN_MATCHING_STEPS.div_ceil(steps) as f64,
    }
}

fn own_set(table: &Table, config: &RunConfig) -> Result<Dataset, DataError> {
    let wanted = config.own.data_digest.as_deref();
    if wanted.is_some_and(|wanted| wanted != table.digest()) {
        return Err(DataError::OtherTable {
            name: config.own.data_file.clone().unwrap_or_default(),
        });
    }
    if table.class_names().len() != config.classes {
        return Err(DataError::TableClasses {
            found: table.class_names().len(),
            asked: config.classes,
        });
    }
    Ok(table.dataset(&Streams::new(config.seed)))
}

fn load_published(kind: DatasetKind, config: &RunConfig) -> Result<Dataset<Inputs>, DataError> {
    published::load(&Wanted {
        name: kind.name(),
        root: Path::new(config.images.data_dir.as_deref().unwrap_or(".")),
        classes: config.classes,
        extra: config.images.extra == Switch::On,
        imbalance: config.images.imbalance,
        released: config.fidelity == Fidelity::Released,
        img_size: config.images.img_size,
        workers: 0,
        seed: config.seed,
    })
}

/// The shape of one input, known before anything is loaded; that of the person's own table is what
/// [`crate::config::OwnConfig`] says of it.
#[must_use]
pub fn input_shape(config: &RunConfig) -> InputShape {
    let square = |channels, side| InputShape::Image {
        channels,
        height: side,
        width: side,
    };
    match config.dataset {
        DatasetKind::Grid | DatasetKind::Ring => InputShape::Flat(2),
        DatasetKind::Grouped => InputShape::Flat(grouped::FEATURES),
        DatasetKind::Own => InputShape::Flat(config.own.data_features.unwrap_or(0)),
        DatasetKind::Digits => square(1, digits::SIDE),
        DatasetKind::Cifar10 | DatasetKind::Cifar100 | DatasetKind::Svhn => square(3, 32),
        DatasetKind::Stl10 => square(3, 96),
        DatasetKind::ImageNet200 => square(3, 64),
        DatasetKind::ImageNet | DatasetKind::ImageNetLt | DatasetKind::Folder => {
            square(3, config.images.img_size)
        }
    }
}
