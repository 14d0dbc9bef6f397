//! Whether the parts of a recorded run fit together, so that whoever draws them need not ask.

use crate::assignment::Assignment;
use crate::config::{HeadKind, RunConfig};
use crate::protocol::{Relabelling, RunInfo};

/// Largest class or dimension that is shown.
const MOST: usize = 1 << 20;
/// Unit vectors have no larger coordinate, but for rounding.
const LARGEST: f32 = 1.01;

/// What all of a run's events share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) classes: usize,
    pub(super) dim: usize,
    pub(super) head: HeadKind,
}

impl Shape {
    /// That of a run. Parts of `info` that are only for decoration, and do not fit, are dropped.
    pub(super) fn of(config: &RunConfig, info: &mut RunInfo) -> Result<Self, &'static str> {
        let RunConfig {
            classes, dim, head, ..
        } = *config;
        let is_possible = (2..=MOST).contains(&classes) && (1..=MOST).contains(&dim);
        if !is_possible || config.epochs == 0 || config.epochs > MOST {
            return Err("its settings");
        }
        if info.class_names.len() != classes {
            return Err("the names of its classes");
        }
        if info.steps_per_epoch == 0 {
            return Err("the steps of its epochs");
        }
        if info.train_counts.len() != classes {
            info.train_counts = vec![0; classes];
        }
        info.class_groups.take_if(|groups| groups.len() != classes);
        info.input_plane.take_if(|plane| {
            let labels = &plane.labels;
            plane.points.len() != 2 * labels.len()
                || labels.iter().any(|&label| label as usize >= classes)
                || plane.points.iter().any(|point| !point.is_finite())
        });
        Ok(Self { classes, dim, head })
    }

    /// Whether a run of this shape can go on as one of the other, its prototypes where they were: learned ones do not
    /// stay there.
    pub(super) fn goes_on_as(self, other: Self) -> bool {
        let learns = [self.head, other.head].contains(&HeadKind::Psc);
        (self.classes, self.dim) == (other.classes, other.dim)
            && (self.head == other.head || !learns)
    }

    /// That `rows` are c x d coordinates of points on or in the sphere.
    pub(super) fn check_rows(self, rows: &[f32], what: &'static str) -> Result<(), &'static str> {
        let is_fitting = rows.len() == self.classes * self.dim;
        if is_fitting && rows.iter().all(|x| x.abs() <= LARGEST) {
            Ok(())
        } else {
            Err(what)
        }
    }

    /// That each class has a prototype of its own.
    pub(super) fn check_assignment(self, assignment: &[u32]) -> Result<(), &'static str> {
        let is_whole = assignment.len() == self.classes
            && Assignment::from_vec(assignment.to_vec(), self.classes).is_ok();
        if is_whole { Ok(()) } else { Err("its labels") }
    }

    /// That a relabelling is one of these classes.
    pub(super) fn check_relabelling(self, relabelling: &Relabelling) -> Result<(), &'static str> {
        let Relabelling {
            before,
            after,
            moved,
            passings,
            ..
        } = relabelling;
        self.check_assignment(before)?;
        self.check_assignment(after)?;
        let changed = (0..self.classes as u32)
            .filter(|&class| before[class as usize] != after[class as usize]);
        if !changed.eq(moved.iter().copied()) {
            return Err("the labels that moved");
        }
        let is_there = |place: u32| (place as usize) < self.classes;
        let moves = passings.iter().flat_map(|passing| &passing.moves);
        for one in moves {
            if !(is_there(one.class) && is_there(one.from) && is_there(one.to)) {
                return Err("the labels that moved");
            }
        }
        if !(relabelling.score_before.is_finite() && relabelling.score_after.is_finite()) {
            return Err("its scores");
        }
        Ok(())
    }
}
