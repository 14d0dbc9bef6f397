//! The arrays of a `.safetensors` file.

use dl2pa_core::checkpoint::NamedArray;
use half::{bf16, f16};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::WeightsError;
use super::names::is_not_weights;

/// The floating-point arrays in the bytes of a `.safetensors` file, as `f32`. Counters and tables that belong
/// to no parameter are left out. Memory: at most twice that of `bytes`.
///
/// # Errors
///
/// When the bytes are no such file, or weights in it are not floating-point; `file` is named in the error.
pub fn read_safetensors(file: &str, bytes: &[u8]) -> Result<Vec<NamedArray>, WeightsError> {
    let tensors =
        SafeTensors::deserialize(bytes).map_err(|error| WeightsError::NotSafetensors {
            file: file.to_owned(),
            cause: error.to_string(),
        })?;
    tensors
        .iter()
        .filter(|(name, _)| !is_not_weights(name))
        .map(|(name, view)| {
            let values = values(&view).ok_or_else(|| WeightsError::Dtype {
                file: file.to_owned(),
                name: name.to_owned(),
                dtype: format!("{:?}", view.dtype()),
            })?;
            Ok(NamedArray {
                name: name.to_owned(),
                shape: view.shape().to_vec(),
                values,
            })
        })
        .collect()
}

/// The values as `f32`, if they are floating-point.
fn values(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    let values = match view.dtype() {
        Dtype::F32 => each(data, f32::from_le_bytes),
        Dtype::F16 => each(data, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => each(data, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        Dtype::F64 => each(data, |bytes| f64::from_le_bytes(bytes) as f32),
        _ => return None,
    };
    Some(values)
}

fn each<const N: usize>(data: &[u8], decode: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (numbers, _) = data.as_chunks::<N>();
    numbers.iter().map(|&bytes| decode(bytes)).collect()
}
