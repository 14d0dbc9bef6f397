//! Changes of brightness, colour, contrast and sharpness, and tables by value, as Pillow computes them.

use std::ops::Range;

/// Moves every byte from what `plain` has there towards (below 1) or away from (above 1) it. Arithmetic
/// in single precision, rounded down, as Pillow's `blend`.
fn blend(rgb: &mut [u8], plain: impl Iterator<Item = u8>, factor: f32) {
    for (byte, plain) in rgb.iter_mut().zip(plain) {
        let plain = f32::from(plain);
        *byte = (plain + factor * (f32::from(*byte) - plain)) as u8;
    }
}

/// Luma of a pixel (ITU-R 601-2), in 16-bit fixed point.
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    ((19595 * u32::from(red) + 38470 * u32::from(green) + 7471 * u32::from(blue) + 0x8000) >> 16)
        as u8
}

/// Factor 0 is black.
pub(super) fn brightness(rgb: &mut [u8], factor: f32) {
    blend(rgb, std::iter::repeat(0), factor);
}

/// Factor 0 is grey.
pub(super) fn saturation(rgb: &mut [u8], factor: f32) {
    for pixel in rgb.as_chunks_mut::<3>().0 {
        let grey = luma(*pixel);
        blend(pixel, std::iter::repeat(grey), factor);
    }
}

/// Factor 0 is the mean grey everywhere.
pub(super) fn contrast(rgb: &mut [u8], factor: f32) {
    let (pixels, _) = rgb.as_chunks::<3>();
    let sum: u64 = pixels.iter().map(|&pixel| u64::from(luma(pixel))).sum();
    let mean = (sum as f64 / pixels.len().max(1) as f64 + 0.5) as u8;
    blend(rgb, std::iter::repeat(mean), factor);
}

/// Factor 0 is smoothed: each pixel the mean of its 3 x 3 neighbours, itself counted five times. The
/// border has no such neighbours and stays.
pub(super) fn sharpness(rgb: &mut [u8], width: usize, height: usize, factor: f32) {
    let mut smooth = rgb.to_vec();
    let stride = 3 * width;
    for row in 1..height.saturating_sub(1) {
        for at in row * stride + 3..(row + 1) * stride - 3 {
            let mut sum = 4 * u32::from(rgb[at]);
            for line in [at - stride, at, at + stride] {
                sum += u32::from(rgb[line - 3]) + u32::from(rgb[line]) + u32::from(rgb[line + 3]);
            }
            // Rounded; thirteenths never end on a half.
            smooth[at] = ((2 * sum + 13) / 26) as u8;
        }
    }
    blend(rgb, smooth.into_iter(), factor);
}

/// Keeps the upper `bits` bits of each byte.
pub(super) fn posterise(rgb: &mut [u8], bits: u32) {
    let mask = !(0xff_u8.checked_shr(bits).unwrap_or(0));
    for byte in rgb {
        *byte &= mask;
    }
}

/// Inverts what is at least `threshold`.
pub(super) fn solarise(rgb: &mut [u8], threshold: f64) {
    for byte in rgb {
        if f64::from(*byte) >= threshold {
            *byte = !*byte;
        }
    }
}

/// Stretches each channel to 0..=255.
pub(super) fn auto_contrast(rgb: &mut [u8]) {
    by_table(rgb, |histogram| {
        let Range { start, end } = occupied(histogram)?;
        let span = (end - start).checked_sub(1).filter(|&span| span > 0)?;
        let scale = 255.0 / span as f64;
        let offset = -(start as f64) * scale;
        Some(std::array::from_fn(|value| {
            (value as f64 * scale + offset) as u8
        }))
    });
}

/// Gives each channel a histogram as flat as can be.
pub(super) fn equalise(rgb: &mut [u8]) {
    by_table(rgb, |histogram| {
        let Range { start, end } = occupied(histogram)?;
        if end - start < 2 {
            return None;
        }
        // The brightest value keeps its place, so it is not counted.
        let step = (histogram.iter().sum::<usize>() - histogram[end - 1]) / 255;
        if step == 0 {
            return None;
        }
        let mut below = step / 2;
        Some(std::array::from_fn(|value| {
            let level = below / step;
            below += histogram[value];
            level.min(255) as u8
        }))
    });
}

/// The values between the least and the greatest that occur.
fn occupied(histogram: &[usize; 256]) -> Option<Range<usize>> {
    let first = histogram.iter().position(|&count| count > 0)?;
    let last = histogram.iter().rposition(|&count| count > 0)?;
    Some(first..last + 1)
}

/// Replaces each channel by what a table made from its histogram says; without a table it stays.
fn by_table(rgb: &mut [u8], table: impl Fn(&[usize; 256]) -> Option<[u8; 256]>) {
    let (pixels, _) = rgb.as_chunks_mut::<3>();
    for channel in 0..3 {
        let mut histogram = [0; 256];
        for pixel in pixels.iter() {
            histogram[usize::from(pixel[channel])] += 1;
        }
        if let Some(table) = table(&histogram) {
            for pixel in pixels.iter_mut() {
                pixel[channel] = table[usize::from(pixel[channel])];
            }
        }
    }
}
