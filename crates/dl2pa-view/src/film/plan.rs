//! Which moment of the run each picture of a film shows.
//!
//! Time does not pass evenly: after a relabelling the film goes slower, so that its labels are seen to travel while the
//! run goes on.

/// Pictures of a film.
pub(crate) const PICTURES: usize = 100;
/// Time from one picture to the next, in seconds.
pub(crate) const PICTURE_SECS: f64 = 0.05;
/// Share of the film that is spent on relabellings, if there are any.
const SHARE_FOR_EVENTS: f64 = 0.6;
/// Most time spent on one of them, in seconds.
const MOST_SECS: f64 = 1.4;
/// After one of them the film goes slower for so many epochs, or until the next.
const SLOW_EPOCHS: f64 = 1.0;
/// Epochs that are nearer than this are one.
const SAME_EPOCH: f64 = 1e-6;

/// A relabelling of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Happening {
    /// When it was done.
    pub epoch: f64,
    /// Labels that moved.
    pub moved: usize,
}

/// A relabelling in the film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scene {
    /// Place in the list that the plan was made of.
    pub happening: usize,
    /// The picture that it begins with.
    pub picture: usize,
    /// Time until the next one begins, or until it has been shown, in seconds.
    pub length_secs: f64,
}

/// A film.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The epoch that each picture shows; they never fall.
    pub epochs: Vec<f64>,
    /// The relabellings, in the order in which they begin.
    pub scenes: Vec<Scene>,
}

/// An even stretch of the film.
struct Stretch {
    from: f64,
    to: f64,
    secs: f64,
}

impl Plan {
    /// A film of a run from epoch `first` to `last`, in which `happenings` happened, in any order. `None` when the run
    /// has no length. What happened before `first` or after `last` is not in it.
    pub(crate) fn of(first: f64, last: f64, happenings: &[Happening]) -> Option<Self> {
        let length = last - first;
        if !length.is_finite() || length <= SAME_EPOCH {
            return None;
        }
        let mut inside: Vec<(usize, Happening)> = happenings
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, happening)| {
                let epoch = happening.epoch;
                happening.moved > 0 && epoch > first + SAME_EPOCH && epoch <= last + SAME_EPOCH
            })
            .collect();
        inside.sort_by(|a, b| a.1.epoch.total_cmp(&b.1.epoch));
        let stretches = stretches(first, last, &inside);
        let epochs = spread(&stretches, last);
        let begins = |epoch: f64| {
            let later = epochs.partition_point(|&shown| shown < epoch - SAME_EPOCH);
            later.min(epochs.len() - 1)
        };
        let scenes = inside.iter().enumerate().map(|(place, (happening, this))| {
            let picture = begins(this.epoch);
            // Runs side by side are matched at the same time.
            let next = inside[place..]
                .iter()
                .map(|(_, other)| other.epoch)
                .find(|&epoch| epoch > this.epoch + SAME_EPOCH);
            let slow_end = (this.epoch + SLOW_EPOCHS).min(last);
            let end = next.map_or(slow_end, |next| next.min(slow_end));
            let until = if end > this.epoch + SAME_EPOCH {
                begins(end)
            } else {
                epochs.len() - 1
            };
            Scene {
                happening: *happening,
                picture,
                length_secs: (until.saturating_sub(picture)).max(1) as f64 * PICTURE_SECS,
            }
        });
        let scenes = scenes.collect();
        Some(Self { epochs, scenes })
    }
}

/// The film in stretches of even pace. A stretch without length is a moment that is looked at.
fn stretches(first: f64, last: f64, inside: &[(usize, Happening)]) -> Vec<Stretch> {
    // Of what happens at once in several runs, the largest counts.
    let mut events: Vec<(f64, f64)> = Vec::new();
    for (_, happening) in inside {
        let weight = (happening.moved as f64).sqrt();
        match events.last_mut() {
            Some((epoch, most)) if happening.epoch - *epoch <= SAME_EPOCH => {
                *most = most.max(weight);
            }
            _ => events.push((happening.epoch.min(last), weight)),
        }
    }
    let whole_secs = (PICTURES - 1) as f64 * PICTURE_SECS;
    let weights: f64 = events.iter().map(|(_, weight)| weight).sum();
    let extra = |weight: f64| (whole_secs * SHARE_FOR_EVENTS * weight / weights).min(MOST_SECS);
    let spent: f64 = events.iter().map(|&(_, weight)| extra(weight)).sum();
    let secs_per_epoch = (whole_secs - spent) / (last - first);
    let plain = |from: f64, to: f64| Stretch {
        from,
        to,
        secs: (to - from) * secs_per_epoch,
    };
    let mut all = Vec::new();
    let mut at = first;
    for (place, &(epoch, weight)) in events.iter().enumerate() {
        all.push(plain(at, epoch));
        let next = events.get(place + 1).map_or(last, |next| next.0);
        at = next.min(epoch + SLOW_EPOCHS).max(epoch);
        let mut slow = plain(epoch, at);
        slow.secs += extra(weight);
        all.push(slow);
    }
    all.push(plain(at, last));
    all
}

/// The epochs of the pictures, which are equally far apart in the film's time.
fn spread(stretches: &[Stretch], last: f64) -> Vec<f64> {
    let whole_secs: f64 = stretches.iter().map(|stretch| stretch.secs).sum();
    let mut ahead = stretches.iter();
    let mut stretch = ahead.next();
    let mut began_secs = 0.0;
    let mut epochs: Vec<f64> = (0..PICTURES - 1)
        .map(|picture| {
            let secs = whole_secs * picture as f64 / (PICTURES - 1) as f64;
            while let Some(now) = stretch
                && secs > began_secs + now.secs
            {
                began_secs += now.secs;
                stretch = ahead.next();
            }
            stretch.map_or(last, |now| {
                let share = (secs - began_secs) / now.secs.max(f64::MIN_POSITIVE);
                now.from + (now.to - now.from) * share.clamp(0.0, 1.0)
            })
        })
        .collect();
    epochs.push(last);
    epochs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn happening(epoch: f64, moved: usize) -> Happening {
        Happening { epoch, moved }
    }

    #[test]
    fn a_run_without_length_has_no_film() {
        assert_eq!(Plan::of(3.0, 3.0, &[]), None);
        assert_eq!(Plan::of(3.0, 2.0, &[]), None);
        assert_eq!(Plan::of(0.0, f64::NAN, &[]), None);
    }

    #[test]
    fn without_relabellings_time_passes_evenly() {
        let plan = Plan::of(1.0, 10.9, &[happening(5.0, 0)]).expect("a film");
        assert_eq!(plan.scenes, []);
        for (picture, epoch) in plan.epochs.iter().enumerate() {
            assert!((epoch - 1.0 - 0.1 * picture as f64).abs() < 1e-9);
        }
    }

    #[test]
    fn the_film_slows_down_after_a_relabelling_the_more_the_more_labels_move() {
        let happenings = [happening(10.0, 4), happening(20.0, 25)];
        let plan = Plan::of(0.0, 30.0, &happenings).expect("a film");
        let pictures = |from: f64, to: f64| {
            let shown = plan.epochs.iter();
            shown.filter(|&&epoch| epoch >= from && epoch < to).count()
        };
        let [plain, small, large] =
            [(5.0, 6.0), (10.0, 11.0), (20.0, 21.0)].map(|(a, b)| pictures(a, b));
        assert!(plain < small && small < large, "{plain} {small} {large}");
        let lengths: Vec<f64> = plan.scenes.iter().map(|scene| scene.length_secs).collect();
        assert!(lengths[0] > 0.5 && lengths[1] > lengths[0], "{lengths:?}");
        assert!(plan.epochs[plan.scenes[1].picture] >= 20.0);
    }

    #[test]
    fn a_matching_at_the_end_is_seen_while_time_stands_still() {
        let plan = Plan::of(0.0, 5.0, &[happening(5.0, 9)]).expect("a film");
        let [scene] = plan.scenes[..] else {
            panic!("{:?}", plan.scenes);
        };
        assert!(scene.length_secs > 1.0, "{scene:?}");
        let held = plan.epochs.iter().filter(|&&epoch| epoch == 5.0).count();
        assert!(held + 1 >= PICTURES - scene.picture, "{held} {scene:?}");
    }

    proptest! {
        #[test]
        fn every_film_begins_and_ends_with_its_run_and_shows_every_relabelling_once(
            first in 0.0..50.0f64,
            length in 1e-3..500.0f64,
            events in proptest::collection::vec((-0.2..1.2f64, 0..40usize), 0..300),
        ) {
            let last = first + length;
            let happenings: Vec<Happening> =
                events.iter().map(|&(share, moved)| happening(first + share * length, moved)).collect();
            let plan = Plan::of(first, last, &happenings).expect("a run with a length");
            prop_assert_eq!(plan.epochs.len(), PICTURES);
            prop_assert_eq!(plan.epochs[0], first);
            prop_assert_eq!(plan.epochs[PICTURES - 1], last);
            prop_assert!(plan.epochs.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
            let mut shown: Vec<usize> = plan.scenes.iter().map(|scene| scene.happening).collect();
            shown.sort_unstable();
            let due: Vec<usize> = (0..happenings.len())
                .filter(|&place| {
                    let Happening { epoch, moved } = happenings[place];
                    moved > 0 && epoch > first + SAME_EPOCH && epoch <= last + SAME_EPOCH
                })
                .collect();
            prop_assert_eq!(shown, due);
            for scene in &plan.scenes {
                let epoch = happenings[scene.happening].epoch;
                prop_assert!(scene.picture < PICTURES && scene.length_secs > 0.0);
                prop_assert!(plan.epochs[scene.picture] >= epoch - 2.0 * SAME_EPOCH);
                prop_assert!(scene.picture == 0 || plan.epochs[scene.picture - 1] < epoch);
            }
        }
    }
}
