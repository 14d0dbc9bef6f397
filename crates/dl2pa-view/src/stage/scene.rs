//! Where everything is in the drawing space: the snapshot's points, followed smoothly.

use std::sync::Arc;

use dl2pa_core::geometry::Projection3;
use dl2pa_core::protocol::{Phase, RunId, Snapshot};
use glam::Vec3;

use super::arc;
use crate::motion;

/// Points of one kind on their way to where the latest snapshot has them.
#[derive(Debug, Default)]
struct Followers {
    shown: Vec<Vec3>,
    wanted: Vec<Vec3>,
}

impl Followers {
    /// New targets; a changed number of points, or `jump`, is no way to follow.
    fn aim(&mut self, wanted: Vec<Vec3>, jump: bool) {
        if jump || wanted.len() != self.shown.len() {
            self.shown.clone_from(&wanted);
        }
        self.wanted = wanted;
    }

    /// Lets time pass; true while something is still on its way.
    fn advance(&mut self, share: f32) -> bool {
        let mut moving = false;
        for (shown, &wanted) in self.shown.iter_mut().zip(&self.wanted) {
            if shown.distance_squared(wanted) > 1e-6 {
                // A mean that is first seen has nowhere to come from.
                *shown = if *shown == Vec3::ZERO {
                    wanted
                } else {
                    arc::along(*shown, wanted, share)
                };
                moving = true;
            } else {
                *shown = wanted;
            }
        }
        moving
    }
}

/// The drawn state of a run.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    run: Option<RunId>,
    seq: u64,
    dim: usize,
    spreading: bool,
    projection: Option<Projection3>,
    prototypes: Followers,
    means: Followers,
    samples: Followers,
    labels: Vec<u32>,
    moving: bool,
}

impl Scene {
    /// Takes a snapshot in. Cheap when it is the one already taken.
    pub(crate) fn take(&mut self, snapshot: &Snapshot) {
        if self.run == Some(snapshot.run) && self.seq == snapshot.seq {
            return;
        }
        let spreading = matches!(snapshot.phase, Phase::Spreading { .. });
        let fresh = self.run != Some(snapshot.run) || self.dim != snapshot.dim;
        // The axes are chosen when a run begins and once more when its prototypes are final;
        // between that the picture must not turn under the reader's eyes.
        if fresh || (self.spreading && !spreading) || self.projection.is_none() {
            self.projection = Some(Projection3::from_prototypes(
                &snapshot.prototypes,
                snapshot.dim,
            ));
        }
        self.run = Some(snapshot.run);
        self.seq = snapshot.seq;
        self.dim = snapshot.dim;
        self.spreading = spreading;
        let Some(projection) = &self.projection else {
            return;
        };
        let project = |rows: &[f32]| projection.project(rows);
        self.prototypes.aim(project(&snapshot.prototypes), fresh);
        let means = snapshot.class_means.as_deref().map(project);
        self.means.aim(means.unwrap_or_default(), fresh);
        match &snapshot.samples {
            Some(cloud) => {
                // The same samples in the same order are followed; others appear where they are.
                let jump = fresh || self.labels != cloud.labels;
                self.samples.aim(project(&cloud.embeddings), jump);
                if jump {
                    self.labels.clone_from(&cloud.labels);
                }
            }
            None => {
                self.samples.aim(Vec::new(), true);
                self.labels.clear();
            }
        }
    }

    /// Lets `dt_secs` pass.
    pub(crate) fn advance(&mut self, dt_secs: f64) {
        let share = motion::follow(dt_secs, motion::FOLLOW_SECS);
        let pins = self.prototypes.advance(share);
        let means = self.means.advance(share);
        let samples = self.samples.advance(share);
        self.moving = pins || means || samples;
    }

    /// True while points are on their way.
    pub(crate) fn moves(&self) -> bool {
        self.moving
    }

    /// Dimension d of the metric space; 0 before the first snapshot.
    pub(crate) fn dim(&self) -> usize {
        self.dim
    }

    /// Share of the prototypes' spread that three directions show, 0 to 1.
    pub(crate) fn kept_share(&self) -> f32 {
        self.projection
            .as_ref()
            .map_or(1.0, Projection3::share_of_variance)
    }

    /// Prototypes in their order.
    pub(crate) fn prototypes(&self) -> &[Vec3] {
        &self.prototypes.shown
    }

    /// The mean of a class, if it has been seen.
    pub(crate) fn mean(&self, class: usize) -> Option<Vec3> {
        self.means
            .shown
            .get(class)
            .copied()
            .filter(|mean| mean.length_squared() > 1e-8)
    }

    /// Test samples and their labels.
    pub(crate) fn samples(&self) -> impl Iterator<Item = (Vec3, u32)> {
        self.samples
            .shown
            .iter()
            .copied()
            .zip(self.labels.iter().copied())
    }
}

/// Cosine of a class's mean and its prototype in all d dimensions; `None` while the class is unseen.
pub(crate) fn cosine(snapshot: &Arc<Snapshot>, class: usize) -> Option<f32> {
    let d = snapshot.dim;
    let row = |data: &[f32], i: usize| -> Option<Vec<f32>> {
        data.get(i * d..(i + 1) * d).map(<[f32]>::to_vec)
    };
    let mean = row(snapshot.class_means.as_deref()?, class)?;
    let prototype = row(
        &snapshot.prototypes,
        *snapshot.assignment.get(class)? as usize,
    )?;
    let dot: f32 = mean.iter().zip(&prototype).map(|(a, b)| a * b).sum();
    let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length > 1e-6).then(|| (dot / length).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn followers_arrive_and_then_rest() {
        let mut points = Followers::default();
        points.aim(vec![Vec3::X], false);
        assert!(!points.advance(0.5));
        points.aim(vec![Vec3::Y], false);
        assert_eq!(points.shown[0], Vec3::X);
        for _ in 0..40 {
            points.advance(0.4);
        }
        assert!(!points.advance(0.4));
        assert_eq!(points.shown[0], Vec3::Y);
    }

    #[test]
    fn a_mean_that_is_first_seen_appears_in_place() {
        let mut points = Followers::default();
        points.aim(vec![Vec3::ZERO], false);
        points.aim(vec![Vec3::Z], false);
        points.advance(0.1);
        assert_eq!(points.shown[0], Vec3::Z);
    }
}
