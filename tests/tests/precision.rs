//! Mixed precision: networks that compute in 16-bit floats have the gradients of `f32` up to rounding, learn as
//! those do, and keep their parameters in `f32`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use burn::module::{Module as _, ModuleMapper, ModuleVisitor, Param};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use dl2pa_core::config::{Amp, LossKind};
use dl2pa_core::losses::{Loss, cosines, unit_rows};
use dl2pa_core::precision;
use dl2pa_core::prototypes;
use dl2pa_core::streams::{INIT, PROTOTYPES, Streams};
use dl2pa_models::{AnyBackbone, Convnet, Mlp, ResNet32, SwinConfig, SwinT};
use dl2pa_runtime::device::TrainingDevice;

const CLASSES: usize = 6;
const DIM: usize = 8;
const LOSS: Loss = Loss {
    kind: LossKind::CrossEntropy,
    scale: 16.0,
    smoothing: 0.0,
};

/// Pictures (rows x pixels) of another stripe for each class, with some noise, and their labels.
fn batch(
    rows: usize,
    [channels, height, width]: [usize; 3],
    device: &Device,
) -> (Tensor<2>, Vec<u32>) {
    let labels: Vec<u32> = (0..rows as u32).map(|row| row % CLASSES as u32).collect();
    let pixel = |row: usize, at: usize| {
        let column = at % width;
        let stripes = (0.5 + 0.4 * f64::from(labels[row])) * column as f64;
        let noise = ((row * 7919 + at * 104_729) as f64).sin();
        (stripes.sin() + 0.3 * noise) as f32
    };
    let pixels = channels * height * width;
    let values = (0..rows * pixels).map(|at| pixel(at / pixels, at % pixels));
    let data = TensorData::new(values.collect::<Vec<f32>>(), [rows, pixels]);
    (Tensor::from_data(data, device), labels)
}

fn loss(network: &AnyBackbone, amp: Amp, inputs: Tensor<2>, labels: &[u32]) -> Tensor<1> {
    let device = inputs.device();
    let rows = prototypes::random(CLASSES, DIM, &mut Streams::new(7).rng(PROTOTYPES));
    let w = Tensor::<2>::from_data(TensorData::new(rows, [CLASSES, DIM]), &device);
    let features = precision::features(network, amp, inputs);
    assert_eq!(features.dtype(), DType::F32, "losses are in f32");
    LOSS.of(cosines(unit_rows(features), w), labels)
}

/// All gradients of a network, one after another.
struct Flat<'a> {
    gradients: &'a GradientsParams,
    values: Vec<f64>,
}

impl ModuleVisitor for Flat<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        assert_eq!(param.val().dtype(), DType::F32, "parameters stay f32");
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            assert_eq!(gradient.dtype(), DType::F32, "and so do their gradients");
            let values = gradient.into_data().try_to_vec::<f32>().unwrap();
            self.values.extend(values.into_iter().map(f64::from));
        }
    }
}

fn gradients(network: &AnyBackbone, amp: Amp, inputs: &Tensor<2>, labels: &[u32]) -> Vec<f64> {
    let loss = loss(network, amp, inputs.clone(), labels);
    let gradients = GradientsParams::from_grads(loss.backward(), network);
    let mut flat = Flat {
        gradients: &gradients,
        values: Vec::new(),
    };
    network.visit(&mut flat);
    flat.values
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// A network's weights rounded once, in `f32`.
struct Rounded(FloatDType);

impl ModuleMapper for Rounded {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, value, mapper) = param.consume();
        let is_trained = value.is_require_grad();
        let rounded = value.inner().cast(self.0).cast(FloatDType::F32);
        let rounded = Tensor::from_inner(rounded);
        let rounded = if is_trained {
            rounded.require_grad()
        } else {
            rounded
        };
        Param::from_mapped_value(id, rounded, mapper)
    }
}

/// Rounding the weights alone, with all arithmetic in `f32`, shows how a network answers to one rounding in each
/// layer. Mixed precision rounds inputs, weights, outputs and normalisations, on the way back as on the way there:
/// 8 independent roundings, which add up to sqrt(8) of one, and weights are shared by all positions while the others
/// are not. So no more than 4 times that error is allowed.
fn check_gradients(name: &str, network: &AnyBackbone, image: [usize; 3]) {
    let device = TrainingDevice::cpu().device.autodiff();
    let (inputs, labels) = batch(12, image, &device);
    let exact = gradients(network, Amp::Off, &inputs, &labels);
    let length = norm(exact.iter().copied());
    assert!(length > 0.01, "{name}: a gradient to compare with");
    let error = |found: &[f64]| {
        assert_eq!(found.len(), exact.len());
        norm(found.iter().zip(&exact).map(|(a, b)| a - b)) / length
    };
    for (amp, numbers) in [(Amp::Bf16, FloatDType::BF16), (Amp::F16, FloatDType::F16)] {
        let rounded = network.clone().map(&mut Rounded(numbers));
        let of_weights = error(&gradients(&rounded, Amp::Off, &inputs, &labels));
        let found = error(&gradients(network, amp, &inputs, &labels));
        let said = format!("{name}, {amp}: error {found:.5}, by weights alone {of_weights:.5}");
        eprintln!("{said}");
        assert!(found < 4.0 * of_weights, "{said}");
        // A network that quietly computes in f32 makes no error at all.
        assert!(found > 0.1 * of_weights, "{said}");
        // A gradient that points elsewhere is none, however steep the network.
        assert!(found < 1.0, "{said}");
    }
}

#[test]
fn gradients_in_16_bits_are_those_of_f32_up_to_rounding() {
    let device = TrainingDevice::cpu().device.autodiff();
    let mut rng = Streams::new(3).rng(INIT);
    let image = [3, 16, 16];
    let pixels = image.iter().product();
    let mlp = Mlp::new(pixels, &[32, 32], DIM, &mut rng, &device);
    check_gradients("mlp", &AnyBackbone::Mlp(mlp), image);
    let convnet = Convnet::new(image, DIM, &mut rng, &device);
    check_gradients("convnet", &AnyBackbone::Convnet(convnet), image);
    let resnet = ResNet32::balanced(image, DIM, &mut rng, &device);
    check_gradients("resnet32", &AnyBackbone::ResNet32(resnet), image);
}

#[test]
fn swin_s_gradients_are_too() {
    let device = TrainingDevice::cpu().device.autodiff();
    let mut rng = Streams::new(3).rng(INIT);
    // Large enough for windows that are shifted and masked.
    let image = [3, 32, 32];
    let config = SwinConfig {
        dim: DIM,
        drop_path: 0.0,
    };
    let network = AnyBackbone::SwinT(SwinT::new(image, config, &mut rng, &device));
    check_gradients("swin-t", &network, image);
}

/// The losses of a few steps of SGD.
fn train(amp: Amp, steps: usize) -> Vec<f64> {
    let device = TrainingDevice::cpu().device.autodiff();
    let image = [3, 16, 16];
    let (inputs, labels) = batch(24, image, &device);
    let mut rng = Streams::new(5).rng(INIT);
    let mut network = AnyBackbone::ResNet32(ResNet32::balanced(image, DIM, &mut rng, &device));
    let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
    let mut optimizer = SgdConfig::new().with_momentum(Some(momentum)).init();
    (0..steps)
        .map(|_| {
            let loss = loss(&network, amp, inputs.clone(), &labels);
            let value: f32 = loss.clone().inner().into_scalar();
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(0.01, network.clone(), gradients);
            f64::from(value)
        })
        .collect()
}

/// 30 steps overfit one batch. Rounding turns the ways of two runs apart, so that single steps say little; but where
/// they lead is the same, and on the way each tells by how much a run falls.
#[test]
fn a_resnet_learns_in_bf16_as_in_f32() {
    const STEPS: usize = 30;
    let (exact, rough) = (train(Amp::Off, STEPS), train(Amp::Bf16, STEPS));
    eprintln!("f32  {exact:.3?}\nbf16 {rough:.3?}");
    // The first loss is that of the same network: one way forwards, of 4 roundings by at most 2^-9 in each of 32
    // layers, which add up as a random walk does.
    let first = (rough[0] - exact[0]).abs() / exact[0];
    let most = (4.0_f64 * 32.0).sqrt() * 2.0_f64.powi(-9);
    assert!(first < most, "first loss {} for {}", rough[0], exact[0]);
    let last = |losses: &[f64]| losses[STEPS - 5..].iter().sum::<f64>() / 5.0;
    let fall = exact[0] - last(&exact);
    assert!(fall > 0.5 * exact[0], "f32 must learn: {exact:?}");
    let missing = (last(&rough) - last(&exact)).abs();
    assert!(
        missing < 0.1 * fall,
        "f32 falls by {fall} to {}, bf16 to {}",
        last(&exact),
        last(&rough)
    );
}
