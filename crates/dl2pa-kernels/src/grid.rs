//! Images at a fixed pitch: those of one channel lie in one run, image after image.

use crate::micro::STEP;

/// Numbers that are worked on at a time: what half of a core's own cache holds.
const GROUP: usize = 128 * 1024;
/// Images that are worked on at a time, at most: as many threads as a batch of 128 has groups find work.
const GROUP_IMAGES: usize = 8;

/// How many images of `one` numbers each are worked on at a time.
pub(crate) fn group_of(one: usize, images: usize) -> usize {
    (GROUP / one.max(1))
        .clamp(1, GROUP_IMAGES)
        .min(images.max(1))
}

/// Where pixels lie in a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    rows: usize,
    pitch: usize,
    images: usize,
}

impl Grid {
    pub(crate) const fn new(rows: usize, pitch: usize, images: usize) -> Self {
        Self {
            rows,
            pitch,
            images,
        }
    }

    /// From a row to the next.
    pub(crate) const fn pitch(&self) -> usize {
        self.pitch
    }

    /// From an image to the next.
    pub(crate) const fn image(&self) -> usize {
        self.rows * self.pitch
    }

    /// From a channel to the next: all images, in whole steps of the inner loops.
    pub(crate) const fn run(&self) -> usize {
        (self.images * self.image()).next_multiple_of(STEP)
    }
}

/// Images (B x C x H x W) that are to be laid out by a [`Grid`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Padded<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) channels: usize,
    /// Height and width.
    pub(crate) size: [usize; 2],
    /// Every stride-th row and column goes to a part of its own; the parts follow each other.
    pub(crate) stride: usize,
    /// Zeros before the first row and column.
    pub(crate) front: [usize; 2],
}

impl Padded<'_> {
    /// Fills `to` with them, with zeros between, and `slack` zeros and a step after.
    pub(crate) fn write(&self, grid: &Grid, slack: usize, to: &mut Vec<f32>) {
        let Self {
            channels, stride, ..
        } = *self;
        let [height, width] = self.size;
        to.clear();
        to.resize(stride * stride * channels * grid.run() + slack + STEP, 0.0);
        let rows = self.values.chunks_exact(width).enumerate();
        for (index, from) in rows {
            let (row, plane) = (index % height, index / height);
            let (channel, image) = (plane % channels, plane / channels);
            let row = row + self.front[0];
            let start = |part: usize| {
                (part * channels + channel) * grid.run()
                    + image * grid.image()
                    + (row / stride) * grid.pitch
            };
            if stride == 1 {
                let start = start(0) + self.front[1];
                to[start..start + width].copy_from_slice(from);
                continue;
            }
            for (column, &value) in from.iter().enumerate() {
                let column = column + self.front[1];
                let part = (row % stride) * stride + column % stride;
                to[start(part) + column / stride] = value;
            }
        }
    }
}
