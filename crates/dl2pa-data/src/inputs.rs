//! The inputs of a split, however they are kept: numbers, pictures as bytes, or files to be decoded.

use std::path::PathBuf;

/// Inputs of n samples.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// n x features numbers, ready for a network.
    Numbers(Vec<f32>),
    /// n x features bytes: pictures of one size, channel by channel, row by row.
    Pixels(Vec<u8>),
    /// n pictures of any size, decoded when they are needed.
    Files(Vec<PathBuf>),
}
