//! From image files to batches of bytes: decoding, cropping, augmenting, loading ahead. Native only.
//!
//! Everything random about a sample comes from a stream of its own, keyed by (seed, epoch, position in
//! the epoch), so that a batch is the same whatever the number of threads. Geometry and colour follow
//! torchvision on Pillow pictures, which most published accuracies were trained with.

mod affine;
mod colour;
mod error;
mod folder;
mod loader;
mod picture;
mod plan;
mod resample;
mod sample;
mod shortened;
mod trivial_augment;
mod window;

#[cfg(test)]
mod tests;

pub use error::{DecodeError, ImageError};
pub use folder::{check_picture, decode_all};
pub use loader::{Loader, LoaderStats};
pub use plan::{ByteBatch, DamageLimit, Plan};
pub use sample::{Decoder, Transform};
pub use trivial_augment::{Augmentation, Operation};
pub use window::{Window, random_crop};
