//! What a screenshot shows: whether there is anything on it, and whether two of them differ.

use std::collections::HashSet;
use std::io::Cursor;

use anyhow::{Context as _, Result, bail};

/// A decoded screenshot.
#[derive(Debug)]
pub struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Decodes an 8-bit PNG with or without transparency.
    ///
    /// # Errors
    /// When the bytes are no such PNG.
    pub fn decode(png: &[u8]) -> Result<Self> {
        let mut reader = png::Decoder::new(Cursor::new(png)).read_info()?;
        let mut bytes = vec![
            0;
            reader
                .output_buffer_size()
                .context("the picture is too large")?
        ];
        let info = reader.next_frame(&mut bytes)?;
        let channels = match info.color_type {
            png::ColorType::Rgb => 3,
            png::ColorType::Rgba => 4,
            other => bail!("a screenshot in {other:?} is not expected"),
        };
        let used = bytes
            .get(..info.buffer_size())
            .context("the picture is cut short")?;
        let pixels = used
            .chunks_exact(channels)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        Ok(Self {
            width: info.width as usize,
            pixels,
        })
    }

    /// Number of distinct colours.
    #[must_use]
    pub fn colours(&self) -> usize {
        self.pixels.iter().collect::<HashSet<_>>().len()
    }

    /// Share of pixels that are not of the most common colour, 0 to 1.
    #[must_use]
    pub fn covered(&self) -> f64 {
        let mut sorted = self.pixels.clone();
        sorted.sort_unstable();
        let longest = sorted
            .chunk_by(|a, b| a == b)
            .map(<[_]>::len)
            .max()
            .unwrap_or(0);
        1.0 - longest as f64 / self.pixels.len().max(1) as f64
    }

    /// Share of pixels that differ by more than rounding, 0 to 1; 1 for pictures of different sizes.
    #[must_use]
    pub fn difference(&self, other: &Self) -> f64 {
        if self.width != other.width || self.pixels.len() != other.pixels.len() {
            return 1.0;
        }
        let differing = self
            .pixels
            .iter()
            .zip(&other.pixels)
            .filter(|(a, b)| a.iter().zip(b.iter()).any(|(x, y)| x.abs_diff(*y) > 8))
            .count();
        differing as f64 / self.pixels.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(pixels: &[[u8; 3]], width: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, pixels.len() as u32 / width);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels.as_flattened()).unwrap();
        drop(writer);
        file
    }

    #[test]
    fn a_blank_picture_is_told_from_a_drawn_one() {
        let blank = Picture::decode(&encode(&[[10, 13, 19]; 16], 4)).unwrap();
        assert_eq!(blank.colours(), 1);
        assert_eq!(blank.covered(), 0.0);

        let mut pixels = [[10, 13, 19]; 16];
        pixels[3] = [200, 0, 0];
        pixels[7] = [0, 200, 0];
        let drawn = Picture::decode(&encode(&pixels, 4)).unwrap();
        assert_eq!(drawn.colours(), 3);
        assert_eq!(drawn.covered(), 2.0 / 16.0);
        assert_eq!(drawn.difference(&blank), 2.0 / 16.0);
        assert_eq!(drawn.difference(&drawn), 0.0);
    }
}
