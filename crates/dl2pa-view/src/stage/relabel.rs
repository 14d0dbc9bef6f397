//! The show of one relabelling in five beats: freeze, ask, weigh, move, settle. What is drawn of each is
//! in [`super::travel`] and [`super::balance`].

use std::sync::Arc;

use dl2pa_core::protocol::Relabelling;

use crate::motion::{self, Beat};

/// Labels set out one after the other within this share of the moving time.
const STAGGER: f32 = 0.22;
/// Share of the moving time, at its end, in which the labels of the other rings move.
const OTHERS: f32 = 0.19;

/// What a frame of the show looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Act {
    /// Share of each beat's time: 0 before it, 1 after it.
    times: [f32; 5],
    /// Strength of the trails, 0 to 1.
    pub trail: f32,
    /// There is nothing but a pulse.
    pub is_pulse: bool,
}

impl Act {
    /// How far a beat has come along its curve: 0 before it, 1 after it.
    pub(crate) fn of(&self, beat: Beat) -> f32 {
        let place = beat as usize;
        motion::RELABELLING[place].2(self.times[place])
    }

    /// How much everything that does not take part steps back, 0 to 1.
    pub(crate) fn hush(&self) -> f32 {
        self.of(Beat::Freeze) * (1.0 - self.of(Beat::Settle))
    }

    /// Strength of the lines from class means to both pins, 0 to 1.
    pub(crate) fn asking(&self) -> f32 {
        self.of(Beat::Ask) * (1.0 - self.of(Beat::Settle))
    }

    /// How far the pulse at the new pins has come, 0 to 1.
    pub(crate) fn pulse(&self) -> f32 {
        let beat = if self.is_pulse {
            Beat::Move
        } else {
            Beat::Settle
        };
        self.times[beat as usize]
    }
}

/// The part that a class has in a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// In the ring that gained most, at this place of it.
    Lead(usize),
    /// In another ring.
    Other,
}

/// A relabelling on its way over the stage.
#[derive(Clone, Debug)]
pub(crate) struct Show {
    relabelling: Arc<Relabelling>,
    /// The classes of the ring that gained most, in its order.
    lead: Vec<u32>,
    /// What they gain together.
    gain: Option<f64>,
    parts: Vec<Option<Part>>,
    started_secs: f64,
    length_secs: f64,
    /// Every beat shows its end and nothing in between.
    still: bool,
}

/// How long the show of a relabelling takes at a speed; the session waits as long.
pub(crate) fn length_secs(speed: f64) -> f64 {
    if speed >= motion::PULSE_SPEED {
        return motion::PULSE_SECS;
    }
    motion::RELABEL_SECS * (1.0 / speed).min(motion::MOST_RELABEL_SLOWING)
}

impl Show {
    /// A show that starts now; a `still` one moves nothing.
    pub(crate) fn new(
        relabelling: Arc<Relabelling>,
        now_secs: f64,
        length_secs: f64,
        still: bool,
    ) -> Self {
        let rings = relabelling.passings.iter();
        let first = rings.max_by(|a, b| a.gain.total_cmp(&b.gain));
        // Without rings, all that moved is the one ring.
        let lead: Vec<u32> = first.map_or_else(
            || relabelling.moved.clone(),
            |ring| ring.moves.iter().map(|step| step.class).collect(),
        );
        let mut parts = vec![None; relabelling.after.len()];
        let others = relabelling.moved.iter().map(|&class| (class, Part::Other));
        let leading = lead
            .iter()
            .zip(0..)
            .map(|(&class, at)| (class, Part::Lead(at)));
        for (class, part) in others.chain(leading) {
            if let Some(slot) = parts.get_mut(class as usize) {
                *slot = Some(part);
            }
        }
        Self {
            gain: first.map(|ring| ring.gain),
            lead,
            parts,
            relabelling,
            started_secs: now_secs,
            length_secs: length_secs.max(1e-3),
            still,
        }
    }

    /// The relabelling shown.
    pub(crate) fn relabelling(&self) -> &Arc<Relabelling> {
        &self.relabelling
    }

    /// The classes of the ring that gained most, in its order.
    pub(crate) fn lead(&self) -> &[u32] {
        &self.lead
    }

    /// What that ring gains.
    pub(crate) fn gain(&self) -> Option<f64> {
        self.gain
    }

    /// The part of a class; `None` when it stays.
    pub(crate) fn part(&self, class: usize) -> Option<Part> {
        self.parts.get(class).copied().flatten()
    }

    /// True when nothing of it moves any more.
    pub(crate) fn is_over(&self, now_secs: f64) -> bool {
        now_secs - self.started_secs > self.length_secs + self.trail_secs()
    }

    fn trail_secs(&self) -> f64 {
        if self.still { 0.0 } else { motion::TRAIL_SECS }
    }

    /// There is no time for more than a pulse.
    pub(crate) fn is_pulse(&self) -> bool {
        self.length_secs <= motion::PULSE_SECS
    }

    /// The present act.
    pub(crate) fn act(&self, now_secs: f64) -> Act {
        let past_secs = now_secs - self.started_secs;
        let left = 1.0 - ((past_secs - self.length_secs) / motion::TRAIL_SECS) as f32;
        let trail_left = motion::GHOST + (1.0 - motion::GHOST) * left.clamp(0.0, 1.0);
        let mut times = [0.0; 5];
        if self.is_pulse() {
            times[Beat::Move as usize] = (past_secs / self.length_secs).clamp(0.0, 1.0) as f32;
        } else {
            let normal_secs = past_secs * motion::RELABEL_SECS / self.length_secs;
            let mut began_secs = 0.0;
            for (time, (_, secs, _)) in times.iter_mut().zip(motion::RELABELLING) {
                *time = ((normal_secs - began_secs) / secs).clamp(0.0, 1.0) as f32;
                began_secs += secs;
            }
        }
        if self.still {
            times = times.map(f32::ceil);
        }
        let began = (times[Beat::Move as usize] * 8.0).min(1.0);
        Act {
            times,
            trail: began * trail_left,
            is_pulse: self.is_pulse(),
        }
    }

    /// How far the label of a class has come, 0 to 1.
    pub(crate) fn progress(&self, act: Act, class: usize) -> f32 {
        let time = act.times[Beat::Move as usize];
        let share = match self.part(class) {
            _ if act.is_pulse => time,
            Some(Part::Lead(place)) => {
                let delay = STAGGER * place as f32 / self.lead.len().max(1) as f32;
                (time - delay) / (1.0 - STAGGER)
            }
            Some(Part::Other) => (time - (1.0 - OTHERS)) / OTHERS,
            None => 1.0,
        };
        motion::RELABELLING[Beat::Move as usize].2(share)
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::assignment::{Move, Passing};

    use super::*;

    /// Classes 0 and 1 change places for a gain of 0.1, classes 2, 3 and 4 pass theirs on for 0.9.
    fn relabelling() -> Arc<Relabelling> {
        let after = [1, 0, 3, 4, 2, 5];
        let ring = |classes: &[u32], gain: f64| Passing {
            moves: classes
                .iter()
                .map(|&class| Move {
                    class,
                    from: class,
                    to: after[class as usize],
                    gain: gain / classes.len() as f64,
                })
                .collect(),
            gain,
            ends_at_free: false,
        };
        Arc::new(Relabelling {
            epoch: 1,
            step: 10,
            before: Arc::from([0, 1, 2, 3, 4, 5]),
            after: Arc::from(after),
            moved: vec![0, 1, 2, 3, 4],
            score_before: 0.5,
            score_after: 1.5,
            passings: vec![ring(&[0, 1], 0.1), ring(&[2, 3, 4], 0.9)],
            certificate_gap: Some(0.0),
            turned: false,
            dealt: false,
            class_means: None,
            prototypes: [].into(),
        })
    }

    fn show(length_secs: f64) -> Show {
        Show::new(relabelling(), 100.0, length_secs, false)
    }

    #[test]
    fn the_ring_that_gains_most_leads_and_the_others_wait_for_it() {
        let show = show(motion::RELABEL_SECS);
        assert_eq!((show.lead(), show.gain()), (&[2, 3, 4][..], Some(0.9)));
        assert_eq!(show.part(3), Some(Part::Lead(1)));
        assert_eq!(show.part(0), Some(Part::Other));
        assert_eq!(show.part(5), None);
        assert_eq!(show.part(99), None);
        // In the middle of the moving beat: 1.2 s to 2.0 s.
        let act = show.act(101.6);
        assert!(show.progress(act, 2) > show.progress(act, 4));
        assert!(show.progress(act, 4) > 0.1 && show.progress(act, 2) < 0.9);
        assert_eq!(show.progress(act, 0), 0.0, "another ring waits");
        let moved = show.act(102.0);
        for class in 0..5 {
            assert_eq!(show.progress(moved, class), 1.0, "class {class}");
        }
    }

    #[test]
    fn the_beats_follow_each_other() {
        let show = show(motion::RELABEL_SECS);
        // How far freeze, ask, weigh, move and settle have come.
        for (secs, shares) in [
            (0.0, [0.0, 0.0, 0.0, 0.0, 0.0]),
            (0.2, [1.0, 0.0, 0.0, 0.0, 0.0]),
            (0.7, [1.0, 1.0, 0.0, 0.0, 0.0]),
            (0.95, [1.0, 1.0, 0.5, 0.0, 0.0]),
            (1.2, [1.0, 1.0, 1.0, 0.0, 0.0]),
            (1.6, [1.0, 1.0, 1.0, 0.5, 0.0]),
            (2.0, [1.0, 1.0, 1.0, 1.0, 0.0]),
            (2.4, [1.0, 1.0, 1.0, 1.0, 1.0]),
        ] {
            let act = show.act(100.0 + secs);
            for ((beat, ..), share) in motion::RELABELLING.into_iter().zip(shares) {
                assert!((act.of(beat) - share).abs() < 1e-4, "{beat:?} at {secs} s");
            }
        }
        assert!(show.act(100.45).asking() > 0.5);
        assert!(show.act(102.4).hush() < 1e-4 && show.act(102.4).asking() < 1e-4);
    }

    #[test]
    fn trails_outlive_the_beats_and_leave_a_ghost() {
        let show = show(motion::RELABEL_SECS);
        assert_eq!(show.act(101.1).trail, 0.0);
        assert!(show.act(102.3).trail > 0.9);
        assert!(!show.is_over(102.5));
        assert!(show.is_over(104.1));
        assert!((show.act(104.1).trail - motion::GHOST).abs() < 1e-6);
    }

    #[test]
    fn beats_scale_with_speed_and_high_speed_leaves_a_pulse() {
        assert_eq!(length_secs(1.0), motion::RELABEL_SECS);
        assert_eq!(length_secs(2.0), motion::RELABEL_SECS / 2.0);
        assert_eq!(length_secs(0.5), motion::RELABEL_SECS * 2.0);
        assert_eq!(length_secs(0.125), motion::RELABEL_SECS * 2.0);
        for speed in [8.0, 64.0, f64::INFINITY] {
            assert_eq!(length_secs(speed), motion::PULSE_SECS);
        }
        let pulse = show(length_secs(8.0));
        let act = pulse.act(100.075);
        assert!(act.is_pulse && act.hush() == 0.0 && act.asking() == 0.0);
        assert_eq!(pulse.progress(act, 0), pulse.progress(act, 2));
        assert_eq!(pulse.progress(pulse.act(100.15), 4), 1.0);
        // The same moment of a quicker show.
        let quick = show(motion::RELABEL_SECS / 2.0);
        let (quick, normal) = (quick.act(100.3), show(motion::RELABEL_SECS).act(100.6));
        for (quick, normal) in quick.times.into_iter().zip(normal.times) {
            assert!((quick - normal).abs() < 1e-5);
        }
    }

    #[test]
    fn reduced_motion_shows_the_ends_of_the_beats_as_stills() {
        let show = Show::new(relabelling(), 100.0, motion::RELABEL_SECS, true);
        for secs in [0.1, 0.4, 0.9, 1.5, 2.2] {
            let act = show.act(100.0 + secs);
            assert!(act.times.iter().all(|&time| time == 0.0 || time == 1.0));
        }
        assert_eq!(show.act(100.3), show.act(100.6), "one still for a beat");
        let moving = show.act(101.25);
        assert_eq!(show.progress(moving, 4), 1.0, "labels are there at once");
        assert!(show.is_over(102.5));
    }

    #[test]
    fn without_rings_all_that_moved_leads() {
        let bare = Relabelling {
            passings: Vec::new(),
            ..Relabelling::clone(&relabelling())
        };
        let show = Show::new(Arc::new(bare), 0.0, 1.0, false);
        assert_eq!((show.lead().len(), show.gain()), (5, None));
    }
}
