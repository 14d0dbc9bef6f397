//! Convolutions of many channels on a CPU, without unfolding the image.
//!
//! Images are copied into rows of a fixed pitch with zeros around them, channel by channel. Then the pixels
//! that one weight meets lie at one offset from the pixels that it adds to, for whole groups of images in one
//! run, and all three products (outputs, gradient of the input, gradient of the weights) are sums over such
//! runs ([`crate::micro`]). A stride of s splits the padded image into s x s images of every s-th row and
//! column, each of which meets some of the weights only.

use rayon::prelude::*;

use crate::grid::{Grid, Padded, group_of};
use crate::micro::{BLOCK, TILE, accumulate, dots, pack};

/// Parts in which gradients of weights are summed, at most. A fixed number, so that the order of sums, and
/// with it their rounding, does not depend on the number of threads.
const PARTS: usize = 16;
/// Numbers that those parts may hold together.
const PARTS_NUMBERS: usize = 1 << 26;

/// A convolution: B x C x H x W by O x C x K x L.
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
    /// Height K and width L of the kernel; the padded input is at least as large.
    pub(crate) kernel: [usize; 2],
    /// Stride, at least 1.
    pub(crate) stride: usize,
    /// Zeros around the input.
    pub(crate) padding: usize,
}

impl Conv {
    /// Height and width of the output.
    pub(crate) fn output(&self) -> [usize; 2] {
        let along = |axis: usize| {
            (self.size[axis] + 2 * self.padding - self.kernel[axis]) / self.stride + 1
        };
        [along(0), along(1)]
    }

    /// Numbers in one image of the input.
    pub(crate) fn image_in(&self) -> usize {
        self.channels_in * self.size[0] * self.size[1]
    }

    /// Numbers in one image of the output.
    pub(crate) fn image_out(&self) -> usize {
        let [height, width] = self.output();
        self.channels_out * height * width
    }

    /// Numbers that one output is a sum over.
    fn fan_in(&self) -> usize {
        self.channels_in * self.kernel[0] * self.kernel[1]
    }

    /// The grid of the padded input, or of each part of it that a stride makes.
    fn input_grid(&self, images: usize) -> Grid {
        let side = |axis: usize| {
            let padded = self.size[axis] + 2 * self.padding;
            if self.stride == 1 {
                // The zeros after a row are those before the next.
                let read = self.output()[axis] + self.kernel[axis] - 1;
                (self.size[axis] + self.padding).max(read - self.padding)
            } else {
                padded.div_ceil(self.stride)
            }
        };
        Grid::new(side(0), side(1), images)
    }

    /// Images that are worked on at a time.
    fn group(&self) -> usize {
        let parts = self.stride * self.stride * self.channels_in;
        let one = self.input_grid(1).image() * parts.max(self.channels_out);
        group_of(one, self.images)
    }

    /// The input as the grid has it: the parts that a stride makes, and in each its channels.
    fn padded_input<'a>(&self, x: &'a [f32]) -> Padded<'a> {
        Padded {
            values: x,
            channels: self.channels_in,
            size: self.size,
            stride: self.stride,
            front: [self.padding; 2],
        }
    }

    /// For each weight of an output, in their order, where in the padded input the numbers lie that it meets.
    fn offsets(&self, grid: &Grid) -> Vec<usize> {
        let stride = self.stride;
        let mut offsets = Vec::with_capacity(self.fan_in());
        for channel in 0..self.channels_in {
            for row in 0..self.kernel[0] {
                for column in 0..self.kernel[1] {
                    let part = (row % stride) * stride + column % stride;
                    let run = part * self.channels_in + channel;
                    offsets
                        .push(run * grid.run() + (row / stride) * grid.pitch() + column / stride);
                }
            }
        }
        offsets
    }

    /// What offsets and whole steps may read past the end.
    fn slack(&self, grid: &Grid) -> usize {
        (self.kernel[0] / self.stride + 1) * grid.pitch() + self.kernel[1]
    }

    /// The output, B x O x H' x W'.
    pub(crate) fn forward(&self, x: &[f32], weight: &[f32]) -> Vec<f32> {
        let fan_in = self.fan_in();
        let blocks: Vec<Vec<[f32; BLOCK]>> = (0..self.channels_out)
            .step_by(BLOCK)
            .map(|first| {
                pack(fan_in, |term, row| {
                    weight.get((first + row) * fan_in + term).copied()
                })
            })
            .collect();
        let group = self.group();
        let mut out = vec![0.0; self.images * self.image_out()];
        out.par_chunks_mut(group * self.image_out())
            .zip(x.par_chunks(group * self.image_in()))
            .for_each_init(
                || (Vec::new(), Vec::new()),
                |(padded, sums), (out, x)| {
                    let grid = self.input_grid(x.len() / self.image_in());
                    let offsets = self.offsets(&grid);
                    self.padded_input(x).write(&grid, self.slack(&grid), padded);
                    sums.resize(BLOCK * grid.run(), 0.0);
                    for (block, weights) in blocks.iter().enumerate() {
                        accumulate(weights, &offsets, padded, grid.run(), sums);
                        self.keep_outputs(sums, &grid, block * BLOCK, out);
                    }
                },
            );
        out
    }

    /// Takes the outputs from channel `first` on out of their runs.
    fn keep_outputs(&self, sums: &[f32], grid: &Grid, first: usize, out: &mut [f32]) {
        let [height, width] = self.output();
        let last = (first + BLOCK).min(self.channels_out);
        for (image, out) in out.chunks_exact_mut(self.image_out()).enumerate() {
            let planes = &mut out[first * height * width..last * height * width];
            let runs = sums.chunks_exact(grid.run());
            for (plane, run) in planes.chunks_exact_mut(height * width).zip(runs) {
                let rows = run[image * grid.image()..].chunks(grid.pitch());
                for (to, from) in plane.chunks_exact_mut(width).zip(rows) {
                    to.copy_from_slice(&from[..width]);
                }
            }
        }
    }

    /// The gradient of the weights, O x C x K x L, from the input and the gradient of the output.
    pub(crate) fn weight_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let numbers = self.channels_out * self.fan_in();
        let group = self.group();
        let groups = self.images.div_ceil(group).max(1);
        let parts = PARTS.min(PARTS_NUMBERS / numbers.max(1)).clamp(1, groups);
        let images_a_part = groups.div_ceil(parts) * group;
        let sums: Vec<Vec<f32>> = x
            .par_chunks(images_a_part * self.image_in())
            .zip(gradient.par_chunks(images_a_part * self.image_out()))
            .map(|(x, gradient)| {
                let mut total = vec![0.0; numbers];
                let (mut padded, mut pitched) = (Vec::new(), Vec::new());
                let groups = x
                    .chunks(group * self.image_in())
                    .zip(gradient.chunks(group * self.image_out()));
                for (x, gradient) in groups {
                    let grid = self.input_grid(x.len() / self.image_in());
                    self.padded_input(x)
                        .write(&grid, self.slack(&grid), &mut padded);
                    self.outputs(gradient)
                        .write(&grid, TILE * grid.run(), &mut pitched);
                    self.add_products(&padded, &pitched, &grid, &mut total);
                }
                total
            })
            .collect();
        let mut total = vec![0.0; numbers];
        for part in sums {
            for (total, part) in total.iter_mut().zip(part) {
                *total += part;
            }
        }
        total
    }

    /// Gradients of outputs, to be put where the outputs lie in the grid of the input.
    fn outputs<'a>(&self, gradient: &'a [f32]) -> Padded<'a> {
        Padded {
            values: gradient,
            channels: self.channels_out,
            size: self.output(),
            stride: 1,
            front: [0; 2],
        }
    }

    /// Adds a group's share to the gradient of the weights.
    fn add_products(&self, padded: &[f32], pitched: &[f32], grid: &Grid, total: &mut [f32]) {
        let fan_in = self.fan_in();
        let offsets = self.offsets(grid);
        for first in (0..self.channels_out).step_by(TILE) {
            let rows = &pitched[first * grid.run()..(first + TILE) * grid.run()];
            for (tile, offsets) in offsets.chunks(TILE).enumerate() {
                let four = std::array::from_fn(|index| offsets[index.min(offsets.len() - 1)]);
                let products = dots(rows, padded, four, grid.run());
                let channels = first..self.channels_out.min(first + TILE);
                for (channel, products) in channels.zip(products) {
                    let start = channel * fan_in + tile * TILE;
                    let total = &mut total[start..start + offsets.len()];
                    for (total, product) in total.iter_mut().zip(products) {
                        *total += product;
                    }
                }
            }
        }
    }
}
