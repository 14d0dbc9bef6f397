//! Which runs stand beside the one that the setup shows: other heads, or settings that were kept.

use dl2pa_core::config::{HeadKind, LossKind, RunConfig};
use dl2pa_core::prototypes::Method;

/// Most runs side by side.
pub(crate) const MOST: usize = 3;

/// What a run beside the leading one differs in. Everything else, the seed above all, is the leading run's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rival {
    /// Another head.
    Head(HeadKind),
    /// Settings that were kept; only the seed and the number of epochs follow.
    Kept(Box<RunConfig>),
}

impl Rival {
    /// The settings of its run beside a run of `lead`.
    pub(crate) fn config(&self, lead: &RunConfig) -> RunConfig {
        match self {
            Self::Head(head) => with_head(lead, *head),
            Self::Kept(config) => RunConfig {
                seed: lead.seed,
                epochs: lead.epochs,
                ..RunConfig::clone(config)
            },
        }
    }
}

/// `config` with another head, and without what that head does not take.
pub(crate) fn with_head(config: &RunConfig, head: HeadKind) -> RunConfig {
    let mut config = RunConfig {
        head,
        ..config.clone()
    };
    if head == HeadKind::Psc {
        config.prototype_method = Method::Auto;
        config.loss = LossKind::CrossEntropy;
    } else {
        config.uniformity_weight = 0.0;
    }
    config
}

/// The usual rivals of a run of head `lead`, `count` of them, from the left: those of the paper's figure 1.
pub(crate) fn usual(lead: HeadKind, count: usize) -> Vec<Rival> {
    // The nearest relative comes first, and stands at the right.
    let mut heads: Vec<HeadKind> = [HeadKind::Fixed, HeadKind::Dynamic, HeadKind::Psc]
        .into_iter()
        .filter(|&head| head != lead)
        .take(count.min(MOST - 1))
        .collect();
    heads.reverse();
    heads.into_iter().map(Rival::Head).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rivals_share_all_but_what_they_are_for() {
        let lead = RunConfig {
            seed: 7,
            dim: 5,
            ..RunConfig::playground()
        };
        let heads = |head, count| -> Vec<HeadKind> {
            usual(head, count)
                .iter()
                .map(|rival| rival.config(&lead).head)
                .collect()
        };
        assert_eq!(heads(HeadKind::Dynamic, 1), [HeadKind::Fixed]);
        assert_eq!(
            heads(HeadKind::Dynamic, 2),
            [HeadKind::Psc, HeadKind::Fixed]
        );
        assert_eq!(heads(HeadKind::Fixed, 1), [HeadKind::Dynamic]);
        for rival in usual(HeadKind::Dynamic, 2) {
            let config = rival.config(&lead);
            assert_eq!((config.seed, config.dim), (7, 5));
            config.validate().expect("a run that can begin");
        }
        let kept = Rival::Kept(Box::new(RunConfig {
            lr: 0.123,
            ..RunConfig::playground()
        }));
        let config = kept.config(&lead);
        assert_eq!((config.seed, config.dim), (7, RunConfig::playground().dim));
        assert_eq!(config.lr, 0.123);
    }
}
