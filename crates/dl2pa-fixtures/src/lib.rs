//! Small, format-true copies of published data sets with learnable classes, for tests and benchmarks.
//!
//! Each function writes one data set into a folder, in the files that its publishers give out, but with
//! few pictures, and those drawn by rule: [`cifar10`], [`cifar100`], [`cifar100_synthetic`], [`svhn`],
//! [`stl10`], [`tiny_imagenet`], [`imagenet`], [`imagenet_lt`], [`image_folder`]. The same seed writes
//! the same bytes. [`try_all`] is for tests that damage them.

mod archive;
mod cifar;
mod fuzzing;
mod jpegs;
mod pickle;
mod pictures;
mod stl10;
mod svhn;

pub use cifar::{CIFAR_PIXEL_BYTES, Cifar, cifar10, cifar100, cifar100_synthetic};
pub use fuzzing::try_all;
pub use jpegs::{
    FolderSizes, Layout, Validation, image_folder, imagenet, imagenet_lt, tiny_imagenet, wnid,
};
pub use stl10::stl10;
pub use svhn::svhn;

/// Pictures of each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Pictures to learn from.
    pub train: usize,
    /// Pictures to judge by.
    pub test: usize,
}

#[cfg(test)]
mod tests;
