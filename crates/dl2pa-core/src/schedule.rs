//! Learning-rate schedules: the rate of each epoch.

use crate::config::{RunConfig, ScheduleKind};

/// Where the step schedule falls unless told otherwise, as shares of all epochs.
const MILESTONES: [f64; 2] = [0.4, 0.8];

/// The learning rate during epoch `epoch` (0-based): a climb from `warmup_lr` in equal steps, then the
/// schedule. The cosine runs over the epochs after the climb, the steps fall at epochs counted from the start.
#[must_use]
pub fn rate(config: &RunConfig, epoch: usize) -> f64 {
    let recipe = &config.recipe;
    if epoch < recipe.warmup_epochs {
        let share = epoch as f64 / recipe.warmup_epochs as f64;
        return recipe.warmup_lr + share * (config.lr - recipe.warmup_lr);
    }
    config.lr * factor(config, epoch)
}

/// The factor of the schedule alone.
fn factor(config: &RunConfig, epoch: usize) -> f64 {
    let share = |epoch: usize, epochs: usize| epoch as f64 / epochs.max(1) as f64;
    let milestones = &config.recipe.decay_milestones;
    match config.sched {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Step => {
            let falls = if milestones.is_empty() {
                let share = share(epoch, config.epochs);
                MILESTONES.iter().filter(|&&fall| share >= fall).count()
            } else {
                milestones.iter().filter(|&&fall| epoch >= fall).count()
            };
            (0..falls).map(|_| config.recipe.decay_rate).product()
        }
        ScheduleKind::Cosine => {
            let climb = config.recipe.warmup_epochs.min(config.epochs);
            let share = share(epoch - climb, config.epochs - climb);
            0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(sched: ScheduleKind, epochs: usize, change: impl FnOnce(&mut RunConfig)) -> Vec<f64> {
        let mut config = RunConfig {
            sched,
            epochs,
            lr: 1.0,
            ..RunConfig::default()
        };
        change(&mut config);
        (0..epochs).map(|epoch| rate(&config, epoch)).collect()
    }

    #[track_caller]
    fn assert_near(rates: &[f64], expected: &[f64]) {
        for (epoch, (rate, expected)) in rates.iter().zip(expected).enumerate() {
            assert!((rate - expected).abs() < 1e-12, "epoch {epoch}: {rate}");
        }
    }

    #[test]
    fn the_step_schedule_falls_at_40_and_80_percent() {
        let expected = [1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01];
        assert_near(&rates(ScheduleKind::Step, 10, |_| {}), &expected);
    }

    #[test]
    fn the_cosine_schedule_starts_at_one_and_is_half_in_the_middle() {
        let rates = rates(ScheduleKind::Cosine, 10, |_| {});
        assert_near(&[rates[0], rates[5]], &[1.0, 0.5]);
    }

    #[test]
    fn the_authors_long_tail_rates() {
        // paper.md 1.6, epochs from 1: 0.1 e / 5 up to epoch 5, a tenth after 160, a hundredth after 180.
        let rates = rates(ScheduleKind::Step, 200, |config| {
            config.lr = 0.1;
            config.recipe.warmup_epochs = 4;
            config.recipe.warmup_lr = 0.02;
            config.recipe.decay_milestones = vec![160, 180];
        });
        for (index, rate) in rates.iter().enumerate() {
            let epoch = index + 1;
            let expected = match epoch {
                1..=5 => 0.1 * epoch as f64 / 5.0,
                6..=160 => 0.1,
                161..=180 => 0.01,
                _ => 0.001,
            };
            assert!((rate - expected).abs() < 1e-12, "epoch {epoch}: {rate}");
        }
    }

    #[test]
    fn the_cosine_begins_after_the_climb() {
        let rates = rates(ScheduleKind::Cosine, 105, |config| {
            config.lr = 0.5;
            config.recipe.warmup_epochs = 5;
            config.recipe.warmup_lr = 0.005;
        });
        assert_near(&[rates[0], rates[5], rates[55]], &[0.005, 0.5, 0.25]);
    }
}
