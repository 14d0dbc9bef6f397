//! What can be wrong with a request for augmented images.

use thiserror::Error;

/// Images cannot be packed, selected or augmented as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AugmentError {
    /// The bytes are no whole number of images.
    #[error(
        "{bytes} bytes are no whole number of {channels} x {height} x {width} images; give all planes of every image"
    )]
    Bytes {
        /// Bytes that were given.
        bytes: usize,
        /// Channels of an image.
        channels: usize,
        /// Rows of an image.
        height: usize,
        /// Columns of an image.
        width: usize,
    },
    /// An image that is not there.
    #[error("image {row} was asked for and there are {images}; ask for 0 to one less")]
    Row {
        /// The image asked for.
        row: u32,
        /// Number of images.
        images: usize,
    },
    /// Draws for another number of images, or from a permutation that does not fit.
    #[error("{drawn} images were drawn for and the batch has {images}; draw for each batch anew")]
    Batch {
        /// Images that were drawn for.
        drawn: usize,
        /// Images of the batch.
        images: usize,
    },
    /// A setting out of range.
    #[error("{what}")]
    Setting {
        /// What is wrong, and the range that is allowed.
        what: String,
    },
}
