//! Convolutions of many channels on a CPU, without unfolding the image.
//!
//! Images are copied into rows of a fixed pitch with zeros around them, channel by channel. Then the pixels
//! that one weight meets lie at one offset from the pixels that it adds to, for whole images in one run, and
//! all three products (output, gradient of the input, gradient of the weights) are sums over such runs.
//! A stride of s splits the padded image into s x s images of every s-th row and column, which meet only
//! some of the weights each.

use rayon::prelude::*;

use crate::micro::{BLOCK, STEP, TILE, accumulate, dots};

/// Numbers of a group of images that are worked on at a time: what half of a core's own cache holds.
const GROUP: usize = 128 * 1024;
/// Parts in which gradients of weights are summed, at most; a fixed number, so that sums do not depend on the
/// number of threads.
const PARTS: usize = 16;
/// Numbers that those parts may take together.
const PARTS_NUMBERS: usize = 1 << 26;

/// A convolution: B x C x H x W by O x C x K x K.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conv {
    /// Images B.
    pub(crate) images: usize,
    /// Channels C of the input.
    pub(crate) channels_in: usize,
    /// Channels O of the output.
    pub(crate) channels_out: usize,
    /// Height H and width W of the input.
    pub(crate) size: [usize; 2],
    /// Height and width of the kernel.
    pub(crate) kernel: [usize; 2],
    /// Stride.
    pub(crate) stride: usize,
    /// Zeros around the input.
    pub(crate) padding: usize,
}

/// Images copied to a fixed pitch.
struct Grid {
    /// Rows and columns of one (padded) image; those of one image follow those of another.
    rows: usize,
    pitch: usize,
    /// Images.
    images: usize,
}

impl Grid {
    const fn image(&self) -> usize {
        self.rows * self.pitch
    }

    /// Numbers in the run of all images of one channel, in whole steps.
    const fn run(&self) -> usize {
        (self.images * self.image()).next_multiple_of(STEP)
    }
}

impl Conv {
    /// Height and width of the output.
    pub(crate) fn output(&self) -> [usize; 2] {
        let along = |axis: usize| {
            (self.size[axis] + 2 * self.padding - self.kernel[axis]) / self.stride + 1
        };
        [along(0), along(1)]
    }

    fn pixels_in(&self) -> usize {
        self.size[0] * self.size[1]
    }

    fn pixels_out(&self) -> usize {
        let [height, width] = self.output();
        height * width
    }

    fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Rows and columns of a padded (and split) image: with a stride of 1 the zeros after a row are those
    /// before the next.
    fn side(&self, axis: usize) -> usize {
        let padded = self.size[axis] + 2 * self.padding;
        if self.stride == 1 {
            let needed = self.output()[axis] + self.kernel[axis] - 1;
            (self.size[axis] + self.padding).max(needed - self.padding)
        } else {
            padded.div_ceil(self.stride)
        }
    }

    fn input_grid(&self, images: usize) -> Grid {
        Grid {
            rows: self.side(0),
            pitch: self.side(1),
            images,
        }
    }

    /// Images that are worked on at a time.
    fn group(&self) -> usize {
        let one = self.side(0)
            * self.side(1)
            * (self.stride * self.stride * self.channels_in).max(self.channels_out);
        (GROUP / one.max(1)).clamp(1, 16).min(self.images.max(1))
    }

    /// Copies `images` images to the pitch; `(phase row, phase column, channel)` by run.
    fn spread_input(&self, x: &[f32], images: usize, spread: &mut Vec<f32>) {
        let grid = self.input_grid(images);
        let (run, stride, padding) = (grid.run(), self.stride, self.padding);
        let [height, width] = self.size;
        let slack = (self.kernel[0] / stride + 1) * grid.pitch + self.kernel[1] + STEP;
        spread.clear();
        spread.resize(stride * stride * self.channels_in * run + slack, 0.0);
        for image in 0..images {
            for channel in 0..self.channels_in {
                let plane = &x[(image * self.channels_in + channel) * height * width..];
                for row in 0..height {
                    let from = &plane[row * width..(row + 1) * width];
                    let padded = row + padding;
                    let phase = (padded % stride) * stride;
                    if stride == 1 {
                        let start =
                            channel * run + image * grid.image() + padded * grid.pitch + padding;
                        spread[start..start + width].copy_from_slice(from);
                    } else {
                        for (column, &value) in from.iter().enumerate() {
                            let column = column + padding;
                            let at = ((phase + column % stride) * self.channels_in + channel) * run
                                + image * grid.image()
                                + (padded / stride) * grid.pitch
                                + column / stride;
                            spread[at] = value;
                        }
                    }
                }
            }
        }
    }

    /// Where in the spread input the numbers lie that each weight of an output (channel, row, column of the
    /// kernel) meets.
    fn input_offsets(&self, images: usize) -> Vec<usize> {
        let grid = self.input_grid(images);
        let stride = self.stride;
        let mut offsets = Vec::with_capacity(self.channels_in * self.taps());
        for channel in 0..self.channels_in {
            for row in 0..self.kernel[0] {
                for column in 0..self.kernel[1] {
                    let phase = (row % stride) * stride + column % stride;
                    offsets.push(
                        (phase * self.channels_in + channel) * grid.run()
                            + (row / stride) * grid.pitch
                            + column / stride,
                    );
                }
            }
        }
        offsets
    }

    /// The output, B x O x H' x W'.
    pub(crate) fn forward(&self, x: &[f32], weight: &[f32]) -> Vec<f32> {
        let [height, width] = self.output();
        let (pixels, per_output) = (height * width, self.channels_in * self.taps());
        let mut out = vec![0.0; self.images * self.channels_out * pixels];
        let packed: Vec<Vec<[f32; BLOCK]>> = (0..self.channels_out)
            .step_by(BLOCK)
            .map(|first| {
                let pack = |k: usize| {
                    std::array::from_fn(|row| {
                        let channel = first + row;
                        if channel < self.channels_out {
                            weight[channel * per_output + k]
                        } else {
                            0.0
                        }
                    })
                };
                (0..per_output).map(pack).collect()
            })
            .collect();
        let group = self.group();
        let per_image = self.channels_in * self.pixels_in();
        out.par_chunks_mut(group * self.channels_out * pixels)
            .zip(x.par_chunks(group * per_image))
            .for_each_init(
                || (Vec::new(), Vec::new()),
                |(spread, sums), (out, x)| {
                    let images = x.len() / per_image;
                    let grid = self.input_grid(images);
                    let offsets = self.input_offsets(images);
                    self.spread_input(x, images, spread);
                    sums.resize(BLOCK * grid.run(), 0.0);
                    for (block, weights) in packed.iter().enumerate() {
                        accumulate(weights, &offsets, spread, grid.run(), sums);
                        let first = block * BLOCK;
                        let last = (first + BLOCK).min(self.channels_out);
                        for image in 0..images {
                            for channel in first..last {
                                let from =
                                    &sums[(channel - first) * grid.run() + image * grid.image()..];
                                let to = &mut out[(image * self.channels_out + channel) * pixels..]
                                    [..pixels];
                                for (row, to) in to.chunks_exact_mut(width).enumerate() {
                                    to.copy_from_slice(&from[row * grid.pitch..][..width]);
                                }
                            }
                        }
                    }
                },
            );
        out
    }

    /// The gradient of the weights, O x C x K x K, from the input and the gradient of the output.
    pub(crate) fn weight_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let [height, width] = self.output();
        let (pixels, per_output) = (height * width, self.channels_in * self.taps());
        let numbers = self.channels_out * per_output;
        let group = self.group();
        let per_image = self.channels_in * self.pixels_in();
        let groups = self.images.div_ceil(group).max(1);
        let parts = PARTS.min(PARTS_NUMBERS / numbers.max(1)).clamp(1, groups);
        let images_a_part = groups.div_ceil(parts) * group;
        let sums: Vec<Vec<f32>> = x
            .par_chunks(images_a_part * per_image)
            .zip(gradient.par_chunks(images_a_part * self.channels_out * pixels))
            .map(|(x, gradient)| {
                let mut total = vec![0.0; numbers];
                let (mut spread, mut lefts) = (Vec::new(), Vec::new());
                let groups = x
                    .chunks(group * per_image)
                    .zip(gradient.chunks(group * self.channels_out * pixels));
                for (x, gradient) in groups {
                    let images = x.len() / per_image;
                    let grid = self.input_grid(images);
                    self.spread_input(x, images, &mut spread);
                    self.spread_output(gradient, &grid, &mut lefts);
                    let offsets = self.input_offsets(images);
                    for (block, left) in lefts.chunks(TILE * grid.run()).enumerate() {
                        for (tile, offsets) in offsets.chunks(TILE).enumerate() {
                            let last = offsets[offsets.len() - 1];
                            let four = std::array::from_fn(|j| *offsets.get(j).unwrap_or(&last));
                            let found = dots(left, &spread, four, grid.run());
                            for (i, found) in found.iter().enumerate() {
                                let channel = block * TILE + i;
                                if channel < self.channels_out {
                                    let start = channel * per_output + tile * TILE;
                                    let total = &mut total[start..start + offsets.len()];
                                    for (total, found) in total.iter_mut().zip(found) {
                                        *total += found;
                                    }
                                }
                            }
                        }
                    }
                }
                total
            })
            .collect();
        let mut sums = sums.into_iter();
        let mut total = sums.next().unwrap_or_else(|| vec![0.0; numbers]);
        for part in sums {
            for (total, part) in total.iter_mut().zip(part) {
                *total += part;
            }
        }
        total
    }

    /// Copies gradients of outputs to the pitch of the input, channels in whole tiles.
    fn spread_output(&self, gradient: &[f32], grid: &Grid, spread: &mut Vec<f32>) {
        let [height, width] = self.output();
        let channels = self.channels_out.next_multiple_of(TILE);
        spread.clear();
        spread.resize(channels * grid.run(), 0.0);
        for image in 0..grid.images {
            for channel in 0..self.channels_out {
                let plane = &gradient[(image * self.channels_out + channel) * height * width..];
                let to = &mut spread[channel * grid.run() + image * grid.image()..];
                for row in 0..height {
                    to[row * grid.pitch..][..width]
                        .copy_from_slice(&plane[row * width..(row + 1) * width]);
                }
            }
        }
    }

    /// The gradient of the input, B x C x H x W, from the weights and the gradient of the output.
    pub(crate) fn input_gradient(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let pixels = self.pixels_out();
        let phases = self.phases();
        // Zeros before the gradients of an image, and the side of all that is read of it.
        let front = |axis: usize| {
            let all = phases.iter().map(|phase| &phase[axis]);
            all.map(|side| side.taps.saturating_sub(1).saturating_sub(side.first))
                .max()
                .unwrap_or(0)
        };
        let fronts = [front(0), front(1)];
        let side = |axis: usize| {
            let all = phases.iter().map(|phase| &phase[axis]);
            let read = all.map(|side| side.count + fronts[axis] + side.first).max();
            let needed = read.unwrap_or(0).saturating_sub(fronts[axis]);
            (self.output()[axis] + fronts[axis]).max(needed)
        };
        let (rows, pitch) = (side(0), side(1));
        let group = {
            let one = rows * pitch * self.channels_out.max(self.channels_in);
            (GROUP / one.max(1)).clamp(1, 16).min(self.images.max(1))
        };
        // Weights of each phase by blocks of input channels.
        let packed: Vec<Vec<Vec<[f32; BLOCK]>>> = phases
            .iter()
            .map(|phase| self.pack_for_input(weight, phase))
            .collect();
        let per_image = self.channels_in * self.pixels_in();
        let mut out = vec![0.0; self.images * per_image];
        out.par_chunks_mut(group * per_image)
            .zip(gradient.par_chunks(group * self.channels_out * pixels))
            .for_each_init(
                || (Vec::new(), Vec::new()),
                |(spread, sums), (out, gradient)| {
                    let images = out.len() / per_image;
                    let grid = Grid {
                        rows,
                        pitch,
                        images,
                    };
                    self.spread_gradient(gradient, &grid, fronts, spread);
                    sums.resize(BLOCK * grid.run(), 0.0);
                    for (phase, packed) in phases.iter().zip(&packed) {
                        let offsets = self.gradient_offsets(&grid, phase, fronts);
                        for (block, weights) in packed.iter().enumerate() {
                            accumulate(weights, &offsets, spread, grid.run(), sums);
                            self.gather(sums, &grid, phase, block * BLOCK, out);
                        }
                    }
                },
            );
        out
    }

    fn spread_gradient(
        &self,
        gradient: &[f32],
        grid: &Grid,
        fronts: [usize; 2],
        spread: &mut Vec<f32>,
    ) {
        let [height, width] = self.output();
        let run = grid.run();
        let slack = (self.kernel[0] + fronts[0] + 1) * grid.pitch + self.kernel[1] + STEP;
        spread.clear();
        spread.resize(self.channels_out * run + slack, 0.0);
        for image in 0..grid.images {
            for channel in 0..self.channels_out {
                let plane = &gradient[(image * self.channels_out + channel) * height * width..];
                for row in 0..height {
                    let start = channel * run
                        + image * grid.image()
                        + (row + fronts[0]) * grid.pitch
                        + fronts[1];
                    spread[start..start + width]
                        .copy_from_slice(&plane[row * width..(row + 1) * width]);
                }
            }
        }
    }

    /// The pixels of the input that meet the same weights, along rows and along columns.
    fn phases(&self) -> Vec<[Phase; 2]> {
        let along = |axis: usize| -> Vec<Phase> {
            (0..self.stride)
                .map(|start| {
                    let (size, stride) = (self.size[axis], self.stride);
                    let first = self.padding.saturating_sub(start).div_ceil(stride);
                    let pixel = (stride * first + start) - self.padding;
                    Phase {
                        start,
                        first,
                        pixel,
                        count: size.saturating_sub(pixel).div_ceil(stride),
                        taps: self.kernel[axis].saturating_sub(start).div_ceil(stride),
                    }
                })
                .collect()
        };
        let columns = along(1);
        along(0)
            .into_iter()
            .flat_map(|row| columns.iter().map(move |&column| [row, column]))
            .collect()
    }

    fn pack_for_input(&self, weight: &[f32], phase: &[Phase; 2]) -> Vec<Vec<[f32; BLOCK]>> {
        let [rows, columns] = phase;
        let blocks = (0..self.channels_in).step_by(BLOCK);
        blocks
            .map(|first| {
                let mut packed = Vec::with_capacity(self.channels_out * rows.taps * columns.taps);
                for output in 0..self.channels_out {
                    for j in 0..rows.taps {
                        for i in 0..columns.taps {
                            let row = rows.start + j * self.stride;
                            let column = columns.start + i * self.stride;
                            packed.push(std::array::from_fn(|channel| {
                                let channel = first + channel;
                                if channel < self.channels_in {
                                    weight[((output * self.channels_in + channel) * self.kernel[0]
                                        + row)
                                        * self.kernel[1]
                                        + column]
                                } else {
                                    0.0
                                }
                            }));
                        }
                    }
                }
                packed
            })
            .collect()
    }

    fn gradient_offsets(&self, grid: &Grid, phase: &[Phase; 2], fronts: [usize; 2]) -> Vec<usize> {
        let [rows, columns] = phase;
        let mut offsets = Vec::with_capacity(self.channels_out * rows.taps * columns.taps);
        for output in 0..self.channels_out {
            for j in 0..rows.taps {
                for i in 0..columns.taps {
                    let row = fronts[0] + rows.first - j;
                    let column = fronts[1] + columns.first - i;
                    offsets.push(output * grid.run() + row * grid.pitch + column);
                }
            }
        }
        offsets
    }

    fn gather(&self, sums: &[f32], grid: &Grid, phase: &[Phase; 2], first: usize, out: &mut [f32]) {
        let [rows, columns] = phase;
        let last = (first + BLOCK).min(self.channels_in);
        for image in 0..grid.images {
            for channel in first..last {
                let from = &sums[(channel - first) * grid.run() + image * grid.image()..];
                let plane = &mut out[(image * self.channels_in + channel) * self.pixels_in()..]
                    [..self.pixels_in()];
                for j in 0..rows.count {
                    let from = &from[j * grid.pitch..][..columns.count];
                    let row = (rows.pixel + j * self.stride) * self.size[1];
                    let to = &mut plane[row + columns.pixel..];
                    if self.stride == 1 {
                        to[..columns.count].copy_from_slice(from);
                    } else {
                        for (to, &from) in to.iter_mut().step_by(self.stride).zip(from) {
                            *to = from;
                        }
                    }
                }
            }
        }
    }
}

/// Along one axis: the pixels of the input whose distance to the first weight's leaves the same remainder.
#[derive(Clone, Copy, Debug)]
struct Phase {
    /// The remainder, which is also the first weight they meet.
    start: usize,
    /// Output that the first of them gets from that weight.
    first: usize,
    /// The first of them, and how many they are.
    pixel: usize,
    count: usize,
    /// Weights they meet.
    taps: usize,
}
