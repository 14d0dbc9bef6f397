//! One sample from file to planes of bytes: decode, crop, mirror, augment.

use std::path::Path;
use std::{fs, io};

use fast_image_resize::Resizer;
use rand::RngExt;

use super::error::{DecodeError, ImageError};
use super::picture::Picture;
use super::resample::{resize, shrink_for};
use super::trivial_augment::Augmentation;
use super::window::{Window, random_crop};
use crate::rect::RectRange;
use crate::streams::StreamRng;

/// How a picture becomes an input of `size` x `size` pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Transform {
    /// Random resized crop, then mirrored half of the time, then TrivialAugmentWide if asked for.
    Train {
        /// Pixels of one side of the input.
        size: usize,
        /// How far crops go.
        crop: RectRange,
        /// Whether half of the samples are mirrored left to right.
        mirror: bool,
        /// Whether one random operation of TrivialAugmentWide follows.
        trivial_augment: bool,
    },
    /// The shorter side resized to `resize` pixels, the central `crop` x `crop` pixels kept.
    Evaluate {
        /// Pixels of the shorter side after resizing, at least `crop`.
        resize: usize,
        /// Pixels of one side of the input.
        crop: usize,
    },
}

impl Transform {
    /// Training crops of `size` pixels with torchvision's defaults, mirrored half of the time.
    #[must_use]
    pub fn train(size: usize) -> Self {
        Self::Train {
            size,
            crop: RectRange::CROPS,
            mirror: true,
            trivial_augment: false,
        }
    }

    /// Pixels of one side of the input.
    #[must_use]
    pub const fn size(&self) -> usize {
        match *self {
            Self::Train { size, .. } => size,
            Self::Evaluate { crop, .. } => crop,
        }
    }

    /// Bytes of one input: three planes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        3 * self.size() * self.size()
    }

    /// Refuses sizes and ranges that no picture can be brought to.
    pub(super) fn check(&self) -> Result<(), DecodeError> {
        let refuse = |what: String| Err(DecodeError::Plan { what });
        let size = self.size();
        if !(1..=MOST_SIDE).contains(&size) {
            return refuse(format!(
                "inputs of {size} x {size} pixels; ask for 1 to {MOST_SIDE} pixels"
            ));
        }
        match *self {
            Self::Train { crop, .. } if !crop.is_valid() => refuse(format!(
                "random crops of scale {:?} and ratio {:?}; give scales in (0, 1] and positive ratios, the lesser first",
                crop.scale, crop.ratio
            )),
            Self::Evaluate { resize, crop } if resize < crop || resize > MOST_SIDE => {
                refuse(format!(
                    "the shorter side resized to {resize} pixels and a crop of {crop}; resize to {crop} to {MOST_SIDE} pixels"
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Pixels of one side of the largest input.
const MOST_SIDE: usize = 4096;

/// Bytes of the longest file that is read; no picture that is decoded needs as many.
const MOST_FILE_BYTES: u64 = 1 << 30;

/// Bytes of decoded pixels that a thread keeps for its next picture: 3,300 x 3,300 pixels.
const MOST_KEPT: usize = 32 << 20;

/// Reads and transforms files one after the other, keeping its buffers. One for each thread.
#[derive(Default)]
pub struct Decoder {
    resizer: Resizer,
    rgb: Vec<u8>,
}

impl Decoder {
    /// Reads the file `path` and writes its input, 3 x size x size bytes (red, green, blue plane; row by
    /// row), to `planes`. All draws come from `rng`; evaluation draws nothing.
    ///
    /// # Errors
    ///
    /// When the file gives no picture, or when `planes` has another length than `transform.bytes()`.
    pub fn load(
        &mut self,
        path: &Path,
        transform: &Transform,
        rng: &mut StreamRng,
        planes: &mut [u8],
    ) -> Result<(), DecodeError> {
        let bytes = read(path).map_err(|error| ImageError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        self.transform(path, &bytes, transform, rng, planes)
    }

    /// As [`Decoder::load`], for a file that has been read: `path` only names it.
    ///
    /// # Errors
    ///
    /// As [`Decoder::load`].
    pub fn transform(
        &mut self,
        path: &Path,
        bytes: &[u8],
        transform: &Transform,
        rng: &mut StreamRng,
        planes: &mut [u8],
    ) -> Result<(), DecodeError> {
        transform.check()?;
        if planes.len() != transform.bytes() {
            return Err(DecodeError::Plan {
                what: format!(
                    "{} bytes for an input of {}; give as many",
                    planes.len(),
                    transform.bytes()
                ),
            });
        }
        let size = transform.size();
        let picture = Picture::open(path, bytes)?;
        let (width, height) = (picture.width(), picture.height());
        let mut uniform = || rng.random::<f64>();
        let (window, mirrored, augmentation) = match *transform {
            Transform::Train {
                crop,
                mirror,
                trivial_augment,
                ..
            } => {
                let window = Window::from(random_crop(crop, (width, height), &mut uniform));
                // Drawn whether used or not, so that a crop does not depend on the other settings.
                let mirrored = uniform() < 0.5 && mirror;
                (
                    window,
                    mirrored,
                    trivial_augment.then(|| Augmentation::draw(&mut uniform)),
                )
            }
            Transform::Evaluate { resize, crop } => {
                (Window::central(width, height, resize, crop), false, None)
            }
        };
        let held = picture.decode(window.visible, shrink_for(&window, size), &mut self.rgb)?;
        let mut rgb =
            resize(&mut self.resizer, &self.rgb, held, &window, size).map_err(|message| {
                DecodeError::Panicked {
                    at: path.display().to_string(),
                    message,
                }
            })?;
        if mirrored {
            mirror_rows(&mut rgb, size);
        }
        if let Some(augmentation) = augmentation {
            augmentation.apply(&mut rgb, size, size);
        }
        write_planes(&rgb, planes);
        if self.rgb.capacity() > MOST_KEPT {
            self.rgb = Vec::new();
        }
        Ok(())
    }
}

/// The bytes of a file of reasonable length.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > MOST_FILE_BYTES {
        return Err(io::Error::other(format!(
            "it has {length} bytes, more than any picture needs"
        )));
    }
    fs::read(path)
}

/// Turns every row of `width` RGB pixels round.
fn mirror_rows(rgb: &mut [u8], width: usize) {
    let (pixels, _) = rgb.as_chunks_mut::<3>();
    for row in pixels.chunks_exact_mut(width) {
        row.reverse();
    }
}

/// RGB pixels as three planes.
fn write_planes(rgb: &[u8], planes: &mut [u8]) {
    let (pixels, _) = rgb.as_chunks::<3>();
    for (channel, plane) in planes.chunks_exact_mut(pixels.len().max(1)).enumerate() {
        for (byte, pixel) in plane.iter_mut().zip(pixels) {
            *byte = pixel[channel];
        }
    }
}
