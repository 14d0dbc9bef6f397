//! One run: its data on the device, its network, its assignment, and what a step does to them.

use std::sync::Arc;

use burn::module::{Module as _, Param};
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData, Transaction};
use dl2pa_data::streams::{ASSIGNMENT, BATCHES, CLASS_MEANS, INIT, StreamRng, Streams};
use dl2pa_data::{Dataset, InputShape, Inputs};
use rand::seq::SliceRandom;

use super::feed::{Feed, TrainBatch, indices};

use super::meter::{Meter, Totals};
use super::network::Network;
use super::spreading::Laid;
use super::{SessionError, readback};
use crate::assignment::{Assignment, Matcher};
use crate::backbone::{Backbone, BackboneBuilder, trainable_numbers};
use crate::checkpoint::PastMatching;
use crate::class_means::ClassMeans;
use crate::config::{ClassMeansKind, Fidelity, HeadKind, LossKind, RunConfig};
use crate::loss_scale::LEAST_LOSS_SCALE;
use crate::losses::{Loss, cosines, uniformity_loss};
use crate::optimiser::Optimiser;
use crate::protocol::{Evaluation, History, InputPlane, Provenance, RunId, RunInfo, SampleCloud};
use crate::prototypes::PAPER_T;
use crate::{metrics, schedule};

/// Points of the input plane that travel to the view.
const INPUT_PLANE_POINTS: usize = 1_500;
/// Curve points lie at least this many epochs apart.
const HISTORY_SPACING_EPOCHS: f64 = 0.25;

/// The state of one run.
pub(super) struct Run<B: Backbone> {
    pub(super) id: RunId,
    pub(super) config: Arc<RunConfig>,
    pub(super) info: Arc<RunInfo>,
    pub(super) train: Feed,
    pub(super) test: Feed,
    pub(super) device: Device,
    pub(super) network: Network<B>,
    pub(super) optimiser: Optimiser,
    accumulator: GradientsAccumulator<Network<B>>,
    /// Batches whose gradients have gathered for the next step.
    accumulated: usize,
    /// W (c x d), unit rows, on the host; with `psc` as last read.
    pub(super) prototypes: Arc<[f32]>,
    pub(super) provenance: Provenance,
    pub(super) assignment: Assignment,
    /// W_A (c x d) on the device, without autodiff; unused with `psc`.
    pub(super) class_prototypes: Tensor<2>,
    pub(super) class_means: ClassMeans,
    batch_rng: StreamRng,
    pub(super) assignment_rng: StreamRng,
    /// Remembers the prices of the last matching.
    pub(super) matcher: Matcher,
    pub(super) order: Vec<u32>,
    /// Samples of the present epoch that have been seen.
    pub(super) position: usize,
    meter: Meter,
    pub(super) epoch_totals: Totals,
    /// Since the last point of the curves.
    curve_totals: Totals,
    cloud: SampleSubset,
    pub(super) step: u64,
    /// Step of the last matching.
    pub(super) matched_at_step: u64,
    /// Epochs done.
    pub(super) epoch: usize,
    pub(super) lr: f64,
    pub(super) recent: Totals,
    pub(super) last_evaluation: Option<Evaluation>,
    /// Share of the last epoch's time that went by waiting for data.
    pub(super) data_wait: f64,
    /// True and predicted class of each test sample, as last measured.
    pub(super) last_verdicts: Arc<[(u32, u32)]>,
    pub(super) best_top1: f64,
    pub(super) labels_moved: Vec<u32>,
    pub(super) matchings: Vec<PastMatching>,
    pub(super) history: Arc<History>,
    pub(super) last_means: Option<Arc<[f32]>>,
    pub(super) last_samples: Option<Arc<SampleCloud>>,
    /// Of the last state, once the run is completed.
    pub(super) state_hash: Option<u64>,
}

/// The test samples that snapshots show, spread evenly over the split.
#[derive(Default)]
struct SampleSubset {
    rows: Vec<u32>,
    wanted: usize,
}

impl<B: Backbone> Run<B> {
    /// Puts data and network on the device.
    pub(super) fn new(
        id: RunId,
        config: RunConfig,
        data: Dataset<Inputs>,
        laid: Laid,
        builder: &impl BackboneBuilder<Backbone = B>,
        (device, device_name): (&Device, &str),
        workers: usize,
    ) -> Result<Self, SessionError> {
        let Laid {
            prototypes,
            provenance,
        } = laid;
        let streams = Streams::new(config.seed);
        let (classes, dim) = (config.classes, config.dim);
        let train_device = device.clone().autodiff();
        let backbone = builder.build(&config, data.shape, &mut streams.rng(INIT), &train_device)?;
        let learned_prototypes = (config.head == HeadKind::Psc).then(|| {
            let values = TensorData::new(prototypes.clone(), [classes, dim]);
            Param::from_tensor(Tensor::<2>::from_data(values, &train_device).require_grad())
        });
        let network = Network {
            backbone,
            learned_prototypes,
            amp: config.recipe.amp,
        };

        let class_means = first_class_means(&config, &streams, device);
        let mut assignment_rng = streams.rng(ASSIGNMENT);
        let assignment = match config.head {
            HeadKind::Psc => Assignment::identity(classes),
            HeadKind::Fixed | HeadKind::Dynamic => Assignment::random(classes, &mut assignment_rng),
        };
        let batches = batches_per_epoch(&config, data.train.labels.len());
        let info = RunInfo {
            dataset: data.name.to_owned(),
            train_samples: data.train.labels.len(),
            train_counts: data.train.counts(config.classes),
            epoch_samples: (batches * config.batch_size).min(data.train.labels.len()),
            test_samples: data.test.labels.len(),
            parameters: trainable_numbers(&network),
            steps_per_epoch: batches.div_ceil(config.recipe.grad_accum_steps),
            input_plane: input_plane(&data),
            class_names: data.class_names,
            class_groups: data.class_groups,
            device: device_name.to_owned(),
        };
        let class_prototypes = class_rows(&prototypes, dim, &assignment, device);
        Ok(Self {
            id,
            optimiser: Optimiser::new(&config, device),
            accumulator: GradientsAccumulator::new(),
            accumulated: 0,
            order: (0..info.train_samples as u32).collect(),
            info: Arc::new(info),
            train: Feed::new(data.train, data.shape, &config, workers, device)?,
            test: Feed::new(data.test, data.shape, &config, workers, device)?,
            device: device.clone(),
            network,
            prototypes: prototypes.into(),
            provenance,
            assignment,
            class_prototypes,
            class_means,
            batch_rng: streams.rng(BATCHES),
            assignment_rng,
            matcher: Matcher::default(),
            position: 0,
            meter: Meter::new(device),
            epoch_totals: Totals::default(),
            curve_totals: Totals::default(),
            cloud: SampleSubset::default(),
            step: 0,
            matched_at_step: 0,
            epoch: 0,
            lr: config.lr,
            recent: Totals::default(),
            last_evaluation: None,
            last_verdicts: Arc::new([]),
            data_wait: 0.0,
            best_top1: f64::NEG_INFINITY,
            labels_moved: Vec::new(),
            matchings: Vec::new(),
            history: Arc::new(History::default()),
            last_means: None,
            last_samples: None,
            state_hash: None,
            config: Arc::new(config),
        })
    }

    /// Epochs done with the fraction of the present one.
    pub(super) fn epoch_fraction(&self) -> f64 {
        self.epoch as f64 + self.position as f64 / self.epoch_samples() as f64
    }

    /// One batch, and an optimiser step when enough of them have gathered. True when it was the last batch of
    /// its epoch.
    pub(super) fn train_batch(&mut self) -> Result<bool, SessionError> {
        if self.position == 0 {
            self.shuffle();
            let order = &self.order[..self.epoch_samples()];
            self.train.begin_epoch(order, self.epoch, 0)?;
        }
        let batch_size = self.config.batch_size;
        let end = (self.position + batch_size).min(self.epoch_samples());
        let batch_number = self.position / batch_size;
        let rows = &self.order[self.position..end];
        let TrainBatch {
            inputs,
            labels,
            mixed,
        } = self.train.train_batch(rows, self.epoch, batch_number)?;

        let z = self.network.embed(inputs.autodiff());
        let class_prototypes = match self.network.unit_prototypes() {
            Some(prototypes) => prototypes,
            None => self.class_prototypes.clone().autodiff(),
        };
        let push = (self.config.uniformity_weight > 0.0).then(|| {
            uniformity_loss(class_prototypes.clone(), PAPER_T)
                .mul_scalar(self.config.uniformity_weight)
        });
        let cosines = cosines(z.clone(), class_prototypes);
        let loss_in_force = self.loss();
        let mut loss = loss_in_force.of(cosines.clone(), &labels);
        if let Some((others, share)) = &mixed {
            let of_others = loss_in_force.of(cosines.clone(), others);
            loss = loss.mul_scalar(*share) + of_others.mul_scalar(1.0 - share);
        }
        self.learn(loss.clone(), push);
        self.meter_batch(loss.inner(), cosines.inner(), &labels);
        // A mixed sample counts for the class that most of it belongs to; the released code always takes the
        // first (paper.md 2.1, 7).
        let seen_as = match mixed {
            Some((others, share)) if share < 0.5 && self.config.fidelity == Fidelity::Corrected => {
                others
            }
            _ => labels,
        };
        if self.config.class_means != ClassMeansKind::Exact {
            self.class_means.update(z.inner(), &seen_as);
        }
        self.position = end;
        let is_epoch_end = end == self.epoch_samples();
        if is_epoch_end || self.accumulated == self.config.recipe.grad_accum_steps {
            self.take_step();
        }
        if is_epoch_end {
            self.position = 0;
            self.epoch += 1;
        }
        Ok(is_epoch_end)
    }

    /// Puts the training samples in the order of the next epoch.
    pub(super) fn shuffle(&mut self) {
        if self.config.recipe.overfit_batches == 0 {
            self.order.shuffle(&mut self.batch_rng);
        }
    }

    /// Training samples that an epoch takes.
    pub(super) fn epoch_samples(&self) -> usize {
        let batches = batches_per_epoch(&self.config, self.order.len());
        (batches * self.config.batch_size).min(self.order.len())
    }

    /// Back-propagates and keeps the gradients.
    fn learn(&mut self, loss: Tensor<1>, push: Option<Tensor<1>>) {
        let batches = self.config.recipe.grad_accum_steps;
        let part = 1.0 / batches as f64;
        // Means of batches are averaged; a sum over the batch becomes a sum over them all.
        let loss = if batches == 1 || self.loss().is_sum() {
            loss
        } else {
            loss.mul_scalar(part)
        };
        let objective = match push {
            Some(push) => loss + push.mul_scalar(part),
            None => loss,
        };
        let objective = self.optimiser.scaled(objective);
        let gradients = GradientsParams::from_grads(objective.backward(), &self.network);
        self.accumulator.accumulate(&self.network, gradients);
        self.accumulated += 1;
    }

    fn take_step(&mut self) {
        self.lr = schedule::rate(&self.config, self.epoch);
        let gradients = self.accumulator.grads();
        let network = self.network.clone();
        self.network = self.optimiser.step(self.lr, network, gradients);
        self.accumulated = 0;
        self.step += 1;
    }

    fn meter_batch(&mut self, loss: Tensor<1>, cosines: Tensor<2>, labels: &[u32]) {
        let loss_sum = if self.loss().is_sum() {
            loss
        } else {
            loss.mul_scalar(labels.len() as f64)
        };
        let labels = indices(labels, &self.device);
        self.meter.add(loss_sum, cosines, labels);
    }

    /// Whether the gathered gradients have just become a step.
    pub(super) fn is_between_steps(&self) -> bool {
        self.accumulated == 0
    }

    /// The loss in force: learned prototypes need the cross-entropy, since the paper's loss alone
    /// would let them all meet in one point.
    pub(super) fn loss(&self) -> Loss {
        Loss {
            kind: match self.config.head {
                HeadKind::Psc => LossKind::CrossEntropy,
                HeadKind::Fixed | HeadKind::Dynamic => self.config.loss,
            },
            scale: self.config.scale,
            smoothing: self.config.recipe.smoothing,
        }
    }

    /// Reads what has gathered on the device since the last reading: loss, hits, class means, learned
    /// prototypes and up to `max_samples` test samples.
    pub(super) async fn collect(&mut self, max_samples: usize) -> Result<(), SessionError> {
        let meter = self.meter.take();
        let mut transaction = Transaction::default()
            .register(meter.loss_sum)
            .register(meter.hits)
            .register(self.class_means.tensor());
        let loss_scale = self.optimiser.loss_scale();
        if let Some(scale) = &loss_scale {
            transaction = transaction.register(scale.clone());
        }
        let learned = self.network.unit_prototypes();
        if let Some(prototypes) = &learned {
            transaction = transaction.register(prototypes.clone().inner());
        }
        self.cloud.choose(max_samples, self.test.labels.len());
        let shown = match self.cloud.rows.is_empty() {
            true => None,
            false => self.test.rows(&self.cloud.rows)?,
        };
        if let Some(inputs) = &shown {
            let embedded = self.network.valid().embed(inputs.clone());
            transaction = transaction.register(embedded);
        }
        let mut data = transaction.execute_async().await?.into_iter();
        let mut next = || match data.next() {
            Some(data) => readback::to_f32(data),
            None => Err(SessionError::Device(
                "a readback came back short".to_owned(),
            )),
        };
        let (loss_sum, hits) = (f64::from(next()?[0]), f64::from(next()?[0]));
        let means = next()?;
        if loss_scale.is_some() && next()?[0] < LEAST_LOSS_SCALE {
            return Err(SessionError::Overflowing { step: self.step });
        }
        if learned.is_some() {
            self.prototypes = next()?.into();
        }
        if shown.is_some() {
            let labels = &self.test.labels;
            self.last_samples = Some(Arc::new(SampleCloud {
                embeddings: next()?,
                labels: self
                    .cloud
                    .rows
                    .iter()
                    .map(|&row| labels[row as usize])
                    .collect(),
                out_of: labels.len(),
            }));
        }
        self.last_means = Some(means.into());
        if meter.samples > 0 {
            if !loss_sum.is_finite() {
                return Err(SessionError::Diverged {
                    step: self.step,
                    lr: self.lr,
                });
            }
            self.epoch_totals.add(loss_sum, hits, meter.samples);
            self.curve_totals.add(loss_sum, hits, meter.samples);
            self.recent = Totals {
                loss_sum,
                hits,
                samples: meter.samples,
            };
            self.note_history();
        }
        Ok(())
    }

    /// Adds a point to the curves when the last one lies far enough back or an epoch is over.
    fn note_history(&mut self) {
        let epoch = self.epoch_fraction();
        let last = self.history.loss.last().map_or(0.0, |point| point[0]);
        if epoch - last < HISTORY_SPACING_EPOCHS && self.position > 0 {
            return;
        }
        let totals = std::mem::take(&mut self.curve_totals);
        let min_angle_deg = self.min_angle_deg();
        let history = Arc::make_mut(&mut self.history);
        history.loss.push([epoch, totals.mean_loss()]);
        history.train_accuracy.push([epoch, totals.accuracy()]);
        history.min_angle_deg.push([epoch, min_angle_deg]);
    }

    /// Adds a point to the curve of the spreading.
    pub(super) fn note_spreading(&mut self, progress: f64, min_angle_deg: f64) {
        Arc::make_mut(&mut self.history)
            .spread_angle_deg
            .push([progress, min_angle_deg]);
    }

    /// Smallest angle between two prototypes, in degrees.
    pub(super) fn min_angle_deg(&self) -> f64 {
        metrics::min_angle_deg(&self.prototypes, self.config.dim)
    }

    /// Forgets the sums of the epoch that has just been measured.
    pub(super) fn begin_epoch(&mut self) {
        self.epoch_totals = Totals::default();
    }

    /// Changes the learning rate from the next step on.
    pub(super) fn set_lr(&mut self, lr: f64) {
        Arc::make_mut(&mut self.config).lr = lr;
    }
}

impl SampleSubset {
    /// Chooses `wanted` of `total` rows, evenly spaced, unless that is what is chosen already.
    fn choose(&mut self, wanted: usize, total: usize) {
        if self.wanted == wanted {
            return;
        }
        let count = wanted.min(total);
        self.rows = (0..count)
            .map(|index| (index * total / count) as u32)
            .collect();
        self.wanted = wanted;
    }
}

/// The class means that the configuration asks for, before any sample.
fn first_class_means(config: &RunConfig, streams: &Streams, device: &Device) -> ClassMeans {
    let (classes, dim) = (config.classes, config.dim);
    match (config.fidelity, config.class_means) {
        (Fidelity::Released, _) => {
            ClassMeans::released(classes, dim, &mut streams.rng(CLASS_MEANS), device)
        }
        (Fidelity::Corrected, ClassMeansKind::Ema) => {
            ClassMeans::average(classes, dim, config.class_mean_momentum, device)
        }
        (Fidelity::Corrected, ClassMeansKind::Epoch | ClassMeansKind::Exact) => {
            ClassMeans::window(classes, dim, device)
        }
    }
}

/// The prototypes in the order of the classes, W_A (c x d).
pub(super) fn class_rows(
    prototypes: &[f32],
    dim: usize,
    assignment: &Assignment,
    device: &Device,
) -> Tensor<2> {
    let rows: Vec<f32> = assignment
        .as_slice()
        .iter()
        .flat_map(|&prototype| &prototypes[prototype as usize * dim..][..dim])
        .copied()
        .collect();
    let classes = assignment.as_slice().len();
    Tensor::from_data(TensorData::new(rows, [classes, dim]), device)
}

/// Batches of an epoch over `samples` training samples.
fn batches_per_epoch(config: &RunConfig, samples: usize) -> usize {
    let all = samples.div_ceil(config.batch_size);
    [
        config.recipe.limit_train_batches,
        config.recipe.overfit_batches,
    ]
    .into_iter()
    .filter(|&limit| limit > 0)
    .fold(all, usize::min)
}

/// Some training samples, where the inputs are points of the plane.
fn input_plane(data: &Dataset<Inputs>) -> Option<InputPlane> {
    match &data.train.inputs {
        Inputs::Numbers(inputs) if data.shape == InputShape::Flat(2) => {
            let total = data.train.labels.len();
            let count = INPUT_PLANE_POINTS.min(total);
            let rows = (0..count).map(|index| index * total / count);
            Some(InputPlane {
                points: rows
                    .clone()
                    .flat_map(|row| &inputs[row * 2..][..2])
                    .copied()
                    .collect(),
                labels: rows.map(|row| data.train.labels[row]).collect(),
            })
        }
        _ => None,
    }
}
