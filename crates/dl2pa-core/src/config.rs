//! One run's configuration: the schema that flags, TOML files, the playground and checkpoints share.
//!
//! [`RunConfig::resolve`] lays files and flags over a data set's defaults; [`RunConfig::validate`]
//! refuses what makes no sense.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::prototypes::{Method, PAPER_T};

/// Gives a choice its list, and each member the name that files and flags use.
macro_rules! named {
    ($choice:ident { $($member:ident => $name:literal),+ $(,)? }) => {
        impl $choice {
            /// Every member, in the order of menus and of `--help`.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// Every name, in the order of [`Self::ALL`].
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name that files and flags use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $name),+
                }
            }
        }

        impl fmt::Display for $choice {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

mod complete;
mod defaults;
mod differences;
mod error;
mod going_on;
mod images;
mod layers;
mod own;
mod recipe;
mod validate;
mod validate_training;

pub use error::{ConfigError, Place};
pub use going_on::GoingOn;
pub use images::{AutoAugment, ImagesConfig};
pub use layers::ConfigLayer;
pub use own::OwnConfig;
pub use recipe::{Amp, OptKind, RecipeConfig};

named!(DatasetKind {
    Digits => "digits",
    Grid => "grid",
    Ring => "ring",
    Grouped => "grouped",
    Cifar10 => "cifar10",
    Cifar100 => "cifar100",
    Svhn => "svhn",
    Stl10 => "stl10",
    ImageNet200 => "imagenet200",
    ImageNet => "imagenet",
    ImageNetLt => "imagenet-lt",
    Folder => "folder",
    Own => "own",
});
named!(BackboneKind {
    Mlp => "mlp",
    Convnet => "convnet",
    ResNet32 => "resnet32",
    ResNet32Lt => "resnet32-lt",
    ResNet50 => "resnet50",
    ResNet101 => "resnet101",
    ResNet152 => "resnet152",
    SwinT => "swin-t",
});
named!(HeadKind {
    Psc => "psc",
    Fixed => "fixed",
    Dynamic => "dynamic",
});
named!(LossKind {
    Paper => "paper",
    CrossEntropy => "cross-entropy",
    DotRegression => "dot-regression",
});
named!(ScheduleKind {
    Constant => "constant",
    Step => "step",
    Cosine => "cosine",
});
named!(AssignInit {
    Auto => "auto",
    Random => "random",
    Geometric => "geometric",
    Features => "features",
    Identity => "identity",
});
named!(Switch {
    Off => "off",
    On => "on",
});
named!(ClassMeansKind {
    Ema => "ema",
    Epoch => "epoch",
    Exact => "exact",
});
named!(Fidelity {
    Corrected => "corrected",
    Released => "released",
});

/// Which data set a run uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetKind {
    /// 8 x 8 handwritten digits, embedded in the program.
    Digits,
    /// Gaussian classes on a square grid in the plane.
    Grid,
    /// Gaussian classes on a ring in the plane.
    Ring,
    /// 20 groups of 5 Gaussian classes in 32 dimensions.
    Grouped,
    /// CIFAR-10, 32 x 32 (Krizhevsky 2009).
    Cifar10,
    /// CIFAR-100, 32 x 32.
    Cifar100,
    /// Street View House Numbers, cropped, 32 x 32 (Netzer et al. 2011).
    Svhn,
    /// STL-10's labelled pictures, 96 x 96 (Coates et al. 2011).
    Stl10,
    /// 200 classes of ImageNet at 64 x 64 ("Tiny ImageNet").
    #[serde(rename = "imagenet200")]
    ImageNet200,
    /// ImageNet-1k (ILSVRC 2012).
    #[serde(rename = "imagenet")]
    ImageNet,
    /// ImageNet-1k thinned to a long tail by its published lists (Liu et al. 2019).
    #[serde(rename = "imagenet-lt")]
    ImageNetLt,
    /// A folder of class folders.
    Folder,
    /// A table of the person's own: a CSV or `.npy` file, or points drawn by hand.
    Own,
}

/// Which network maps inputs to the metric space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackboneKind {
    /// Fully connected layers with batch normalisation and ReLU between them.
    Mlp,
    /// Two convolutions and a linear layer; needs image inputs.
    Convnet,
    /// HPN's ResNet-32 for small pictures, a linear layer to d at its end (paper, CIFAR-100).
    #[serde(rename = "resnet32")]
    ResNet32,
    /// ResNet-32 without a linear layer: d is its last width (paper, long tail).
    #[serde(rename = "resnet32-lt")]
    ResNet32Lt,
    /// ResNet-50 as torchvision's, a linear layer to d at its end.
    #[serde(rename = "resnet50")]
    ResNet50,
    /// ResNet-101.
    #[serde(rename = "resnet101")]
    ResNet101,
    /// ResNet-152.
    #[serde(rename = "resnet152")]
    ResNet152,
    /// Swin-T as torchvision's, a linear layer to d at its end.
    SwinT,
}

/// How classes and prototypes belong together (paper, figure 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeadKind {
    /// Prototypes are learned with the network; each class owns one.
    Psc,
    /// Prototypes are fixed and so is the assignment, drawn once.
    Fixed,
    /// Prototypes are fixed; the assignment is matched again every tau' epochs.
    Dynamic,
}

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// `sum_b (1 - z_b . w_A(y_b))^2`, a sum over the batch, as in the paper.
    Paper,
    /// Cross-entropy of softmax(scale x cosine), a mean over the batch.
    CrossEntropy,
    /// `1/2 mean_b E_b^2 (1 - z_b . w_A(y_b))^2` with `E_b^2 = B / (classes in the batch x samples of y_b in
    /// it)`: rare classes weigh more (Yang et al. 2022; the paper's long tail).
    DotRegression,
}

/// How the learning rate falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// It does not.
    Constant,
    /// x0.1 at 40 % and at 80 % of the epochs.
    Step,
    /// Half a cosine wave down to 0.
    Cosine,
}

/// Where the first assignment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignInit {
    /// `geometric` for the `dynamic` head on small sets; drawn for `fixed`, on published data sets, and where
    /// the released code is followed.
    Auto,
    /// It is drawn, as in the paper.
    Random,
    /// Class means of the training inputs, centred and projected, matched up to a rotation.
    Geometric,
    /// The same with the features of the untrained network.
    Features,
    /// Class k gets prototype k: for prototypes that were made for their classes, as word vectors are.
    Identity,
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// No.
    Off,
    /// Yes.
    On,
}

/// What a class mean is an average of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassMeansKind {
    /// An exponential moving average over batches (the paper).
    Ema,
    /// All of a class's samples since the last matching, each as the network saw it then.
    Epoch,
    /// All of a class's training samples, as the network sees them at the matching.
    Exact,
}

/// Which to follow where the authors' released code differs from their paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fidelity {
    /// The paper.
    Corrected,
    /// The code: class means start as noise, which the first matching takes, keep 1.9 times the old, and take
    /// one sample a batch; a checkpoint holds the assignment after the epoch's matching.
    Released,
}

/// Everything that decides a run. The keys are the same in TOML files and, with dashes, as flags; those of
/// the parts lie flat among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    /// Data set.
    pub dataset: DatasetKind,
    /// Number of classes c. For `digits` the first c digits, at most 10.
    pub classes: usize,
    /// Training samples a class of the `grid` and `ring` sets.
    pub samples_per_class: usize,
    /// Backbone.
    pub backbone: BackboneKind,
    /// Widths of the hidden layers of the `mlp`.
    pub hidden: Vec<usize>,
    /// Head.
    pub head: HeadKind,
    /// Loss. The `psc` head always uses cross-entropy.
    pub loss: LossKind,
    /// Scale s of the cross-entropy's cosines.
    pub scale: f64,
    /// Weight of the uniformity (t = 2) of the learned prototypes in the loss of the `psc` head.
    pub uniformity_weight: f64,
    /// Dimension d of the metric space; prototypes lie on S^(d-1).
    pub dim: usize,
    /// Passes over the training split.
    pub epochs: usize,
    /// Samples a step.
    pub batch_size: usize,
    /// Learning rate at the start.
    pub lr: f64,
    /// Momentum of SGD.
    pub momentum: f64,
    /// Weight decay of SGD (coupled, as PyTorch's).
    pub weight_decay: f64,
    /// Learning-rate schedule.
    pub sched: ScheduleKind,
    /// Where the first assignment of `fixed` and `dynamic` comes from.
    pub assign_init: AssignInit,
    /// Matching period tau' in epochs; fractions are rounded to whole steps.
    pub assign_period: f64,
    /// Whether the prototypes may turn together at a matching.
    pub assign_rotation: Switch,
    /// What the class means average.
    pub class_means: ClassMeansKind,
    /// Share of the old class mean in each update of the moving average.
    pub class_mean_momentum: f64,
    /// Whether class means follow the paper or the released code.
    pub fidelity: Fidelity,
    /// Seed of all random streams.
    pub seed: u64,
    /// How the prototypes are spread. The `psc` head learns them instead.
    #[serde(default)]
    pub prototype_method: Method,
    /// Temperature t of the uniformity (paper, eq. 4-5), for the methods that keep it fixed.
    #[serde(default = "paper_t")]
    pub prototype_t: f64,
    /// File with ready prototypes (c x d) instead of spreading them; the program reads it, the page cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prototype_file: Option<String>,
    /// The person's own table, for the data set `own`.
    #[serde(flatten)]
    pub own: OwnConfig,
    /// How the weights are learned besides.
    #[serde(flatten)]
    pub recipe: RecipeConfig,
    /// Pictures: their source and what is done to them. The last part, which refuses keys of no part.
    #[serde(flatten, deserialize_with = "complete::last_part")]
    pub images: ImagesConfig,
}

/// Class folders of one set; more are a mistake.
const MAX_FOLDER_CLASSES: usize = 1_000_000;

const fn paper_t() -> f64 {
    PAPER_T
}

impl DatasetKind {
    /// The most classes this data set has; of a folder only its content knows.
    #[must_use]
    pub const fn max_classes(self) -> usize {
        match self {
            Self::Digits | Self::Cifar10 | Self::Svhn | Self::Stl10 => 10,
            Self::Grid | Self::Ring | Self::Grouped | Self::Cifar100 => 100,
            Self::ImageNet200 => 200,
            Self::ImageNet | Self::ImageNetLt => 1_000,
            Self::Folder => MAX_FOLDER_CLASSES,
            Self::Own => dl2pa_data::table::MAX_CLASSES,
        }
    }

    /// Whether its samples are images, which all backbones but `mlp` need.
    #[must_use]
    pub const fn has_images(self) -> bool {
        !matches!(self, Self::Grid | Self::Ring | Self::Grouped | Self::Own)
    }

    /// Whether it is read from files that the person has, and so needs `data_dir`.
    #[must_use]
    pub const fn is_published(self) -> bool {
        self.has_images() && !matches!(self, Self::Digits)
    }
}

impl RunConfig {
    /// Where the first assignment comes from, never [`AssignInit::Auto`].
    #[must_use]
    pub fn first_assignment(&self) -> AssignInit {
        match (self.assign_init, self.head, self.fidelity) {
            (AssignInit::Auto, HeadKind::Dynamic, Fidelity::Corrected)
                if !self.dataset.is_published() =>
            {
                AssignInit::Geometric
            }
            (AssignInit::Auto, ..) => AssignInit::Random,
            (chosen, ..) => chosen,
        }
    }

    /// What the window and the page open with: 25 classes of the plane on the ordinary sphere.
    #[must_use]
    pub fn playground() -> Self {
        Self::for_dataset(DatasetKind::Grid)
    }
}

impl Default for RunConfig {
    fn default() -> Self {
        Self::for_dataset(DatasetKind::Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name that serde gives a unit variant.
    fn serde_name<T: Serialize>(member: T) -> String {
        let value = toml::Value::try_from(member).unwrap();
        value.as_str().unwrap().to_owned()
    }

    #[test]
    fn names_are_those_that_files_use() {
        for &member in DatasetKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in BackboneKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in HeadKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in LossKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in ScheduleKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in AssignInit::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in Switch::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in ClassMeansKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in Fidelity::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in OptKind::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in Amp::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in AutoAugment::ALL {
            assert_eq!(serde_name(member), member.name());
        }
        for &member in Method::GENERAL {
            assert_eq!(serde_name(member), member.name());
        }
    }

    #[test]
    fn a_configuration_from_before_the_methods_asks_for_the_paper_s_temperature() {
        let config = RunConfig::default();
        let mut table = toml::Table::try_from(&config).unwrap();
        assert!(table.remove("prototype_method").is_some());
        assert!(table.remove("prototype_t").is_some());
        assert_eq!(RunConfig::deserialize(table), Ok(config));
    }

    #[test]
    fn every_data_set_s_own_settings_are_valid() {
        for &dataset in DatasetKind::ALL {
            let mut config = RunConfig::for_dataset(dataset);
            assert_eq!(config.dataset, dataset);
            if dataset.is_published() {
                assert!(config.validate().is_err(), "{dataset} without its files");
                config.images.data_dir = Some("data".to_owned());
            }
            if dataset == DatasetKind::Own {
                assert!(config.validate().is_err(), "{dataset} without its file");
                config.own.data_file = Some("flowers.csv".to_owned());
            }
            assert_eq!(config.validate(), Ok(()), "{dataset}");
        }
        assert_eq!(RunConfig::playground().validate(), Ok(()));
    }
}
