//! What the session asks of a network: rows in, features out. The networks themselves are in
//! `dl2pa-models`.

use burn::module::{Module, ModuleDisplay, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use dl2pa_data::InputShape;
use dl2pa_data::streams::StreamRng;

use crate::config::RunConfig;

/// A network that maps inputs to the metric space, before the normalisation onto the sphere.
pub trait Backbone: Module + ModuleDisplay {
    /// Maps inputs (B x features, images flattened as channel, row, column) to features (B x d).
    fn forward(&self, inputs: Tensor<2>) -> Tensor<2>;

    /// Says that the next training step is step `step` of the run (the first is 0), to backbones that draw
    /// random numbers in training. Called where a run goes on from a checkpoint; from there they count.
    fn set_step(&self, _step: u64) {}
}

/// How many numbers of `module` training moves: those of its parameters, without running statistics. The module
/// must be on a device with autodiff; elsewhere nothing is trained.
#[must_use]
pub fn trainable_numbers<M: Module>(module: &M) -> usize {
    let mut counter = TrainableCounter(0);
    module.visit(&mut counter);
    counter.0
}

struct TrainableCounter(usize);

impl ModuleVisitor for TrainableCounter {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.val().is_require_grad() {
            self.0 += param.lazy_shape().num_elements();
        }
    }
}

/// Makes the backbone that a configuration asks for.
pub trait BackboneBuilder {
    /// The network it makes.
    type Backbone: Backbone;

    /// Makes the network on `device`, its first weights drawn from `rng` alone so that every device
    /// starts from the same numbers.
    ///
    /// # Errors
    ///
    /// Fails when the backbone cannot take inputs of this shape.
    fn build(
        &self,
        config: &RunConfig,
        shape: InputShape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Result<Self::Backbone, BackboneError>;

    /// Whether its networks begin with the weights that [`RecipeConfig::pretrained`] names, and not with drawn
    /// ones. Only a program that can read files has such a builder.
    ///
    /// [`RecipeConfig::pretrained`]: crate::config::RecipeConfig::pretrained
    fn has_pretrained(&self) -> bool {
        false
    }
}

/// Why a backbone could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackboneError {
    /// An image network was asked to read rows of numbers.
    #[error(
        "The {backbone} backbone needs images, and the {dataset} data are not: choose the mlp backbone or the digits."
    )]
    NeedsImages {
        /// Its name.
        backbone: String,
        /// The data set's name.
        dataset: String,
    },
    /// The weights to begin with do not fit.
    #[error("{0}")]
    Weights(
        /// What is wrong with them, as one sentence.
        String,
    ),
    /// Weights were asked for where no file can be read.
    #[error(
        "Only `dl2pa-app --train` can read `{file}` to begin with its weights: leave `pretrained` out here."
    )]
    NoWeights {
        /// The file that the configuration names.
        file: String,
    },
}
