//! A checkpoint as a safetensors file: arrays by name, and the header as JSON in the metadata.

use std::collections::HashMap;
use std::io;

use dl2pa_core::checkpoint::Checkpoint;
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

#[cfg(test)]
mod tests {
    use dl2pa_core::checkpoint::{CheckpointHeader, NamedArray, SCHEMA_VERSION};
    use dl2pa_core::config::RunConfig;
    use safetensors::SafeTensors;

    use super::*;

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
