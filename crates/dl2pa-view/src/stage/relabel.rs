//! The show of one relabelling: class means ask, labels travel, pins stay, trails fade.

use std::sync::Arc;

use dl2pa_core::protocol::Relabelling;

use crate::motion;

/// Shares of the show's time at which its acts end.
const FREEZE_END: f32 = 0.08;
const ASK_END: f32 = 0.42;
const MOVE_END: f32 = 0.84;
/// Labels set out one after the other within this share of the moving time.
const STAGGER: f32 = 0.22;

/// What a frame of the show looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Act {
    /// How much everything that does not take part steps back, 0 to 1.
    pub hush: f32,
    /// Strength of the lines from class means to both pins, 0 to 1.
    pub ask: f32,
    /// Share of the moving time, 0 before it and 1 after it.
    pub moving: f32,
    /// Strength of the trails, 0 to 1.
    pub trail: f32,
}

/// A relabelling on its way over the stage.
#[derive(Clone, Debug)]
pub(crate) struct Show {
    relabelling: Arc<Relabelling>,
    /// Place of each class among the moved ones.
    places: Vec<Option<usize>>,
    started_secs: f64,
    length_secs: f64,
}

/// How long the show of a relabelling takes at a speed; the session waits as long.
pub(crate) fn length_secs(speed: f64, first: bool) -> f64 {
    if speed >= motion::PULSE_SPEED {
        return motion::PULSE_SECS;
    }
    let normal = if first {
        motion::FIRST_RELABEL_SECS
    } else {
        motion::RELABEL_SECS
    };
    // Slower than normal does not mean longer shows: the acts are made to be followed.
    normal / speed.max(1.0)
}

impl Show {
    /// A show that starts now.
    pub(crate) fn new(relabelling: Arc<Relabelling>, now_secs: f64, length_secs: f64) -> Self {
        let mut places = vec![None; relabelling.after.len()];
        for (place, &class) in relabelling.moved.iter().enumerate() {
            if let Some(slot) = places.get_mut(class as usize) {
                *slot = Some(place);
            }
        }
        Self {
            relabelling,
            places,
            started_secs: now_secs,
            length_secs: length_secs.max(1e-3),
        }
    }

    /// The relabelling shown.
    pub(crate) fn relabelling(&self) -> &Relabelling {
        &self.relabelling
    }

    /// Place of a class among the moved ones; `None` when it stays.
    pub(crate) fn place(&self, class: usize) -> Option<usize> {
        self.places.get(class).copied().flatten()
    }

    /// True when nothing of it is left to see.
    pub(crate) fn is_over(&self, now_secs: f64) -> bool {
        now_secs - self.started_secs > self.length_secs + motion::TRAIL_SECS
    }

    /// The present act.
    pub(crate) fn act(&self, now_secs: f64) -> Act {
        let past_secs = now_secs - self.started_secs;
        let t = (past_secs / self.length_secs) as f32;
        let trail_left = 1.0 - ((past_secs - self.length_secs) / motion::TRAIL_SECS) as f32;
        let share = |from: f32, to: f32| ((t - from) / (to - from)).clamp(0.0, 1.0);
        Act {
            hush: motion::ease_in_out(share(0.0, FREEZE_END))
                * (1.0 - motion::ease_in_out(share(MOVE_END, 1.0))),
            ask: motion::ease_out(share(FREEZE_END, FREEZE_END + 0.12))
                * (1.0 - motion::ease_in_out(share(MOVE_END, 1.0))),
            moving: share(ASK_END, MOVE_END),
            trail: motion::ease_out(share(ASK_END, ASK_END + 0.1)) * trail_left.clamp(0.0, 1.0),
        }
    }

    /// How far the `place`-th moved label has come, 0 to 1.
    pub(crate) fn progress(&self, act: Act, place: usize) -> f32 {
        let count = self.relabelling.moved.len().max(1);
        let delay = STAGGER * place as f32 / count as f32;
        motion::ease_in_out((act.moving - delay) / (1.0 - STAGGER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(length_secs: f64) -> Show {
        let relabelling = Relabelling {
            epoch: 1,
            step: 10,
            before: Arc::from([0, 1, 2]),
            after: Arc::from([1, 0, 2]),
            moved: vec![0, 1],
            score_before: 0.5,
            score_after: 1.0,
            passings: Vec::new(),
            certificate_gap: Some(0.0),
            turned: false,
            dealt: false,
            class_means: None,
            prototypes: [].into(),
        };
        Show::new(Arc::new(relabelling), 100.0, length_secs)
    }

    #[test]
    fn labels_ask_before_they_move_and_arrive_before_the_end() {
        let show = show(2.4);
        let asking = show.act(100.6);
        assert!(asking.ask > 0.9);
        assert_eq!(asking.moving, 0.0);
        assert_eq!(show.progress(asking, 1), 0.0);
        let halfway = show.act(101.5);
        assert!(halfway.moving > 0.3 && halfway.moving < 0.8);
        assert!(show.progress(halfway, 0) > show.progress(halfway, 1));
        let arrived = show.act(102.2);
        assert_eq!(show.progress(arrived, 1), 1.0);
        assert!(arrived.trail > 0.5);
    }

    #[test]
    fn trails_outlive_the_show_and_then_it_is_over() {
        let show = show(2.4);
        assert!(!show.is_over(102.5));
        assert!(show.act(103.0).trail > 0.0);
        assert_eq!(show.act(103.0).hush, 0.0);
        assert!(show.is_over(104.1));
    }

    #[test]
    fn high_speed_leaves_a_pulse_and_low_speed_no_longer_show() {
        assert_eq!(length_secs(1.0, true), motion::FIRST_RELABEL_SECS);
        assert_eq!(length_secs(0.125, true), motion::FIRST_RELABEL_SECS);
        assert!(length_secs(1.0, false) < length_secs(1.0, true));
        assert!(length_secs(4.0, true) < length_secs(1.0, true));
        assert_eq!(length_secs(64.0, true), motion::PULSE_SECS);
    }
}
