//! How the weights are learned besides rate and momentum: optimiser, schedule, regularisation.

use std::fmt;

use serde::{Deserialize, Serialize};

named!(OptKind {
    Sgd => "sgd",
    AdamW => "adamw",
});
named!(Amp {
    Off => "off",
    F16 => "f16",
    Bf16 => "bf16",
});

/// Which optimiser takes the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptKind {
    /// Stochastic gradient descent with momentum, no dampening, coupled weight decay (PyTorch's).
    Sgd,
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019), betas 0.9 and 0.999.
    AdamW,
}

/// Which numbers the network computes in ("automatic mixed precision"). Parameters, normalisations, class means
/// and losses are `f32` always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amp {
    /// `f32`.
    Off,
    /// IEEE's 16 bits: 11 bits of precision, up to 65,504. The loss is scaled, so that small gradients are no zeros.
    F16,
    /// Google's 16 bits: 8 bits of precision, as far as `f32` reaches.
    Bf16,
}

/// The part of a configuration that says how weights are learned. Its keys lie flat among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecipeConfig {
    /// File with the weights that the network begins with instead of drawn ones, all but its last layer; the
    /// program reads it, the page cannot. A run that is taken up again has its own weights and reads none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pretrained: Option<String>,
    /// Optimiser.
    pub opt: OptKind,
    /// Epochs at which the step schedule falls; empty for 40 % and 80 % of all.
    pub decay_milestones: Vec<usize>,
    /// Factor of each fall of the step schedule.
    pub decay_rate: f64,
    /// Epochs over which the rate climbs from `warmup_lr` in equal steps; the schedule follows.
    pub warmup_epochs: usize,
    /// Learning rate of the first epoch of the climb.
    pub warmup_lr: f64,
    /// Batches whose gradients make one step.
    pub grad_accum_steps: usize,
    /// Greatest norm of all gradients together; 0 leaves them alone.
    pub clip_grad: f64,
    /// Label smoothing of the cross-entropy, 0 to below 1.
    pub smoothing: f64,
    /// Batches after which an epoch ends; 0 takes all.
    pub limit_train_batches: usize,
    /// Trains and measures on the first so many batches alone, to see that a network can learn at all; 0 is off.
    pub overfit_batches: usize,
    /// Numbers that the network computes in.
    pub amp: Amp,
}

impl Default for RecipeConfig {
    fn default() -> Self {
        Self {
            pretrained: None,
            opt: OptKind::Sgd,
            decay_milestones: Vec::new(),
            decay_rate: 0.1,
            warmup_epochs: 0,
            warmup_lr: 0.0,
            grad_accum_steps: 1,
            clip_grad: 0.0,
            smoothing: 0.0,
            limit_train_batches: 0,
            overfit_batches: 0,
            amp: Amp::Off,
        }
    }
}
