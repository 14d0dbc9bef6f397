//! Backbones on burn: the networks that map inputs to the metric space.
//!
//! Each backbone is a file of its own; [`Builder`] makes the one a configuration asks for. All first
//! weights come from the run's own random stream, not from the device's, so that a CPU and a GPU
//! start from the same numbers.

mod any;
mod convnet;
mod init;
mod mlp;

pub use any::{AnyBackbone, Builder};
pub use convnet::Convnet;
pub use mlp::Mlp;
