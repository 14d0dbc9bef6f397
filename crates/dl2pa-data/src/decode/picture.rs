//! One JPEG or PNG file as RGB bytes, told apart by content: the whole picture or a part, shrunk or not.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use libjpeg_turbo_rs::{
    DecodeLimits, Decoder as JpegDecoder, JpegError, PixelFormat, ScalingFactor,
};
use png::{ColorType, Transformations};

use super::error::ImageError;
use super::shortened::shortened;
use crate::rect::Rect;

/// Pixels of the largest picture that is decoded: twice the largest of ImageNet, 400 MB as RGB.
const MOST_PIXELS: usize = 1 << 27;
/// Bytes that one decoder may allocate besides.
const MOST_BYTES: usize = 2 << 30;
/// Scans of a progressive JPEG; encoders write about ten.
const MOST_SCANS: usize = 500;

/// Columns that are decoded to the left and right of a part of a JPEG: smooth upsampling of the colours
/// looks at its neighbours, so the columns at the cut come out other than in the whole picture.
const MARGIN: usize = 8;

/// An opened file, its header read and its size known.
pub(super) struct Picture<'a> {
    path: &'a Path,
    width: usize,
    height: usize,
    format: Format<'a>,
}

enum Format<'a> {
    Jpeg(Box<JpegDecoder<'a>>, &'a [u8]),
    Png(Box<png::Reader<Cursor<&'a [u8]>>>),
}

impl<'a> Picture<'a> {
    /// Reads the header of the file `path`, which holds `bytes`.
    pub fn open(path: &'a Path, bytes: &'a [u8]) -> Result<Self, ImageError> {
        let (width, height, format) = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            let decoder = guarded(path, || open_jpeg(bytes))?;
            let header = decoder.header();
            let size = (usize::from(header.width), usize::from(header.height));
            (size.0, size.1, Format::Jpeg(Box::new(decoder), bytes))
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            let reader = guarded(path, || open_png(bytes))?;
            let (width, height) = reader.info().size();
            (
                width as usize,
                height as usize,
                Format::Png(Box::new(reader)),
            )
        } else {
            return Err(ImageError::Unknown {
                path: path.to_owned(),
            });
        };
        if width == 0 || height == 0 {
            return Err(damaged(path, "it has no pixels"));
        }
        if width
            .checked_mul(height)
            .is_none_or(|pixels| pixels > MOST_PIXELS)
        {
            return Err(ImageError::TooLarge {
                path: path.to_owned(),
                width,
                height,
                most: MOST_PIXELS,
            });
        }
        Ok(Self {
            path,
            width,
            height,
            format,
        })
    }

    /// Columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Decodes at least the pixels `part`, every side divided by `shrink` (1, 2, 4 or 8) where the file
    /// allows, into `rgb`. Says what `rgb` then holds, in shrunk pixels, and by what it was shrunk.
    pub fn decode(
        self,
        part: Rect,
        shrink: usize,
        rgb: &mut Vec<u8>,
    ) -> Result<(Rect, usize), ImageError> {
        let Self {
            path,
            width,
            height,
            format,
        } = self;
        match format {
            Format::Jpeg(decoder, bytes) => {
                guarded(path, || match without_the_rest(&decoder, bytes, part) {
                    Some(bytes) => decode_jpeg(open_jpeg(&bytes)?, part, shrink, rgb),
                    None => decode_jpeg(*decoder, part, shrink, rgb),
                })
            }
            Format::Png(reader) => {
                guarded(path, || decode_png(*reader, rgb))?;
                Ok((
                    Rect {
                        left: 0,
                        top: 0,
                        width,
                        height,
                    },
                    1,
                ))
            }
        }
    }
}

/// What a decoder says, or its panic, as an error that names the file.
fn guarded<T, E: ToString>(
    path: &Path,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, ImageError> {
    // Damaged bytes are the likeliest way into a decoder's bug; one file must not end a run of days.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| damaged(path, &error.to_string())),
        Err(_) => Err(damaged(path, "the decoder gave up on it")),
    }
}

fn damaged(path: &Path, reason: &str) -> ImageError {
    ImageError::Damaged {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

fn open_jpeg(bytes: &[u8]) -> Result<JpegDecoder<'_>, JpegError> {
    let limits = DecodeLimits {
        max_scans: MOST_SCANS,
        max_memory: Some(MOST_BYTES as u64),
        ..DecodeLimits::default()
    };
    let decoder = JpegDecoder::new_with_limits(bytes, limits)?;
    if decoder.header().precision == 8 {
        Ok(decoder)
    } else {
        Err(JpegError::Unsupported(format!(
            "{} bits a sample instead of 8",
            decoder.header().precision
        )))
    }
}

/// The file without what is coded after the rows of `part`, if that is worth a copy.
fn without_the_rest(decoder: &JpegDecoder<'_>, bytes: &[u8], part: Rect) -> Option<Vec<u8>> {
    let header = decoder.header();
    // Each component is one run from top to bottom if the file has one scan for all of them.
    if decoder.has_multiple_scans() || header.is_lossless {
        return None;
    }
    let tallest = header.components.iter().map(|of| of.vertical_sampling);
    let row_of_blocks = 8 * usize::from(tallest.max()?);
    // One row of blocks more: smooth upsampling of the colours looks at the next row.
    let rows = ((part.top + part.height).div_ceil(row_of_blocks) + 1) * row_of_blocks;
    // A copy and a second look at the header take about as long as a tenth of a picture.
    if rows * 10 > usize::from(header.height) * 9 {
        return None;
    }
    shortened(bytes, u16::try_from(rows).ok()?)
}

fn decode_jpeg(
    mut decoder: JpegDecoder<'_>,
    part: Rect,
    shrink: usize,
    rgb: &mut Vec<u8>,
) -> Result<(Rect, usize), JpegError> {
    let header = decoder.header();
    let inks = header.components.len() == 4;
    let shrink = if header.is_lossless { 1 } else { shrink };
    decoder.set_output_format(if inks {
        PixelFormat::Cmyk
    } else {
        PixelFormat::Rgb
    });
    decoder.set_scale(ScalingFactor::try_new(1, shrink as u32)?);
    let (columns, rows) = (decoder.output_width(), decoder.output_height());
    // Cut in print colours, the columns come out wrong (libjpeg-turbo-rs 0.9.0; a test would show).
    let [left, top, right, bottom] = if inks {
        [0, 0, columns, rows]
    } else {
        let past = |end: usize| end.div_ceil(shrink);
        [
            (part.left / shrink).saturating_sub(MARGIN),
            part.top / shrink,
            (past(part.left + part.width) + MARGIN).min(columns),
            past(part.top + part.height).min(rows),
        ]
    };
    let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
    if (width, height) != (columns, rows) {
        decoder.set_crop_region(left, top, width, height);
    }
    rgb.resize(decoder.output_buffer_size()?, 0);
    let image = decoder.decode_image_into(rgb)?;
    rgb.truncate(image.bytes_written);
    if inks {
        // Files in print colours hold the inverse of the inks, as Adobe's programs write them.
        keep_rgb(rgb, |[cyan, magenta, yellow, black]| {
            [cyan, magenta, yellow].map(|ink| share(ink, black))
        });
    }
    // The decoder moves the left edge to a block's; the others stay.
    if !(width..=right).contains(&image.width) || image.height != height || width * height == 0 {
        let (got, rows) = (image.width, image.height);
        return Err(JpegError::CorruptData(format!(
            "{got} x {rows} pixels of it instead of {width} x {height}"
        )));
    }
    let rect = Rect {
        left: right - image.width,
        top,
        width: image.width,
        height,
    };
    Ok((rect, shrink))
}

/// `a * b / 255`, rounded.
fn share(a: u8, b: u8) -> u8 {
    ((u32::from(a) * u32::from(b) + 127) / 255) as u8
}

fn open_png(bytes: &[u8]) -> Result<png::Reader<Cursor<&[u8]>>, png::DecodingError> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.read_info()
}

fn decode_png(
    mut reader: png::Reader<Cursor<&[u8]>>,
    rgb: &mut Vec<u8>,
) -> Result<(), png::DecodingError> {
    let size = reader
        .output_buffer_size()
        .ok_or(png::DecodingError::LimitsExceeded)?;
    rgb.resize(size, 0);
    let frame = reader.next_frame(rgb)?;
    rgb.truncate(frame.buffer_size());
    match frame.color_type {
        ColorType::Rgb | ColorType::Indexed => {}
        ColorType::Rgba => keep_rgb(rgb, |[red, green, blue, _]| [red, green, blue]),
        ColorType::GrayscaleAlpha => keep_rgb(rgb, |[grey, _]| [grey; 3]),
        ColorType::Grayscale => keep_rgb(rgb, |[grey]| [grey; 3]),
    }
    Ok(())
}

/// Turns pixels of N bytes into the three that `colour` makes of them.
fn keep_rgb<const N: usize>(pixels: &mut Vec<u8>, colour: impl Fn([u8; N]) -> [u8; 3]) {
    let (whole, _) = pixels.as_chunks::<N>();
    *pixels = whole.iter().flat_map(|&pixel| colour(pixel)).collect();
}
