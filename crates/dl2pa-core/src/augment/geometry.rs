//! Shifted crops, mirroring and erased rectangles, by indices and masks made on the host.

use burn::tensor::{Device, Int, Tensor, TensorData};
use dl2pa_data::rect::Rect;

use super::error::AugmentError;

/// Where the crop of one image lies in the image with its border, and which way round it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// First row of the crop, 0 to twice the border.
    pub top: usize,
    /// First column of the crop, 0 to twice the border.
    pub left: usize,
    /// Whether the crop is mirrored left to right.
    pub mirrored: bool,
}

/// Puts a border of `pad` zeros round each image (B x C x H x W), cuts an H x W crop out of it where its
/// placement says, and mirrors it if so. Black borders want raw images: normalise afterwards.
///
/// # Errors
///
/// When there is not one placement an image.
pub fn crop_and_mirror(
    images: Tensor<4>,
    pad: usize,
    placements: &[Placement],
) -> Result<Tensor<4>, AugmentError> {
    let [batch, channels, height, width] = images.dims();
    one_each(placements.len(), batch)?;
    let rows = Taken::of(height, placements.iter().map(|of| (of.top, false)), pad);
    let columns = Taken::of(
        width,
        placements.iter().map(|of| (of.left, of.mirrored)),
        pad,
    );
    let device = images.device();
    let row_starts = rows.indices(width, [batch, height, 1], &device);
    let in_row = columns.indices(1, [batch, 1, width], &device);
    let pixels = height * width;
    let from = (row_starts + in_row)
        .reshape([batch, 1, pixels])
        .expand([batch, channels, pixels]);
    let cropped = images
        .reshape([batch, channels, pixels])
        .gather(2, from)
        .reshape([batch, channels, height, width]);
    if pad == 0 {
        return Ok(cropped);
    }
    let inside =
        rows.mask([batch, 1, height, 1], &device) * columns.mask([batch, 1, 1, width], &device);
    Ok(cropped * inside)
}

/// Sets the pixels of each image's rectangle to 0, all channels (B x C x H x W). What is erased after
/// normalising is the mean colour.
///
/// # Errors
///
/// When there is not one entry an image.
pub fn erase(images: Tensor<4>, rects: &[Option<Rect>]) -> Result<Tensor<4>, AugmentError> {
    let [batch, _, height, width] = images.dims();
    one_each(rects.len(), batch)?;
    let device = images.device();
    let spans = |extent: usize, span: fn(&Rect) -> (usize, usize)| -> Vec<f32> {
        rects
            .iter()
            .map(|rect| rect.as_ref().map_or((0, 0), span))
            .flat_map(|(first, count)| {
                let covered = first..first.saturating_add(count);
                (0..extent).map(move |at| f32::from(covered.contains(&at)))
            })
            .collect()
    };
    let rows = spans(height, |rect| (rect.top, rect.height));
    let columns = spans(width, |rect| (rect.left, rect.width));
    let rows = Tensor::<4>::from_data(TensorData::new(rows, [batch, 1, height, 1]), &device);
    let columns = Tensor::<4>::from_data(TensorData::new(columns, [batch, 1, 1, width]), &device);
    Ok(images * (rows * columns).neg().add_scalar(1.0))
}

/// Refuses draws for another number of images.
pub(super) const fn one_each(drawn: usize, images: usize) -> Result<(), AugmentError> {
    if drawn == images {
        Ok(())
    } else {
        Err(AugmentError::Batch { drawn, images })
    }
}

/// Along one side of every image: which pixel each pixel of the crop is taken from.
struct Taken {
    /// B x extent; `None` on the border.
    from: Vec<Option<usize>>,
}

impl Taken {
    /// `placed` gives, for each image, where the crop begins and whether it is mirrored.
    fn of(extent: usize, placed: impl Iterator<Item = (usize, bool)>, pad: usize) -> Self {
        let from = placed
            .flat_map(|(first, mirrored)| {
                (0..extent).map(move |at| {
                    let at = if mirrored { extent - 1 - at } else { at };
                    first
                        .checked_add(at)
                        .and_then(|at| at.checked_sub(pad))
                        .filter(|&at| at < extent)
                })
            })
            .collect();
        Self { from }
    }

    /// The pixels, times `stride`; on the border any that exists.
    fn indices(&self, stride: usize, shape: [usize; 3], device: &Device) -> Tensor<3, Int> {
        let index = |from: &Option<usize>| (from.unwrap_or(0) * stride) as i32;
        let indices: Vec<i32> = self.from.iter().map(index).collect();
        Tensor::from_data(TensorData::new(indices, shape), device)
    }

    /// 1 inside and 0 on the border.
    fn mask(&self, shape: [usize; 4], device: &Device) -> Tensor<4> {
        let mask: Vec<f32> = self
            .from
            .iter()
            .map(|from| f32::from(from.is_some()))
            .collect();
        Tensor::from_data(TensorData::new(mask, shape), device)
    }
}
