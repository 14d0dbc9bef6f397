//! Durations and curves of everything that moves, in one place.

/// Time constant with which samples and class means follow a new snapshot, in seconds.
pub(crate) const FOLLOW_SECS: f64 = 0.12;
/// Slow turning of the sphere until somebody touches it, in radians a second.
pub(crate) const AUTO_TURN_RAD_PER_SEC: f64 = 0.11;
/// Time constant with which the camera returns after a double click, in seconds.
pub(crate) const CAMERA_RETURN_SECS: f64 = 0.14;
/// How long the trail of a label stays visible after it has arrived, in seconds.
pub(crate) const TRAIL_SECS: f64 = 1.6;
/// Longest step of time that an animation takes in one frame: a hidden tab must not jump.
pub(crate) const MAX_STEP_SECS: f64 = 0.1;

/// The beats of a relabelling, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Samples step back, class means step forward.
    Freeze,
    /// Class means of the moving labels point to the old and to the new pin.
    Ask,
    /// A balance compares the score before and after.
    Weigh,
    /// Labels travel.
    Move,
    /// The old lines shorten, the new ones stay.
    Settle,
}

/// How a movement uses its time: the share of the way at a share of the time.
pub(crate) type Curve = fn(f32) -> f32;

/// The beats of a relabelling: how long each takes at normal speed, in seconds, and its curve.
pub(crate) const RELABELLING: [(Beat, f64, Curve); 5] = [
    (Beat::Freeze, 0.2, ease_in_out),
    (Beat::Ask, 0.5, ease_out),
    (Beat::Weigh, 0.5, ease_in_out),
    (Beat::Move, 0.8, ease_in_out),
    (Beat::Settle, 0.4, ease_in_out),
];
/// All beats together, in seconds.
pub(crate) const RELABEL_SECS: f64 = 2.4;
/// Slower than normal a relabelling takes at most this many times as long: the beats are made to be followed.
pub(crate) const MOST_RELABEL_SLOWING: f64 = 2.0;
/// Strength of the trail that stays until an epoch after the relabelling, 0 to 1.
pub(crate) const GHOST: f32 = 0.3;
/// What is left of a relabelling at high speed: a pulse, in seconds.
pub(crate) const PULSE_SECS: f64 = 0.15;
/// From this speed on a relabelling is only a pulse.
pub(crate) const PULSE_SPEED: f64 = 8.0;

/// Slow at both ends; 0 at 0, 1 at 1, clamped outside.
pub(crate) fn ease_in_out(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Fast first, slow at the end; 0 at 0, 1 at 1, clamped outside.
pub(crate) fn ease_out(t: f32) -> f32 {
    let t = 1.0 - t.clamp(0.0, 1.0);
    1.0 - t * t * t
}

/// Share of the way that exponential smoothing covers in `dt_secs` with the time constant `tau_secs`.
pub(crate) fn follow(dt_secs: f64, tau_secs: f64) -> f32 {
    if dt_secs <= 0.0 {
        return 0.0;
    }
    (1.0 - (-dt_secs / tau_secs).exp()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_start_at_nothing_end_at_everything_and_rise() {
        for curve in [ease_in_out, ease_out] {
            assert_eq!(curve(-1.0), 0.0);
            assert_eq!(curve(0.0), 0.0);
            assert_eq!(curve(1.0), 1.0);
            assert_eq!(curve(2.0), 1.0);
            let steps: Vec<f32> = (0..=20).map(|i| curve(i as f32 / 20.0)).collect();
            assert!(steps.windows(2).all(|w| w[1] > w[0]));
        }
    }

    #[test]
    fn the_beats_fill_the_time_of_a_relabelling_in_their_order() {
        let whole: f64 = RELABELLING.iter().map(|(_, secs, _)| secs).sum();
        assert!((whole - RELABEL_SECS).abs() < 1e-9);
        for (place, (beat, secs, curve)) in RELABELLING.into_iter().enumerate() {
            assert_eq!(beat as usize, place);
            assert!(secs > PULSE_SECS, "{beat:?} can be followed");
            assert_eq!((curve(0.0), curve(1.0)), (0.0, 1.0));
        }
    }

    #[test]
    fn following_does_not_depend_on_how_the_time_is_cut() {
        let whole = 1.0 - follow(0.1, FOLLOW_SECS);
        let half = 1.0 - follow(0.05, FOLLOW_SECS);
        assert!((whole - half * half).abs() < 1e-6);
        assert_eq!(follow(0.0, FOLLOW_SECS), 0.0);
    }
}
