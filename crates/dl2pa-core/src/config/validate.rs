//! Refuses configurations that make no sense, before anything is built from them.

use super::{
    BackboneKind, ClassMeansKind, ConfigError, DatasetKind, Fidelity, HeadKind, LossKind, RunConfig,
};
use crate::prototypes::Method;

/// Widest layer and metric space; beyond it a slip of the keyboard would ask for all memory.
const MAX_WIDTH: usize = 65_536;
/// Most hidden layers.
const MAX_LAYERS: usize = 64;
/// Most samples in one step, and of one class of a toy set.
const MAX_SAMPLES: usize = 1_000_000;
/// Largest whole number of TOML, in which seeds are written.
const MAX_SEED: u64 = i64::MAX as u64;

pub(super) fn refuse(key: &'static str, reason: String) -> Result<(), ConfigError> {
    Err(ConfigError::Refused { key, reason })
}

impl RunConfig {
    /// Checks every setting by itself and with the others.
    ///
    /// # Errors
    /// [`ConfigError::Refused`] with the first setting that makes no sense and the remedy.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.validate_data()?;
        self.validate_network()?;
        self.validate_head()?;
        self.validate_optimiser()?;
        self.validate_recipe()?;
        self.validate_images()
    }

    fn validate_data(&self) -> Result<(), ConfigError> {
        let Self {
            classes, dataset, ..
        } = *self;
        let most = dataset.max_classes();
        if classes < 2 {
            return refuse(
                "classes",
                format!("`classes` is {classes}, but telling classes apart needs at least 2"),
            );
        }
        if classes > most {
            return refuse(
                "classes",
                format!(
                    "`classes` is {classes}, but the data set `{dataset}` has at most {most} classes"
                ),
            );
        }
        let file = self.own.data_file.as_deref();
        if dataset == DatasetKind::Own && file.is_none_or(str::is_empty) {
            return refuse(
                "data_file",
                "The data set `own` is a table of yours; name its CSV or .npy file with `data_file`"
                    .to_owned(),
            );
        }
        at_least_one("samples_per_class", self.samples_per_class, MAX_SAMPLES)?;
        if self.seed > MAX_SEED {
            return refuse(
                "seed",
                format!("`seed` must be at most {MAX_SEED}, the largest number that TOML holds"),
            );
        }
        Ok(())
    }

    fn validate_network(&self) -> Result<(), ConfigError> {
        if self.backbone != BackboneKind::Mlp && !self.dataset.has_images() {
            return refuse(
                "backbone",
                format!(
                    "The `{}` backbone needs images, and the data set `{}` has none; use `mlp`",
                    self.backbone, self.dataset
                ),
            );
        }
        if self.backbone == BackboneKind::ResNet32Lt && !self.dim.is_multiple_of(4) {
            return refuse(
                "dim",
                format!(
                    "The last width of `resnet32-lt` is `dim`, which must be a multiple of 4 (64 in the paper, 128 for CIFAR-100), not {}",
                    self.dim
                ),
            );
        }
        if self.hidden.len() > MAX_LAYERS {
            return refuse(
                "hidden",
                format!("`hidden` has more than {MAX_LAYERS} layers; name fewer widths"),
            );
        }
        for &width in &self.hidden {
            at_least_one("hidden", width, MAX_WIDTH)?;
        }
        Ok(())
    }

    fn validate_head(&self) -> Result<(), ConfigError> {
        at_least_one("dim", self.dim, MAX_WIDTH)?;
        if self.dim == 1 && self.classes > 2 {
            return refuse(
                "dim",
                format!(
                    "`dim` is 1, where the sphere has only 2 points, but there are {} classes; use `dim` 2 or more",
                    self.classes
                ),
            );
        }
        if self.head == HeadKind::Psc && self.loss != LossKind::CrossEntropy {
            return refuse(
                "loss",
                "The `psc` head trains with the cross-entropy loss only; leave `loss` out or choose another head"
                    .to_owned(),
            );
        }
        self.validate_prototypes()?;
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return refuse(
                "scale",
                format!(
                    "`scale` is {}, but it must be a finite number above 0",
                    self.scale
                ),
            );
        }
        if !(self.uniformity_weight.is_finite() && self.uniformity_weight >= 0.0) {
            return refuse(
                "uniformity_weight",
                format!(
                    "`uniformity_weight` is {}, but it must be a finite number, 0 or above",
                    self.uniformity_weight
                ),
            );
        }
        if self.uniformity_weight > 0.0 && self.head != HeadKind::Psc {
            return refuse(
                "uniformity_weight",
                "`uniformity_weight` pushes learned prototypes apart and needs the `psc` head"
                    .to_owned(),
            );
        }
        self.validate_matching()
    }

    fn validate_matching(&self) -> Result<(), ConfigError> {
        if !(self.assign_period.is_finite() && self.assign_period > 0.0) {
            return refuse(
                "assign_period",
                format!(
                    "`assign_period` is {}, but it must be a finite number of epochs above 0",
                    self.assign_period
                ),
            );
        }
        if self.fidelity == Fidelity::Released && self.class_means != ClassMeansKind::Ema {
            return refuse(
                "class_means",
                "The released code keeps a moving average; with `fidelity` released leave `class_means` out"
                    .to_owned(),
            );
        }
        share("class_mean_momentum", self.class_mean_momentum)
    }

    fn validate_prototypes(&self) -> Result<(), ConfigError> {
        let is_learned = self.head == HeadKind::Psc;
        let is_chosen = self.prototype_method != Method::Auto;
        if is_learned && self.prototype_file.is_some() {
            return refuse(
                "prototype_file",
                "The `psc` head learns its prototypes, so `prototype_file` needs the head `fixed` or `dynamic`"
                    .to_owned(),
            );
        }
        if is_learned && is_chosen {
            return refuse(
                "prototype_method",
                "The `psc` head learns its prototypes, so `prototype_method` needs the head `fixed` or `dynamic`"
                    .to_owned(),
            );
        }
        if is_chosen && self.prototype_file.is_some() {
            return refuse(
                "prototype_method",
                "`prototype_file` brings the prototypes ready made; leave `prototype_method` or the file out"
                    .to_owned(),
            );
        }
        if !(self.prototype_t.is_finite() && self.prototype_t > 0.0) {
            return refuse(
                "prototype_t",
                format!(
                    "`prototype_t` is {}, but a temperature must be a finite number above 0, as 2 in the paper",
                    self.prototype_t
                ),
            );
        }
        Ok(())
    }

    fn validate_optimiser(&self) -> Result<(), ConfigError> {
        at_least_one("epochs", self.epochs, MAX_SAMPLES)?;
        if self.batch_size < 2 {
            return refuse(
                "batch_size",
                format!(
                    "`batch_size` is {}, but batch normalisation needs at least 2 samples a step",
                    self.batch_size
                ),
            );
        }
        at_least_one("batch_size", self.batch_size, MAX_SAMPLES)?;
        if !(self.lr.is_finite() && self.lr > 0.0) {
            return refuse(
                "lr",
                format!(
                    "`lr` is {}, but a learning rate must be a finite number above 0",
                    self.lr
                ),
            );
        }
        share("momentum", self.momentum)?;
        if !(self.weight_decay.is_finite() && self.weight_decay >= 0.0) {
            return refuse(
                "weight_decay",
                format!(
                    "`weight_decay` is {}, but it must be a finite number, 0 or more",
                    self.weight_decay
                ),
            );
        }
        Ok(())
    }
}

pub(super) fn at_least_one(
    key: &'static str,
    value: usize,
    most: usize,
) -> Result<(), ConfigError> {
    if value == 0 || value > most {
        return refuse(
            key,
            format!("`{key}` is {value}, but it must be between 1 and {most}"),
        );
    }
    Ok(())
}

pub(super) fn share(key: &'static str, value: f64) -> Result<(), ConfigError> {
    if !(0.0..1.0).contains(&value) {
        return refuse(
            key,
            format!("`{key}` is {value}, but it must be 0 or more and less than 1"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(key: &str, change: impl FnOnce(&mut RunConfig)) {
        let mut config = RunConfig::default();
        change(&mut config);
        match config.validate() {
            Err(ConfigError::Refused { key: found, reason }) => {
                assert_eq!(found, key, "{reason}");
                assert!(!reason.contains('\n'), "{reason}");
            }
            other => panic!("expected a refusal of `{key}`, got {other:?}"),
        }
    }

    #[test]
    fn each_bad_value_is_refused_under_its_key() {
        refused("dim", |c| c.dim = 0);
        refused("dim", |c| c.dim = usize::MAX);
        refused("dim", |c| c.dim = 1);
        refused("classes", |c| c.classes = 0);
        refused("classes", |c| c.classes = 1);
        refused("classes", |c| c.classes = 11);
        refused("samples_per_class", |c| c.samples_per_class = 0);
        refused("backbone", |c| {
            c.dataset = DatasetKind::Ring;
            c.backbone = BackboneKind::Convnet;
        });
        refused("hidden", |c| c.hidden = vec![64, 0]);
        refused("hidden", |c| c.hidden = vec![1; 65]);
        refused("loss", |c| {
            c.head = HeadKind::Psc;
            c.loss = LossKind::Paper;
        });
        refused("prototype_file", |c| {
            c.head = HeadKind::Psc;
            c.prototype_file = Some("w.npy".to_owned());
        });
        refused("prototype_method", |c| {
            c.head = HeadKind::Psc;
            c.prototype_method = Method::Annealed;
        });
        refused("prototype_method", |c| {
            c.prototype_file = Some("w.npy".to_owned());
            c.prototype_method = Method::Uniformity;
        });
        refused("prototype_t", |c| c.prototype_t = 0.0);
        refused("prototype_t", |c| c.prototype_t = f64::NAN);
        refused("prototype_t", |c| c.prototype_t = f64::INFINITY);
        refused("scale", |c| c.scale = 0.0);
        refused("scale", |c| c.scale = f64::INFINITY);
        refused("epochs", |c| c.epochs = 0);
        refused("batch_size", |c| c.batch_size = 0);
        refused("batch_size", |c| c.batch_size = 1);
        refused("lr", |c| c.lr = 0.0);
        refused("lr", |c| c.lr = -0.1);
        refused("lr", |c| c.lr = f64::NAN);
        refused("momentum", |c| c.momentum = 1.0);
        refused("momentum", |c| c.momentum = f64::NAN);
        refused("weight_decay", |c| c.weight_decay = -1.0);
        refused("assign_period", |c| c.assign_period = 0.0);
        refused("class_mean_momentum", |c| c.class_mean_momentum = 1.5);
        refused("data_file", |c| {
            c.dataset = DatasetKind::Own;
            c.classes = 2;
        });
        refused("seed", |c| c.seed = u64::MAX);
    }

    #[test]
    fn two_classes_fit_on_a_line() {
        let config = RunConfig {
            classes: 2,
            dim: 1,
            ..RunConfig::default()
        };
        assert_eq!(config.validate(), Ok(()));
    }
}
