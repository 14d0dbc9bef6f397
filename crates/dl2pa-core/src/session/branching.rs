//! Keeps states of a run at its epochs' ends, and begins runs that go on from one with other settings.

use std::sync::Arc;

use super::SessionError;
use super::driver::Session;
use super::host::Host;
use super::run::Run;
use crate::backbone::{Backbone, BackboneBuilder};
use crate::checkpoint::{Checkpoint, NamedArray, PROTOTYPES};
use crate::config::{GoingOn, HeadKind, OptKind, RunConfig};
use crate::kept::{Branch, Kept};
use crate::protocol::{Event, History, Provenance};

/// A state that takes more is not kept: reading it back would be felt, and a reader could hold only a few.
const MOST_STATE_BYTES: usize = 1 << 20;
/// While so many events wait to be read (a page in the background reads none), states are left out.
const MOST_WAITING: usize = 64;
/// Dotted path of the learned prototypes among the parameters.
const LEARNED: &str = "learned_prototypes";

/// What the next run is to be.
pub(super) struct Wanted {
    pub(super) config: RunConfig,
    /// The state that it goes on from.
    pub(super) from: Option<Arc<Kept>>,
}

impl Wanted {
    /// A run from the beginning.
    pub(super) const fn anew(config: RunConfig) -> Self {
        Self { config, from: None }
    }
}

impl From<Branch> for Wanted {
    fn from(branch: Branch) -> Self {
        Self {
            config: branch.config,
            from: Some(branch.from),
        }
    }
}

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    /// Emits the state of a run that stands at its start or at an epoch's end with epochs to come, where the options
    /// ask for it and the state is small. Call [`Run::collect`] before.
    pub(super) async fn keep_state(&self, run: &Run<B::Backbone>) -> Result<(), SessionError> {
        let is_wanted = self.options.keeps_states
            && run.position == 0
            && run.epoch < run.config.epochs
            && run.state_bytes() <= MOST_STATE_BYTES
            && self.ports.events.len() < MOST_WAITING;
        if !is_wanted {
            return Ok(());
        }
        let state = Kept {
            checkpoint: run.checkpoint().await?,
            provenance: run.provenance,
            curve_ends: last_points(&run.history),
        };
        self.emit(Event::Kept {
            run: run.id,
            state: Arc::new(state),
        });
        Ok(())
    }
}

impl<B: Backbone> Run<B> {
    /// About what the parameters and the optimiser's moments take.
    fn state_bytes(&self) -> usize {
        let moments = match self.config.recipe.opt {
            OptKind::Sgd => 1,
            OptKind::AdamW => 2,
        };
        self.info.parameters * (1 + moments) * size_of::<f32>()
    }

    /// Makes a run that has just been restored from `kept` (by [`checkpoint_for`]) a run of its own settings.
    pub(super) fn branch_off(&mut self, kept: &Kept) {
        *Arc::make_mut(&mut self.history) = kept.curve_ends.clone();
        if self.config.head == HeadKind::Dynamic && kept.config().head != HeadKind::Dynamic {
            // It has never matched. The next matching is the one that is due next in a run that always has, and its
            // means are those of samples seen from here on.
            self.matched_at_step = self.step - self.step % self.period_steps();
            self.class_means.open_window();
        }
    }
}

/// The state of `kept` as one of a run with the settings `config`. Prototypes that become learned ones begin where
/// their classes' are; learned ones that become fixed stay where they are.
///
/// # Errors
/// [`SessionError::Resume`] where a setting differs that cannot change in the middle of a run.
pub(super) fn checkpoint_for(kept: &Kept, config: &RunConfig) -> Result<Checkpoint, SessionError> {
    if let Some(key) = GoingOn::Branched.obstacle(kept.config(), config)? {
        return Err(SessionError::Resume {
            reason: format!("`{key}` cannot change in the middle of a run"),
        });
    }
    let mut checkpoint = kept.checkpoint.clone();
    let was_learned = kept.config().head == HeadKind::Psc;
    let is_learned = config.head == HeadKind::Psc;
    if was_learned && !is_learned {
        checkpoint
            .arrays
            .retain(|array| !array.name.ends_with(LEARNED));
    } else if is_learned && !was_learned {
        let rows = rows_of_classes(&checkpoint)?;
        checkpoint.header.assignment = (0..config.classes as u32).collect();
        checkpoint.arrays.retain(|array| array.name != PROTOTYPES);
        for name in [PROTOTYPES, LEARNED] {
            checkpoint.arrays.push(NamedArray {
                name: name.to_owned(),
                shape: vec![config.classes, config.dim],
                values: rows.clone(),
            });
        }
    }
    checkpoint.header.config = config.clone();
    Ok(checkpoint)
}

/// How the prototypes of a branch with the settings `config` were made.
pub(super) fn provenance_for(kept: &Kept, config: &RunConfig) -> Provenance {
    match config.head {
        HeadKind::Psc => Provenance {
            method: None,
            t: None,
            ..kept.provenance
        },
        HeadKind::Fixed | HeadKind::Dynamic => kept.provenance,
    }
}

/// The prototypes in the order of the classes, W_A (c x d).
fn rows_of_classes(checkpoint: &Checkpoint) -> Result<Vec<f32>, SessionError> {
    let dim = checkpoint.header.config.dim;
    let row = |&prototype: &u32| {
        let start = prototype as usize * dim;
        let prototypes = checkpoint.array(PROTOTYPES)?;
        prototypes.values.get(start..start + dim)
    };
    let rows: Option<Vec<&[f32]>> = checkpoint.header.assignment.iter().map(row).collect();
    let rows = rows.ok_or_else(|| SessionError::Resume {
        reason: "it holds no prototypes for some classes".to_owned(),
    })?;
    Ok(rows.concat())
}

/// Curves of one point each, but those of the matchings and of the spreading, which are over.
fn last_points(history: &History) -> History {
    let last = |curve: &[[f64; 2]]| curve.last().copied().into_iter().collect();
    History {
        loss: last(&history.loss),
        train_accuracy: last(&history.train_accuracy),
        test_accuracy: last(&history.test_accuracy),
        min_angle_deg: last(&history.min_angle_deg),
        labels_moved: Vec::new(),
        spread_angle_deg: Vec::new(),
    }
}
