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
use burn::tensor::{Device, Tensor, TensorData};

use dl2pa_kernels::rows::{Descent, descend};

use crate::checkpoint::NamedArray;
use crate::config::{OptKind, RunConfig};

/// Keeps the division by a norm of zero finite; PyTorch's `clip_grad_norm_` adds the same.
const NORM_FLOOR: f64 = 1e-6;
/// What the name of an array of the state begins with.
const PREFIX: &str = "optimiser";
const FIRST: &str = "first";
const SECOND: &str = "second";

/// The optimiser of one run.
pub(crate) struct Optimiser {
    rule: Rule,
    clip_grad: f64,
    steps: usize,
    /// By the dotted path of the parameter.
    moments: BTreeMap<String, Moments>,
}

enum Rule {
    /// As PyTorch's: no dampening, coupled weight decay on every parameter.
    Sgd {
        momentum: f32,
        weight_decay: f32,
    },
    AdamW(AdamW),
}

/// What is remembered of a parameter's gradients, flattened: momentum, or both moments.
struct Moments {
    first: Tensor<1>,
    second: Option<Tensor<1>>,
}

impl Optimiser {
    /// The optimiser that `config` asks for, without a past.
    pub(crate) fn new(config: &RunConfig) -> Self {
        let rule = match config.recipe.opt {
            OptKind::Sgd => Rule::Sgd {
                momentum: config.momentum as f32,
                weight_decay: config.weight_decay as f32,
            },
            OptKind::AdamW => {
                let adamw = AdamWConfig::new()
                    .with_epsilon(1e-8)
                    .with_weight_decay(config.weight_decay as f32);
                Rule::AdamW(adamw.build())
            }
        };
        Self {
            rule,
            clip_grad: config.recipe.clip_grad,
            steps: 0,
            moments: BTreeMap::new(),
        }
    }

    /// Moves every parameter of `module` that has a gradient.
    pub(crate) fn step<M: Module>(
        &mut self,
        lr: f64,
        module: M,
        mut gradients: GradientsParams,
    ) -> M {
        if self.clip_grad > 0.0 {
            gradients = clip(&module, gradients, self.clip_grad);
        }
        self.steps += 1;
        module.map(&mut Stepper {
            path: Vec::new(),
            lr,
            gradients,
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
            Self::AdamW(adamw) => {
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
}

/// Walks over a module's parameters and steps each.
struct Stepper<'a> {
    path: Vec<String>,
    lr: f64,
    gradients: GradientsParams,
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
        let steps = self.optimiser.steps;
        let (stepped, moments) =
            self.optimiser
                .rule
                .step(self.lr, value.inner(), gradient, past, steps);
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
    let mut scaler = Scaler {
        factor: factor.clamp_max(1.0),
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
