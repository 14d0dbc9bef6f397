//! The gradient of each loss, by burn's autodiff, against central differences of the same loss
//! computed on the host in double precision.

use burn::tensor::{Int, Tensor, TensorData};
use dl2pa_core::config::LossKind;
use dl2pa_core::losses::{cosines, sample_loss, training_loss, unit_rows};
use dl2pa_core::prototypes;
use dl2pa_core::streams::{PROTOTYPES, Streams};
use dl2pa_runtime::device::TrainingDevice;

const BATCH: usize = 6;
const CLASSES: usize = 7;
const DIM: usize = 4;
const SCALE: f64 = 16.0;
const STEP: f64 = 1e-5;

/// Features before normalisation, of lengths other than 1, and labels with one repeated.
fn features() -> Vec<f64> {
    (0..BATCH * DIM)
        .map(|index| 1.5 * ((index as f64) * 0.7 + 0.3).sin() + 0.1)
        .collect()
}
const LABELS: [u32; BATCH] = [0, 3, 3, 6, 1, 5];

fn class_prototypes() -> Vec<f32> {
    prototypes::random(CLASSES, DIM, &mut Streams::new(5).rng(PROTOTYPES))
}

/// The loss as DESIGN and paper define it, on the host.
fn loss_on_host(kind: LossKind, features: &[f64], prototypes: &[f32]) -> f64 {
    let sum: f64 = features
        .chunks_exact(DIM)
        .zip(LABELS)
        .map(|(row, label)| {
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            let cosines: Vec<f64> = prototypes
                .chunks_exact(DIM)
                .map(|w| {
                    row.iter()
                        .zip(w)
                        .map(|(x, w)| x * f64::from(*w))
                        .sum::<f64>()
                        / length
                })
                .collect();
            sample_loss(kind, &cosines, label as usize, SCALE)
        })
        .sum();
    match kind {
        LossKind::Paper => sum,
        LossKind::CrossEntropy => sum / BATCH as f64,
    }
}

fn check(kind: LossKind) {
    let device = TrainingDevice::cpu().device.autodiff();
    let (features, prototypes) = (features(), class_prototypes());
    let as_f32: Vec<f32> = features.iter().map(|&x| x as f32).collect();
    let leaf =
        Tensor::<2>::from_data(TensorData::new(as_f32, [BATCH, DIM]), &device).require_grad();
    let w = Tensor::<2>::from_data(TensorData::new(prototypes.clone(), [CLASSES, DIM]), &device);
    let labels: Vec<i32> = LABELS.iter().map(|&label| label as i32).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [BATCH]), &device);
    let loss = training_loss(kind, cosines(unit_rows(leaf.clone()), w), labels, SCALE);

    let value: f32 = loss.clone().inner().into_scalar();
    let expected = loss_on_host(kind, &features, &prototypes);
    assert!(
        (f64::from(value) - expected).abs() < 1e-4 * expected.abs().max(1.0),
        "{value} {expected}"
    );

    let gradients = loss.backward();
    let gradient = leaf
        .grad(&gradients)
        .expect("the features are a leaf")
        .into_data()
        .try_to_vec::<f32>()
        .expect("f32");
    let mut largest = 0.0_f64;
    for index in 0..features.len() {
        let at = |shift: f64| {
            let mut moved = features.clone();
            moved[index] += shift;
            loss_on_host(kind, &moved, &prototypes)
        };
        let difference = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        let found = f64::from(gradient[index]);
        largest = largest.max(difference.abs());
        assert!(
            (found - difference).abs() < 2e-4 * difference.abs().max(1.0),
            "{kind:?}, number {index}: autodiff {found}, differences {difference}"
        );
    }
    assert!(
        largest > 0.05,
        "the check must have something to check: {largest}"
    );
}

#[test]
fn the_papers_loss_has_the_gradient_of_its_definition() {
    check(LossKind::Paper);
}

#[test]
fn the_cross_entropy_has_the_gradient_of_its_definition() {
    check(LossKind::CrossEntropy);
}
