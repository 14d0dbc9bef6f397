//! The kernels against the sums that define them.

use proptest::prelude::*;

use crate::conv::Conv;
use crate::norm::{Added, Norm};

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

/// Output, gradient of the input and gradient of the weights, term by term.
fn by_definition(conv: &Conv, x: &[f32], weight: &[f32], gradient: &[f32]) -> [Vec<f64>; 3] {
    let [out_height, out_width] = conv.output();
    let mut out = vec![0.0; gradient.len()];
    let mut of_input = vec![0.0; x.len()];
    let mut of_weight = vec![0.0; weight.len()];
    let inside = |place: usize, axis: usize| {
        place
            .checked_sub(conv.padding)
            .filter(|&place| place < conv.size[axis])
    };
    for (at, (out, &gradient)) in out.iter_mut().zip(gradient).enumerate() {
        let (plane, pixel) = (at / (out_height * out_width), at % (out_height * out_width));
        let (image, output) = (plane / conv.channels_out, plane % conv.channels_out);
        let (row, column) = (pixel / out_width, pixel % out_width);
        for channel in 0..conv.channels_in {
            for i in 0..conv.kernel[0] {
                for j in 0..conv.kernel[1] {
                    let row = inside(row * conv.stride + i, 0);
                    let column = inside(column * conv.stride + j, 1);
                    let (Some(row), Some(column)) = (row, column) else {
                        continue;
                    };
                    let plane = image * conv.channels_in + channel;
                    let x_at = (plane * conv.size[0] + row) * conv.size[1] + column;
                    let weight_plane = output * conv.channels_in + channel;
                    let weight_at = (weight_plane * conv.kernel[0] + i) * conv.kernel[1] + j;
                    let (value, weight) = (f64::from(x[x_at]), f64::from(weight[weight_at]));
                    *out += value * weight;
                    of_input[x_at] += f64::from(gradient) * weight;
                    of_weight[weight_at] += f64::from(gradient) * value;
                }
            }
        }
    }
    [out, of_input, of_weight]
}

/// The largest deviation, relative to the largest number.
fn off(ours: &[f32], exact: &[f64]) -> f64 {
    assert_eq!(ours.len(), exact.len());
    let scale = exact
        .iter()
        .fold(1e-3_f64, |max, value| max.max(value.abs()));
    let pairs = ours.iter().zip(exact);
    pairs.fold(0.0_f64, |max, (&ours, exact)| {
        max.max((f64::from(ours) - exact).abs() / scale)
    })
}

fn kernels_of(conv: &Conv) -> [Vec<f32>; 3] {
    let fan_in = conv.channels_in * conv.kernel[0] * conv.kernel[1];
    let x = noise(conv.images * conv.image_in(), 1);
    let weight = noise(conv.channels_out * fan_in, 2);
    let gradient = noise(conv.images * conv.image_out(), 3);
    [
        conv.forward(&x, &weight),
        conv.input_gradient(&weight, &gradient),
        conv.weight_gradient(&x, &gradient),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_convolution_and_its_gradients_are_the_sums_that_define_them(
        images in 1_usize..11,
        channels in [1_usize..12, 1..20],
        size in [1_usize..15, 1..15],
        kernel in [1_usize..6, 1..6],
        stride in 1_usize..5,
        padding in 0_usize..5,
    ) {
        let padding = padding.min(kernel[0] - 1).min(kernel[1] - 1);
        let conv = Conv {
            images,
            channels_in: channels[0],
            channels_out: channels[1],
            size: [0, 1].map(|axis| size[axis].max(kernel[axis])),
            kernel,
            stride,
            padding,
        };
        let fan_in = conv.channels_in * kernel[0] * kernel[1];
        let x = noise(images * conv.image_in(), 1);
        let weight = noise(conv.channels_out * fan_in, 2);
        let gradient = noise(images * conv.image_out(), 3);
        let exact = by_definition(&conv, &x, &weight, &gradient);
        for (ours, exact) in kernels_of(&conv).iter().zip(&exact) {
            prop_assert!(off(ours, exact) < 1e-5, "{conv:?}");
        }
    }
}

#[test]
fn sums_do_not_depend_on_the_number_of_threads() {
    let conv = Conv {
        images: 40,
        channels_in: 16,
        channels_out: 24,
        size: [20, 20],
        kernel: [3, 3],
        stride: 1,
        padding: 1,
    };
    let norm = Norm {
        channels: 16,
        pixels: 400,
        epsilon: 1e-5,
    };
    let x = noise(conv.images * conv.image_in(), 4);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build()
            .unwrap()
            .install(|| (kernels_of(&conv), norm.moments(&x)))
    };
    assert_eq!(run(1), run(5));
}

#[test]
fn a_batch_far_from_zero_keeps_its_variance() {
    // 1000 +- 1: the mean of squares minus the square of the mean would lose it in f32.
    let norm = Norm {
        channels: 2,
        pixels: 50,
        epsilon: 0.0,
    };
    let x: Vec<f32> = noise(2 * 50 * 30, 5).iter().map(|u| 1000.0 + u).collect();
    let moments = norm.moments(&x);
    for channel in 0..2 {
        let values: Vec<f64> = x
            .chunks(50)
            .skip(channel)
            .step_by(2)
            .flatten()
            .map(|&value| f64::from(value))
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|value| (value - mean).powi(2));
        let variance = squares.sum::<f64>() / values.len() as f64;
        assert!((f64::from(moments.mean[channel]) - mean).abs() < 1e-4);
        assert!((f64::from(moments.variance[channel]) - variance).abs() < 1e-4 * variance);
    }
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    let norm = Norm {
        channels: 1,
        pixels: 3,
        epsilon: 1e-5,
    };
    let x = [1.0, f32::NAN, 2.0];
    let moments = norm.moments(&x);
    let out = norm.forward(&x, &moments, (&[1.0], &[0.0]), Added::Relu);
    assert!(out.iter().all(|value| value.is_nan()));
}
