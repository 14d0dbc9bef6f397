//! Batch normalisation on a CPU, with what usually follows it, in few passes over memory.

use rayon::prelude::*;

/// Sums that run side by side, so that the processor's vectors are full and rounding stays small.
const LANES: usize = 16;

/// Images B x C x P (P pixels), to be normalised channel by channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Norm {
    /// Channels C.
    pub(crate) channels: usize,
    /// Pixels P of one channel of one image.
    pub(crate) pixels: usize,
    /// Added to the variance.
    pub(crate) epsilon: f32,
}

/// Statistics of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    /// Mean of each channel.
    pub(crate) mean: Vec<f32>,
    /// Biased variance of each channel.
    pub(crate) variance: Vec<f32>,
}

/// What follows a normalisation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Added<'a> {
    Nothing,
    /// Negative numbers become 0.
    Relu,
    /// These are added, and then negative numbers become 0.
    AddRelu(&'a [f32]),
}

/// Gradients of a normalisation.
#[derive(Clone, Debug)]
pub(crate) struct NormGradients {
    /// Of the input.
    pub(crate) input: Vec<f32>,
    /// Of the scales.
    pub(crate) weight: Vec<f32>,
    /// Of the shifts.
    pub(crate) bias: Vec<f32>,
}

impl Norm {
    /// Mean and variance of each channel over the batch.
    pub(crate) fn moments(&self, x: &[f32]) -> Moments {
        let channels = (0..self.channels).into_par_iter();
        let (mean, variance) = channels.map(|channel| self.moments_of(x, channel)).unzip();
        Moments { mean, variance }
    }

    /// By the formula of Chan, Golub and LeVeque (1983), which adds plane to plane: each plane is small enough
    /// to be read a second time, for its deviations, from the cache.
    fn moments_of(&self, x: &[f32], channel: usize) -> (f32, f32) {
        let pixels = self.pixels as f64;
        let (mut count, mut mean, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
        for plane in self.planes(x, channel) {
            let here = sum(plane, |value| value) / pixels;
            let centre = here as f32;
            let deviations = sum(plane, |value| (value - centre) * (value - centre));
            let all = count + pixels;
            let off = here - mean;
            squares += deviations + off * off * count * pixels / all;
            mean += off * pixels / all;
            count = all;
        }
        (mean as f32, (squares / count.max(1.0)) as f32)
    }

    /// The pixels of one channel, image by image.
    fn planes<'a>(&self, x: &'a [f32], channel: usize) -> impl Iterator<Item = &'a [f32]> {
        let (pixels, channels) = (self.pixels, self.channels);
        let images = x.chunks_exact(pixels * channels);
        images.map(move |image| &image[channel * pixels..(channel + 1) * pixels])
    }

    /// The normalised, scaled and shifted input, and what follows.
    pub(crate) fn forward(
        &self,
        x: &[f32],
        moments: &Moments,
        (weight, bias): (&[f32], &[f32]),
        next: Added<'_>,
    ) -> Vec<f32> {
        let mut out = vec![0.0; x.len()];
        let planes = out.par_chunks_exact_mut(self.pixels).enumerate();
        planes.for_each(|(plane, out)| {
            let channel = plane % self.channels;
            let scale = weight[channel] * self.inverse(moments, channel);
            let (mean, shift) = (moments.mean[channel], bias[channel]);
            let of = |x: f32| (x - mean) * scale + shift;
            let at = plane * self.pixels..(plane + 1) * self.pixels;
            let pairs = out.iter_mut().zip(&x[at.clone()]);
            match next {
                Added::Nothing => pairs.for_each(|(out, &x)| *out = of(x)),
                Added::Relu => pairs.for_each(|(out, &x)| *out = cut(of(x))),
                Added::AddRelu(added) => pairs
                    .zip(&added[at])
                    .for_each(|((out, &x), &added)| *out = cut(of(x) + added)),
            }
        });
        out
    }

    /// 1 over the standard deviation.
    fn inverse(&self, moments: &Moments, channel: usize) -> f32 {
        1.0 / (moments.variance[channel] + self.epsilon).sqrt()
    }

    /// The part of a gradient that a ReLU with these outputs lets pass.
    pub(crate) fn passed(&self, outputs: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut passed = vec![0.0; gradient.len()];
        let planes = passed.par_chunks_exact_mut(self.pixels).enumerate();
        planes.for_each(|(plane, passed)| {
            let at = plane * self.pixels..(plane + 1) * self.pixels;
            let pairs = outputs[at.clone()].iter().zip(&gradient[at]);
            for (passed, (&output, &gradient)) in passed.iter_mut().zip(pairs) {
                *passed = if output > 0.0 { gradient } else { 0.0 };
            }
        });
        passed
    }

    /// The gradients, from the input, its moments, the scales and the gradient of what was scaled and shifted.
    pub(crate) fn backward(
        &self,
        x: &[f32],
        moments: &Moments,
        weight: &[f32],
        gradient: &[f32],
    ) -> NormGradients {
        let sums: Vec<[f64; 2]> = (0..self.channels)
            .into_par_iter()
            .map(|channel| self.gradient_sums(x, moments.mean[channel], gradient, channel))
            .collect();
        let count = (x.len() / self.channels.max(1)) as f64;
        let mut input = vec![0.0; x.len()];
        let planes = input.par_chunks_exact_mut(self.pixels).enumerate();
        planes.for_each(|(plane, input)| {
            let channel = plane % self.channels;
            let inverse = self.inverse(moments, channel);
            let [total, product] = sums[channel].map(|sum| (sum / count) as f32);
            let (mean, slope) = (moments.mean[channel], product * inverse * inverse);
            let scale = weight[channel] * inverse;
            let at = plane * self.pixels..(plane + 1) * self.pixels;
            let pairs = x[at.clone()].iter().zip(&gradient[at]);
            for (input, (&x, &gradient)) in input.iter_mut().zip(pairs) {
                *input = scale * (gradient - total - (x - mean) * slope);
            }
        });
        let of_weight =
            |channel: usize| (sums[channel][1] * f64::from(self.inverse(moments, channel))) as f32;
        NormGradients {
            input,
            weight: (0..self.channels).map(of_weight).collect(),
            bias: sums.iter().map(|[total, _]| *total as f32).collect(),
        }
    }

    /// Sums over the batch of a channel's gradient, and of its product with the centred input.
    fn gradient_sums(&self, x: &[f32], mean: f32, gradient: &[f32], channel: usize) -> [f64; 2] {
        let mut sums = [0.0; 2];
        let planes = self.planes(x, channel).zip(self.planes(gradient, channel));
        for (x, gradient) in planes {
            let mut lanes = [[0.0_f32; LANES]; 2];
            for (x, gradient) in x.chunks(LANES).zip(gradient.chunks(LANES)) {
                for (lane, (&x, &gradient)) in x.iter().zip(gradient).enumerate() {
                    lanes[0][lane] += gradient;
                    lanes[1][lane] += gradient * (x - mean);
                }
            }
            for (sum, lanes) in sums.iter_mut().zip(lanes) {
                *sum += lanes.iter().copied().map(f64::from).sum::<f64>();
            }
        }
        sums
    }
}

/// ReLU; what is not a number stays so.
fn cut(value: f32) -> f32 {
    if value < 0.0 { 0.0 } else { value }
}

/// The sum of `of` over a plane.
fn sum(plane: &[f32], of: impl Fn(f32) -> f32) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    for chunk in plane.chunks(LANES) {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += of(value);
        }
    }
    lanes.iter().copied().map(f64::from).sum()
}
