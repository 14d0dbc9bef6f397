//! Refuses recipes and picture settings that make no sense.

use super::validate::{at_least_one, refuse, share};
use super::{ConfigError, HeadKind, LossKind, RunConfig};

/// Longest side of a picture, and widest border, in pixels.
const MAX_SIDE: usize = 4_096;
/// Most batches of one step.
const MAX_ACCUMULATION: usize = 65_536;

impl RunConfig {
    pub(super) fn validate_recipe(&self) -> Result<(), ConfigError> {
        let recipe = &self.recipe;
        if !recipe.decay_milestones.is_sorted_by(|a, b| a < b) {
            return refuse(
                "decay_milestones",
                "`decay_milestones` must be epochs in rising order, as 100, 200".to_owned(),
            );
        }
        positive("decay_rate", recipe.decay_rate)?;
        if recipe.warmup_epochs > 0 {
            positive("warmup_lr", recipe.warmup_lr)?;
        }
        at_least_one(
            "grad_accum_steps",
            recipe.grad_accum_steps,
            MAX_ACCUMULATION,
        )?;
        if !(recipe.clip_grad.is_finite() && recipe.clip_grad >= 0.0) {
            return refuse(
                "clip_grad",
                format!(
                    "`clip_grad` is {}, but a norm must be a finite number above 0, or 0 for none",
                    recipe.clip_grad
                ),
            );
        }
        share("smoothing", recipe.smoothing)?;
        let uses_softmax = self.head == HeadKind::Psc || self.loss == LossKind::CrossEntropy;
        if recipe.smoothing > 0.0 && !uses_softmax {
            return refuse(
                "smoothing",
                "`smoothing` smooths the labels of the cross-entropy; choose that loss or leave it out"
                    .to_owned(),
            );
        }
        Ok(())
    }

    pub(super) fn validate_images(&self) -> Result<(), ConfigError> {
        let images = &self.images;
        if self.dataset.is_published() && images.data_dir.is_none() {
            return refuse(
                "data_dir",
                format!(
                    "The data set `{}` is read from its published files; name their folder with `data_dir`",
                    self.dataset
                ),
            );
        }
        if !(images.imbalance > 0.0 && images.imbalance <= 1.0) {
            return refuse(
                "imbalance",
                format!(
                    "`imbalance` is {}, but the rarest class over the most frequent is above 0 and at most 1",
                    images.imbalance
                ),
            );
        }
        at_least_one("img_size", images.img_size, MAX_SIDE)?;
        at_least_one("eval_resize", images.eval_resize, MAX_SIDE)?;
        if images.crop_padding > MAX_SIDE {
            return refuse(
                "crop_padding",
                format!("`crop_padding` must be at most {MAX_SIDE} pixels"),
            );
        }
        probability("reprob", images.reprob)?;
        share("drop_path", images.drop_path)?;
        for (key, alpha) in [("mixup", images.mixup), ("cutmix", images.cutmix)] {
            if !(alpha.is_finite() && alpha >= 0.0) {
                return refuse(
                    key,
                    format!(
                        "`{key}` is {alpha}, but it must be a finite number above 0, or 0 for none"
                    ),
                );
            }
        }
        for (key, values) in [("mean", &images.mean), ("std", &images.std)] {
            if !matches!(values.len(), 1 | 3) || values.iter().any(|value| !value.is_finite()) {
                return refuse(
                    key,
                    format!("`{key}` must be one finite number, or three for red, green and blue"),
                );
            }
        }
        if images.std.iter().any(|&value| value <= 0.0) {
            return refuse(
                "std",
                "`std` must be above 0: channels are divided by it".to_owned(),
            );
        }
        Ok(())
    }
}

fn positive(key: &'static str, value: f64) -> Result<(), ConfigError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        refuse(
            key,
            format!("`{key}` is {value}, but it must be a finite number above 0"),
        )
    }
}

fn probability(key: &'static str, value: f64) -> Result<(), ConfigError> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        refuse(
            key,
            format!("`{key}` is {value}, but a chance lies between 0 and 1"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::DatasetKind;
    use super::*;

    #[track_caller]
    fn refused(key: &str, change: impl FnOnce(&mut RunConfig)) {
        let mut config = RunConfig::for_dataset(DatasetKind::Cifar100);
        config.images.data_dir = Some("data".to_owned());
        assert_eq!(config.validate(), Ok(()));
        change(&mut config);
        match config.validate() {
            Err(ConfigError::Refused { key: found, .. }) => assert_eq!(found, key),
            other => panic!("expected a refusal of `{key}`, got {other:?}"),
        }
    }

    #[test]
    fn each_bad_value_is_refused_under_its_key() {
        refused("data_dir", |c| c.images.data_dir = None);
        refused("imbalance", |c| c.images.imbalance = 0.0);
        refused("imbalance", |c| c.images.imbalance = f64::NAN);
        refused("img_size", |c| c.images.img_size = 0);
        refused("reprob", |c| c.images.reprob = 1.5);
        refused("mixup", |c| c.images.mixup = -1.0);
        refused("mean", |c| c.images.mean = vec![0.5, 0.5]);
        refused("std", |c| c.images.std = vec![0.0]);
        refused("decay_milestones", |c| {
            c.recipe.decay_milestones = vec![200, 100];
        });
        refused("warmup_lr", |c| c.recipe.warmup_epochs = 3);
        refused("grad_accum_steps", |c| c.recipe.grad_accum_steps = 0);
        refused("clip_grad", |c| c.recipe.clip_grad = f64::INFINITY);
        refused("smoothing", |c| c.recipe.smoothing = 0.1);
    }
}
