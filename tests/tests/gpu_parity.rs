//! The GPU computes what the CPU computes: losses, input gradients and five optimiser steps of the
//! same network, over several widths and batches. A software adapter (llvmpipe) is enough.
//!
//! burn's `fusion` and `autotune` may be turned on only where this passes with them.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_core::config::LossKind;
use dl2pa_core::losses::{Loss, cosines, unit_rows};
use dl2pa_core::prototypes;
use dl2pa_core::streams::{INIT, PROTOTYPES, Streams};
use dl2pa_models::Mlp;
use dl2pa_runtime::device::{DeviceChoice, TrainingDevice, headless};

const INPUTS: usize = 12;
const CLASSES: usize = 20;
const DIM: usize = 3;
const STEPS: usize = 5;
const LR: f64 = 0.05;

struct Outcome {
    losses: Vec<f32>,
    input_gradient: Vec<f32>,
}

fn wave(length: usize, frequency: f32) -> Vec<f32> {
    (0..length)
        .map(|index| (index as f32 * frequency).sin())
        .collect()
}

fn train(device: &Device, width: usize, batch: usize, kind: LossKind) -> Outcome {
    let device = device.clone().autodiff();
    let streams = Streams::new(7);
    let mut network = Mlp::new(
        INPUTS,
        &[width, width],
        DIM,
        &mut streams.rng(INIT),
        &device,
    );
    let rows = prototypes::random(CLASSES, DIM, &mut streams.rng(PROTOTYPES));
    let w = Tensor::<2>::from_data(TensorData::new(rows, [CLASSES, DIM]), &device);
    let labels: Vec<u32> = (0..batch as u32)
        .map(|row| row * 7 % CLASSES as u32)
        .collect();
    let loss_in_force = Loss {
        kind,
        scale: 16.0,
        smoothing: 0.0,
    };
    let inputs = TensorData::new(wave(batch * INPUTS, 0.37), [batch, INPUTS]);
    let inputs = Tensor::<2>::from_data(inputs, &device).require_grad();
    let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
    let mut optimizer = SgdConfig::new().with_momentum(Some(momentum)).init();
    let mut outcome = Outcome {
        losses: Vec::new(),
        input_gradient: Vec::new(),
    };
    for step in 0..STEPS {
        let z = unit_rows(network.forward(inputs.clone()));
        let loss = loss_in_force.of(cosines(z, w.clone()), &labels);
        outcome.losses.push(loss.clone().inner().into_scalar());
        let gradients = loss.backward();
        if step == 0 {
            let gradient = inputs.grad(&gradients).expect("the inputs are a leaf");
            outcome.input_gradient = gradient.into_data().try_to_vec::<f32>().expect("f32");
        }
        let gradients = GradientsParams::from_grads(gradients, &network);
        let scale = if loss_in_force.is_sum() {
            1.0 / batch as f64
        } else {
            1.0
        };
        network = optimizer.step(LR * scale, network, gradients);
    }
    outcome
}

#[test]
fn losses_gradients_and_steps_agree_with_the_cpu() {
    let gpu = headless(DeviceChoice::Gpu, 0.0).expect(
        "this test needs a GPU or a software one: on Debian, the package mesa-vulkan-drivers",
    );
    let cpu = TrainingDevice::cpu();
    for (width, batch) in [(8, 5), (33, 32), (64, 128), (128, 96)] {
        for kind in [
            LossKind::CrossEntropy,
            LossKind::Paper,
            LossKind::DotRegression,
        ] {
            let case = format!("{kind:?}, width {width}, batch {batch}, {}", gpu.name);
            let expected = train(&cpu.device, width, batch, kind);
            let found = train(&gpu.device, width, batch, kind);
            for (step, (found, expected)) in found.losses.iter().zip(&expected.losses).enumerate() {
                // Rounding differs and grows a little with each step.
                let tolerance = 2e-3 * expected.abs().max(0.1);
                assert!(
                    (found - expected).abs() < tolerance,
                    "{case}, step {step}: {found} for {expected}"
                );
            }
            assert!(
                expected.losses[STEPS - 1] < expected.losses[0],
                "{case}: the steps must change something: {:?}",
                expected.losses
            );
            let largest = expected
                .input_gradient
                .iter()
                .fold(0.0_f32, |a, b| a.max(b.abs()));
            assert!(largest > 1e-4, "{case}: the gradient must not vanish");
            for (found, expected) in found.input_gradient.iter().zip(&expected.input_gradient) {
                assert!(
                    (found - expected).abs() < 1e-3 * largest,
                    "{case}: {found} for {expected}"
                );
            }
        }
    }
}
