//! The paper's settings by name: a layer of the configuration between its defaults and files or flags.
//!
//! paper.md 1.6 says where each number comes from. The balanced CIFAR-100 recipe is the data set's default.

use dl2pa_core::config::{ConfigError, ConfigLayer};

/// The recipe of the long tails on small pictures: lr 0.1 e / 5 for the first five epochs, a tenth after 160
/// and a hundredth after 180, mixup, dot-regression, batch normalisation before the sphere.
const LONG_TAIL: &str = r#"
backbone = "resnet32-lt"
loss = "dot-regression"
epochs = 200
lr = 0.1
weight_decay = 2e-4
warmup_epochs = 4
warmup_lr = 0.02
decay_milestones = [160, 180]
mixup = 1.0
"#;

/// CIFAR-10's statistics, which the authors' code takes for CIFAR-100's long tail as well.
const CIFAR_LT: &str = r#"
crop_padding = 4
hflip = "on"
mean = [0.4914, 0.4822, 0.4465]
std = [0.2023, 0.1994, 0.2010]
"#;

/// Swin-T with the optimiser that its authors train it with; the released configuration (AdamW at a rate of
/// 0.5) cannot be what was run (paper.md 2.2, 16).
const SWIN: &str = r#"
backbone = "swin-t"
opt = "adamw"
lr = 1e-3
weight_decay = 0.05
drop_path = 0.2
clip_grad = 5.0
"#;

/// One preset: its name, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Preset {
    /// As `--preset` takes it.
    pub(super) name: String,
    text: String,
}

impl Preset {
    fn new(name: String, dataset: &str, dim: usize, parts: &[&str]) -> Self {
        let parts = parts.concat();
        Self {
            name,
            text: format!("dataset = \"{dataset}\"\ndim = {dim}\n{parts}"),
        }
    }

    /// All of them, in the order of the paper's tables.
    pub(super) fn all() -> Vec<Self> {
        let mut presets = Vec::new();
        for dim in [10, 25, 50, 100] {
            presets.push(Self::new(format!("cifar100-d{dim}"), "cifar100", dim, &[]));
        }
        for dim in [25, 50, 100, 200] {
            let name = format!("imagenet200-d{dim}");
            presets.push(Self::new(name, "imagenet200", dim, &[]));
        }
        for depth in [50, 101, 152] {
            let name = format!("imagenet-resnet{depth}-d512");
            let backbone = format!("backbone = \"resnet{depth}\"\n");
            presets.push(Self::new(name, "imagenet", 512, &[&backbone]));
        }
        let swin = "imagenet-swin-t-d512".to_owned();
        presets.push(Self::new(swin, "imagenet", 512, &[SWIN]));
        let resnet = "imagenet-lt-resnet50-d512".to_owned();
        presets.push(Self::new(resnet, "imagenet-lt", 512, &[]));
        for (dataset, dim, pictures) in [
            ("cifar10", 64, CIFAR_LT),
            ("svhn", 64, "extra = \"on\"\n"),
            ("stl10", 64, ""),
            ("cifar100", 128, CIFAR_LT),
        ] {
            for ratio in ["0.005", "0.01", "0.02"] {
                let imbalance = format!("imbalance = {ratio}\n");
                let parts = [LONG_TAIL, pictures, &imbalance];
                presets.push(Self::new(
                    format!("{dataset}-lt-{ratio}"),
                    dataset,
                    dim,
                    &parts,
                ));
            }
        }
        presets
    }

    /// The preset called `name`.
    ///
    /// # Errors
    /// A sentence with the nearest name.
    pub(super) fn find(name: &str) -> Result<Self, String> {
        let all = Self::all();
        if let Some(preset) = all.iter().find(|preset| preset.name == name) {
            return Ok(preset.clone());
        }
        let nearest = all
            .iter()
            .max_by(|a, b| {
                strsim::jaro_winkler(name, &a.name).total_cmp(&strsim::jaro_winkler(name, &b.name))
            })
            .map_or("", |preset| &preset.name);
        Err(format!(
            "there is no preset `{name}`; the nearest is `{nearest}`"
        ))
    }

    /// Its settings.
    ///
    /// # Errors
    /// Never: the presets are tested.
    pub(super) fn layer(&self) -> Result<ConfigLayer, ConfigError> {
        ConfigLayer::from_toml(&format!("the preset {}", self.name), &self.text)
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::config::{DatasetKind, HeadKind, RunConfig};
    use dl2pa_core::schedule;

    use super::*;

    fn resolved(name: &str, more: &str) -> RunConfig {
        let preset = Preset::find(name).unwrap().layer().unwrap();
        let more = ConfigLayer::from_toml("test", more).unwrap();
        let data = ConfigLayer::from_toml("test", "data_dir = \"data\"").unwrap();
        RunConfig::resolve(DatasetKind::Digits, &[preset, data, more]).unwrap()
    }

    #[test]
    fn every_preset_is_a_valid_configuration_with_every_head() {
        for preset in Preset::all() {
            for head in HeadKind::NAMES {
                let config = resolved(&preset.name, &format!("head = \"{head}\""));
                assert!(
                    preset.name.starts_with(config.dataset.name()),
                    "{}",
                    preset.name
                );
            }
        }
    }

    #[test]
    fn the_presets_hold_the_papers_numbers() {
        let balanced = resolved("cifar100-d50", "");
        assert_eq!(
            (balanced.dim, balanced.epochs, balanced.batch_size),
            (50, 250, 128)
        );
        let rates: Vec<f64> = [0, 99, 100, 199, 200, 249]
            .map(|epoch| schedule::rate(&balanced, epoch))
            .to_vec();
        for (rate, expected) in rates.iter().zip([0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001]) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
        let tail = resolved("cifar100-lt-0.01", "");
        assert_eq!(
            (tail.dim, tail.epochs, tail.images.imbalance),
            (128, 200, 0.01)
        );
        assert!((schedule::rate(&tail, 180) - 0.001).abs() < 1e-12);
        let large = resolved("imagenet-resnet50-d512", "");
        assert_eq!((large.epochs, large.batch_size, large.lr), (105, 1024, 0.5));
    }

    #[test]
    fn an_unknown_preset_names_the_nearest() {
        let error = Preset::find("cifar100-d5").unwrap_err();
        assert!(error.contains("`cifar100-d50`"), "{error}");
    }
}
