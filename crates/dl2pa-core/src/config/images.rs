//! Where pictures come from and what is done to them before the network sees them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Switch;

named!(AutoAugment {
    None => "none",
    Trivial => "trivial",
});

/// A policy of random changes to training pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AutoAugment {
    /// None.
    None,
    /// One random change of random strength a picture (TrivialAugment, wide; Muller and Hutter 2021).
    Trivial,
}

/// The part of a configuration that concerns pictures. Its keys lie flat among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImagesConfig {
    /// Folder with the data set's published files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<String>,
    /// Size of the rarest class as a share of the most frequent; 1 leaves the set balanced.
    pub imbalance: f64,
    /// Whether SVHN trains on its `extra` split as well.
    pub extra: Switch,
    /// Damaged picture files of one pass that others stand in for; one more ends the run. Without it a thousandth
    /// of them, and at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_damaged: Option<usize>,
    /// Side of the pictures that large sets train on, in pixels; sets of small pictures keep their own.
    pub img_size: usize,
    /// Shorter side before the centre crop of the evaluation, in pixels.
    pub eval_resize: usize,
    /// Black border round small training pictures, from which a window of the old size is cut at random.
    pub crop_padding: usize,
    /// Whether half of the training pictures are mirrored.
    pub hflip: Switch,
    /// Mean of each channel (pictures in 0..=1) that is taken off; one number stands for all channels.
    pub mean: Vec<f64>,
    /// What each channel is then divided by.
    pub std: Vec<f64>,
    /// Policy of random changes.
    pub aa: AutoAugment,
    /// Chance of an erased rectangle.
    pub reprob: f64,
    /// Parameter of the Beta distribution of mixed pictures; 0 mixes none.
    pub mixup: f64,
    /// The same for rectangles cut from another picture. With `mixup`, each batch draws one of the two.
    pub cutmix: f64,
    /// Chance that a residual branch of the deepest block is skipped (stochastic depth).
    pub drop_path: f64,
}

impl Default for ImagesConfig {
    fn default() -> Self {
        Self {
            data_dir: None,
            imbalance: 1.0,
            extra: Switch::Off,
            max_damaged: None,
            img_size: 224,
            eval_resize: 256,
            crop_padding: 0,
            hflip: Switch::Off,
            mean: vec![0.5],
            std: vec![0.5],
            aa: AutoAugment::None,
            reprob: 0.0,
            mixup: 0.0,
            cutmix: 0.0,
            drop_path: 0.0,
        }
    }
}
