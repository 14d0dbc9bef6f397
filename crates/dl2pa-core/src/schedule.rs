//! Learning-rate schedules, as a factor on the rate at the start.

use crate::config::ScheduleKind;

/// Where the step schedule falls, as shares of all epochs, and by how much.
const MILESTONES: [f64; 2] = [0.4, 0.8];
const DECAY: f64 = 0.1;

/// The factor during epoch `epoch` (0-based) of `epochs`.
#[must_use]
pub fn factor(kind: ScheduleKind, epoch: usize, epochs: usize) -> f64 {
    let share = epoch as f64 / epochs.max(1) as f64;
    match kind {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Step => MILESTONES
            .iter()
            .filter(|milestone| share >= **milestone)
            .map(|_| DECAY)
            .product(),
        ScheduleKind::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * share).cos()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_schedule_falls_at_40_and_80_percent() {
        let rates: Vec<f64> = (0..10)
            .map(|epoch| factor(ScheduleKind::Step, epoch, 10))
            .collect();
        for (epoch, rate) in rates.iter().enumerate() {
            let expected = [1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01][epoch];
            assert!((rate - expected).abs() < 1e-12, "epoch {epoch}: {rate}");
        }
    }

    #[test]
    fn the_cosine_schedule_starts_at_one_and_is_half_in_the_middle() {
        assert!((factor(ScheduleKind::Cosine, 0, 10) - 1.0).abs() < 1e-12);
        assert!((factor(ScheduleKind::Cosine, 5, 10) - 0.5).abs() < 1e-12);
    }
}
