//! Backbones on burn: the networks that map inputs to the metric space.
//!
//! Each backbone is a file of its own; [`Builder`] makes the one a configuration asks for, and [`weights`]
//! fills it with PyTorch's. All first weights come from the run's own random stream, not from the device's,
//! so that a CPU and a GPU start from the same numbers.

mod any;
mod blocks;
mod conv;
mod convnet;
mod cost;
mod init;
mod mlp;
mod norm;
mod precision;
mod pretrained;
mod resnet;
mod resnet_cifar;
mod swin;
pub mod weights;

pub use any::{AnyBackbone, Builder};
pub use convnet::Convnet;
pub use mlp::Mlp;
pub use norm::BatchNorm;
pub use pretrained::{Pretrained, StartingBuilder};
pub use resnet::{Depth, LastLayer, ResNet};
pub use resnet_cifar::ResNet32;
pub use swin::{SwinConfig, SwinT};
