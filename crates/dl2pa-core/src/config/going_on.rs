//! Which settings may differ where a run goes on from a state of another: the one place that says so.

use super::{ConfigError, HeadKind, RunConfig};

/// What goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoingOn {
    /// The same run, taken up again: how long, how fast, where its data lie now, and how many of them may be
    /// damaged.
    Resumed,
    /// Another run, which begins as a copy: besides, everything that acts on a step or a matching still to come. What
    /// made the state (data, network, prototypes, seed, the first assignment), what its arrays mean (optimiser,
    /// kind of class means) and how long an epoch is stay as they are.
    Branched,
}

const RESUMED: [&str; 5] = ["data_dir", "data_file", "epochs", "lr", "max_damaged"];
const BRANCHED: [&str; 16] = [
    "assign_period",
    "assign_rotation",
    "class_mean_momentum",
    "clip_grad",
    "decay_milestones",
    "decay_rate",
    "head",
    "loss",
    "momentum",
    "scale",
    "sched",
    "smoothing",
    "uniformity_weight",
    "warmup_epochs",
    "warmup_lr",
    "weight_decay",
];
/// How prototypes are spread, which learned ones are not: with the `psc` head a difference means nothing.
const OF_SPREADING: [&str; 3] = ["prototype_file", "prototype_method", "prototype_t"];

impl GoingOn {
    /// Whether `key` may have another value than in the run that made the state.
    #[must_use]
    pub fn may_change(self, key: &str) -> bool {
        RESUMED.contains(&key) || (self == Self::Branched && BRANCHED.contains(&key))
    }

    /// The keys for which [`Self::may_change`] holds.
    #[must_use]
    pub fn changeable(self) -> Vec<&'static str> {
        let more: &[&str] = match self {
            Self::Resumed => &[],
            Self::Branched => &BRANCHED,
        };
        RESUMED.into_iter().chain(more.iter().copied()).collect()
    }

    /// The first key, in alphabetical order, in which a run of `new` cannot go on from a state made by a run of
    /// `old`; `None` where it can.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] for a seed that TOML cannot hold.
    pub fn obstacle(self, old: &RunConfig, new: &RunConfig) -> Result<Option<String>, ConfigError> {
        let learns_prototypes = self == Self::Branched && new.head == HeadKind::Psc;
        let differing = old.differing_keys(new)?.into_iter();
        Ok(differing
            .filter(|key| !(learns_prototypes && OF_SPREADING.contains(&key.as_str())))
            .find(|key| !self.may_change(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BackboneKind, DatasetKind, LossKind};
    use super::*;
    use crate::prototypes::Method;

    fn base() -> RunConfig {
        RunConfig::playground()
    }

    #[test]
    fn every_changeable_key_is_a_key() {
        let known = RunConfig::keys().unwrap();
        for key in GoingOn::Branched.changeable() {
            assert!(known.iter().any(|known| known == key), "{key}");
        }
        for key in GoingOn::Resumed.changeable() {
            assert!(GoingOn::Branched.may_change(key), "{key}");
        }
    }

    #[test]
    fn what_acts_on_steps_to_come_may_change_and_what_made_the_state_may_not() {
        let other_method = RunConfig {
            loss: LossKind::Paper,
            head: HeadKind::Fixed,
            lr: 0.01,
            assign_period: 3.0,
            ..base()
        };
        assert_eq!(GoingOn::Branched.obstacle(&base(), &other_method), Ok(None));
        let head = GoingOn::Resumed.obstacle(&base(), &other_method);
        assert_eq!(head, Ok(Some("assign_period".to_owned())));
        for (key, config) in [
            ("seed", RunConfig { seed: 7, ..base() }),
            ("dim", RunConfig { dim: 4, ..base() }),
            (
                "classes",
                RunConfig {
                    classes: 9,
                    ..base()
                },
            ),
            (
                "batch_size",
                RunConfig {
                    batch_size: 7,
                    ..base()
                },
            ),
            (
                "prototype_method",
                RunConfig {
                    prototype_method: Method::Uniformity,
                    ..base()
                },
            ),
            (
                "hidden",
                RunConfig {
                    backbone: BackboneKind::Mlp,
                    hidden: vec![8],
                    ..base()
                },
            ),
        ] {
            let obstacle = GoingOn::Branched.obstacle(&base(), &config);
            assert_eq!(obstacle, Ok(Some(key.to_owned())));
        }
        let elsewhere = RunConfig::for_dataset(DatasetKind::Digits);
        assert!(
            GoingOn::Branched
                .obstacle(&base(), &elsewhere)
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn learned_prototypes_ask_no_longer_how_they_were_spread() {
        let spread = RunConfig {
            prototype_method: Method::Uniformity,
            ..base()
        };
        let learned = RunConfig {
            head: HeadKind::Psc,
            ..base()
        };
        assert_eq!(GoingOn::Branched.obstacle(&spread, &learned), Ok(None));
        let back = GoingOn::Branched.obstacle(&learned, &spread);
        assert_eq!(back, Ok(Some("prototype_method".to_owned())));
    }
}
