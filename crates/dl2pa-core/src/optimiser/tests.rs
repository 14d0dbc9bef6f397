//! Steps of a scaled loss: skipped to the last bit where gradients overflow, and otherwise those of the loss.

use burn::module::Module;

use super::*;

#[derive(Module, Debug)]
struct Row {
    weight: Param<Tensor<1>>,
}

fn row(device: &Device) -> Row {
    let values = TensorData::new(vec![0.3_f32, -1.7, 2.5], [3]);
    Row {
        weight: Param::from_tensor(Tensor::from_data(values, device).require_grad()),
    }
}

fn config(opt: OptKind, amp: Amp) -> RunConfig {
    let mut config = RunConfig {
        weight_decay: 0.1,
        ..RunConfig::default()
    };
    config.recipe.opt = opt;
    config.recipe.amp = amp;
    config
}

fn bits(row: &Row) -> Vec<u32> {
    let values: Vec<f32> = row.weight.val().inner().into_data().try_to_vec().unwrap();
    values.into_iter().map(f32::to_bits).collect()
}

fn state(optimiser: &Optimiser) -> Vec<(String, Vec<f32>)> {
    let tensors = optimiser.state().0.into_iter();
    let read = |tensor: Tensor<1>| tensor.into_data().try_to_vec().unwrap();
    tensors.map(|(name, tensor)| (name, read(tensor))).collect()
}

/// A step down `sum of factors x weight^2`.
fn step(optimiser: &mut Optimiser, row: Row, factors: [f32; 3]) -> Row {
    let weight = row.weight.val();
    let factors = Tensor::from_data(TensorData::new(factors.to_vec(), [3]), &weight.device());
    let loss = optimiser.scaled((weight.powi_scalar(2) * factors).sum());
    let gradients = GradientsParams::from_grads(loss.backward(), &row);
    optimiser.step(0.01, row, gradients)
}

/// One gradient beyond `f32` with its scale, the others small: none of the parameters moves, nor any moment.
#[test]
fn an_overflow_skips_the_step_to_the_last_bit_and_halves_the_scale() {
    let plain = Device::flex();
    for opt in [OptKind::Sgd, OptKind::AdamW] {
        let mut optimiser = Optimiser::new(&config(opt, Amp::F16), &plain);
        let first = row(&plain.clone().autodiff());
        let before = bits(&first);
        let skipped = step(&mut optimiser, first, [1.0, 1e38, 1.0]);
        assert_eq!(bits(&skipped), before, "{opt}: the very first step");
        let stepped = step(&mut optimiser, skipped, [1.0; 3]);
        assert_ne!(bits(&stepped), before, "{opt}: a good step");
        let (before, moments) = (bits(&stepped), state(&optimiser));
        let skipped = step(&mut optimiser, stepped, [1.0, f32::NAN, 1.0]);
        assert_eq!(bits(&skipped), before, "{opt}: a later step");
        for ((name, before), (_, after)) in moments.iter().zip(&state(&optimiser)) {
            if name == LOSS_SCALE {
                assert_eq!(before[..], [32_768.0, 1.0, 1.0], "{opt}");
                assert_eq!(after[..], [16_384.0, 0.0, 1.0], "{opt}");
            } else {
                assert_eq!(before, after, "{opt}: {name}");
            }
        }
    }
}

/// Scaling by powers of 2 is exact, so that SGD takes the very same steps, and AdamW those of burn's own up to the
/// rounding of its corrections: also after steps that were skipped, which count for nothing.
#[test]
fn steps_of_a_scaled_loss_are_those_of_the_loss() {
    let plain = Device::flex();
    for opt in [OptKind::Sgd, OptKind::AdamW] {
        let mut bare = Optimiser::new(&config(opt, Amp::Off), &plain);
        let mut scaled = Optimiser::new(&config(opt, Amp::F16), &plain);
        let device = plain.clone().autodiff();
        let (mut expected, mut found) = (row(&device), row(&device));
        for factors in [
            [1.0, 2.0, 0.5],
            [1e38; 3],
            [0.1, 3.0, 1.0],
            [1e38; 3],
            [1.0; 3],
        ] {
            if factors[0] < 1e30 {
                expected = step(&mut bare, expected, factors);
            }
            found = step(&mut scaled, found, factors);
        }
        let (expected, found) = (bits(&expected), bits(&found));
        if opt == OptKind::Sgd {
            assert_eq!(found, expected);
        }
        assert_ne!(expected, bits(&row(&device)));
        for (found, expected) in found.into_iter().zip(expected) {
            let (found, expected) = (f32::from_bits(found), f32::from_bits(expected));
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
    }
}
