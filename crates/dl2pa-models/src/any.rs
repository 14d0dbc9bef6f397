//! The backbone that a configuration asks for.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use dl2pa_core::InputShape;
use dl2pa_core::backbone::{Backbone, BackboneBuilder, BackboneError};
use dl2pa_core::config::{BackboneKind, RunConfig};
use dl2pa_core::streams::StreamRng;

use crate::{Convnet, Mlp};

/// Any of our backbones, so that one session type serves them all.
#[derive(Module, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a run has one network, and burn's modules are not boxed"
)]
pub enum AnyBackbone {
    /// See [`Mlp`].
    Mlp(Mlp),
    /// See [`Convnet`].
    Convnet(Convnet),
}

impl Backbone for AnyBackbone {
    fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Mlp(network) => network.forward(inputs),
            Self::Convnet(network) => network.forward(inputs),
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
        match (config.backbone, shape) {
            (BackboneKind::Mlp, _) => {
                let network = Mlp::new(shape.features(), &config.hidden, config.dim, rng, device);
                Ok(AnyBackbone::Mlp(network))
            }
            (
                BackboneKind::Convnet,
                InputShape::Image {
                    channels,
                    height,
                    width,
                },
            ) => {
                let network = Convnet::new([channels, height, width], config.dim, rng, device);
                Ok(AnyBackbone::Convnet(network))
            }
            (BackboneKind::Convnet, InputShape::Flat(_)) => Err(BackboneError::NeedsImages {
                backbone: "convnet".to_owned(),
                dataset: format!("{:?}", config.dataset).to_lowercase(),
            }),
        }
    }
}
