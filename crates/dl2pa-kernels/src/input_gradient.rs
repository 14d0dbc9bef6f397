//! The gradient of a convolution's input: a convolution of the output's gradient by the turned weights, or
//! with a stride of s one for each of s x s kinds of pixels, since each meets some of the weights only.

use rayon::prelude::*;

use crate::conv::Conv;
use crate::grid::{Grid, Padded, group_of};
use crate::micro::{BLOCK, accumulate, pack};

/// Along one axis: the pixels of the input whose places in the padded image leave the same remainder by the
/// stride.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// The remainder, and the first weight that they meet; further ones follow at the stride.
    start: usize,
    /// How many weights they meet.
    weights: usize,
    /// The output that gets the first of them by the first weight.
    output: usize,
    /// The first of them, and how many there are.
    pixel: usize,
    count: usize,
}

impl Kind {
    /// Zeros that have to lie before the outputs.
    const fn front(self) -> usize {
        self.weights.saturating_sub(1).saturating_sub(self.output)
    }
}

/// Rows' and columns' kind.
type Kinds = [Kind; 2];

impl Conv {
    /// The gradient of the input, B x C x H x W, from the weights and the gradient of the output.
    pub(crate) fn input_gradient(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let kinds = self.kinds();
        let front = [0, 1].map(|axis| largest(&kinds, |kinds| kinds[axis].front()));
        let side = |axis: usize| {
            let read = |kinds: &Kinds| kinds[axis].count + kinds[axis].output;
            // The zeros after a row are those before the next.
            largest(&kinds, read).max(self.output()[axis] + front[axis])
        };
        let grid = |images| Grid::new(side(0), side(1), images);
        let one = grid(1).image() * self.channels_out.max(self.channels_in);
        let group = group_of(one, self.images);
        let blocks: Vec<Vec<Vec<[f32; BLOCK]>>> = kinds
            .iter()
            .map(|kinds| self.turned(weight, kinds))
            .collect();

        let mut out = vec![0.0; self.images * self.image_in()];
        out.par_chunks_mut(group * self.image_in())
            .zip(gradient.par_chunks(group * self.image_out()))
            .for_each_init(
                || (Vec::new(), Vec::new()),
                |(padded, sums), (out, gradient)| {
                    let grid = grid(gradient.len() / self.image_out());
                    let outputs = Padded {
                        values: gradient,
                        channels: self.channels_out,
                        size: self.output(),
                        stride: 1,
                        front,
                    };
                    let slack = (self.kernel[0] + front[0] + 1) * grid.pitch() + self.kernel[1];
                    outputs.write(&grid, slack, padded);
                    sums.resize(BLOCK * grid.run(), 0.0);
                    for (kinds, blocks) in kinds.iter().zip(&blocks) {
                        let offsets = self.turned_offsets(&grid, kinds, front);
                        for (block, weights) in blocks.iter().enumerate() {
                            accumulate(weights, &offsets, padded, grid.run(), sums);
                            self.keep_pixels(sums, &grid, kinds, block * BLOCK, out);
                        }
                    }
                },
            );
        out
    }

    fn kinds(&self) -> Vec<Kinds> {
        let stride = self.stride;
        let along = |axis: usize| {
            (0..stride).map(move |start| {
                // The place in the padded image is stride x output + start, and the padding lies before.
                let output = self.padding.saturating_sub(start).div_ceil(stride);
                let pixel = stride * output + start - self.padding;
                Kind {
                    start,
                    weights: self.kernel[axis].saturating_sub(start).div_ceil(stride),
                    output,
                    pixel,
                    count: self.size[axis].saturating_sub(pixel).div_ceil(stride),
                }
            })
        };
        along(0)
            .flat_map(|rows| along(1).map(move |columns| [rows, columns]))
            .collect()
    }

    /// The weights that pixels of these kinds meet, for each block of input channels.
    fn turned(&self, weight: &[f32], [rows, columns]: &Kinds) -> Vec<Vec<[f32; BLOCK]>> {
        let [height, width] = self.kernel;
        let each = rows.weights * columns.weights;
        let blocks = (0..self.channels_in).step_by(BLOCK);
        blocks
            .map(|first| {
                pack(self.channels_out * each, |term, row| {
                    let (output, place) = (term / each, term % each);
                    let channel = first + row;
                    let kernel_row = rows.start + place / columns.weights * self.stride;
                    let kernel_column = columns.start + place % columns.weights * self.stride;
                    let plane = output * self.channels_in + channel;
                    let at = (plane * height + kernel_row) * width + kernel_column;
                    (channel < self.channels_in).then(|| weight[at])
                })
            })
            .collect()
    }

    /// For each of these weights, where in the padded gradient the numbers lie that it meets.
    fn turned_offsets(
        &self,
        grid: &Grid,
        [rows, columns]: &Kinds,
        front: [usize; 2],
    ) -> Vec<usize> {
        let mut offsets = Vec::with_capacity(self.channels_out * rows.weights * columns.weights);
        for output in 0..self.channels_out {
            for row in 0..rows.weights {
                for column in 0..columns.weights {
                    let row = front[0] + rows.output - row;
                    let column = front[1] + columns.output - column;
                    offsets.push(output * grid.run() + row * grid.pitch() + column);
                }
            }
        }
        offsets
    }

    /// Takes the pixels of these kinds, from channel `first` on, out of their runs.
    fn keep_pixels(
        &self,
        sums: &[f32],
        grid: &Grid,
        [rows, columns]: &Kinds,
        first: usize,
        out: &mut [f32],
    ) {
        let [height, width] = self.size;
        let last = (first + BLOCK).min(self.channels_in);
        for (image, out) in out.chunks_exact_mut(self.image_in()).enumerate() {
            let planes = &mut out[first * height * width..last * height * width];
            let runs = sums.chunks_exact(grid.run());
            for (plane, run) in planes.chunks_exact_mut(height * width).zip(runs) {
                let from = run[image * grid.image()..].chunks(grid.pitch());
                let to = plane.chunks_exact_mut(width).skip(rows.pixel);
                for (to, from) in to.step_by(self.stride).zip(from).take(rows.count) {
                    let from = &from[..columns.count];
                    let to = &mut to[columns.pixel.min(width)..];
                    if self.stride == 1 {
                        to.copy_from_slice(from);
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

fn largest(kinds: &[Kinds], of: impl Fn(&Kinds) -> usize) -> usize {
    kinds.iter().map(of).max().unwrap_or(0)
}
