//! A set of images on the device as bytes, four in one 32-bit integer.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::error::AugmentError;

/// Bytes in one integer.
const PER_WORD: usize = 4;

/// Images of one shape on a device. A word of an image holds four of its bytes, the first lowest; its
/// last word is filled up with zeros. One buffer holds them all (CIFAR: 154 MB; Tiny ImageNet: 1.2 GB), so
/// that the adapter must allow bindings as large.
#[derive(Clone, Debug)]
pub struct PackedImages {
    /// n x ceil(C H W / 4), 32 bits each.
    words: Tensor<2, Int>,
    images: usize,
    shape: [usize; 3],
}

impl PackedImages {
    /// Packs and uploads `bytes`: n images of `shape` = [channels, height, width], plane by plane, row by
    /// row. `device` carries no autodiff.
    ///
    /// # Errors
    ///
    /// When the bytes are no whole number of images, or an image has no pixel.
    pub fn new(bytes: &[u8], shape: [usize; 3], device: &Device) -> Result<Self, AugmentError> {
        let [channels, height, width] = shape;
        let features = channels
            .checked_mul(height)
            .and_then(|pixels| pixels.checked_mul(width));
        let features = features
            .filter(|&features| features > 0 && bytes.len().is_multiple_of(features))
            .ok_or(AugmentError::Bytes {
                bytes: bytes.len(),
                channels,
                height,
                width,
            })?;
        let images = bytes.len() / features;
        let words: Vec<i32> = bytes
            .chunks_exact(features)
            .flat_map(|image| image.chunks(PER_WORD))
            .map(|four| {
                let mut word = [0; PER_WORD];
                word[..four.len()].copy_from_slice(four);
                i32::from_le_bytes(word)
            })
            .collect();
        let words = TensorData::new(words, [images, features.div_ceil(PER_WORD)]);
        Ok(Self {
            words: Tensor::from_data(words, (device, DType::I32)),
            images,
            shape,
        })
    }

    /// Number of images.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.images
    }

    /// Whether there is no image.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.images == 0
    }

    /// Channels, height and width of an image.
    #[must_use]
    pub const fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The images `rows`, in that order (B x C x H x W, 0 to 255).
    ///
    /// # Errors
    ///
    /// When a row is past the end.
    pub fn select(&self, rows: &[u32]) -> Result<Tensor<4>, AugmentError> {
        if let Some(&row) = rows.iter().find(|&&row| row as usize >= self.images) {
            return Err(AugmentError::Row {
                row,
                images: self.images,
            });
        }
        let indices = TensorData::new(rows.iter().map(|&row| row as i32).collect(), [rows.len()]);
        let indices = Tensor::from_data(indices, &self.words.device());
        Ok(self.unpack(&self.words.clone().select(0, indices)))
    }

    /// All images (n x C x H x W, 0 to 255): for a batch that was uploaded as bytes.
    #[must_use]
    pub fn all(&self) -> Tensor<4> {
        self.unpack(&self.words)
    }

    /// Bytes as numbers, by shifts and masks.
    fn unpack(&self, words: &Tensor<2, Int>) -> Tensor<4> {
        let [channels, height, width] = self.shape;
        let [images, per_image] = words.dims();
        // The shift keeps the sign, the mask drops it.
        let bytes = (0..PER_WORD as i32)
            .map(|place| {
                words
                    .clone()
                    .bitwise_right_shift_scalar(8 * place)
                    .bitwise_and_scalar(0xff)
            })
            .collect();
        Tensor::stack::<3>(bytes, 2)
            .reshape([images, per_image * PER_WORD])
            .slice([0..images, 0..channels * height * width])
            .float()
            .reshape([images, channels, height, width])
    }
}
