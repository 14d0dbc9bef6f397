//! Takes the steps, SGD or burn's AdamW, with a state that has names and can be read.
//!
//! burn's own `ModuleOptimizer` keys its state by numbers drawn anew in each process, restores it on its
//! default device, and shows the momentum of SGD to no one. Exact resume needs the state by parameter, on the
//! run's device, and read without blocking.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::{
    AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, GradientsParams, Optimizer as _,
};
use burn::tensor::{Bool, Device, Tensor, TensorData};

use dl2pa_kernels::rows::{Descent, descend};

use crate::checkpoint::NamedArray;
use crate::config::{Amp, OptKind, RunConfig};
use crate::loss_scale::{LossScale, all_finite};

/// Keeps the division by a norm of zero finite; PyTorch's `clip_grad_norm_` adds the same.
const NORM_FLOOR: f64 = 1e-6;
/// What the name of an array of the state begins with.
const PREFIX: &str = "optimiser";
const FIRST: &str = "first";
const SECOND: &str = "second";
/// What the loss's scale is called among the arrays of the state.
const LOSS_SCALE: &str = "optimiser.loss_scale";
/// Of AdamW: how much of the old moments is kept, and what keeps its division finite.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// The optimiser of one run.
pub(crate) struct Optimiser {
    rule: Rule,
    clip_grad: f64,
    steps: usize,
    /// By the dotted path of the parameter.
    moments: BTreeMap<String, Moments>,
    /// Where gradients come in 16-bit floats that overflow.
    loss_scale: Option<LossScale>,
}

enum Rule {
    /// As PyTorch's: no dampening, coupled weight decay on every parameter.
    Sgd {
        momentum: f32,
        weight_decay: f32,
    },
    AdamW {
        adamw: AdamW,
        weight_decay: f32,
    },
}

/// What is remembered of a parameter's gradients, flattened: momentum, or both moments.
#[derive(Clone)]
struct Moments {
    first: Tensor<1>,
    second: Option<Tensor<1>>,
}

/// A step that may have to be skipped, which only the device knows.
struct Doubtful {
    /// Whether it is taken (1).
    is_taken: Tensor<1, Bool>,
    /// Its number if it is (1); the first is 1.
    time: Tensor<1>,
}

impl Optimiser {
    /// The optimiser that `config` asks for, without a past, on `device` without autodiff.
    pub(crate) fn new(config: &RunConfig, device: &Device) -> Self {
        let rule = match config.recipe.opt {
            OptKind::Sgd => Rule::Sgd {
                momentum: config.momentum as f32,
                weight_decay: config.weight_decay as f32,
            },
            OptKind::AdamW => {
                let weight_decay = config.weight_decay as f32;
                let adamw = AdamWConfig::new()
                    .with_beta_1(BETA_1)
                    .with_beta_2(BETA_2)
                    .with_epsilon(EPSILON)
                    .with_weight_decay(weight_decay)
                    .build();
                Rule::AdamW {
                    adamw,
                    weight_decay,
                }
            }
        };
        Self {
            rule,
            clip_grad: config.recipe.clip_grad,
            steps: 0,
            moments: BTreeMap::new(),
            loss_scale: (config.recipe.amp == Amp::F16).then(|| LossScale::new(device)),
        }
    }

    /// The loss (1, with autodiff) whose gradients [`Self::step`] takes.
    pub(crate) fn scaled(&self, loss: Tensor<1>) -> Tensor<1> {
        match &self.loss_scale {
            Some(scale) => loss * scale.scale().autodiff(),
            None => loss,
        }
    }

    /// What the loss is multiplied by (1), if it is.
    pub(crate) fn loss_scale(&self) -> Option<Tensor<1>> {
        self.loss_scale.as_ref().map(LossScale::scale)
    }

    /// Moves every parameter of `module` that has a gradient; with a scaled loss none of them, nor any moment, if
    /// one of the gradients is not finite.
    pub(crate) fn step<M: Module>(
        &mut self,
        lr: f64,
        module: M,
        mut gradients: GradientsParams,
    ) -> M {
        let doubtful = self.loss_scale.as_mut().map(|scale| {
            let is_taken = all_finite(&module, &gradients, &scale.scale().device());
            let unscale = scale.unscale();
            gradients = scale_all(&module, std::mem::take(&mut gradients), unscale);
            let time = scale.time();
            scale.count(is_taken.clone());
            Doubtful { is_taken, time }
        });
        if self.clip_grad > 0.0 {
            gradients = clip(&module, gradients, self.clip_grad);
        }
        self.steps += 1;
        module.map(&mut Stepper {
            path: Vec::new(),
            lr,
            gradients,
            doubtful,
            optimiser: self,
        })
    }

    /// The state's tensors by name, and the number of steps taken.
    pub(crate) fn state(&self) -> (Vec<(String, Tensor<1>)>, usize) {
        let mut tensors = Vec::new();
        for (path, moments) in &self.moments {
            tensors.push((format!("{PREFIX}.{FIRST}.{path}"), moments.first.clone()));
            if let Some(second) = &moments.second {
                tensors.push((format!("{PREFIX}.{SECOND}.{path}"), second.clone()));
            }
        }
        if let Some(scale) = &self.loss_scale {
            tensors.push((LOSS_SCALE.to_owned(), scale.state()));
        }
        (tensors, self.steps)
    }

    /// Takes up a state again on `device` (without autodiff); arrays that are none of an optimiser are left
    /// alone.
    pub(crate) fn restore(&mut self, arrays: &[NamedArray], steps: usize, device: &Device) {
        self.steps = steps;
        self.moments.clear();
        let of = |kind: &str| {
            let prefix = format!("{PREFIX}.{kind}.");
            arrays.iter().filter_map(move |array| {
                let path = array.name.strip_prefix(&prefix)?.to_owned();
                let values = TensorData::new(array.values.clone(), [array.values.len()]);
                Some((path, Tensor::<1>::from_data(values, device)))
            })
        };
        for (path, first) in of(FIRST) {
            let moments = Moments {
                first,
                second: None,
            };
            self.moments.insert(path, moments);
        }
        for (path, second) in of(SECOND) {
            if let Some(moments) = self.moments.get_mut(&path) {
                moments.second = Some(second);
            }
        }
        if let Some(scale) = &mut self.loss_scale {
            let mut arrays = arrays.iter();
            let kept = arrays.find(|array| array.name == LOSS_SCALE);
            let kept = kept.and_then(|array| LossScale::restored(&array.values, device));
            *scale = kept.unwrap_or_else(|| LossScale::new(device));
        }
    }
}

impl Rule {
    /// One parameter's step: its new value and moments.
    fn step<const D: usize>(
        &self,
        lr: f64,
        value: Tensor<D>,
        gradient: Tensor<D>,
        moments: Option<Moments>,
        steps: usize,
    ) -> (Tensor<D>, Option<Moments>) {
        let shape = value.shape();
        let shaped = |flat: Tensor<1>| flat.reshape(shape.clone());
        let flat = |tensor: Tensor<D>| {
            let length = tensor.shape().num_elements();
            tensor.reshape([length])
        };
        match self {
            Self::Sgd {
                momentum,
                weight_decay,
            } => {
                // Without a past the first velocity is the decayed gradient, as momentum times 0 would leave it.
                let past = match moments {
                    Some(past) => shaped(past.first),
                    None => gradient.zeros_like(),
                };
                let by = Descent {
                    lr: lr as f32,
                    momentum: *momentum,
                    weight_decay: *weight_decay,
                };
                let [stepped, velocity] = descend(value, gradient, past, by);
                let moments = Moments {
                    first: flat(velocity),
                    second: None,
                };
                (stepped, Some(moments))
            }
            Self::AdamW { adamw, .. } => {
                let past = moments.and_then(|moments| {
                    let second = shaped(moments.second?);
                    Some(AdamWState::new(AdaptiveMomentumState {
                        time: steps - 1,
                        moment_1: shaped(moments.first),
                        moment_2: second,
                        max_moment_2: None,
                    }))
                });
                let (value, state) = adamw.step(lr, value, gradient, past);
                let moments = state.map(|state| Moments {
                    first: flat(state.momentum.moment_1),
                    second: Some(flat(state.momentum.moment_2)),
                });
                (value, moments)
            }
        }
    }

    /// The same where the device alone knows whether the step is taken: if not, value and moments stay as they are
    /// to the last bit.
    fn doubtful_step<const D: usize>(
        &self,
        lr: f64,
        value: Tensor<D>,
        gradient: Tensor<D>,
        past: Option<Moments>,
        doubtful: &Doubtful,
    ) -> (Tensor<D>, Moments) {
        let shape = value.shape();
        let length = shape.num_elements();
        let zeros = || Tensor::zeros([length], &value.device());
        // Nothing is remembered of steps that were all skipped, and zeros are nothing.
        let past = past.unwrap_or_else(|| Moments {
            first: zeros(),
            second: matches!(self, Self::AdamW { .. }).then(zeros),
        });
        let (stepped, moments) = match self {
            Self::Sgd { .. } => self.step(lr, value.clone(), gradient, Some(past.clone()), 0),
            Self::AdamW { weight_decay, .. } => {
                let gradient = gradient.reshape([length]);
                let (delta, moments) = adam_delta(gradient, &past, &doubtful.time);
                let decay = 1.0 - lr * f64::from(*weight_decay);
                let stepped =
                    value.clone().mul_scalar(decay) - delta.mul_scalar(lr).reshape(shape.clone());
                (stepped, Some(moments))
            }
        };
        let is_taken = doubtful.is_taken.clone();
        let mask = is_taken.clone().reshape([1; D]).expand(shape);
        let moments = match moments {
            Some(moments) => past.where_taken(moments, is_taken.expand([length])),
            None => past,
        };
        (value.mask_where(mask, stepped), moments)
    }
}

impl Moments {
    /// `newer` where `is_taken`.
    fn where_taken(self, newer: Self, is_taken: Tensor<1, Bool>) -> Self {
        let second = match (self.second, newer.second) {
            (Some(old), Some(new)) => Some(old.mask_where(is_taken.clone(), new)),
            (old, _) => old,
        };
        Self {
            first: self.first.mask_where(is_taken, newer.first),
            second,
        }
    }
}

/// Adam's step before the learning rate, and its moments (Kingma and Ba 2015, algorithm 1), of flat tensors. burn's
/// takes the number of the step, `time`, from the host, which does not know it here.
fn adam_delta(gradient: Tensor<1>, past: &Moments, time: &Tensor<1>) -> (Tensor<1>, Moments) {
    let averaged = |old: Tensor<1>, new: Tensor<1>, beta: f32| {
        old.mul_scalar(beta) + new.mul_scalar(1.0 - beta)
    };
    let unbiased = |moment: Tensor<1>, beta: f32| {
        let kept = time.clone().mul_scalar(f64::from(beta).ln()).exp();
        moment / kept.neg().add_scalar(1.0)
    };
    let old_second = past.second.clone();
    let old_second = old_second.unwrap_or_else(|| past.first.zeros_like());
    let first = averaged(past.first.clone(), gradient.clone(), BETA_1);
    let second = averaged(old_second, gradient.powi_scalar(2), BETA_2);
    let root = unbiased(second.clone(), BETA_2).sqrt();
    let delta = unbiased(first.clone(), BETA_1) / root.add_scalar(EPSILON);
    let moments = Moments {
        first,
        second: Some(second),
    };
    (delta, moments)
}

/// Walks over a module's parameters and steps each.
struct Stepper<'a> {
    path: Vec<String>,
    lr: f64,
    gradients: GradientsParams,
    doubtful: Option<Doubtful>,
    optimiser: &'a mut Optimiser,
}

impl ModuleMapper for Stepper<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, value, mapper) = param.consume();
        let Some(gradient) = self.gradients.remove::<D>(id) else {
            return Param::from_mapped_value(id, value, mapper);
        };
        let path = self.path.join(".");
        let past = self.optimiser.moments.remove(&path);
        let Optimiser { rule, steps, .. } = &*self.optimiser;
        let value = value.inner();
        let (stepped, moments) = match &self.doubtful {
            None => rule.step(self.lr, value, gradient, past, *steps),
            Some(doubtful) => {
                let (stepped, moments) =
                    rule.doubtful_step(self.lr, value, gradient, past, doubtful);
                (stepped, Some(moments))
            }
        };
        if let Some(moments) = moments {
            self.optimiser.moments.insert(path, moments);
        }
        let value = Tensor::from_inner(stepped).require_grad();
        Param::from_mapped_value(id, value, mapper)
    }
}

/// Scales all gradients so that their norm together is at most `most`, as PyTorch's `clip_grad_norm_`; the
/// norm never leaves the device.
fn clip<M: Module>(module: &M, gradients: GradientsParams, most: f64) -> GradientsParams {
    let mut norm = SquaredNorm {
        gradients: &gradients,
        sum: None,
    };
    module.visit(&mut norm);
    let Some(sum) = norm.sum else {
        return gradients;
    };
    let factor = sum.sqrt().add_scalar(NORM_FLOOR).recip().mul_scalar(most);
    scale_all(module, gradients, factor.clamp_max(1.0))
}

/// Multiplies all gradients by `factor` (1).
fn scale_all<M: Module>(
    module: &M,
    gradients: GradientsParams,
    factor: Tensor<1>,
) -> GradientsParams {
    let mut scaler = Scaler {
        factor,
        from: gradients,
        to: GradientsParams::new(),
    };
    module.visit(&mut scaler);
    scaler.to
}

struct SquaredNorm<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for SquaredNorm<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let squares = gradient.powi_scalar(2).sum();
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + squares,
                None => squares,
            });
        }
    }
}

struct Scaler {
    factor: Tensor<1>,
    from: GradientsParams,
    to: GradientsParams,
}

impl ModuleVisitor for Scaler {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.from.remove::<D>(param.id) {
            let factor = self.factor.clone().reshape([1; D]);
            self.to.register(param.id, gradient * factor);
        }
    }
}

#[cfg(test)]
mod tests;
