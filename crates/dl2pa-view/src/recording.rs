//! What a run has shown so far, kept small, so that a person can go back to any moment of it.

use std::sync::Arc;

use dl2pa_core::protocol::{Phase, SampleCloud, Snapshot};

/// What one run's moments may take, in bytes: more than 8,000 of the opening set-up.
const BUDGET_BYTES: usize = 32 << 20;
/// Largest whole number of a packed coordinate; the coordinates of unit vectors lie in -1..=1, so that a packed one
/// is off by 1.5e-5 at most, far less than a pixel.
const SCALE: f32 = 32_767.0;

/// Coordinates of points on the sphere in 16 bits each.
#[derive(Clone, Debug)]
struct Packed(Arc<[i16]>);

impl Packed {
    fn new(values: &[f32]) -> Self {
        let pack = |&value: &f32| (value.clamp(-1.0, 1.0) * SCALE).round() as i16;
        Self(values.iter().map(pack).collect())
    }

    fn unpacked(&self) -> Vec<f32> {
        self.0
            .iter()
            .map(|&value| f32::from(value) / SCALE)
            .collect()
    }

    fn bytes(&self) -> usize {
        self.0.len() * size_of::<i16>()
    }
}

/// What a snapshot says, without what all of a run's snapshots share.
#[derive(Clone, Debug)]
struct Moment {
    seq: u64,
    step: u64,
    epoch: f64,
    lr: f64,
    loss: Option<f64>,
    train_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    prototypes: Arc<[f32]>,
    class_means: Option<Packed>,
    assignment: Arc<[u32]>,
    samples: Option<Packed>,
    labels: Arc<[u32]>,
    out_of: usize,
    min_angle_deg: f64,
    matchings: usize,
}

impl Moment {
    fn bytes(&self) -> usize {
        let packed = |packed: &Option<Packed>| packed.as_ref().map_or(0, Packed::bytes);
        size_of::<Self>()
            + packed(&self.class_means)
            + packed(&self.samples)
            + size_of_val(&*self.assignment)
    }
}

/// The moments of one run, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    moments: Vec<Arc<Moment>>,
    bytes: usize,
}

impl Recording {
    /// Forgets the run before.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Keeps what `snapshot` says, if it is of a moment not kept yet.
    pub(crate) fn keep(&mut self, snapshot: &Snapshot) {
        if !matches!(snapshot.phase, Phase::Training | Phase::Finished) {
            return;
        }
        let last = self.moments.last();
        let is_new = last.is_none_or(|last| {
            snapshot.step > last.step || snapshot.labels_moved.len() > last.matchings
        });
        if !is_new {
            return;
        }
        // What has not changed since is shared.
        let prototypes = match last {
            Some(last) if last.prototypes == snapshot.prototypes => Arc::clone(&last.prototypes),
            _ => Arc::clone(&snapshot.prototypes),
        };
        let samples = snapshot.samples.as_deref();
        let labels: &[u32] = samples.map_or(&[], |cloud| &cloud.labels);
        let labels = match last {
            Some(last) if *last.labels == *labels => Arc::clone(&last.labels),
            _ => labels.into(),
        };
        let moment = Moment {
            seq: snapshot.seq,
            step: snapshot.step,
            epoch: snapshot.epoch,
            lr: snapshot.lr,
            loss: snapshot.loss,
            train_accuracy: snapshot.train_accuracy,
            test_accuracy: snapshot.test_accuracy,
            prototypes,
            class_means: snapshot.class_means.as_deref().map(Packed::new),
            assignment: Arc::clone(&snapshot.assignment),
            samples: samples.map(|cloud| Packed::new(&cloud.embeddings)),
            labels,
            out_of: samples.map_or(0, |cloud| cloud.out_of),
            min_angle_deg: snapshot.min_angle_deg,
            matchings: snapshot.labels_moved.len(),
        };
        self.bytes += moment.bytes();
        self.moments.push(Arc::new(moment));
        if self.bytes > BUDGET_BYTES {
            self.thin_out();
        }
    }

    /// The moments that are not later than `step`.
    pub(crate) fn until(&self, step: u64) -> Self {
        let mut until = self.clone();
        until.moments.retain(|moment| moment.step <= step);
        until.bytes = until.moments.iter().map(|moment| moment.bytes()).sum();
        until
    }

    /// The latest kept epoch.
    pub(crate) fn last_epoch(&self) -> Option<f64> {
        self.moments.last().map(|moment| moment.epoch)
    }

    /// The epochs of the first and of the last kept moment.
    pub(crate) fn span(&self) -> Option<(f64, f64)> {
        Some((self.moments.first()?.epoch, self.moments.last()?.epoch))
    }

    /// The moments that are shown at these epochs, which never fall. They are shared, not copied.
    pub(crate) fn excerpt(&self, epochs: &[f64]) -> Self {
        let mut excerpt = Self::default();
        let mut last = None;
        for place in epochs.iter().map(|&epoch| self.place_at(epoch)) {
            if last.replace(place) != Some(place)
                && let Some(moment) = self.moments.get(place)
            {
                excerpt.bytes += moment.bytes();
                excerpt.moments.push(Arc::clone(moment));
            }
        }
        excerpt
    }

    /// The epoch so many kept moments after (or, below 0, before) `epoch`.
    pub(crate) fn epoch_from(&self, epoch: f64, moments: isize) -> Option<f64> {
        let last = self.moments.len().checked_sub(1)?;
        let place = self.place_at(epoch).saturating_add_signed(moments);
        Some(self.moments[place.min(last)].epoch)
    }

    /// The run as it was at `epoch`: the last kept moment that is not later. What belongs to the whole run, above all
    /// its curves, is that of `live`.
    pub(crate) fn at(&self, epoch: f64, live: &Snapshot) -> Option<Snapshot> {
        let moment = self.moments.get(self.place_at(epoch))?;
        let samples = moment.samples.as_ref().map(|samples| {
            Arc::new(SampleCloud {
                embeddings: samples.unpacked(),
                labels: moment.labels.to_vec(),
                out_of: moment.out_of,
            })
        });
        let matchings = moment.matchings.min(live.labels_moved.len());
        Some(Snapshot {
            run: live.run,
            seq: moment.seq,
            phase: Phase::Training,
            paused: true,
            step: moment.step,
            epoch: moment.epoch,
            lr: moment.lr,
            loss: moment.loss,
            train_accuracy: moment.train_accuracy,
            test_accuracy: moment.test_accuracy,
            dim: live.dim,
            prototypes: Arc::clone(&moment.prototypes),
            class_means: moment
                .class_means
                .as_ref()
                .map(|means| means.unpacked().into()),
            assignment: Arc::clone(&moment.assignment),
            samples,
            min_angle_deg: moment.min_angle_deg,
            provenance: live.provenance,
            spread_t: None,
            labels_moved: live.labels_moved[..matchings].into(),
            history: Arc::clone(&live.history),
            steps_per_sec: 0.0,
            state_hash: None,
        })
    }

    /// Place of the last moment that is not later than `epoch`, or of the first.
    fn place_at(&self, epoch: f64) -> usize {
        let later = self.moments.partition_point(|moment| moment.epoch <= epoch);
        later.saturating_sub(1)
    }

    /// Drops every other moment, but none right after a matching.
    fn thin_out(&mut self) {
        let mut matchings = 0;
        let mut place = 0;
        self.moments.retain(|moment| {
            let follows_matching = moment.matchings > matchings;
            matchings = moment.matchings;
            place += 1;
            follows_matching || place % 2 == 0
        });
        self.bytes = self.moments.iter().map(|moment| moment.bytes()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dl2pa_core::protocol::{History, Provenance, RunId};

    /// A snapshot with `samples` samples and 25 classes in 3 dimensions, after `step` steps of which 10 make an epoch.
    fn snapshot(step: u64, samples: usize) -> Snapshot {
        let points = |count: usize| -> Vec<f32> {
            (0..count)
                .flat_map(|i| {
                    let turn = i as f32 + 0.01 * step as f32;
                    [turn.cos() * 0.6, turn.sin() * 0.6, 0.8]
                })
                .collect()
        };
        let epochs = (step / 10) as usize;
        Snapshot {
            run: RunId(1),
            seq: step + 1,
            phase: Phase::Training,
            paused: false,
            step,
            epoch: step as f64 / 10.0,
            lr: 0.1,
            loss: Some(1.0 / (step + 1) as f64),
            train_accuracy: None,
            test_accuracy: Some(0.5),
            dim: 3,
            prototypes: points(25).into(),
            class_means: Some(points(25).into()),
            assignment: (0..25).collect(),
            samples: Some(Arc::new(SampleCloud {
                embeddings: points(samples),
                labels: (0..samples as u32).map(|i| i % 25).collect(),
                out_of: 1000,
            })),
            min_angle_deg: 20.0,
            provenance: Provenance {
                method: None,
                t: None,
                bound_angle_deg: 30.0,
                proven_optimal: false,
            },
            spread_t: None,
            labels_moved: vec![1; epochs].into(),
            history: Arc::new(History::default()),
            steps_per_sec: 1.0,
            state_hash: None,
        }
    }

    #[test]
    fn every_moment_comes_back_as_it_was() {
        let mut recording = Recording::default();
        let shots: Vec<Snapshot> = (0..40).map(|step| snapshot(step, 60)).collect();
        for shot in &shots {
            recording.keep(shot);
            recording.keep(shot);
        }
        let live = &shots[39];
        assert_eq!(recording.moments.len(), 40, "the same moment is kept once");
        for shot in &shots {
            let back = recording.at(shot.epoch + 0.05, live).expect("kept");
            assert_eq!((back.step, back.loss), (shot.step, shot.loss));
            assert_eq!(back.labels_moved, shot.labels_moved);
            let (was, is) = (shot.samples.as_ref(), back.samples.as_ref());
            let (was, is) = (was.expect("samples"), is.expect("samples"));
            assert_eq!(was.labels, is.labels);
            let off = was.embeddings.iter().zip(&is.embeddings);
            let off = off.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(off <= 0.5 / SCALE * 1.01, "{off}");
        }
        assert_eq!(recording.epoch_from(2.0, -3), Some(1.7));
        assert_eq!(recording.epoch_from(2.0, 300), Some(3.9));
        assert_eq!(recording.epoch_from(0.0, -1), Some(0.0));
    }

    #[test]
    fn a_thousand_epochs_stay_within_the_budget_and_no_matching_is_lost() {
        let mut recording = Recording::default();
        // 15 moments an epoch: more than the budget holds.
        let mut live = snapshot(0, 500);
        for step in 0..10_000 {
            live = snapshot(step, 500);
            recording.keep(&live);
        }
        assert!(recording.bytes <= BUDGET_BYTES, "{}", recording.bytes);
        for epoch in 1..1000 {
            let back = recording.at(f64::from(epoch), &live).expect("kept");
            assert_eq!(back.labels_moved.len(), epoch as usize);
            assert!((back.epoch - f64::from(epoch)).abs() < 1e-9);
        }
    }
}
