//! `--pretrained`: reads the weights that a run begins with, from a state dict of torchvision, timm or ours.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dl2pa_core::checkpoint::NamedArray;
use dl2pa_models::Pretrained;
use dl2pa_models::weights::{WeightsError, is_not_weights, read_safetensors};

use crate::array_files::{ArrayFileError, Format, read_state_dict};

/// Longest file; the largest of our backbones in double precision has half a GiB.
const MOST_BYTES: u64 = 4 << 30;
/// What all names begin with where a network was trained on several GPUs (PyTorch's `DataParallel`).
const PARALLEL: &str = "module.";
/// What the names of a network's arrays begin with in a checkpoint of ours.
const CHECKPOINT: &str = "backbone.";

/// Why a run cannot begin with a file's weights.
#[derive(Debug, thiserror::Error)]
pub(super) enum PretrainedError {
    /// The file cannot be read, or is no state dict.
    #[error(transparent)]
    Array(#[from] ArrayFileError),
    /// Another kind of file.
    #[error("`{}` needs the extension .safetensors, .pth or .pt to begin with its weights.", path.display())]
    Extension { path: PathBuf },
    /// More than any of the backbones has.
    #[error("`{}` has {bytes} bytes, more than the weights of any backbone here; choose the file of the weights alone.", path.display())]
    TooLong { path: PathBuf, bytes: u64 },
    /// A checkpoint instead of a state dict.
    #[error("`{}` is a checkpoint of dl2pa; write its weights with --export safetensors --checkpoint and begin with those.", path.display())]
    Checkpoint { path: PathBuf },
    /// Weights that do not fit the network.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl PretrainedError {
    /// Whether another flag would help, and not another file of the same kind.
    pub(super) const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Extension { .. }
                | Self::Checkpoint { .. }
                | Self::Weights(
                    WeightsError::Missing { .. }
                        | WeightsError::Unknown { .. }
                        | WeightsError::Shape { .. }
                )
        )
    }
}

/// Reads the weights in the format that the file's extension names.
///
/// # Errors
/// When the file cannot be read, holds anything but arrays of numbers, or is a checkpoint.
pub(super) fn read(path: &Path) -> Result<Pretrained, PretrainedError> {
    let name = path.display().to_string();
    let mut arrays = match Format::to_read(path) {
        Ok(Format::Safetensors) => read_safetensors(&name, &bytes(path)?)?,
        Ok(Format::Pth) => from_state_dict(path, &name)?,
        _ => {
            return Err(PretrainedError::Extension {
                path: path.to_owned(),
            });
        }
    };
    if arrays
        .iter()
        .any(|array| array.name.starts_with(CHECKPOINT))
    {
        return Err(PretrainedError::Checkpoint {
            path: path.to_owned(),
        });
    }
    if arrays.iter().all(|array| array.name.starts_with(PARALLEL)) {
        for array in &mut arrays {
            array.name.drain(..PARALLEL.len());
        }
    }
    Ok(Pretrained::new(&name, arrays))
}

fn bytes(path: &Path) -> Result<Vec<u8>, PretrainedError> {
    let unreadable = |cause| ArrayFileError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        let path = path.to_owned();
        return Err(PretrainedError::TooLong { path, bytes });
    }
    let mut content = Vec::new();
    // A pipe or a device has no length of its own.
    let mut file = File::open(path).map_err(unreadable)?.take(MOST_BYTES);
    file.read_to_end(&mut content).map_err(unreadable)?;
    Ok(content)
}

fn from_state_dict(path: &Path, name: &str) -> Result<Vec<NamedArray>, PretrainedError> {
    let arrays = read_state_dict(path)?.into_iter();
    let weights = arrays.filter(|array| !is_not_weights(&array.name));
    let named = weights.map(|array| match array.values {
        Some(values) => Ok(NamedArray {
            name: array.name,
            shape: array.shape,
            values,
        }),
        None => Err(PretrainedError::Weights(WeightsError::Dtype {
            file: name.to_owned(),
            name: array.name,
            dtype: "whole numbers".to_owned(),
        })),
    });
    named.collect()
}
