//! Data sets whose pictures are all of one small size and fit in memory.

/// Pictures with their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PixelSplit {
    /// n pictures, each channel by channel and row by row.
    pub pixels: Vec<u8>,
    /// n labels, each below the number of classes.
    pub labels: Vec<u32>,
}

/// A data set of small pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelSet {
    /// Name, as in the configuration.
    pub name: &'static str,
    /// One name a class; its length is the number of classes.
    pub class_names: Vec<String>,
    /// The group of each class, where the data has such.
    pub class_groups: Option<Vec<u32>>,
    /// Colour channels of a picture.
    pub channels: usize,
    /// Rows of a picture.
    pub height: usize,
    /// Columns of a picture.
    pub width: usize,
    /// Pictures to learn from.
    pub train: PixelSplit,
    /// Pictures to judge by.
    pub test: PixelSplit,
}

/// Turns square channels that lie column by column, as MATLAB has them, row by row.
pub(super) fn rows_first(picture: &mut [u8], side: usize) {
    for channel in picture.chunks_exact_mut(side * side) {
        for row in 1..side {
            for column in 0..row {
                channel.swap(row * side + column, column * side + row);
            }
        }
    }
}
