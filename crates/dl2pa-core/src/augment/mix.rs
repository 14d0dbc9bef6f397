//! Mixed batches: mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019).

use burn::tensor::{Tensor, TensorData};
use dl2pa_data::rect::Rect;

use super::error::AugmentError;
use super::geometry::one_each;

/// How a batch is mixed with itself in another order.
#[derive(Clone, Debug, PartialEq)]
pub enum Mix {
    /// `lam` times each image plus 1 - `lam` times its partner.
    Mixup {
        /// Share of the image itself.
        lam: f32,
        /// The partner of each image of the batch.
        partners: Vec<u32>,
    },
    /// A rectangle of each image replaced by its partner's.
    Cutmix {
        /// The rectangle, inside the image.
        rect: Rect,
        /// Share of the image that stays.
        lam: f32,
        /// The partner of each image of the batch.
        partners: Vec<u32>,
    },
}

/// The labels of a mixed batch: the loss is `lam * loss(a) + (1 - lam) * loss(b)`.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedLabels {
    /// Labels of the images themselves.
    pub a: Vec<u32>,
    /// Labels of their partners; the same as `a` where nothing is mixed.
    pub b: Vec<u32>,
    /// Share of `a`, from 0 to 1; 1 where nothing is mixed.
    pub lam: f32,
}

impl MixedLabels {
    /// `labels`, unmixed.
    #[must_use]
    pub fn plain(labels: &[u32]) -> Self {
        Self {
            a: labels.to_vec(),
            b: labels.to_vec(),
            lam: 1.0,
        }
    }
}

impl Mix {
    /// Share of the image itself, and the partner of each.
    const fn parts(&self) -> (f32, &Vec<u32>) {
        match self {
            Self::Mixup { lam, partners } | Self::Cutmix { lam, partners, .. } => (*lam, partners),
        }
    }

    /// Mixes a batch (B x C x H x W).
    ///
    /// # Errors
    ///
    /// When the partners are not those of such a batch.
    pub fn images(&self, images: Tensor<4>) -> Result<Tensor<4>, AugmentError> {
        match self {
            Self::Mixup { lam, partners } => mixup(images, partners, *lam),
            Self::Cutmix { rect, partners, .. } => cutmix(images, partners, *rect),
        }
    }

    /// The labels of the mixed batch.
    ///
    /// # Errors
    ///
    /// When the partners are not those of such a batch.
    pub fn labels(&self, labels: &[u32]) -> Result<MixedLabels, AugmentError> {
        let (lam, partners) = self.parts();
        check(partners, labels.len())?;
        Ok(MixedLabels {
            a: labels.to_vec(),
            b: partners
                .iter()
                .map(|&partner| labels[partner as usize])
                .collect(),
            lam,
        })
    }
}

/// `lam` times each image plus 1 - `lam` times its partner (B x C x H x W).
///
/// # Errors
///
/// When the partners are not those of such a batch.
pub fn mixup(images: Tensor<4>, partners: &[u32], lam: f32) -> Result<Tensor<4>, AugmentError> {
    let others = reordered(&images, partners)?;
    Ok(images.mul_scalar(lam) + others.mul_scalar(1.0 - lam))
}

/// Each image (B x C x H x W) with the pixels of `rect` from its partner. Of a rectangle that reaches
/// past the image, the part inside counts.
///
/// # Errors
///
/// When the partners are not those of such a batch.
pub fn cutmix(images: Tensor<4>, partners: &[u32], rect: Rect) -> Result<Tensor<4>, AugmentError> {
    let [batch, channels, height, width] = images.dims();
    let others = reordered(&images, partners)?;
    let bottom = rect.top.saturating_add(rect.height).min(height);
    let right = rect.left.saturating_add(rect.width).min(width);
    if rect.top >= bottom || rect.left >= right {
        return Ok(images);
    }
    let patch = [0..batch, 0..channels, rect.top..bottom, rect.left..right];
    Ok(images.slice_assign(patch.clone(), others.slice(patch)))
}

/// The rectangle that CutMix replaces in an image of `width` x `height` pixels, its centre at pixel
/// (`x`, `y`), and the share of the image that stays. `lam` is the share that would stay if the rectangle
/// did not reach past the image.
#[must_use]
pub fn cut_box(lam: f64, (width, height): (usize, usize), (x, y): (usize, usize)) -> (Rect, f32) {
    let half = 0.5 * (1.0 - lam).max(0.0).sqrt();
    let span = |centre: usize, extent: usize| {
        let reach = (half * extent as f64) as usize;
        (
            centre.saturating_sub(reach).min(extent),
            (centre + reach).min(extent),
        )
    };
    let ((left, right), (top, bottom)) = (span(x, width), span(y, height));
    let rect = Rect {
        left,
        top,
        width: right - left,
        height: bottom - top,
    };
    let replaced = (rect.width * rect.height) as f64 / ((width * height).max(1)) as f64;
    (rect, (1.0 - replaced) as f32)
}

/// The images in the order of `partners`.
fn reordered(images: &Tensor<4>, partners: &[u32]) -> Result<Tensor<4>, AugmentError> {
    check(partners, images.dims()[0])?;
    let partners: Vec<i32> = partners.iter().map(|&partner| partner as i32).collect();
    let count = partners.len();
    let partners = Tensor::from_data(TensorData::new(partners, [count]), &images.device());
    Ok(images.clone().select(0, partners))
}

/// One partner an image, each of the batch.
fn check(partners: &[u32], images: usize) -> Result<(), AugmentError> {
    one_each(partners.len(), images)?;
    match partners.iter().find(|&&partner| partner as usize >= images) {
        Some(&row) => Err(AugmentError::Row { row, images }),
        None => Ok(()),
    }
}
