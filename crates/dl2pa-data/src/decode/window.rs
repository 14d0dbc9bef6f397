//! Which part of a picture becomes the input: random resized crops and the centre crop of evaluation.

use crate::rect::{Rect, RectRange, TRIES};

/// What is stretched to the output: a rectangle with fractional corners, and the pixels that the
/// resampling filter may look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left edge, in pixels of the picture.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
    /// Pixels that may be read. A crop that is cut out before it is resized reads nothing outside
    /// itself; a centre crop of a resized picture does.
    pub visible: Rect,
}

/// A random resized crop of a picture of `width` x `height` pixels, from draws of `uniform`, which lie in
/// [0, 1).
///
/// Each try takes two draws (area, logarithm of the ratio) and, where that crop fits, two more (row,
/// column). If ten tries do not fit, it is the largest central crop within the ratios, as torchvision's.
pub fn random_crop(
    range: RectRange,
    (width, height): (usize, usize),
    mut uniform: impl FnMut() -> f64,
) -> Rect {
    for _ in 0..TRIES {
        let (columns, rows) = range.sides(width * height, &mut uniform);
        if (1..=width).contains(&columns) && (1..=height).contains(&rows) {
            return Rect::somewhere((columns, rows), (width, height), uniform);
        }
    }
    let (narrow, wide) = range.ratio;
    let ratio = width as f64 / height as f64;
    let side = |length: f64, most: usize| (length.round_ties_even() as usize).clamp(1, most);
    let (columns, rows) = if ratio < narrow {
        (width, side(width as f64 / narrow, height))
    } else if ratio > wide {
        (side(height as f64 * wide, width), height)
    } else {
        (width, height)
    };
    Rect {
        left: (width - columns) / 2,
        top: (height - rows) / 2,
        width: columns,
        height: rows,
    }
}

impl From<Rect> for Window {
    fn from(rect: Rect) -> Self {
        Self {
            left: rect.left as f64,
            top: rect.top as f64,
            width: rect.width as f64,
            height: rect.height as f64,
            visible: rect,
        }
    }
}

impl Window {
    /// What a picture of `width` x `height` pixels shows when its shorter side is resized to `resize`
    /// pixels and the central `crop` x `crop` pixels are kept (`crop` is at most `resize`).
    ///
    /// The same pixels as resizing first and cropping then, without computing those that are cut off.
    #[must_use]
    pub fn central(width: usize, height: usize, resize: usize, crop: usize) -> Self {
        let (short, long) = (width.min(height).max(1), width.max(height));
        let longer = ((resize as f64 * long as f64) / short as f64) as usize;
        let (new_width, new_height) = if width <= height {
            (resize, longer)
        } else {
            (longer, resize)
        };
        let (left, across, first_column, columns) = central_span(width, new_width, crop);
        let (top, down, first_row, rows) = central_span(height, new_height, crop);
        Self {
            left,
            top,
            width: across,
            height: down,
            visible: Rect {
                left: first_column,
                top: first_row,
                width: columns,
                height: rows,
            },
        }
    }
}

/// Along one side of `old` pixels resized to `new`: where the central `crop` pixels begin and how far
/// they go in old pixels, and which whole pixels a bilinear filter looks at for them.
fn central_span(old: usize, new: usize, crop: usize) -> (f64, f64, usize, usize) {
    let step = old as f64 / new.max(1) as f64;
    let offset = (new.saturating_sub(crop) as f64 / 2.0).round_ties_even();
    let (start, extent) = (offset * step, crop as f64 * step);
    let reach = step.max(1.0) + 1.0;
    let first = (start - reach).floor().max(0.0) as usize;
    let end = ((start + extent + reach).ceil() as usize).min(old);
    (start, extent.min(old as f64 - start), first, end - first)
}
