//! TrivialAugmentWide (Müller and Hutter 2021): one random operation at one random strength a sample.

use super::{affine, colour};
use crate::rect::whole_below;

/// Strengths that an operation is drawn from.
const BINS: usize = 31;

/// The operations, in torchvision's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    Identity,
    /// Shear along x; the magnitude is the tangent.
    ShearX,
    /// Shear along y.
    ShearY,
    /// Shift to the right, in pixels.
    TranslateX,
    /// Shift downwards, in pixels.
    TranslateY,
    /// Rotation, counter-clockwise, in degrees.
    Rotate,
    /// Brightness times 1 + magnitude.
    Brightness,
    /// Colour times 1 + magnitude.
    Color,
    /// Contrast times 1 + magnitude.
    Contrast,
    /// Sharpness times 1 + magnitude.
    Sharpness,
    /// Bits kept of each byte.
    Posterize,
    /// Bytes from which on colours are inverted.
    Solarize,
    /// Each channel stretched to the full range.
    AutoContrast,
    /// Each channel's histogram flattened.
    Equalize,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Identity,
        Self::ShearX,
        Self::ShearY,
        Self::TranslateX,
        Self::TranslateY,
        Self::Rotate,
        Self::Brightness,
        Self::Color,
        Self::Contrast,
        Self::Sharpness,
        Self::Posterize,
        Self::Solarize,
        Self::AutoContrast,
        Self::Equalize,
    ];

    /// The magnitude of strength `bin` (0 to 30), sign apart; `None` where there is nothing to choose.
    #[must_use]
    pub fn magnitude(self, bin: usize) -> Option<f64> {
        let bin = bin.min(BINS - 1);
        match self {
            Self::Identity | Self::AutoContrast | Self::Equalize => None,
            Self::ShearX
            | Self::ShearY
            | Self::Brightness
            | Self::Color
            | Self::Contrast
            | Self::Sharpness => Some(spaced(0.0, 0.99, bin)),
            Self::TranslateX | Self::TranslateY => Some(spaced(0.0, 32.0, bin)),
            Self::Rotate => Some(spaced(0.0, 135.0, bin)),
            Self::Posterize => {
                Some(8.0 - (bin as f64 / ((BINS - 1) as f64 / 6.0)).round_ties_even())
            }
            Self::Solarize => Some(spaced(255.0, 0.0, bin)),
        }
    }

    /// Whether magnitudes go either way.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(
            self,
            Self::Identity | Self::Posterize | Self::Solarize | Self::AutoContrast | Self::Equalize
        )
    }
}

/// Number `bin` of 31 evenly spaced ones in single precision, counted from the nearer end (as torch's
/// `linspace`): a shift by whole pixels cuts off the fraction, so the last digit matters.
fn spaced(first: f32, last: f32, bin: usize) -> f64 {
    let step = (last - first) / (BINS - 1) as f32;
    f64::from(if bin < BINS / 2 {
        step.mul_add(bin as f32, first)
    } else {
        (-step).mul_add((BINS - 1 - bin) as f32, last)
    })
}

/// One operation with its magnitude, as drawn for one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augmentation {
    /// What is done.
    pub operation: Operation,
    /// How much, with its sign, in the operation's unit; 0 where there is nothing to choose.
    pub magnitude: f64,
}

impl Augmentation {
    /// A random operation at a random strength, from draws of `uniform`, which lie in [0, 1).
    pub fn draw(mut uniform: impl FnMut() -> f64) -> Self {
        let operation = Operation::ALL[whole_below(Operation::ALL.len(), uniform())];
        let magnitude = operation
            .magnitude(whole_below(BINS, uniform()))
            .unwrap_or(0.0);
        let negative = uniform() >= 0.5 && operation.is_signed();
        Self {
            operation,
            magnitude: if negative { -magnitude } else { magnitude },
        }
    }

    /// Changes an RGB picture of `width` x `height` pixels (3 bytes each, row by row) in place. Does
    /// nothing to a buffer of another length.
    pub fn apply(self, rgb: &mut Vec<u8>, width: usize, height: usize) {
        if width
            .checked_mul(height)
            .and_then(|pixels| pixels.checked_mul(3))
            != Some(rgb.len())
        {
            return;
        }
        let magnitude = self.magnitude;
        let factor = (1.0 + magnitude) as f32;
        let mut move_by = |matrix| affine::apply(rgb, width, height, &matrix);
        match self.operation {
            Operation::Identity => {}
            Operation::ShearX => move_by(affine::shear(magnitude, 0.0)),
            Operation::ShearY => move_by(affine::shear(0.0, magnitude)),
            Operation::TranslateX => move_by(affine::shift(magnitude as i32, 0)),
            Operation::TranslateY => move_by(affine::shift(0, magnitude as i32)),
            Operation::Rotate => move_by(affine::rotation(magnitude, width, height)),
            Operation::Brightness => colour::brightness(rgb, factor),
            Operation::Color => colour::saturation(rgb, factor),
            Operation::Contrast => colour::contrast(rgb, factor),
            Operation::Sharpness => colour::sharpness(rgb, width, height, factor),
            Operation::Posterize => colour::posterise(rgb, magnitude as u32),
            Operation::Solarize => colour::solarise(rgb, magnitude),
            Operation::AutoContrast => colour::auto_contrast(rgb),
            Operation::Equalize => colour::equalise(rgb),
        }
    }
}
