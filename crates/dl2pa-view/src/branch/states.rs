//! The states of a run that are at hand to branch from, within bounds.

use std::sync::Arc;

use dl2pa_core::kept::Kept;

/// What the states of one run may take, in bytes: more than 150 of the opening set-up.
const BUDGET_BYTES: usize = 8 << 20;

/// States in the order of their steps.
#[derive(Clone, Debug)]
pub(crate) struct States {
    kept: Vec<Arc<Kept>>,
    bytes: usize,
    /// All but the newest are of epochs that this divides, so that they lie evenly.
    stride: usize,
}

impl Default for States {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            bytes: 0,
            stride: 1,
        }
    }
}

impl States {
    /// Forgets the run before.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Keeps a state. Where that is too much, every second one goes, but never the start of the run.
    pub(crate) fn keep(&mut self, state: Arc<Kept>) {
        self.kept.retain(|other| other.step() < state.step());
        self.thin_out();
        self.kept.push(state);
        self.count();
        while self.bytes > BUDGET_BYTES && self.kept.len() > 2 {
            self.stride *= 2;
            let newest = self.kept.pop();
            self.thin_out();
            self.kept.extend(newest);
            self.count();
        }
    }

    fn thin_out(&mut self) {
        let stride = self.stride;
        self.kept.retain(|state| state.epoch() % stride == 0);
    }

    /// The last state that is not later than `step`.
    pub(crate) fn at(&self, step: u64) -> Option<&Arc<Kept>> {
        let later = self.kept.partition_point(|state| state.step() <= step);
        self.kept.get(later.checked_sub(1)?)
    }

    /// Those that are not later than `step`.
    pub(crate) fn until(&self, step: u64) -> Self {
        let mut states = self.clone();
        states.kept.retain(|state| state.step() <= step);
        states.count();
        states
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    fn count(&mut self) {
        self.bytes = self.kept.iter().map(|state| state.bytes()).sum();
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::checkpoint::{
        Checkpoint, CheckpointHeader, NamedArray, Progress, SCHEMA_VERSION,
    };
    use dl2pa_core::config::RunConfig;
    use dl2pa_core::protocol::{History, Provenance};

    use super::*;

    /// A state of `numbers` numbers after `epoch` epochs of 10 steps.
    fn state(epoch: usize, numbers: usize) -> Arc<Kept> {
        let header = CheckpointHeader {
            schema_version: SCHEMA_VERSION,
            config: RunConfig::playground(),
            class_names: Vec::new(),
            epoch,
            step: 10 * epoch as u64,
            assignment: Vec::new(),
            labels_moved: Vec::new(),
            top1: None,
            random_streams: Vec::new(),
            progress: Progress::default(),
        };
        let array = NamedArray {
            name: "weights".to_owned(),
            shape: vec![numbers],
            values: vec![0.0; numbers],
        };
        Arc::new(Kept {
            checkpoint: Checkpoint {
                header,
                arrays: vec![array],
                evaluation: None,
            },
            provenance: Provenance {
                method: None,
                t: None,
                bound_angle_deg: 30.0,
                proven_optimal: false,
            },
            curve_ends: History::default(),
        })
    }

    #[test]
    fn a_long_run_stays_within_the_budget_and_every_moment_has_a_state_near_it() {
        let mut states = States::default();
        // There is room for 40 of them.
        let numbers = BUDGET_BYTES / 160;
        for epoch in 0..400 {
            states.keep(state(epoch, numbers));
            assert!(states.bytes <= BUDGET_BYTES);
        }
        let epoch_at = |step| states.at(step).map(|state| state.epoch());
        assert_eq!(epoch_at(0), Some(0), "the start stays");
        for epoch in 1..400 {
            let near = epoch_at(10 * epoch + 3).expect("a state");
            assert!(near <= epoch as usize);
            assert!(epoch as usize - near < 20, "{epoch}: {near}");
        }
        assert_eq!(epoch_at(3_990), Some(399), "the newest is there");
    }

    #[test]
    fn the_same_step_is_kept_once_and_what_came_later_is_left_behind() {
        let mut states = States::default();
        for epoch in [0, 1, 2, 2, 3] {
            states.keep(state(epoch, 4));
        }
        assert_eq!(states.kept.len(), 4);
        let until = states.until(29);
        assert_eq!(until.kept.len(), 3);
        assert_eq!(until.bytes, 3 * 16);
        assert_eq!(until.at(100).map(|state| state.epoch()), Some(2));
        assert!(States::default().at(5).is_none());
    }
}
