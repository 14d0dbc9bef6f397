//! The backbone that a configuration asks for.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use dl2pa_core::InputShape;
use dl2pa_core::backbone::{Backbone, BackboneBuilder, BackboneError};
use dl2pa_core::config::{BackboneKind, RunConfig};
use dl2pa_core::streams::StreamRng;

use crate::{Convnet, Depth, LastLayer, Mlp, ResNet, ResNet32, SwinConfig, SwinT};

/// Any of our backbones, so that one session type serves them all.
#[derive(Module, Debug)]
pub enum AnyBackbone {
    /// See [`Mlp`].
    Mlp(Mlp),
    /// See [`Convnet`].
    Convnet(Convnet),
    /// See [`ResNet32`].
    ResNet32(ResNet32),
    /// See [`ResNet`].
    ResNet(ResNet),
    /// See [`SwinT`].
    SwinT(SwinT),
}

impl Backbone for AnyBackbone {
    fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Mlp(network) => network.forward(inputs),
            Self::Convnet(network) => network.forward(inputs),
            Self::ResNet32(network) => network.forward(inputs),
            Self::ResNet(network) => network.forward(inputs),
            Self::SwinT(network) => network.forward(inputs),
        }
    }

    fn set_step(&self, step: u64) {
        if let Self::SwinT(network) = self {
            network.set_step(step);
        }
    }
}

/// Makes an [`AnyBackbone`] by [`RunConfig::backbone`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Builder;

impl BackboneBuilder for Builder {
    type Backbone = AnyBackbone;

    fn build(
        &self,
        config: &RunConfig,
        shape: InputShape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Result<AnyBackbone, BackboneError> {
        let dim = config.dim;
        let image = match shape {
            InputShape::Image {
                channels,
                height,
                width,
            } => Ok([channels, height, width]),
            InputShape::Flat(_) => Err(BackboneError::NeedsImages {
                backbone: config.backbone.to_string(),
                dataset: config.dataset.to_string(),
            }),
        };
        let resnet = |depth, image, rng| {
            // As the authors' last layer: no bias.
            let last = LastLayer { dim, bias: false };
            AnyBackbone::ResNet(ResNet::new(depth, image, last, rng, device))
        };
        Ok(match config.backbone {
            BackboneKind::Mlp => {
                let inputs = shape.features();
                AnyBackbone::Mlp(Mlp::new(inputs, &config.hidden, dim, rng, device))
            }
            BackboneKind::Convnet => AnyBackbone::Convnet(Convnet::new(image?, dim, rng, device)),
            BackboneKind::ResNet32 => {
                AnyBackbone::ResNet32(ResNet32::balanced(image?, dim, rng, device))
            }
            BackboneKind::ResNet32Lt => {
                AnyBackbone::ResNet32(ResNet32::long_tail(image?, dim / 4, rng, device))
            }
            BackboneKind::ResNet50 => resnet(Depth::D50, image?, rng),
            BackboneKind::ResNet101 => resnet(Depth::D101, image?, rng),
            BackboneKind::ResNet152 => resnet(Depth::D152, image?, rng),
            BackboneKind::SwinT => {
                let drop_path = config.images.drop_path;
                let swin = SwinConfig { dim, drop_path };
                AnyBackbone::SwinT(SwinT::new(image?, swin, rng, device))
            }
        })
    }
}
