//! The network of a run, built on the CPU before anything is written: whether the weights to begin with fit it,
//! and what device it is worth.

use std::path::Path;
use std::sync::Arc;

use dl2pa_core::backbone::{BackboneBuilder as _, trainable_numbers};
use dl2pa_core::config::{Amp, HeadKind, OptKind, RunConfig};
use dl2pa_core::streams::{INIT, Streams};
use dl2pa_core::{datasets, precision};
use dl2pa_models::{AnyBackbone, Builder, Pretrained};
use dl2pa_runtime::device::{DeviceChoice, TrainingDevice, headless};
use indicatif::{DecimalBytes, HumanCount};

use crate::run_folder::NetworkCost;

use super::super::error::CliError;
use super::super::pretrained::{self, PretrainedError};
use super::super::voice::Voice;

/// Arithmetic of one step for each parameter and sample: a multiplication and an addition forwards,
/// twice that backwards.
const FLOPS_A_PARAMETER: f64 = 6.0;

/// A network that is not trained.
pub(in crate::cli) struct Sketch {
    network: AnyBackbone,
    step_flops: f64,
    amp: Amp,
}

impl Sketch {
    /// Builds the network of `config` with drawn weights.
    ///
    /// # Errors
    /// When the configuration's backbone cannot take its data.
    pub(in crate::cli) fn of(config: &RunConfig) -> Result<Self, CliError> {
        let mut rng = Streams::new(config.seed).rng(INIT);
        let cpu = TrainingDevice::cpu().device.autodiff();
        let network = Builder
            .build(config, datasets::input_shape(config), &mut rng, &cpu)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        let parameters = trainable_numbers(&network) as f64;
        Ok(Self {
            network,
            step_flops: FLOPS_A_PARAMETER * parameters * config.batch_size as f64,
            amp: config.recipe.amp,
        })
    }

    /// Opens what `--device` asks for. `auto` weighs the arithmetic of one step, taken from the number
    /// of parameters; convolutions do more, so that where it says GPU a GPU is worth it.
    ///
    /// # Errors
    /// When there is no such device, or it lacks the numbers of `--amp`.
    pub(in crate::cli) fn open_device(
        &self,
        choice: DeviceChoice,
    ) -> Result<TrainingDevice, CliError> {
        let found = headless(choice, self.step_flops)?;
        precision::check(self.amp, &found.device, &found.name)?;
        Ok(found)
    }

    /// What training it costs.
    pub(super) fn cost(&self, config: &RunConfig) -> NetworkCost {
        let learned_prototypes = match config.head {
            HeadKind::Psc => config.classes * config.dim,
            HeadKind::Fixed | HeadKind::Dynamic => 0,
        };
        let parameters = (trainable_numbers(&self.network) + learned_prototypes) as u64;
        let moments = match config.recipe.opt {
            OptKind::Sgd => 1,
            OptKind::AdamW => 2,
        };
        NetworkCost {
            parameters,
            multiply_adds_per_sample: self.network.multiply_adds(),
            // A value, a gradient and the moments.
            least_training_bytes: parameters * (2 + moments) * size_of::<f32>() as u64,
        }
    }

    /// The weights in `file`, which this network can begin with; `voice` says what was taken over.
    ///
    /// # Errors
    /// When the file cannot be read or its weights do not fit.
    pub(super) fn pretrained(
        &mut self,
        file: &str,
        voice: Voice,
    ) -> Result<Arc<Pretrained>, CliError> {
        let pretrained = pretrained::read(Path::new(file))?;
        let loaded = pretrained
            .fill(&mut self.network)
            .map_err(PretrainedError::from)?;
        let left_out = match loaded.skipped.as_slice() {
            [] => String::new(),
            names => format!(", all but {}", names.join(", ")),
        };
        voice.say(&format!(
            "begins with {} arrays of {file}{left_out}; the last layer is drawn",
            loaded.arrays
        ));
        Ok(Arc::new(pretrained))
    }
}

/// What a person is told of the cost before the training.
pub(super) fn in_words(cost: NetworkCost) -> String {
    format!(
        "network: {} parameters, {} multiply-adds a sample forwards; weights, gradients and optimiser take {}, \
         the batches more",
        HumanCount(cost.parameters),
        HumanCount(cost.multiply_adds_per_sample),
        DecimalBytes(cost.least_training_bytes)
    )
}
