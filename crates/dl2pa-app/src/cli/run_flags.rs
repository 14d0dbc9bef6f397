//! The flags of the configuration's keys, one each.

use clap::Args;
use clap::builder::PossibleValuesParser;
use dl2pa_core::config::{
    Amp, AssignInit, AutoAugment, BackboneKind, ClassMeansKind, DatasetKind, Fidelity, HeadKind,
    LossKind, OptKind, ScheduleKind, Switch,
};
use dl2pa_core::prototypes::Method;
use serde::Serialize;

/// Largest seed that a TOML file can hold.
const MAX_SEED: u64 = i64::MAX as u64;

/// Flags of the configuration's keys; what is not given stays out of the serialised form.
#[derive(Clone, Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Settings of a run (--train, --print-config and the window)")]
pub(super) struct RunFlags {
    /// Data set [default: digits]
    #[arg(long, value_parser = names(DatasetKind::NAMES))]
    pub(super) dataset: Option<String>,
    /// Number of classes c (also for --prototypes)
    #[arg(long, value_name = "C")]
    pub(super) classes: Option<usize>,
    /// Training samples a class of the grid and ring sets
    #[arg(long, value_name = "N")]
    samples_per_class: Option<usize>,
    /// Network
    #[arg(long, value_parser = names(BackboneKind::NAMES))]
    backbone: Option<String>,
    /// Widths of the hidden layers of the mlp, as in 128,64; nothing for a linear one
    #[arg(long, value_name = "WIDTHS", value_delimiter = ',', num_args = 0..)]
    hidden: Option<Vec<usize>>,
    /// psc learns the prototypes; fixed and dynamic spread them, and dynamic matches labels again
    #[arg(long, value_parser = names(HeadKind::NAMES))]
    head: Option<String>,
    /// Loss
    #[arg(long, value_parser = names(LossKind::NAMES))]
    loss: Option<String>,
    /// Scale of the cosines in the cross-entropy loss
    #[arg(long, value_name = "S")]
    scale: Option<f64>,
    /// Weight of the uniformity of learned prototypes in the loss (--head psc)
    #[arg(long, value_name = "WEIGHT")]
    uniformity_weight: Option<f64>,
    /// Dimension d of the space with the sphere (also for --prototypes)
    #[arg(long, value_name = "D")]
    pub(super) dim: Option<usize>,
    /// Passes over the training data
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Samples a step
    #[arg(short, long, value_name = "N")]
    batch_size: Option<usize>,
    /// Learning rate
    #[arg(long, value_name = "RATE")]
    lr: Option<f64>,
    /// Momentum of SGD
    #[arg(long, value_name = "M")]
    momentum: Option<f64>,
    /// Weight decay of SGD
    #[arg(long, value_name = "DECAY")]
    weight_decay: Option<f64>,
    /// Learning-rate schedule
    #[arg(long, value_parser = names(ScheduleKind::NAMES))]
    sched: Option<String>,
    /// Where the first assignment comes from: drawn, the shape of the data, or the untrained network;
    /// auto fits the dynamic head to the data
    #[arg(long, value_parser = names(AssignInit::NAMES))]
    assign_init: Option<String>,
    /// Epochs between two matchings of labels and prototypes; may be a fraction
    #[arg(long, value_name = "EPOCHS")]
    assign_period: Option<f64>,
    /// Whether all prototypes may turn together at a matching
    #[arg(long, value_parser = names(Switch::NAMES))]
    assign_rotation: Option<String>,
    /// What a class mean averages: batches fading out, all samples since the last matching, or the
    /// whole training split at the matching
    #[arg(long, value_parser = names(ClassMeansKind::NAMES))]
    class_means: Option<String>,
    /// Share of the old class mean in each update
    #[arg(long, value_name = "SHARE")]
    class_mean_momentum: Option<f64>,
    /// Follow the paper or the authors' released code where they differ
    #[arg(long, value_parser = names(Fidelity::NAMES))]
    fidelity: Option<String>,
    /// Seed of everything random [default: 42]
    #[arg(long, value_name = "SEED", value_parser = clap::value_parser!(u64).range(..=MAX_SEED))]
    pub(super) seed: Option<u64>,
    /// How prototypes are spread (also for --prototypes) [default: auto]
    #[arg(long, visible_alias = "method", value_name = "NAME",
        value_parser = PossibleValuesParser::new(Method::names()))]
    pub(super) prototype_method: Option<String>,
    /// Temperature t of the method uniformity (also for --prototypes) [default: 2]
    #[arg(long, visible_alias = "t", value_name = "T")]
    pub(super) prototype_t: Option<f64>,
    /// Ready prototypes (.npy, .safetensors, .csv or .pth) instead of spread ones; word vectors of the class
    /// names as .txt, a name and its numbers a line
    #[arg(long, value_name = "FILE")]
    prototype_file: Option<String>,
    /// Your own data (--dataset own): a CSV or .npy file, a row for each example, its class in the last column or
    /// in one called label
    #[arg(long, value_name = "FILE")]
    data_file: Option<String>,
    /// Refuse a data file that does not hold what these 16 digits stand for
    #[arg(long, value_name = "DIGITS")]
    data_digest: Option<String>,
    /// Refuse a data file whose rows have not so many numbers beside the class
    #[arg(long, value_name = "N")]
    data_features: Option<usize>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(super) recipe: RecipeFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(super) images: ImageFlags,
}

/// Flags of the part that says how weights are learned.
#[derive(Clone, Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Recipe (--train)")]
pub(super) struct RecipeFlags {
    /// Begin with these weights, all but the last layer: a state dict of torchvision, timm or --export, as
    /// .safetensors or .pth
    #[arg(long, value_name = "FILE")]
    pretrained: Option<String>,
    /// Optimiser [default: sgd]
    #[arg(long, value_parser = names(OptKind::NAMES))]
    opt: Option<String>,
    /// Epochs at which the step schedule falls, as in 100,200; nothing for 40 % and 80 % of all [default: 40 % and 80 % of all]
    #[arg(long, value_name = "EPOCHS", value_delimiter = ',', num_args = 0..)]
    decay_milestones: Option<Vec<usize>>,
    /// Factor of each fall [default: 0.1]
    #[arg(long, value_name = "FACTOR")]
    decay_rate: Option<f64>,
    /// Epochs over which the rate climbs from --warmup-lr
    #[arg(long, value_name = "N")]
    warmup_epochs: Option<usize>,
    /// Learning rate of the first epoch of the climb
    #[arg(long, value_name = "RATE")]
    warmup_lr: Option<f64>,
    /// Batches whose gradients make one step
    #[arg(long, value_name = "N")]
    grad_accum_steps: Option<usize>,
    /// Greatest norm of all gradients together; 0 leaves them alone
    #[arg(long, value_name = "NORM")]
    clip_grad: Option<f64>,
    /// Label smoothing of the cross-entropy
    #[arg(long, value_name = "SHARE")]
    smoothing: Option<f64>,
    /// Batches after which an epoch ends; 0 takes all
    #[arg(long, value_name = "N")]
    limit_train_batches: Option<usize>,
    /// Train and measure on the first so many batches alone, to see whether a network can learn at all
    #[arg(long, value_name = "N")]
    overfit_batches: Option<usize>,
    /// Numbers that the network computes in; 16 bits are quicker where the device has units for them [default: off]
    #[arg(long, value_parser = names(Amp::NAMES))]
    amp: Option<String>,
}

/// Flags of the part that concerns pictures.
#[derive(Clone, Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Pictures (--train, --eval, --verify-data)")]
pub(super) struct ImageFlags {
    /// Folder with the data set's published files
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<String>,
    /// Size of the rarest class over that of the most frequent: 0.01 makes a long tail
    #[arg(long, value_name = "RATIO")]
    imbalance: Option<f64>,
    /// Whether SVHN trains on its extra split as well
    #[arg(long, value_parser = names(Switch::NAMES))]
    extra: Option<String>,
    /// Damaged picture files of one pass that others stand in for before the run ends [default: a thousandth, at
    /// least 1]
    #[arg(long, value_name = "N")]
    max_damaged: Option<usize>,
    /// Side of the pictures that large sets train on, in pixels [default: 224]
    #[arg(long, value_name = "PIXELS")]
    img_size: Option<usize>,
    /// Shorter side before the centre crop of the evaluation [default: 256]
    #[arg(long, value_name = "PIXELS")]
    eval_resize: Option<usize>,
    /// Black border of small training pictures, from which a window of the old size is cut
    #[arg(long, value_name = "PIXELS")]
    crop_padding: Option<usize>,
    /// Whether half of the training pictures are mirrored
    #[arg(long, value_parser = names(Switch::NAMES))]
    hflip: Option<String>,
    /// Mean of the channels that is taken off, as in 0.5 or 0.507,0.487,0.441
    #[arg(long, value_name = "MEANS", value_delimiter = ',')]
    mean: Option<Vec<f64>>,
    /// What the channels are then divided by
    #[arg(long, value_name = "DEVIATIONS", value_delimiter = ',')]
    std: Option<Vec<f64>>,
    /// Random changes of large training pictures
    #[arg(long, value_parser = names(AutoAugment::NAMES))]
    aa: Option<String>,
    /// Chance of an erased rectangle
    #[arg(long, value_name = "CHANCE")]
    reprob: Option<f64>,
    /// Parameter of mixup; 0 mixes no pictures
    #[arg(long, value_name = "ALPHA")]
    mixup: Option<f64>,
    /// Parameter of cutmix; with --mixup each batch draws one of the two
    #[arg(long, value_name = "ALPHA")]
    cutmix: Option<f64>,
    /// Chance that the deepest residual branch of swin-t is skipped
    #[arg(long, value_name = "CHANCE")]
    drop_path: Option<f64>,
}

fn names(names: &'static [&'static str]) -> PossibleValuesParser {
    PossibleValuesParser::new(names.iter().copied())
}
