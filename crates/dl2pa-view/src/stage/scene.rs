//! Where everything is in the drawing space: the snapshot's points, followed smoothly.

use std::sync::Arc;

use dl2pa_core::geometry::Projection3;
use dl2pa_core::protocol::{Comparison, Phase, RunId, Snapshot};
use glam::{Quat, Vec3};

use super::arc;
use super::camera::Lens;
use super::closest::Closest;
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
    /// Turns a comparison so that its closest pair lies where that of the run is marked.
    turn: Quat,
    /// The prototypes in all d dimensions.
    rows: Vec<f32>,
    closest: Option<Closest>,
    marked: Option<[u32; 2]>,
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
        self.run = Some(snapshot.run);
        self.seq = snapshot.seq;
        self.take_rows(&snapshot.prototypes, snapshot.dim, spreading, fresh);
        let Some(projection) = &self.projection else {
            return;
        };
        let project = |rows: &[f32]| projection.project(rows);
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

    /// Takes the prototypes of a comparison in, at the moment of the spreading that `beside` is at. Its
    /// closest pair is turned towards `onto`, which leaves its angles as they are.
    pub(crate) fn take_comparison(
        &mut self,
        comparison: &Comparison,
        beside: &Snapshot,
        onto: Vec3,
    ) {
        let frames = &comparison.frames;
        let frame = match beside.phase {
            Phase::Spreading { progress } => frames.get((progress * frames.len() as f32) as usize),
            _ => None,
        };
        let fresh = self.run != Some(beside.run) || self.dim != beside.dim;
        self.run = Some(beside.run);
        let rows = frame.map_or(&comparison.prototypes, |frame| &frame.prototypes);
        let chosen = self.take_rows(rows, beside.dim, frame.is_some(), fresh);
        if chosen && let Some(projection) = &self.projection {
            let rows = &comparison.prototypes;
            let pins = projection.project(rows);
            let middle = Closest::of(rows, beside.dim).map(|closest| closest.middle(&pins));
            self.turn = middle.map_or(Quat::IDENTITY, |middle| turn_between(middle, onto));
            self.aim_rows(true);
        }
    }

    /// Takes the prototypes `rows` (c x `dim`); true when their axes were chosen anew.
    fn take_rows(&mut self, rows: &[f32], dim: usize, spreading: bool, fresh: bool) -> bool {
        // The axes are chosen when a run begins and once more when its prototypes are final;
        // between that the picture must not turn under the reader's eyes.
        let choose = fresh || (self.spreading && !spreading) || self.projection.is_none();
        if choose {
            self.projection = Some(Projection3::from_prototypes(rows, dim));
        }
        self.dim = dim;
        self.spreading = spreading;
        if self.rows != rows {
            self.rows.clear();
            self.rows.extend_from_slice(rows);
            self.closest = Closest::of(rows, dim);
        }
        self.aim_rows(fresh);
        // Up to three dimensions the axes are always the same.
        fresh || (choose && dim > 3)
    }

    fn aim_rows(&mut self, jump: bool) {
        let Some(projection) = &self.projection else {
            return;
        };
        let mut wanted = projection.project(&self.rows);
        for at in &mut wanted {
            *at = self.turn * *at;
        }
        self.prototypes.aim(wanted, jump);
    }

    /// Chooses which of the pairs that are as close as any is marked: one that can be seen.
    pub(crate) fn mark_pair(&mut self, lens: &Lens) {
        let pins = &self.prototypes.shown;
        let facing = |pair: [u32; 2]| {
            pair.iter()
                .filter_map(|&pin| pins.get(pin as usize))
                .map(|&at| lens.see(at).facing)
                .fold(f32::INFINITY, f32::min)
        };
        self.marked = self
            .closest
            .as_ref()
            .and_then(|closest| closest.choose(self.marked, facing));
    }

    /// The middle of the marked pair where the latest snapshot has it.
    pub(crate) fn marked_middle(&self) -> Option<Vec3> {
        let [a, b] = self.marked?;
        let pins = &self.prototypes.wanted;
        Some(*pins.get(a as usize)? + *pins.get(b as usize)?)
    }

    /// Where the ends of the marked pair are.
    pub(crate) fn marked_pair(&self) -> Option<[Vec3; 2]> {
        self.ends(self.marked?)
    }

    /// Where the ends of all pairs as close as the closest are, unless there are too many to see.
    pub(crate) fn shared_pairs(&self) -> impl Iterator<Item = [Vec3; 2]> {
        let pairs = self.closest.as_ref().map_or(&[][..], Closest::shared);
        pairs.iter().filter_map(|&pair| self.ends(pair))
    }

    /// Smallest angle between two prototypes in all d dimensions, in degrees.
    pub(crate) fn closest_deg(&self) -> Option<f64> {
        self.closest.as_ref().map(|closest| closest.angle_deg)
    }

    fn ends(&self, [a, b]: [u32; 2]) -> Option<[Vec3; 2]> {
        let pins = &self.prototypes.shown;
        Some([*pins.get(a as usize)?, *pins.get(b as usize)?])
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

/// The turn from one direction to another about the axis across them; none where one has no direction.
/// What lies level with the centre stays so, for a ring (d = 2) must not be tilted.
fn turn_between(from: Vec3, to: Vec3) -> Quat {
    let (Some(from), Some(to)) = (from.try_normalize(), to.try_normalize()) else {
        return Quat::IDENTITY;
    };
    if from.z == 0.0 {
        return Quat::from_rotation_z(to.y.atan2(to.x) - from.y.atan2(from.x));
    }
    Quat::from_rotation_arc(from, to)
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
    fn a_turn_brings_one_direction_to_another_and_keeps_a_ring_flat() {
        for (from, to) in [
            (Vec3::new(0.1, 0.0, 0.9), Vec3::Z),
            (Vec3::new(0.3, -0.5, 0.8), Vec3::NEG_Y),
            (Vec3::X, Vec3::NEG_X),
        ] {
            let turned = turn_between(from, to) * from.normalize();
            assert!(turned.distance(to.normalize()) < 1e-5, "{from} {to}");
        }
        let on_the_ring = turn_between(Vec3::X, Vec3::new(0.1, -0.9, 0.5)) * Vec3::Y;
        assert!(on_the_ring.z.abs() < 1e-6 && on_the_ring.x > 0.9);
        assert_eq!(turn_between(Vec3::ZERO, Vec3::X), Quat::IDENTITY);
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
