//! Antialiased bilinear resizing of a window of a picture, by fast_image_resize.

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::window::Window;
use crate::rect::Rect;

/// How many pixels of the shrunk picture each output pixel still has to average, in either direction,
/// before a JPEG is decoded at a fraction of its size. At 2 the filter that follows hides the shrinking
/// (tests hold the difference); nearer to 1 the two filters would blur differently from one alone.
const LEFT_TO_AVERAGE: f64 = 2.0;

/// By what every side of the picture may be divided while decoding: 1, 2, 4 or 8.
pub(super) fn shrink_for(window: &Window, size: usize) -> usize {
    let averaged = window.width.min(window.height) / size as f64;
    [8, 4, 2]
        .into_iter()
        .find(|&shrink| averaged / shrink as f64 >= LEFT_TO_AVERAGE)
        .unwrap_or(1)
}

/// Resizes `window` to `size` x `size` pixels. `rgb` holds the pixels `held` of the picture, all sides of
/// which were divided by `shrink`. The result is RGB, row by row; an error is a bug and says which.
pub(super) fn resize(
    resizer: &mut Resizer,
    rgb: &[u8],
    (held, shrink): (Rect, usize),
    window: &Window,
    size: usize,
) -> Result<Vec<u8>, String> {
    let scale = shrink as f64;
    // What may be read, in pixels of the buffer.
    let from = |edge: usize, start: usize, extent: usize| {
        (edge / shrink).saturating_sub(start).min(extent - 1)
    };
    let to = |edge: usize, start: usize, extent: usize| {
        edge.div_ceil(shrink).saturating_sub(start).min(extent)
    };
    let visible = window.visible;
    let left = from(visible.left, held.left, held.width);
    let top = from(visible.top, held.top, held.height);
    let right = to(visible.left + visible.width, held.left, held.width).max(left + 1);
    let bottom = to(visible.top + visible.height, held.top, held.height).max(top + 1);

    let say = |error: &dyn std::fmt::Display| format!("cannot resize: {error}");
    let image = TypedImageRef::<U8x3>::from_buffer(held.width as u32, held.height as u32, rgb)
        .map_err(|error| say(&error))?;
    let source = TypedCroppedImage::from_ref(
        &image,
        left as u32,
        top as u32,
        (right - left) as u32,
        (bottom - top) as u32,
    )
    .map_err(|error| say(&error))?;
    // Fractions of a pixel that a shrunk picture ends early must not reach past its last pixel.
    let inside = |start: f64, first: usize, extent: f64, end: usize| {
        let start = (start / scale - first as f64).max(0.0);
        (start, (extent / scale).min((end - first) as f64 - start))
    };
    let (box_left, box_width) = inside(
        window.left - (held.left * shrink) as f64,
        left,
        window.width,
        right,
    );
    let (box_top, box_height) = inside(
        window.top - (held.top * shrink) as f64,
        top,
        window.height,
        bottom,
    );
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(box_left, box_top, box_width, box_height);

    let mut pixels = vec![0; size * size * 3];
    let mut target = TypedImage::<U8x3>::from_buffer(size as u32, size as u32, &mut pixels)
        .map_err(|error| say(&error))?;
    resizer
        .resize_typed(&source, &mut target, &options)
        .map_err(|error| say(&error))?;
    Ok(pixels)
}
