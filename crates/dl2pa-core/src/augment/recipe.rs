//! What is done to the batches of a run, and the draws for one batch of it.

use burn::tensor::Tensor;
use dl2pa_data::rect::{Rect, RectRange, TRIES, whole_below};
use dl2pa_data::streams::{StreamRng, Streams};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use rand_distr::{Beta, Distribution as _};

use super::error::AugmentError;
use super::geometry::{Placement, crop_and_mirror, erase, one_each};
use super::mix::{Mix, MixedLabels, cut_box};
use super::normalise::Normaliser;

/// Placements of crops.
const CROPS: &str = "augmentation: crops";
/// Erased rectangles.
const ERASING: &str = "augmentation: erasing";
/// Partners and shares of mixed batches.
const MIXING: &str = "augmentation: mixing";

/// Greatest border, in pixels.
const MOST_PADDING: usize = 1024;

/// How training batches are augmented. The default changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recipe {
    /// Border of black pixels that crops of the image's size may reach into; 0 for no cropping.
    pub padding: usize,
    /// Whether half of the images are mirrored left to right.
    pub mirror: bool,
    /// Whether rectangles are erased.
    pub erasing: Option<Erasing>,
    /// Whether batches are mixed.
    pub mixing: Mixing,
}

/// Random erasing (Zhong et al. 2020): one rectangle of some images becomes 0 after normalising.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Erasing {
    /// Share of the images in which something is erased.
    pub probability: f64,
    /// Areas and shapes.
    pub range: RectRange,
}

impl Erasing {
    /// In this share of the images, with torchvision's areas and shapes.
    #[must_use]
    pub const fn new(probability: f64) -> Self {
        Self {
            probability,
            range: RectRange::PATCHES,
        }
    }

    /// The rectangle of an image of `width` x `height` pixels, from draws of `uniform`, which lie in
    /// [0, 1): one for whether, then for each of ten tries two (area, ratio of height to width) and, when
    /// it fits, two more (row, column). `None` erases nothing.
    pub fn sample(
        &self,
        (width, height): (usize, usize),
        mut uniform: impl FnMut() -> f64,
    ) -> Option<Rect> {
        if uniform() >= self.probability {
            return None;
        }
        for _ in 0..TRIES {
            let (rows, columns) = self.range.sides(width * height, &mut uniform);
            if rows < height && columns < width {
                return Some(Rect::somewhere((columns, rows), (width, height), uniform));
            }
        }
        None
    }
}

/// How batches are mixed; one way and one share a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Mixing {
    /// Not at all.
    #[default]
    None,
    /// Mixup with a share from Beta(alpha, alpha).
    Mixup {
        /// Above 0; towards 0 batches are hardly mixed, 1 is uniform.
        alpha: f64,
    },
    /// CutMix with a share from Beta(alpha, alpha).
    Cutmix {
        /// Above 0.
        alpha: f64,
    },
    /// Either, each for half of the batches.
    Either {
        /// That of mixup.
        mixup_alpha: f64,
        /// That of CutMix.
        cutmix_alpha: f64,
    },
}

impl Mixing {
    /// Mixup with 0.2 or CutMix with 1.0, as torchvision's ImageNet recipe chooses between them.
    pub const TORCHVISION: Self = Self::Either {
        mixup_alpha: 0.2,
        cutmix_alpha: 1.0,
    };
}

/// All that is drawn for one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    padding: usize,
    placements: Option<Vec<Placement>>,
    erased: Option<Vec<Option<Rect>>>,
    mix: Option<Mix>,
    batch: usize,
}

impl Recipe {
    /// Crops with a border of `padding` pixels, mirrored half of the time: the usual recipe for CIFAR
    /// (4 pixels) and Tiny-ImageNet.
    #[must_use]
    pub fn crops(padding: usize) -> Self {
        Self {
            padding,
            mirror: true,
            ..Self::default()
        }
    }

    /// Refuses settings out of range.
    ///
    /// # Errors
    ///
    /// The first that is.
    pub fn check(&self) -> Result<(), AugmentError> {
        let refuse = |what: String| Err(AugmentError::Setting { what });
        if self.padding > MOST_PADDING {
            return refuse(format!(
                "a border of {} pixels is too wide; ask for 0 to {MOST_PADDING}",
                self.padding
            ));
        }
        if let Some(Erasing { probability, range }) = self.erasing {
            if !(0.0..=1.0).contains(&probability) {
                return refuse(format!(
                    "rectangles cannot be erased with probability {probability}; ask for 0 to 1"
                ));
            }
            if !range.is_valid() {
                return refuse(format!(
                    "rectangles of scale {:?} and ratio {:?} cannot be erased; give scales in (0, 1] and positive ratios, the lesser first",
                    range.scale, range.ratio
                ));
            }
        }
        let alphas = match self.mixing {
            Mixing::None => vec![],
            Mixing::Mixup { alpha } | Mixing::Cutmix { alpha } => vec![alpha],
            Mixing::Either {
                mixup_alpha,
                cutmix_alpha,
            } => vec![mixup_alpha, cutmix_alpha],
        };
        alphas
            .into_iter()
            .try_for_each(|alpha| beta(alpha).map(|_| ()))
    }

    /// Draws for step `step` (of its epoch) of epoch `epoch`: `batch` images of `width` x `height` pixels.
    /// The same whenever it is asked for, and whatever was drawn before.
    ///
    /// # Errors
    ///
    /// When a setting is out of range.
    pub fn draw(
        &self,
        streams: &Streams,
        (epoch, step): (u32, u32),
        batch: usize,
        size: (usize, usize),
    ) -> Result<Draws, AugmentError> {
        self.check()?;
        let stream = |name| streams.rng_at(name, u64::from(epoch) << 32 | u64::from(step));
        let mut crops = stream(CROPS);
        let placements = (self.padding > 0 || self.mirror).then(|| {
            (0..batch)
                .map(|_| {
                    let mut place = || whole_below(2 * self.padding + 1, crops.random());
                    let (top, left) = (place(), place());
                    // Drawn whether used or not, so that crops do not depend on it.
                    let mirrored = crops.random::<f64>() < 0.5 && self.mirror;
                    Placement {
                        top,
                        left,
                        mirrored,
                    }
                })
                .collect()
        });
        let mut uniform = stream(ERASING);
        let erased = self.erasing.map(|erasing| {
            (0..batch)
                .map(|_| erasing.sample(size, || uniform.random()))
                .collect()
        });
        Ok(Draws {
            padding: self.padding,
            placements,
            erased,
            mix: self.mixing.draw(&mut stream(MIXING), batch, size)?,
            batch,
        })
    }
}

impl Mixing {
    fn draw(
        self,
        rng: &mut StreamRng,
        batch: usize,
        size: (usize, usize),
    ) -> Result<Option<Mix>, AugmentError> {
        let (cuts, alpha) = match self {
            Self::None => return Ok(None),
            Self::Mixup { alpha } => (false, alpha),
            Self::Cutmix { alpha } => (true, alpha),
            Self::Either { cutmix_alpha, .. } if rng.random() => (true, cutmix_alpha),
            Self::Either { mixup_alpha, .. } => (false, mixup_alpha),
        };
        let mut partners: Vec<u32> = (0..batch as u32).collect();
        partners.shuffle(rng);
        let lam = beta(alpha)?.sample(rng);
        Ok(Some(if cuts {
            let centre = (
                whole_below(size.0, rng.random()),
                whole_below(size.1, rng.random()),
            );
            let (rect, lam) = cut_box(lam, size, centre);
            Mix::Cutmix {
                rect,
                lam,
                partners,
            }
        } else {
            Mix::Mixup {
                lam: lam as f32,
                partners,
            }
        }))
    }
}

/// Beta(alpha, alpha).
fn beta(alpha: f64) -> Result<Beta<f64>, AugmentError> {
    let refused = || AugmentError::Setting {
        what: format!("batches cannot be mixed with alpha {alpha}; ask for a number above 0"),
    };
    if !alpha.is_finite() {
        return Err(refused());
    }
    // The error says only that alpha is too small, which the sentence says as well.
    Beta::new(alpha, alpha).map_err(|_too_small| refused())
}

impl Draws {
    /// Augments a batch of raw images (B x 3 x H x W, 0 to 255): crops and mirrors, normalises, erases,
    /// mixes, in this order.
    ///
    /// # Errors
    ///
    /// When the batch is not the one that was drawn for.
    pub fn apply(
        &self,
        images: Tensor<4>,
        normaliser: &Normaliser,
    ) -> Result<Tensor<4>, AugmentError> {
        one_each(self.batch, images.dims()[0])?;
        let mut images = images;
        if let Some(placements) = &self.placements {
            images = crop_and_mirror(images, self.padding, placements)?;
        }
        images = normaliser.apply(images);
        if let Some(erased) = &self.erased {
            images = erase(images, erased)?;
        }
        match &self.mix {
            Some(mix) => mix.images(images),
            None => Ok(images),
        }
    }

    /// The labels of the augmented batch.
    ///
    /// # Errors
    ///
    /// When there is not one label an image.
    pub fn labels(&self, labels: &[u32]) -> Result<MixedLabels, AugmentError> {
        one_each(self.batch, labels.len())?;
        match &self.mix {
            Some(mix) => mix.labels(labels),
            None => Ok(MixedLabels::plain(labels)),
        }
    }

    /// Where each image is cropped; empty where nothing is cropped or mirrored.
    #[must_use]
    pub fn placements(&self) -> &[Placement] {
        self.placements.as_deref().unwrap_or_default()
    }

    /// What is erased of each image; empty where nothing is erased.
    #[must_use]
    pub fn erased(&self) -> &[Option<Rect>] {
        self.erased.as_deref().unwrap_or_default()
    }

    /// How the batch is mixed, if it is.
    #[must_use]
    pub const fn mix(&self) -> Option<&Mix> {
        self.mix.as_ref()
    }
}
