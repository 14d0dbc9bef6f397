//! Augmentation of image batches on the device: crops, mirroring, normalising, erasing, mixing.
//!
//! Images stay on the device as bytes, four in one integer, since WebGPU has no smaller numbers. What is
//! random is drawn on the host from streams keyed by (seed, epoch, step) and goes up as a few numbers an
//! image; nothing is read back. The functions that change tensors are pure: they take what was drawn.
//!
//! Shapes: batch B, channels C, height H, width W; images are B x C x H x W.

mod error;
mod geometry;
mod mix;
mod normalise;
mod packed;
mod recipe;

#[cfg(test)]
mod tests;

pub use error::AugmentError;
pub use geometry::{Placement, crop_and_mirror, erase};
pub use mix::{Mix, MixedLabels, cut_box, cutmix, mixup};
pub use normalise::{Normaliser, Statistics};
pub use packed::PackedImages;
pub use recipe::{Draws, Erasing, Mixing, Recipe};
