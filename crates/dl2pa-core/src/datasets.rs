//! From a configuration to its data set.

use std::path::Path;

use dl2pa_data::published::{self, Wanted};
use dl2pa_data::streams::Streams;
use dl2pa_data::{DataError, Dataset, InputShape, Inputs, digits, grouped, toy};

use crate::config::{DatasetKind, Fidelity, RunConfig, Switch};

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
        published => return load_published(published, config),
    };
    Ok(set.into())
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

/// The shape of one input, known before anything is loaded.
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
        DatasetKind::Digits => square(1, digits::SIDE),
        DatasetKind::Cifar10 | DatasetKind::Cifar100 | DatasetKind::Svhn => square(3, 32),
        DatasetKind::Stl10 => square(3, 96),
        DatasetKind::ImageNet200 => square(3, 64),
        DatasetKind::ImageNet | DatasetKind::ImageNetLt | DatasetKind::Folder => {
            square(3, config.images.img_size)
        }
    }
}
