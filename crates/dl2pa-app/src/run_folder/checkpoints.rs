//! A checkpoint as a safetensors file: arrays by name, and the header as JSON in the metadata.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use dl2pa_core::checkpoint::{Checkpoint, CheckpointHeader, NamedArray};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

/// Metadata key of the header.
const HEADER: &str = "dl2pa_header";
/// Metadata key of the evaluation that belongs to the state.
const EVALUATION: &str = "dl2pa_evaluation";

/// The bytes of the file.
///
/// # Errors
/// When an array's shape does not fit its values.
pub(super) fn to_bytes(checkpoint: &Checkpoint) -> io::Result<Vec<u8>> {
    let arrays: Vec<(&str, Vec<usize>, Vec<u8>)> = checkpoint
        .arrays
        .iter()
        .map(|array| {
            let bytes = array.values.iter().flat_map(|v| v.to_le_bytes()).collect();
            (array.name.as_str(), array.shape.clone(), bytes)
        })
        .collect();
    let views = arrays
        .iter()
        .map(|(name, shape, bytes)| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (*name, view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(io::Error::other)?;
    let mut metadata = HashMap::from([(
        HEADER.to_owned(),
        serde_json::to_string(&checkpoint.header)?,
    )]);
    if let Some(evaluation) = &checkpoint.evaluation {
        metadata.insert(EVALUATION.to_owned(), serde_json::to_string(evaluation)?);
    }
    safetensors::serialize(views, Some(metadata)).map_err(io::Error::other)
}

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file cannot be read.
    #[error("The checkpoint `{}` cannot be read ({cause}); check the path.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: io::Error,
    },
    /// The file is no checkpoint of ours, or not all of one.
    #[error("`{}` is no whole checkpoint of dl2pa ({cause}); choose a checkpoints/last.safetensors or best.safetensors of a run folder.", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What was found.
        cause: String,
    },
    /// There is no run to go on with.
    #[error("`{}` holds no run with a checkpoint; give --output the folder of the runs, or --resume a path.", path.display())]
    None {
        /// Where was looked.
        path: PathBuf,
    },
}

/// Reads a checkpoint.
///
/// # Errors
/// When the file cannot be read or is not what [`to_bytes`] makes.
pub fn read_checkpoint(path: &Path) -> Result<Checkpoint, CheckpointError> {
    let bytes = std::fs::read(path).map_err(|cause| CheckpointError::Read {
        path: path.to_owned(),
        cause,
    })?;
    from_bytes(&bytes).map_err(|cause| CheckpointError::Content {
        path: path.to_owned(),
        cause,
    })
}

fn from_bytes(bytes: &[u8]) -> Result<Checkpoint, String> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let texts = metadata.metadata().as_ref();
    let header = texts
        .and_then(|texts| texts.get(HEADER))
        .ok_or("it has no header of ours")?;
    let header: CheckpointHeader =
        serde_json::from_str(header).map_err(|error| format!("its header: {error}"))?;
    let evaluation = match texts.and_then(|texts| texts.get(EVALUATION)) {
        Some(text) => {
            Some(serde_json::from_str(text).map_err(|error| format!("its evaluation: {error}"))?)
        }
        None => None,
    };
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    // In the order of the file, which is not that of the names.
    let mut arrays = Vec::new();
    for (name, view) in file.iter() {
        if view.dtype() != Dtype::F32 {
            return Err(format!("`{name}` is not of single precision"));
        }
        let (values, _) = view.data().as_chunks::<4>();
        arrays.push(NamedArray {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            values: values
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect(),
        });
    }
    Ok(Checkpoint {
        header,
        arrays,
        evaluation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dl2pa_core::checkpoint::{Progress, SCHEMA_VERSION};
    use dl2pa_core::config::RunConfig;

    #[test]
    fn arrays_and_header_read_back() {
        let checkpoint = Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: RunConfig::default(),
                epoch: 3,
                step: 135,
                assignment: vec![1, 0, 2],
                labels_moved: vec![2, 0, 0],
                top1: Some(0.5),
                random_streams: vec![("shuffle".to_owned(), 3)],
                class_names: vec![],
                progress: Progress::default(),
            },
            arrays: vec![NamedArray {
                name: "prototypes".to_owned(),
                shape: vec![3, 2],
                values: vec![1.0, 0.0, -0.5, 0.75, -0.5, -0.75],
            }],
            evaluation: None,
        };
        let bytes = to_bytes(&checkpoint).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let prototypes = file.tensor("prototypes").unwrap();
        assert_eq!(prototypes.shape(), [3, 2]);
        let expected: Vec<u8> = checkpoint.arrays[0]
            .values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(prototypes.data(), expected);
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let header = &metadata.metadata().as_ref().unwrap()[HEADER];
        let header: CheckpointHeader = serde_json::from_str(header).unwrap();
        assert_eq!(header, checkpoint.header);
        assert_eq!(from_bytes(&bytes).unwrap(), checkpoint);
        for length in (0..bytes.len()).step_by(7) {
            assert!(from_bytes(&bytes[..length]).is_err(), "cut to {length}");
        }
    }

    #[test]
    fn an_evaluation_that_is_not_finite_leaves_the_checkpoint_readable() {
        let evaluation = dl2pa_core::protocol::Evaluation {
            epoch: 1,
            step: 1,
            train_loss: 1.0,
            train_accuracy: 0.5,
            test_loss: f64::INFINITY,
            top1: 0.25,
            top5: 1.0,
            ece: f64::NAN,
            lr: 0.1,
            data_wait: 0.0,
        };
        let checkpoint = Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: RunConfig::default(),
                class_names: vec![],
                epoch: 1,
                step: 1,
                assignment: vec![],
                labels_moved: vec![],
                top1: None,
                random_streams: vec![],
                progress: Progress::default(),
            },
            arrays: vec![],
            evaluation: Some(evaluation),
        };
        let read = from_bytes(&to_bytes(&checkpoint).unwrap()).unwrap();
        let read = read.evaluation.unwrap();
        assert!(read.test_loss.is_nan() && read.ece.is_nan());
        assert_eq!((read.top1, read.lr), (0.25, 0.1));
    }

    #[test]
    fn a_shape_that_does_not_fit_is_an_error() {
        let checkpoint = Checkpoint {
            header: CheckpointHeader {
                schema_version: SCHEMA_VERSION,
                config: RunConfig::default(),
                epoch: 0,
                step: 0,
                assignment: vec![],
                labels_moved: vec![],
                top1: None,
                random_streams: vec![],
                class_names: vec![],
                progress: Progress::default(),
            },
            arrays: vec![NamedArray {
                name: "prototypes".to_owned(),
                shape: vec![2, 2],
                values: vec![1.0],
            }],
            evaluation: None,
        };
        assert!(to_bytes(&checkpoint).is_err());
    }
}
