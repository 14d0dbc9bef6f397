//! One run: its data on the device, its network, its assignment, and what a step does to them.

use std::sync::Arc;

use burn::module::{Module as _, Param};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};
use dl2pa_data::streams::{ASSIGNMENT, BATCHES, CLASS_MEANS, INIT, StreamRng, Streams};
use dl2pa_data::{Dataset, InputShape, Split};
use rand::seq::SliceRandom;

use super::meter::{Meter, Totals};
use super::network::Network;
use super::spreading::Laid;
use super::{SessionError, readback};
use crate::assignment::{Assignment, Matcher};
use crate::backbone::{Backbone, BackboneBuilder};
use crate::class_means::ClassMeans;
use crate::config::{ClassMeansKind, Fidelity, HeadKind, LossKind, RunConfig};
use crate::losses::{cosines, training_loss, uniformity_loss};
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
    pub(super) train: DeviceSplit,
    pub(super) test: DeviceSplit,
    pub(super) device: Device,
    pub(super) network: Network<B>,
    optimizer: ModuleOptimizer,
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
    order: Vec<u32>,
    position: usize,
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
    pub(super) best_top1: f64,
    pub(super) labels_moved: Vec<u32>,
    pub(super) history: Arc<History>,
    pub(super) last_means: Option<Arc<[f32]>>,
    pub(super) last_samples: Option<Arc<SampleCloud>>,
}

/// A split with its inputs on the device (n x features) and its labels on the host.
pub(super) struct DeviceSplit {
    pub(super) inputs: Tensor<2>,
    pub(super) labels: Vec<u32>,
}

impl DeviceSplit {
    fn new(split: &Split, features: usize, device: &Device) -> Self {
        let rows = split.labels.len();
        let inputs = TensorData::new(split.inputs.clone(), [rows, features]);
        Self {
            inputs: Tensor::from_data(inputs, device),
            labels: split.labels.clone(),
        }
    }
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
        data: &Dataset,
        laid: Laid,
        builder: &impl BackboneBuilder<Backbone = B>,
        device: &Device,
        device_name: &str,
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
        };

        let class_means = first_class_means(&config, &streams, device);
        let mut assignment_rng = streams.rng(ASSIGNMENT);
        let assignment = match config.head {
            HeadKind::Psc => Assignment::identity(classes),
            HeadKind::Fixed | HeadKind::Dynamic => Assignment::random(classes, &mut assignment_rng),
        };
        let features = data.shape.features();
        let momentum = MomentumConfig::new()
            .with_momentum(config.momentum)
            .with_dampening(0.0);
        let optimizer = SgdConfig::new()
            .with_momentum(Some(momentum))
            .with_weight_decay(Some(WeightDecayConfig::new(config.weight_decay as f32)))
            .init();
        let info = RunInfo {
            dataset: data.name.to_owned(),
            class_names: data.class_names.clone(),
            class_groups: data.class_groups.clone(),
            train_samples: data.train.labels.len(),
            test_samples: data.test.labels.len(),
            parameters: network.num_params(),
            steps_per_epoch: data.train.labels.len().div_ceil(config.batch_size),
            input_plane: input_plane(data),
            device: device_name.to_owned(),
        };
        let class_prototypes = class_rows(&prototypes, dim, &assignment, device);
        Ok(Self {
            id,
            info: Arc::new(info),
            train: DeviceSplit::new(&data.train, features, device),
            test: DeviceSplit::new(&data.test, features, device),
            device: device.clone(),
            network,
            optimizer,
            prototypes: prototypes.into(),
            provenance,
            assignment,
            class_prototypes,
            class_means,
            batch_rng: streams.rng(BATCHES),
            assignment_rng,
            matcher: Matcher::default(),
            order: (0..data.train.labels.len() as u32).collect(),
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
            best_top1: f64::NEG_INFINITY,
            labels_moved: Vec::new(),
            history: Arc::new(History::default()),
            last_means: None,
            last_samples: None,
            config: Arc::new(config),
        })
    }

    /// Epochs done with the fraction of the present one.
    pub(super) fn epoch_fraction(&self) -> f64 {
        self.epoch as f64 + self.position as f64 / self.train.labels.len() as f64
    }

    /// One optimiser step. True when it was the last of its epoch.
    pub(super) fn train_step(&mut self) -> bool {
        if self.position == 0 {
            self.order.shuffle(&mut self.batch_rng);
        }
        let end = (self.position + self.config.batch_size).min(self.order.len());
        let rows = &self.order[self.position..end];
        let labels: Vec<u32> = rows
            .iter()
            .map(|&row| self.train.labels[row as usize])
            .collect();
        let inputs = self
            .train
            .inputs
            .clone()
            .select(0, indices(rows, &self.device))
            .autodiff();
        let label_tensor = indices(&labels, &self.device);

        let z = self.network.embed(inputs);
        let class_prototypes = match self.network.unit_prototypes() {
            Some(prototypes) => prototypes,
            None => self.class_prototypes.clone().autodiff(),
        };
        let push = (self.config.uniformity_weight > 0.0).then(|| {
            uniformity_loss(class_prototypes.clone(), PAPER_T)
                .mul_scalar(self.config.uniformity_weight)
        });
        let cosines = cosines(z.clone(), class_prototypes);
        let kind = self.loss_kind();
        let loss = training_loss(
            kind,
            cosines.clone(),
            label_tensor.clone().autodiff(),
            self.config.scale,
        );
        let objective = match push {
            Some(push) => loss.clone() + push,
            None => loss.clone(),
        };
        let gradients = GradientsParams::from_grads(objective.backward(), &self.network);
        self.lr =
            self.config.lr * schedule::factor(self.config.sched, self.epoch, self.config.epochs);
        self.network = self
            .optimizer
            .step(self.lr, self.network.clone(), gradients);

        let samples = labels.len() as f64;
        let loss_sum = match kind {
            LossKind::Paper => loss.inner(),
            LossKind::CrossEntropy => loss.inner().mul_scalar(samples),
        };
        self.meter.add(loss_sum, cosines.inner(), label_tensor);
        if self.config.class_means != ClassMeansKind::Exact {
            self.class_means.update(z.inner(), &labels);
        }
        self.step += 1;
        self.position = end;
        let is_epoch_end = end == self.order.len();
        if is_epoch_end {
            self.position = 0;
            self.epoch += 1;
        }
        is_epoch_end
    }

    /// The loss in force: learned prototypes need the cross-entropy, since the paper's loss alone
    /// would let them all meet in one point.
    pub(super) fn loss_kind(&self) -> LossKind {
        match self.config.head {
            HeadKind::Psc => LossKind::CrossEntropy,
            HeadKind::Fixed | HeadKind::Dynamic => self.config.loss,
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
        let learned = self.network.unit_prototypes();
        if let Some(prototypes) = &learned {
            transaction = transaction.register(prototypes.clone().inner());
        }
        self.cloud.choose(max_samples, self.test.labels.len());
        if !self.cloud.rows.is_empty() {
            let inputs = self
                .test
                .inputs
                .clone()
                .select(0, indices(&self.cloud.rows, &self.device));
            transaction = transaction.register(self.network.valid().embed(inputs));
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
        if learned.is_some() {
            self.prototypes = next()?.into();
        }
        if !self.cloud.rows.is_empty() {
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

/// Row numbers or labels as a tensor.
fn indices(values: &[u32], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
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

/// Some training samples, where the inputs are points of the plane.
fn input_plane(data: &Dataset) -> Option<InputPlane> {
    (data.shape == InputShape::Flat(2)).then(|| {
        let total = data.train.labels.len();
        let count = INPUT_PLANE_POINTS.min(total);
        let rows = (0..count).map(|index| index * total / count);
        InputPlane {
            points: rows
                .clone()
                .flat_map(|row| &data.train.inputs[row * 2..][..2])
                .copied()
                .collect(),
            labels: rows.map(|row| data.train.labels[row]).collect(),
        }
    })
}
