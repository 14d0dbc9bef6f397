//! Compares a backbone with PyTorch: activations, features, loss, gradients, running statistics, steps of SGD.
//!
//! tests/golden/make_backbone_golden.py made the numbers, in float64, from the same weights and inputs.

mod cases;

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, FloatDType, Gradients, Tensor, TensorData};
use dl2pa_core::checkpoint::NamedArray;
use dl2pa_core::streams::StreamRng;
use dl2pa_models::weights::{PytorchArray, Source, load_named, pytorch_arrays};
use dl2pa_models::{ResNet, ResNet32, SwinT};
use rand::SeedableRng as _;
use serde::Deserialize;

pub(crate) use cases::cases;

/// What a test computes with, and what it compares.
#[derive(Clone, Copy)]
pub struct Precision {
    /// What the device computes with.
    pub float: FloatDType,
    /// Largest deviation from PyTorch's float64, relative to the size of the array.
    pub tolerance: f64,
    /// What rounding may take of a parameter's move, relative to the parameter.
    pub rounding: f64,
    /// Whether gradients, and the moves that follow from them, are compared.
    pub gradients: bool,
}

const LEARNING_RATE: f64 = 0.01;

/// Failures that a message spells out.
const SHOWN: usize = 5;

/// A size (root of the mean square, or mean and standard deviation), then sampled entries.
type Summary = Vec<f64>;

#[derive(Deserialize)]
struct Golden {
    input: [usize; 4],
    dim: usize,
    activations: BTreeMap<String, Summary>,
    features: Summary,
    loss: f64,
    gradients: BTreeMap<String, Summary>,
    running: BTreeMap<String, Summary>,
    evaluated: Summary,
    #[serde(default)]
    moves: BTreeMap<String, Summary>,
}

/// A backbone that can be watched.
pub trait Watched: Module {
    fn forward(&self, inputs: Tensor<2>, watch: &mut dyn FnMut(&str, &Tensor<4>)) -> Tensor<2>;
}

macro_rules! watched {
    ($($backbone:ty),*) => {
        $(impl Watched for $backbone {
            fn forward(
                &self,
                inputs: Tensor<2>,
                watch: &mut dyn FnMut(&str, &Tensor<4>),
            ) -> Tensor<2> {
                self.forward_watched(inputs, watch)
            }
        })*
    };
}
watched!(ResNet32, ResNet, SwinT);

/// `count` numbers of [-1, 1): SplitMix64 from the FNV-1a hash of `name`, as in the Python script.
fn noise(name: &str, count: usize) -> impl Iterator<Item = f64> {
    let start = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (1..=count as u64).map(move |index| {
        let mut z = start.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 40) as f64 / f64::from(1 << 23) - 1.0
    })
}

/// The weights that both programs give to an array.
fn weights(array: &PytorchArray) -> NamedArray {
    let (name, shape) = (&array.name, &array.shape);
    let (start, spread) = if name.ends_with("bn3.weight") {
        (0.25, 0.125)
    } else if name.ends_with("running_var") {
        (1.0, 0.5)
    } else if name.ends_with("relative_position_bias_table") {
        (0.0, 0.5)
    } else if let [_] = shape.as_slice() {
        (f64::from(u8::from(name.ends_with("weight"))), 0.25)
    } else {
        let fan_in: usize = shape[1..].iter().product();
        (0.0, (3.0 / fan_in as f64).sqrt())
    };
    NamedArray {
        name: name.clone(),
        shape: shape.clone(),
        values: noise(name, shape.iter().product())
            .map(|u| (start + spread * u) as f32)
            .collect(),
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn sampled(values: &[f64]) -> impl Iterator<Item = f64> {
    (1..=6).map(|k: usize| values[(k * 2_654_435_761) % values.len()])
}

fn mean_square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
}

fn summary(values: &[f64]) -> Summary {
    let size = mean_square(values).sqrt();
    std::iter::once(size).chain(sampled(values)).collect()
}

fn activation(values: &[f64]) -> Summary {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let std = (mean_square(values) - mean * mean).sqrt();
    [mean, std].into_iter().chain(sampled(values)).collect()
}

/// Collects deviations.
struct Comparison {
    tolerance: f64,
    failures: Vec<String>,
}

impl Comparison {
    fn compare(&mut self, what: &str, ours: &[f64], theirs: &[f64], slack: f64) {
        assert_eq!(ours.len(), theirs.len(), "{what}");
        let scale = theirs
            .iter()
            .fold(0.0_f64, |max, value| max.max(value.abs()));
        let off = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs());
        let off = off.fold(0.0_f64, |max, value| {
            if value > max || value.is_nan() {
                value
            } else {
                max
            }
        });
        if off.is_nan() || off > self.tolerance * scale + slack {
            self.failures
                .push(format!("{what}: {off:e} of {scale:e}: {ours:?} {theirs:?}"));
        }
    }

    fn compare_all(
        &mut self,
        what: &str,
        ours: &BTreeMap<String, Vec<f64>>,
        theirs: &BTreeMap<String, Summary>,
        summarise: impl Fn(&[f64]) -> Summary,
    ) {
        let names = |map: &BTreeMap<String, Vec<f64>>| map.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(ours), names(theirs), "{what}");
        for (name, values) in ours {
            self.compare(
                &format!("{what} {name}"),
                &summarise(values),
                &theirs[name],
                0.0,
            );
        }
    }
}

/// Reads a module's arrays, or their gradients, in the order of [`pytorch_arrays`].
struct Reader<'a> {
    gradients: Option<&'a Gradients>,
    transposed: Vec<bool>,
    read: Vec<Option<Vec<f64>>>,
}

impl ModuleVisitor for Reader<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = match self.gradients {
            Some(gradients) => param.val().grad(gradients),
            None => Some(param.val().inner()),
        };
        let transposed = self.transposed[self.read.len()];
        self.read.push(tensor.map(|tensor| {
            let tensor = if transposed {
                tensor.swap_dims(0, 1)
            } else {
                tensor
            };
            values(tensor)
        }));
    }
}

/// A module's arrays (or gradients) by PyTorch's names and in its order.
fn read<B: Module>(backbone: &B, gradients: Option<&Gradients>) -> BTreeMap<String, Vec<f64>> {
    let arrays = pytorch_arrays(backbone);
    let mut reader = Reader {
        gradients,
        transposed: arrays.iter().map(|array| array.transposed).collect(),
        read: Vec::new(),
    };
    backbone.visit(&mut reader);
    let names = arrays.into_iter().map(|array| array.name);
    names
        .zip(reader.read)
        .filter_map(|(name, values)| Some((name, values?)))
        .collect()
}

fn loss_of(features: Tensor<2>, targets: &Tensor<2>) -> Tensor<1> {
    let norms = features.clone().powi_scalar(2).sum_dim(1).sqrt();
    let cosines = (features / norms * targets.clone()).sum_dim(1);
    (cosines.neg() + 1.0).powi_scalar(2).sum()
}

/// Compares what `make` makes with the numbers in `file`.
pub fn check<B: Watched>(
    file: &str,
    precision: Precision,
    make: impl FnOnce([usize; 3], usize, &Device) -> B,
) {
    let path = format!("../../tests/golden/backbones/{file}.json");
    let golden: Golden =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the golden file is there"))
            .expect("the golden file is JSON");
    let mut device = Device::flex();
    // The first test of a program decides for all, and all decide alike.
    drop(device.configure(precision.float));
    assert_eq!(device.settings().float_dtype, precision.float);
    let device = device.autodiff();
    let [rows, channels, height, width] = golden.input;
    let mut backbone = make([channels, height, width], golden.dim, &device);
    let arrays: Vec<NamedArray> = pytorch_arrays(&backbone).iter().map(weights).collect();
    load_named(&mut backbone, "noise", &arrays, Source::Own).expect("our own names");

    let pixels = channels * height * width;
    let inputs: Vec<f32> = noise("input", rows * pixels)
        .map(|u| (1.7 * u) as f32)
        .collect();
    let inputs = tensor(inputs, [rows, pixels], &device);
    let targets: Vec<f32> = noise("target", rows * golden.dim)
        .map(|u| u as f32)
        .collect();
    let targets = tensor(targets, [rows, golden.dim], &device);
    let norms = targets.clone().powi_scalar(2).sum_dim(1).sqrt();
    let targets = targets / norms;

    let mut comparison = Comparison {
        tolerance: precision.tolerance,
        failures: Vec::new(),
    };
    let mut activations = BTreeMap::new();
    let features = backbone.forward(inputs.clone(), &mut |name, output| {
        activations.insert(name.to_owned(), values(output.clone().inner()));
    });
    comparison.compare_all("activation", &activations, &golden.activations, activation);
    let ours = summary(&values(features.clone().inner()));
    comparison.compare("features", &ours, &golden.features, 0.0);
    let loss = loss_of(features, &targets);
    comparison.compare("loss", &values(loss.clone().inner()), &[golden.loss], 0.0);

    let gradients = loss.backward();
    let before = read(&backbone, None);
    let all = read(&backbone, Some(&gradients));
    if precision.gradients {
        comparison.compare_all("gradient", &all, &golden.gradients, summary);
    }
    let is_running = |name: &String| name.contains("running_");
    let running = before
        .clone()
        .into_iter()
        .filter(|(name, _)| is_running(name));
    comparison.compare_all("running", &running.collect(), &golden.running, summary);

    let evaluated = backbone
        .valid()
        .forward(inputs.clone().inner(), &mut |_, _| ());
    let ours = summary(&values(evaluated));
    comparison.compare("evaluated", &ours, &golden.evaluated, 0.0);

    if precision.gradients && !golden.moves.is_empty() {
        let mut optimizer = SgdConfig::new()
            .with_momentum(Some(
                MomentumConfig::new().with_momentum(0.9).with_dampening(0.0),
            ))
            .with_weight_decay(Some(WeightDecayConfig::new(1e-4)))
            .init();
        let gradients = GradientsParams::from_grads(gradients, &backbone);
        backbone = optimizer.step(LEARNING_RATE, backbone, gradients);
        let loss = loss_of(backbone.forward(inputs, &mut |_, _| ()), &targets);
        let gradients = GradientsParams::from_grads(loss.backward(), &backbone);
        backbone = optimizer.step(LEARNING_RATE, backbone, gradients);
        for (name, after) in read(&backbone, None) {
            if is_running(&name) {
                continue;
            }
            let start = &before[&name];
            let moves: Vec<f64> = after.iter().zip(start).map(|(a, b)| a - b).collect();
            let largest = start
                .iter()
                .fold(0.0_f64, |max, value| max.max(value.abs()));
            let what = format!("move {name}");
            comparison.compare(
                &what,
                &summary(&moves),
                &golden.moves[&name],
                precision.rounding * largest,
            );
        }
    }
    assert!(
        comparison.failures.is_empty(),
        "{} of {file}:\n{}",
        comparison.failures.len(),
        comparison.failures[..comparison.failures.len().min(SHOWN)].join("\n")
    );
}

/// The random stream for weights that the goldens' replace.
pub fn rng() -> StreamRng {
    StreamRng::seed_from_u64(0)
}
