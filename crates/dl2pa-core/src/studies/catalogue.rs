//! The catalogue: each study's name, question and runs.

use super::{Arm, Computed, Plan, Reading, Study, Training};
use crate::config::{AssignInit, DatasetKind, HeadKind, LossKind, RunConfig};

/// Seeds of every study.
const SEEDS: [u64; 3] = [1, 2, 3];

impl Study {
    /// Every study, in the order of the paper's figures and then ours.
    pub const ALL: &'static [Self] = &[
        Self::Fig2Apad,
        Self::Fig3aIntercosine,
        Self::Fig3bPeriod,
        Self::Fig3cTime,
        Self::Fig3dPscUniform,
        Self::Fig4aDimension,
        Self::Fig4bMoves,
        Self::Init,
        Self::Loss,
    ];

    /// The name that `--study` takes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fig2Apad => "fig2-apad",
            Self::Fig3aIntercosine => "fig3a-intercosine",
            Self::Fig3bPeriod => "fig3b-period",
            Self::Fig3cTime => "fig3c-time",
            Self::Fig3dPscUniform => "fig3d-psc-uniform",
            Self::Fig4aDimension => "fig4a-dimension",
            Self::Fig4bMoves => "fig4b-moves",
            Self::Init => "init",
            Self::Loss => "loss",
        }
    }

    /// The study with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|study| study.name() == name)
    }

    /// What it asks, in one sentence.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Fig2Apad => {
                "Does a small mean cosine between prototypes mean that they are far apart?"
            }
            Self::Fig3aIntercosine => {
                "Do prototypes that are learned stay as far apart as prototypes that are spread and fixed?"
            }
            Self::Fig3bPeriod => "How often should labels be matched to prototypes again?",
            Self::Fig3cTime => "How long does a matching take as classes become many?",
            Self::Fig3dPscUniform => {
                "Do learned prototypes gain from being pushed apart by the uniformity?"
            }
            Self::Fig4aDimension => "In which dimensions does moving labels help?",
            Self::Fig4bMoves => "Do labels come to rest?",
            Self::Init => "Does a first assignment that fits the data help?",
            Self::Loss => "Which loss is better, the paper's or cross-entropy?",
        }
    }

    /// What stands on the x axis.
    #[must_use]
    pub const fn x_label(self) -> &'static str {
        match self {
            Self::Fig2Apad => "mean of the Gaussian",
            Self::Fig3aIntercosine => "epoch",
            Self::Fig3bPeriod => "epochs between matchings",
            Self::Fig3cTime => "classes",
            Self::Fig3dPscUniform => "weight of the uniformity",
            Self::Fig4aDimension | Self::Init | Self::Loss => "dimension d",
            Self::Fig4bMoves => "matching",
        }
    }

    /// What stands on the y axis.
    #[must_use]
    pub const fn y_label(self) -> &'static str {
        match self {
            Self::Fig2Apad => "mean pairwise cosine",
            Self::Fig3aIntercosine => "mean cosine of the nearest prototype",
            Self::Fig3cTime => "seconds a matching",
            Self::Fig4bMoves => "labels moved (%)",
            Self::Fig3bPeriod
            | Self::Fig3dPscUniform
            | Self::Fig4aDimension
            | Self::Init
            | Self::Loss => "test top-1 (%)",
        }
    }

    /// Whether the x axis is logarithmic.
    #[must_use]
    pub const fn has_log_x(self) -> bool {
        matches!(self, Self::Fig3cTime)
    }

    /// How its figures are made.
    #[must_use]
    pub fn plan(self) -> Plan {
        match self {
            Self::Fig2Apad => Plan::Computed(Computed::Apad),
            Self::Fig3cTime => Plan::Computed(Computed::MatchingTime),
            Self::Fig3aIntercosine => training(intercosine(), Reading::NearestCos),
            Self::Fig3bPeriod => training(periods(), Reading::Top1),
            Self::Fig3dPscUniform => training(pushed_apart(), Reading::Top1),
            Self::Fig4aDimension => training(dimensions(), Reading::Top1),
            Self::Fig4bMoves => training(moves(), Reading::LabelsMoved),
            Self::Init => training(first_assignments(), Reading::Top1),
            Self::Loss => training(losses(), Reading::Top1),
        }
    }
}

fn training(arms: Vec<Arm>, reading: Reading) -> Plan {
    Plan::Training(Training {
        arms,
        seeds: SEEDS.to_vec(),
        reading,
    })
}

/// The grouped set with the paper's first assignment, which is drawn.
fn grouped() -> RunConfig {
    RunConfig {
        assign_init: AssignInit::Random,
        ..RunConfig::for_dataset(DatasetKind::Grouped)
    }
}

fn arm(series: impl Into<String>, x: f64, config: RunConfig) -> Arm {
    Arm {
        series: series.into(),
        x,
        config,
    }
}

/// c = d = 100, where spread prototypes are a simplex.
fn intercosine() -> Vec<Arm> {
    [HeadKind::Psc, HeadKind::Dynamic]
        .into_iter()
        .map(|head| {
            arm(
                head.name(),
                0.0,
                RunConfig {
                    head,
                    dim: 100,
                    ..grouped()
                },
            )
        })
        .collect()
}

fn periods() -> Vec<Arm> {
    [LossKind::Paper, LossKind::CrossEntropy]
        .into_iter()
        .flat_map(|loss| {
            [0.25, 0.5, 1.0, 2.0, 5.0, 10.0].map(|assign_period| {
                arm(
                    format!("{loss} loss"),
                    assign_period,
                    RunConfig {
                        loss,
                        assign_period,
                        ..grouped()
                    },
                )
            })
        })
        .collect()
}

fn pushed_apart() -> Vec<Arm> {
    let mut arms: Vec<Arm> = [0.0, 0.1, 0.3, 1.0, 3.0]
        .into_iter()
        .map(|uniformity_weight| {
            arm(
                "psc + weight x uniformity",
                uniformity_weight,
                RunConfig {
                    head: HeadKind::Psc,
                    uniformity_weight,
                    ..grouped()
                },
            )
        })
        .collect();
    arms.push(arm("dynamic", 0.0, grouped()));
    arms
}

fn dimensions() -> Vec<Arm> {
    [HeadKind::Dynamic, HeadKind::Fixed, HeadKind::Psc]
        .into_iter()
        .flat_map(|head| {
            [2, 3, 5, 10].map(|dim| {
                arm(
                    head.name(),
                    dim as f64,
                    RunConfig {
                        head,
                        dim,
                        ..grouped()
                    },
                )
            })
        })
        .collect()
}

fn moves() -> Vec<Arm> {
    [LossKind::Paper, LossKind::CrossEntropy]
        .into_iter()
        .map(|loss| {
            arm(
                format!("{loss} loss"),
                0.0,
                RunConfig {
                    loss,
                    epochs: 40,
                    ..grouped()
                },
            )
        })
        .collect()
}

fn first_assignments() -> Vec<Arm> {
    let inits = [
        AssignInit::Random,
        AssignInit::Features,
        AssignInit::Geometric,
    ];
    let mut arms: Vec<Arm> = inits
        .into_iter()
        .map(|assign_init| {
            arm(
                format!("dynamic, {assign_init}"),
                3.0,
                RunConfig {
                    assign_init,
                    ..grouped()
                },
            )
        })
        .collect();
    // Whether labels still have to move once they begin well.
    let fixed = RunConfig {
        head: HeadKind::Fixed,
        assign_init: AssignInit::Geometric,
        ..grouped()
    };
    arms.push(arm("fixed, geometric", 3.0, fixed));
    let psc = RunConfig {
        head: HeadKind::Psc,
        ..grouped()
    };
    arms.push(arm("psc", 3.0, psc));
    arms
}

fn losses() -> Vec<Arm> {
    [LossKind::Paper, LossKind::CrossEntropy]
        .into_iter()
        .flat_map(|loss| {
            [2, 3, 5].map(|dim| {
                let digits = RunConfig {
                    assign_init: AssignInit::Random,
                    ..RunConfig::for_dataset(DatasetKind::Digits)
                };
                arm(
                    format!("{loss} loss"),
                    dim as f64,
                    RunConfig {
                        loss,
                        dim,
                        ..digits
                    },
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_study_has_a_name_of_its_own_and_runs_that_can_be_made() {
        for &study in Study::ALL {
            assert_eq!(Study::from_name(study.name()), Some(study));
            let Plan::Training(plan) = study.plan() else {
                continue;
            };
            assert!(plan.seeds.len() >= 3, "{}", study.name());
            for arm in plan.arms {
                assert_eq!(
                    arm.config.validate(),
                    Ok(()),
                    "{}: {}",
                    study.name(),
                    arm.series
                );
            }
        }
        assert_eq!(Study::from_name("fig5"), None);
    }
}
