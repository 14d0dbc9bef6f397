//! How an image of tokens is cut into windows, which every other block shifts by half a window.

use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Tokens along a side of a window.
pub(super) const SIDE: usize = 7;
/// Tokens in a window.
pub(super) const TOKENS: usize = SIDE * SIDE;
/// Different offsets between two tokens of a window.
pub(super) const OFFSETS: usize = (2 * SIDE - 1) * (2 * SIDE - 1);
/// Added to the scores of tokens that are not neighbours in the image (torchvision's number).
const FAR: f32 = -100.0;

/// The windows over an image of `height` x `width` tokens. Its bottom and right are padded with zeros to
/// whole windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    height: usize,
    width: usize,
    /// Tokens by which the image turns up, and left, before it is cut.
    shift: [usize; 2],
}

impl Windows {
    /// Windows that start at the corner, or half a window from it where the image is larger than one.
    pub(super) const fn new([height, width]: [usize; 2], shifted: bool) -> Self {
        let shift = if shifted {
            [half_of_large(height), half_of_large(width)]
        } else {
            [0, 0]
        };
        Self {
            height,
            width,
            shift,
        }
    }

    const fn padded(self) -> [usize; 2] {
        [padded(self.height), padded(self.width)]
    }

    /// How many windows one image has.
    pub(super) const fn count(self) -> usize {
        let [height, width] = self.padded();
        (height / SIDE) * (width / SIDE)
    }

    const fn is_shifted(self) -> bool {
        self.shift[0] + self.shift[1] > 0
    }

    /// B x H x W x C to B*windows x tokens x C.
    pub(super) fn split(self, x: Tensor<4>) -> Tensor<3> {
        let [rows, _, _, channels] = x.dims();
        let [height, width] = self.padded();
        let (below, right) = (height - self.height, width - self.width);
        let x = if below + right > 0 {
            let around = [(0, 0), (0, below), (0, right), (0, 0)];
            x.pad(around, PadMode::Constant(0.0))
        } else {
            x
        };
        let x = x
            .roll_dim(-(self.shift[0] as isize), 1)
            .roll_dim(-(self.shift[1] as isize), 2);
        x.reshape([rows, height / SIDE, SIDE, width / SIDE, SIDE, channels])
            .swap_dims(2, 3)
            .reshape([rows * self.count(), TOKENS, channels])
    }

    /// The way back from [`Self::split`]: B*windows x tokens x C to B x H x W x C.
    pub(super) fn join(self, windows: Tensor<3>) -> Tensor<4> {
        let [all, _, channels] = windows.dims();
        let rows = all / self.count();
        let [height, width] = self.padded();
        windows
            .reshape([rows, height / SIDE, width / SIDE, SIDE, SIDE, channels])
            .swap_dims(2, 3)
            .reshape([rows, height, width, channels])
            .roll_dim(self.shift[0] as isize, 1)
            .roll_dim(self.shift[1] as isize, 2)
            .slice([0..rows, 0..self.height, 0..self.width, 0..channels])
    }

    /// What shifted windows add to the scores of their pairs of tokens (1 x windows x 1 x tokens x tokens):
    /// tokens that the turning brought together from opposite ends of the image should not see each other.
    pub(super) fn mask(self, device: &Device) -> Option<Tensor<5>> {
        if !self.is_shifted() {
            return None;
        }
        let [height, width] = self.padded();
        let mut values = Vec::with_capacity(self.count() * TOKENS * TOKENS);
        for top in (0..height).step_by(SIDE) {
            for left in (0..width).step_by(SIDE) {
                let regions = tokens().map(|[row, column]| {
                    [
                        region(top + row, height, self.shift[0]),
                        region(left + column, width, self.shift[1]),
                    ]
                });
                let regions: Vec<[u8; 2]> = regions.collect();
                values.extend(regions.iter().flat_map(|query| {
                    let score = move |key| if key == query { 0.0 } else { FAR };
                    regions.iter().map(score)
                }));
            }
        }
        let shape = [1, self.count(), 1, TOKENS, TOKENS];
        Some(Tensor::from_data(TensorData::new(values, shape), device))
    }
}

const fn padded(length: usize) -> usize {
    length.div_ceil(SIDE) * SIDE
}

const fn half_of_large(length: usize) -> usize {
    if padded(length) > SIDE { SIDE / 2 } else { 0 }
}

/// Rows and columns of a window's tokens, in the order of the tokens.
fn tokens() -> impl Iterator<Item = [usize; 2]> {
    (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| [row, column]))
}

/// Which stretch of a side of `length` tokens, turned by `shift`, position `at` belongs to: only within one
/// are neighbours true neighbours. (Without a shift there is one stretch.)
const fn region(at: usize, length: usize, shift: usize) -> u8 {
    if shift == 0 || at < length - SIDE {
        0
    } else if at < length - shift {
        1
    } else {
        2
    }
}

/// For each pair of tokens (query, then key) the number of the offset between them.
pub(super) fn offset_numbers() -> Vec<i64> {
    let number = |query: [usize; 2], key: [usize; 2]| {
        let along = |axis: usize| query[axis] + SIDE - 1 - key[axis];
        (along(0) * (2 * SIDE - 1) + along(1)) as i64
    };
    tokens()
        .flat_map(|query| tokens().map(move |key| number(query, key)))
        .collect()
}

/// [`offset_numbers`] on a device.
pub(super) fn offsets(device: &Device) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(offset_numbers(), [TOKENS * TOKENS]), device)
}
