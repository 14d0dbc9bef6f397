//! A multi-layer perceptron: linear layers with batch normalisation and ReLU between them.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use dl2pa_core::streams::StreamRng;
use dl2pa_kernels::rows::After;

use crate::cost::Count;
use crate::init::linear;
use crate::norm::BatchNorm;
use crate::precision::apply_rows;

/// Hidden layers (linear, batch normalisation, ReLU) and a last linear layer to the metric space.
#[derive(Module, Debug)]
pub struct Mlp {
    hidden: Vec<HiddenLayer>,
    last: Linear,
}

#[derive(Module, Debug)]
struct HiddenLayer {
    linear: Linear,
    norm: BatchNorm,
}

impl Mlp {
    /// A network `inputs` -> `hidden[0]` -> ... -> `dim`. No hidden width makes it a linear map.
    #[must_use]
    pub fn new(
        inputs: usize,
        hidden: &[usize],
        dim: usize,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let mut width_in = inputs;
        let hidden = hidden
            .iter()
            .map(|&width| {
                let layer = HiddenLayer {
                    linear: linear(width_in, width, rng, device),
                    norm: BatchNorm::new(width, device),
                };
                width_in = width;
                layer
            })
            .collect();
        Self {
            hidden,
            last: linear(width_in, dim, rng, device),
        }
    }

    /// See [`crate::AnyBackbone::multiply_adds`].
    pub(crate) fn multiply_adds(&self) -> u64 {
        let layers = self.hidden.iter().map(|layer| &layer.linear);
        let all = layers.chain([&self.last]);
        all.fold(Count::before([0; 2]), |count, layer| count.linear(layer, 1))
            .multiply_adds
    }

    /// Inputs (B x inputs) to features (B x dim).
    #[must_use]
    pub fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let features = self.hidden.iter().fold(inputs, |x, layer| {
            let x = apply_rows(&layer.linear, x);
            layer.norm.forward_rows(x, After::Relu)
        });
        apply_rows(&self.last, features)
    }
}
