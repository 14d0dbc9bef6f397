//! The operations on rows against burn's own, differences and numbers worked out by hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};
use dl2pa_kernels::Affine;
use dl2pa_kernels::rows::{
    After, Descent, class_sums, cross_entropy, descend, linear, normalise_rows, normalise_rows_by,
    products, squared_misses, unit_rows,
};

/// `count` numbers of [-1, 1).
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
    .take(count)
    .collect()
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// The largest difference, relative to the largest number.
fn apart(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let scale = theirs.iter().fold(1e-3_f32, |most, x| most.max(x.abs()));
    let pairs = ours.iter().zip(theirs);
    pairs.fold(0.0, |most: f32, (a, b)| most.max((a - b).abs() / scale))
}

/// A small network with its head: the loss, and the gradients of `x`, both weights, both biases, scales, shifts and
/// prototypes.
fn network(ours: bool, smoothing: f64) -> Vec<Vec<f32>> {
    let device = Device::flex().autodiff();
    let (rows, inputs, hidden, dim, classes) = (37, 5, 21, 3, 11);
    let parameter = |count, seed| noise(count, seed);
    let x = tensor(&noise(rows * inputs, 1), [rows, inputs], &device).require_grad();
    let w1 = tensor(&parameter(inputs * hidden, 2), [inputs, hidden], &device).require_grad();
    let b1 = tensor(&parameter(hidden, 3), [hidden], &device).require_grad();
    let scale = tensor(&parameter(hidden, 4), [hidden], &device).require_grad();
    let shift = tensor(&parameter(hidden, 5), [hidden], &device).require_grad();
    let w2 = tensor(&parameter(hidden * dim, 6), [hidden, dim], &device).require_grad();
    let b2 = tensor(&parameter(dim, 7), [dim], &device).require_grad();
    let prototypes = tensor(&parameter(classes * dim, 8), [classes, dim], &device).require_grad();
    let labels: Vec<u32> = (0..rows as u32)
        .map(|row| row * 7 % classes as u32)
        .collect();
    let balance = noise(rows, 9);

    let at = Tensor::<2, Int>::from_data(
        TensorData::new(
            labels.iter().map(|&label| label as i32).collect(),
            [rows, 1],
        ),
        &device,
    );
    let (loss, misses) = if ours {
        let h = linear(x.clone(), w1.clone(), b1.clone());
        let affine = Affine {
            weight: scale.clone(),
            bias: shift.clone(),
            epsilon: 1e-5,
        };
        let h = normalise_rows(h, affine, After::Relu).outputs;
        let z = unit_rows(linear(h, w2.clone(), b2.clone()), 1e-12);
        let cosines = products(z, unit_rows(prototypes.clone(), 1e-12));
        let entropy = cross_entropy(&cosines, &labels, 16.0, smoothing).unwrap();
        (entropy, squared_misses(&cosines, &labels, balance).unwrap())
    } else {
        let h = x.clone().matmul(w1.clone()) + b1.clone().unsqueeze::<2>();
        let centred = h.clone() - h.mean_dim(0);
        let variance = centred.clone().powi_scalar(2).mean_dim(0);
        let normed = centred / variance.add_scalar(1e-5).sqrt();
        let h = normed * scale.clone().unsqueeze::<2>() + shift.clone().unsqueeze::<2>();
        let h = burn::tensor::activation::relu(h);
        let z = h.matmul(w2.clone()) + b2.clone().unsqueeze::<2>();
        let unit = |rows: Tensor<2>| rows.clone() / rows.powi_scalar(2).sum_dim(1).sqrt();
        let cosines = unit(z).matmul(unit(prototypes.clone()).transpose());
        let shares = log_softmax(cosines.clone().mul_scalar(16.0), 1);
        let picked = shares.clone().gather(1, at.clone()).mean();
        let entropy = picked.mul_scalar(smoothing - 1.0) - shares.mean().mul_scalar(smoothing);
        let balance = tensor(&balance, [rows, 1], &device);
        let misses = cosines.gather(1, at).neg().add_scalar(1.0).powi_scalar(2);
        (entropy, (misses * balance).sum())
    };
    let gradients = (loss.clone() + misses.clone().mul_scalar(0.3)).backward();
    let mut found = vec![values(loss), values(misses)];
    found.extend([&x, &w1, &w2, &prototypes].map(|p| values(p.grad(&gradients).unwrap())));
    // A constant before a normalisation has no effect.
    assert!(
        values(b1.grad(&gradients).unwrap())
            .iter()
            .all(|g| g.abs() < 1e-4)
    );
    found.extend([&b2, &scale, &shift].map(|p| values(p.grad(&gradients).unwrap())));
    found
}

#[test]
fn a_network_of_them_has_the_loss_and_the_gradients_that_burn_finds() {
    for smoothing in [0.0, 0.1] {
        let (ours, theirs) = (network(true, smoothing), network(false, smoothing));
        for (part, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let off = apart(ours, theirs);
            assert!(off < 1e-5, "part {part}: {off}");
        }
    }
}

#[test]
fn known_statistics_normalise_as_the_formula_says() {
    let device = Device::flex();
    let x = tensor(&[1.0, 10.0, 3.0, 30.0], [2, 2], &device);
    let of = |values: [f32; 2]| tensor(&values, [2], &device);
    let affine = Affine {
        weight: of([2.0, 1.0]),
        bias: of([0.5, -1.0]),
        epsilon: 0.0,
    };
    let by = |after| {
        let affine = affine.clone();
        values(normalise_rows_by(
            x.clone(),
            affine,
            of([2.0, 20.0]),
            of([4.0, 25.0]),
            after,
        ))
    };
    assert_eq!(by(After::Nothing), [-0.5, -3.0, 1.5, 1.0]);
    assert_eq!(by(After::Relu), [0.0, 0.0, 1.5, 1.0]);
}

#[test]
fn a_column_far_from_zero_keeps_its_variance() {
    // 1000 +- 1: the mean of squares minus the square of the mean would lose it in f32.
    let device = Device::flex();
    let x: Vec<f32> = noise(1500, 5).iter().map(|u| 1000.0 + u).collect();
    let one = |value| tensor(&[value], [1], &device);
    let affine = Affine {
        weight: one(1.0),
        bias: one(0.0),
        epsilon: 0.0,
    };
    let made = normalise_rows(tensor(&x, [1500, 1], &device), affine, After::Nothing);
    let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / 1500.0;
    let squares = x.iter().map(|&x| (f64::from(x) - mean).powi(2));
    let variance = squares.sum::<f64>() / 1500.0;
    assert!((f64::from(values(made.mean)[0]) - mean).abs() < 1e-4);
    assert!((f64::from(values(made.variance)[0]) - variance).abs() < 1e-4 * variance);
}

#[test]
fn rows_are_added_to_their_class() {
    let device = Device::flex();
    let rows = tensor(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0], [3, 2], &device);
    let sums = class_sums(rows, &[2, 0, 2], vec![1.0, 1.0, 0.5], 3);
    assert_eq!(values(sums), [4.0, 8.0, 0.0, 0.0, 9.0, 18.0]);
}

#[test]
fn a_step_moves_as_pytorch_s_does() {
    let device = Device::flex();
    let of = |values: [f32; 2]| tensor(&values, [2], &device);
    let by = Descent {
        lr: 0.5,
        momentum: 0.25,
        weight_decay: 0.125,
    };
    let [value, velocity] = descend(of([8.0, -4.0]), of([1.0, 2.0]), of([4.0, 0.0]), by);
    assert_eq!(values(velocity), [3.0, 1.5]);
    assert_eq!(values(value), [6.5, -4.75]);
}

#[test]
fn what_is_not_a_number_reaches_the_loss() {
    let cosines = tensor(&[f32::NAN, 0.5, 0.1, 0.2], [2, 2], &Device::flex());
    let loss = |labels: [u32; 2]| values(cross_entropy(&cosines, &labels, 16.0, 0.0).unwrap())[0];
    assert!(loss([1, 0]).is_nan());
    assert!(loss([0, 0]).is_nan());
}
