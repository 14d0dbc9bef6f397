//! From tensors to host numbers, always asynchronously: a browser cannot wait.

use burn::tensor::{DType, TensorData};

use crate::session::SessionError;

/// The values as `f32`, whatever float type the device used.
pub(super) fn to_f32(data: TensorData) -> Result<Vec<f32>, SessionError> {
    let data = if data.dtype() == DType::F32 {
        data
    } else {
        data.convert::<f32>()
    };
    data.try_into_vec::<f32>()
        .map_err(|error| SessionError::Device(format!("{error:?}")))
}
