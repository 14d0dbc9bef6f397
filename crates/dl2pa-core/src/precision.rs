//! Mixed precision: the numbers that a network computes in, and whether a device has them.

use burn::tensor::{Device, FloatDType, Tensor};

use crate::backbone::Backbone;
use crate::config::Amp;

/// A device that cannot compute in the numbers that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The device {device} cannot compute in {amp}: use --amp off, or choose another --device.")]
pub struct PrecisionError {
    /// What a person calls the device.
    pub device: String,
    /// The numbers.
    pub amp: Amp,
}

/// Asks `device`, called `device_name` to the person, whether it can store, convert and compute in such numbers.
///
/// # Errors
/// When it cannot.
pub fn check(amp: Amp, device: &Device, device_name: &str) -> Result<(), PrecisionError> {
    match low(amp) {
        Some(numbers) if !device.supports_dtype(numbers) => Err(PrecisionError {
            device: device_name.to_owned(),
            amp,
        }),
        _ => Ok(()),
    }
}

/// Features (B x d, `f32`) of `inputs` (B x features, `f32`) by a network that computes in such numbers: a backbone
/// follows those of its inputs.
pub fn features(backbone: &impl Backbone, amp: Amp, inputs: Tensor<2>) -> Tensor<2> {
    match low(amp) {
        None => backbone.forward(inputs),
        Some(numbers) => backbone.forward(inputs.cast(numbers)).cast(FloatDType::F32),
    }
}

/// The numbers of 16 bits, if it is such.
const fn low(amp: Amp) -> Option<FloatDType> {
    match amp {
        Amp::Off => None,
        Amp::F16 => Some(FloatDType::F16),
        Amp::Bf16 => Some(FloatDType::BF16),
    }
}
