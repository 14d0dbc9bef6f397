//! A checkpoint as a PyTorch state dict: names, shapes and order of axes as PyTorch has them.

use std::path::Path;

use dl2pa_core::InputShape;
use dl2pa_core::backbone::BackboneBuilder as _;
use dl2pa_core::checkpoint::{Checkpoint, NamedArray, PROTOTYPES};
use dl2pa_core::streams::{INIT, Streams};
use dl2pa_models::Builder;
use dl2pa_models::weights::pytorch_arrays;
use dl2pa_runtime::device::TrainingDevice;

use crate::run_folder::CheckpointError;

use super::super::error::CliError;

/// Name of the classifier (c x d): logits are the inner products of a normalised feature with its rows.
pub(super) const CLASSIFIER: &str = "classifier.weight";
/// What a backbone's arrays begin with in a checkpoint.
const BACKBONE: &str = "backbone.";
/// Running statistics that PyTorch counts the batches of.
const RUNNING_MEAN: &str = "running_mean";
const BATCHES_TRACKED: &str = "num_batches_tracked";

/// A state dict.
pub(super) struct State {
    pub(super) arrays: Vec<NamedArray>,
    /// Whole numbers without a shape.
    pub(super) counters: Vec<(String, i64)>,
    /// What the file says of itself.
    pub(super) notes: Vec<(String, String)>,
}

impl State {
    /// The network of `checkpoint`, whose inputs are of `shape`.
    pub(super) fn of(
        checkpoint: &Checkpoint,
        path: &Path,
        shape: InputShape,
    ) -> Result<Self, CliError> {
        let header = &checkpoint.header;
        let config = &header.config;
        let cpu = TrainingDevice::cpu().device.autodiff();
        let mut rng = Streams::new(config.seed).rng(INIT);
        let backbone = Builder
            .build(config, shape, &mut rng, &cpu)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        let mut arrays = Vec::new();
        let mut counters = Vec::new();
        for wanted in pytorch_arrays(&backbone) {
            let found = array(checkpoint, path, &format!("{BACKBONE}{}", wanted.path))?;
            let values = if wanted.transposed {
                transposed(found)
            } else {
                found.values.clone()
            };
            if let Some(layer) = wanted.name.strip_suffix(RUNNING_MEAN) {
                counters.push((format!("{layer}{BATCHES_TRACKED}"), header.step as i64));
            }
            arrays.push(NamedArray {
                name: wanted.name,
                shape: wanted.shape,
                values,
            });
        }
        arrays.push(classifier(checkpoint, path)?);
        let notes = vec![
            ("format".to_owned(), "pt".to_owned()),
            ("class_names".to_owned(), header.class_names.join("\n")),
            ("backbone".to_owned(), config.backbone.to_string()),
            ("mean".to_owned(), numbers(&config.images.mean)),
            ("std".to_owned(), numbers(&config.images.std)),
        ];
        Ok(Self {
            arrays,
            counters,
            notes,
        })
    }
}

/// The prototypes in the order of the classes.
fn classifier(checkpoint: &Checkpoint, path: &Path) -> Result<NamedArray, CliError> {
    let header = &checkpoint.header;
    let dim = header.config.dim;
    let prototypes = array(checkpoint, path, PROTOTYPES)?;
    let values = header
        .assignment
        .iter()
        .flat_map(|&prototype| &prototypes.values[prototype as usize * dim..][..dim])
        .copied()
        .collect();
    Ok(NamedArray {
        name: CLASSIFIER.to_owned(),
        shape: vec![header.assignment.len(), dim],
        values,
    })
}

fn array<'a>(
    checkpoint: &'a Checkpoint,
    path: &Path,
    name: &str,
) -> Result<&'a NamedArray, CliError> {
    checkpoint.array(name).ok_or_else(|| {
        CliError::from(CheckpointError::Content {
            path: path.to_owned(),
            cause: format!("it lacks `{name}`"),
        })
    })
}

/// A matrix with rows and columns exchanged.
fn transposed(array: &NamedArray) -> Vec<f32> {
    let columns = array.shape.last().copied().unwrap_or(1).max(1);
    (0..columns)
        .flat_map(|column| array.values.iter().skip(column).step_by(columns))
        .copied()
        .collect()
}

fn numbers(values: &[f64]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_exchanges_rows_and_columns() {
        let array = NamedArray {
            name: "w".to_owned(),
            shape: vec![2, 3],
            values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        };
        assert_eq!(transposed(&array), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
