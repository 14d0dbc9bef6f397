//! The gradient of each loss, by burn's autodiff, against central differences of the same loss
//! computed on the host in double precision.

use burn::tensor::{Tensor, TensorData};
use dl2pa_core::config::LossKind;
use dl2pa_core::losses::{Loss, cosines, unit_rows};
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
fn loss_on_host(loss: Loss, features: &[f64], prototypes: &[f32]) -> f64 {
    let rows: Vec<f64> = features
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
            of_row(loss, &cosines, label)
        })
        .collect();
    let sum: f64 = rows.iter().sum();
    if loss.kind == LossKind::Paper {
        sum
    } else {
        sum / BATCH as f64
    }
}

/// One sample's part.
fn of_row(loss: Loss, cosines: &[f64], label: u32) -> f64 {
    let miss = 1.0 - cosines[label as usize];
    match loss.kind {
        LossKind::Paper => miss * miss,
        LossKind::CrossEntropy => {
            let sum: f64 = cosines.iter().map(|cosine| (SCALE * cosine).exp()).sum();
            let minus_log_share = |cosine: f64| sum.ln() - SCALE * cosine;
            let all = cosines.iter().map(|&cosine| minus_log_share(cosine));
            let of_label = minus_log_share(cosines[label as usize]);
            (1.0 - loss.smoothing) * of_label + loss.smoothing * all.sum::<f64>() / CLASSES as f64
        }
        LossKind::DotRegression => {
            // paper.md 1.2 g: E_k^2 = gamma / n_k with gamma = B / number of distinct labels.
            let distinct = 5.0;
            let samples = LABELS.iter().filter(|&&other| other == label).count() as f64;
            0.5 * BATCH as f64 / distinct / samples * miss * miss
        }
    }
}

fn check(kind: LossKind, smoothing: f64) {
    let loss_in_force = Loss {
        kind,
        scale: SCALE,
        smoothing,
    };
    let device = TrainingDevice::cpu().device.autodiff();
    let (features, prototypes) = (features(), class_prototypes());
    let as_f32: Vec<f32> = features.iter().map(|&x| x as f32).collect();
    let leaf =
        Tensor::<2>::from_data(TensorData::new(as_f32, [BATCH, DIM]), &device).require_grad();
    let w = Tensor::<2>::from_data(TensorData::new(prototypes.clone(), [CLASSES, DIM]), &device);
    let loss = loss_in_force.of(cosines(unit_rows(leaf.clone()), w), &LABELS);

    let value: f32 = loss.clone().inner().into_scalar();
    let expected = loss_on_host(loss_in_force, &features, &prototypes);
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
            loss_on_host(loss_in_force, &moved, &prototypes)
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
        largest > 0.01,
        "the check must have something to check: {largest}"
    );
}

#[test]
fn the_papers_loss_has_the_gradient_of_its_definition() {
    check(LossKind::Paper, 0.0);
}

#[test]
fn the_cross_entropy_has_the_gradient_of_its_definition() {
    check(LossKind::CrossEntropy, 0.0);
}

#[test]
fn the_smoothed_cross_entropy_has_the_gradient_of_its_definition() {
    check(LossKind::CrossEntropy, 0.1);
}

#[test]
fn the_dot_regression_has_the_gradient_of_its_definition() {
    check(LossKind::DotRegression, 0.0);
}
