//! Pictures as a GIF that never ends: one table of colours, and of each picture only what has changed.

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::colours::Table;
use super::raster::{Canvas, Pixel};

/// A film that is being written.
pub(crate) struct Reel {
    encoder: Encoder<Vec<u8>>,
    table: Table,
    size: [u16; 2],
    /// The picture before; empty before the first.
    pixels: Vec<Pixel>,
    /// The same as numbers of colours.
    shown: Vec<u8>,
    /// The number that stands for what has not changed.
    same: u8,
}

impl std::fmt::Debug for Reel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reel")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Reel {
    /// An empty film of pictures of `size` pixels.
    pub(crate) fn new(size: [u16; 2], table: Table) -> Result<Self, EncodingError> {
        let same = table.len() as u8;
        let mut palette = table.bytes();
        palette.extend([0; 3]);
        let mut encoder = Encoder::new(Vec::new(), size[0], size[1], &palette)?;
        encoder.set_repeat(Repeat::Infinite)?;
        Ok(Self {
            encoder,
            table,
            size,
            pixels: Vec::new(),
            shown: Vec::new(),
            same,
        })
    }

    /// Adds a picture of the film's size that is seen for so many hundredths of a second.
    pub(crate) fn add(&mut self, canvas: &Canvas, hundredths: u16) -> Result<(), EncodingError> {
        let pixels = canvas.pixels();
        let numbers: Vec<u8> = if self.shown.is_empty() {
            let alike = pixels.chunk_by(|a, b| a == b);
            alike
                .flat_map(|run| std::iter::repeat_n(self.table.nearest(run[0]), run.len()))
                .collect()
        } else {
            let both = pixels.iter().zip(&self.pixels).zip(&self.shown);
            both.map(|((&is, &was), &number)| {
                if is == was {
                    number
                } else {
                    self.table.nearest(is)
                }
            })
            .collect()
        };
        self.pixels.clear();
        self.pixels.extend_from_slice(pixels);
        let [width, _] = self.size.map(usize::from);
        let mut frame = Frame {
            delay: hundredths,
            dispose: DisposalMethod::Keep,
            ..Frame::default()
        };
        if self.shown.is_empty() {
            [frame.width, frame.height] = self.size;
            frame.buffer = numbers.as_slice().into();
            self.encoder.write_frame(&frame)?;
        } else {
            let [left, top, right, bottom] = changed(&self.shown, &numbers, width);
            let rows = (top..bottom).map(|y| y * width + left..y * width + right);
            let buffer: Vec<u8> = rows
                .flat_map(|row| self.shown[row.clone()].iter().zip(&numbers[row]))
                .map(|(was, &is)| if *was == is { self.same } else { is })
                .collect();
            frame.transparent = Some(self.same);
            [frame.left, frame.top] = [left as u16, top as u16];
            [frame.width, frame.height] = [(right - left) as u16, (bottom - top) as u16];
            frame.buffer = buffer.into();
            self.encoder.write_frame(&frame)?;
        }
        self.shown = numbers;
        Ok(())
    }

    /// The file.
    pub(crate) fn end(self) -> Result<Vec<u8>, EncodingError> {
        self.encoder.into_inner()
    }
}

/// The least rectangle with all that has changed: left, top, right and bottom, the latter two excluded. It has a pixel
/// also where nothing has, for a picture must have one.
fn changed(before: &[u8], after: &[u8], width: usize) -> [usize; 4] {
    let [mut left, mut top, mut right, mut bottom] = [usize::MAX, usize::MAX, 0, 0];
    let rows = before.chunks_exact(width).zip(after.chunks_exact(width));
    for (y, (was, is)) in rows.enumerate().filter(|(_, (was, is))| was != is) {
        let differs = |(a, b): (&u8, &u8)| a != b;
        let first = was.iter().zip(is).position(differs);
        let last = was.iter().zip(is).rposition(differs);
        if let (Some(first), Some(last)) = (first, last) {
            left = left.min(first);
            right = right.max(last + 1);
            top = top.min(y);
            bottom = y + 1;
        }
    }
    if right == 0 {
        [0, 0, 1, 1]
    } else {
        [left, top, right, bottom]
    }
}
