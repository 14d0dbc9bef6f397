//! Where in the run's time the reader is: at its present end, at an earlier moment, or on the way from there.

/// Time as the reader sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Playhead {
    /// What happens now is shown.
    #[default]
    Live,
    /// An earlier epoch is looked at.
    At(f64),
    /// What was is shown again, from an earlier epoch on.
    Replaying {
        /// The epoch shown.
        epoch: f64,
        /// How long it still stands still there, in seconds.
        hold_secs: f64,
    },
}

impl Playhead {
    /// The earlier epoch that is shown; `None` for what happens now.
    pub(crate) fn epoch(self) -> Option<f64> {
        match self {
            Self::Live => None,
            Self::At(epoch) | Self::Replaying { epoch, .. } => Some(epoch),
        }
    }

    /// Shows again what was, from here on.
    pub(crate) fn replay(&mut self) {
        if let Self::At(epoch) = *self {
            *self = Self::Replaying {
                epoch,
                hold_secs: 0.0,
            };
        }
    }

    /// Stops showing again.
    pub(crate) fn halt(&mut self) {
        if let Self::Replaying { epoch, .. } = *self {
            *self = Self::At(epoch);
        }
    }

    /// Lets time pass at so many epochs a second. `next` tells the first event after an epoch and not after another:
    /// the epoch it lies at and how long it is looked at, in seconds. The event that has been reached is returned; at
    /// `end` the present begins again.
    pub(crate) fn advance(
        &mut self,
        dt_secs: f64,
        epochs_per_sec: f64,
        end: f64,
        next: impl Fn(f64, f64) -> Option<(f64, f64)>,
    ) -> Option<f64> {
        let Self::Replaying { epoch, hold_secs } = self else {
            return None;
        };
        let waited = hold_secs.min(dt_secs);
        *hold_secs -= waited;
        let to = *epoch + (dt_secs - waited) * epochs_per_sec;
        if let Some((at, look_secs)) = next(*epoch, to) {
            (*epoch, *hold_secs) = (at, look_secs);
            return Some(at);
        }
        *epoch = to;
        if to >= end {
            *self = Self::Live;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_stands_still_at_events_and_ends_in_the_present() {
        let event = |from: f64, to: f64| (from < 2.0 && 2.0 <= to).then_some((2.0, 1.0));
        let mut head = Playhead::At(1.0);
        assert_eq!(head.advance(0.5, 1.0, 4.0, event), None);
        assert_eq!(head, Playhead::At(1.0), "a still picture stays");
        head.replay();
        assert_eq!(head.advance(0.5, 1.0, 4.0, event), None);
        assert_eq!(head.epoch(), Some(1.5));
        assert_eq!(head.advance(0.6, 1.0, 4.0, event), Some(2.0));
        assert_eq!(head.advance(0.9, 1.0, 4.0, event), None);
        assert_eq!(head.epoch(), Some(2.0), "it is looked at");
        head.advance(0.6, 1.0, 4.0, event);
        let epoch = head.epoch().expect("not yet the present");
        assert!((epoch - 2.5).abs() < 1e-9, "{epoch}");
        head.advance(2.0, 1.0, 4.0, event);
        assert_eq!(head, Playhead::Live);
    }
}
