//! The assignment of a run: how it begins, and how labels move between prototypes.

use std::sync::Arc;

use burn::module::Module as _;
use burn::tensor::Transaction;
use dl2pa_data::streams::{ALIGNMENT, Streams};
use dl2pa_data::{Dataset, Inputs};

use super::driver::Session;
use super::host::Host;
use super::run::{Run, class_rows};
use super::{SessionError, readback};
use crate::alignment::{Aligner, bring_together, class_layout, class_sums, likeness, products};
use crate::assignment::{Assignment, explain, score};
use crate::backbone::{Backbone, BackboneBuilder};
use crate::checkpoint::PastMatching;
use crate::class_means::ClassSums;
use crate::config::{AssignInit, ClassMeansKind, Fidelity, HeadKind, RunConfig, Switch};
use crate::protocol::Relabelling;

/// Random rotations from which a first assignment is looked for.
const FIRST_STARTS: usize = 40;
/// Rows a forward pass takes when class means are taken of a whole split.
const MEAN_ROWS: usize = 512;
/// Gain a class below which prototypes do not turn: what rounding turned prototypes to f32 may cost.
const SMALL_TURN_GAIN: f64 = 1e-6;

/// Why labels move.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// A matching, with the gap that proves it, after all prototypes turned or not.
    Matched { certificate_gap: f64, turned: bool },
    /// The person asked for it.
    Dealt,
}

/// What the first assignment goes by.
pub(super) enum FirstMeans {
    /// Nothing: it has been drawn.
    Drawn,
    /// The classes' own order.
    Identity,
    /// Sums (c x features) of the training inputs by class, and their numbers.
    Inputs { sums: Vec<f64>, counts: Vec<usize> },
    /// The untrained network.
    Features,
}

impl FirstMeans {
    /// What `config` asks for, taken from the training split while it is on the host.
    pub(super) fn of(config: &RunConfig, data: &Dataset<Inputs>) -> Self {
        if config.head == HeadKind::Psc {
            return Self::Drawn;
        }
        match config.first_assignment() {
            AssignInit::Auto | AssignInit::Random => Self::Drawn,
            AssignInit::Identity => Self::Identity,
            AssignInit::Features => Self::Features,
            AssignInit::Geometric => {
                let (labels, features) = (&data.train.labels, data.shape.features());
                let (sums, counts) = match &data.train.inputs {
                    Inputs::Numbers(inputs) => class_sums(inputs, labels, config.classes, features),
                    Inputs::Pixels(inputs) => class_sums(inputs, labels, config.classes, features),
                    // Pictures that have to be decoded first are seen through the network.
                    Inputs::Files(_) => return Self::Features,
                };
                Self::Inputs { sums, counts }
            }
        }
    }
}

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    /// Replaces the drawn assignment by one that fits the data, if the configuration asks for it; yields
    /// between starts.
    pub(super) async fn fit_first_assignment(
        &mut self,
        run: &mut Run<B::Backbone>,
        first: FirstMeans,
    ) -> Result<(), SessionError> {
        let dim = run.config.dim;
        let (sums, counts) = match first {
            FirstMeans::Drawn => {
                return match run.config.fidelity {
                    Fidelity::Corrected => Ok(()),
                    Fidelity::Released => run.match_first_noise().await,
                };
            }
            FirstMeans::Identity => {
                run.assign(Assignment::identity(run.config.classes));
                return Ok(());
            }
            FirstMeans::Inputs { sums, counts } => (sums, counts),
            FirstMeans::Features => run.embedded_sums().await?,
        };
        let layout = class_layout(&sums, &counts, dim);
        let mut aligner = Aligner::new(layout, run.prototypes.to_vec(), dim);
        let mut rng = Streams::new(run.config.seed).rng(ALIGNMENT);
        for _ in 0..FIRST_STARTS {
            aligner.start_anywhere(&mut rng)?;
            self.breathe().await;
        }
        if let Some(found) = aligner.into_best() {
            let alike = likeness(&sums, &counts);
            let together = bring_together(&found.assignment, &alike, &run.prototypes, dim)?;
            run.assign(together);
        }
        Ok(())
    }
}

impl<B: Backbone> Run<B> {
    /// Whether tau' has passed since the last matching.
    pub(super) fn is_matching_due(&self) -> bool {
        self.config.head == HeadKind::Dynamic
            && self.step - self.matched_at_step >= self.period_steps()
    }

    /// The matching period tau' in optimiser steps, at least 1.
    pub(super) fn period_steps(&self) -> u64 {
        let steps = self.config.assign_period * self.info.steps_per_epoch as f64;
        (steps.round() as u64).max(1)
    }

    /// Whether a restored run stands between the checkpoint of an epoch's end and the matching that follows.
    pub(super) fn owes_matching(&self) -> bool {
        self.position == 0
            && (1..self.config.epochs).contains(&self.epoch)
            && self.config.fidelity == Fidelity::Corrected
            && self.is_matching_due()
    }

    /// Takes the class means of the whole training split where the configuration asks for them. Call
    /// before [`Self::collect`] and [`Self::rematch`].
    pub(super) fn take_exact_means(&mut self) -> Result<(), SessionError> {
        if self.config.class_means == ClassMeansKind::Exact {
            self.class_means.open_window();
            for sums in self.sums_of_chunks()? {
                self.class_means.absorb(sums);
            }
        }
        Ok(())
    }

    /// Matches classes to prototypes by the class means of the last [`Self::collect`].
    pub(super) fn rematch(&mut self) -> Result<Relabelling, SessionError> {
        self.matched_at_step = self.step;
        self.class_means.open_window();
        let mut scores = self.class_scores();
        let score_before = score(&scores, &self.assignment)?;
        let turned = self.turn_prototypes(score_before)?;
        if turned {
            scores = self.class_scores();
        }
        let classes = self.config.classes;
        let present = Some(&self.assignment);
        let matching = self.matcher.solve(&scores, classes, classes, present)?;
        let cause = Cause::Matched {
            certificate_gap: matching.certificate_gap,
            turned,
        };
        self.relabel(&scores, score_before, matching.assignment, cause)
    }

    /// Turns all prototypes to where the best matching gains most, if the configuration allows it and that is
    /// more than now. The labels are still to be matched then.
    fn turn_prototypes(&mut self, score_now: f64) -> Result<bool, SessionError> {
        let Some(means) = &self.last_means else {
            return Ok(false);
        };
        if self.config.assign_rotation == Switch::Off {
            return Ok(false);
        }
        let (classes, dim) = (self.config.classes, self.config.dim);
        let mut aligner = Aligner::new(means.to_vec(), self.prototypes.to_vec(), dim);
        aligner.start_as_they_lie(Some(&self.assignment))?;
        let least = score_now + SMALL_TURN_GAIN * classes as f64;
        let Some(found) = aligner.into_best().filter(|found| found.score > least) else {
            return Ok(false);
        };
        self.prototypes = found.turn(&self.prototypes, dim).into();
        Ok(true)
    }

    /// Deals the classes to the prototypes at random.
    pub(super) fn deal_again(&mut self) -> Result<Relabelling, SessionError> {
        let scores = self.class_scores();
        let dealt = Assignment::random(self.config.classes, &mut self.assignment_rng);
        let score_before = score(&scores, &self.assignment)?;
        self.relabel(&scores, score_before, dealt, Cause::Dealt)
    }

    /// Changes tau' from the next matching on.
    pub(super) fn set_assign_period(&mut self, epochs: f64) {
        Arc::make_mut(&mut self.config).assign_period = epochs;
    }

    /// Cosines (c x c) of class means and prototypes; 0 for classes not seen.
    fn class_scores(&self) -> Vec<f64> {
        let dim = self.config.dim;
        let Some(means) = &self.last_means else {
            return vec![0.0; self.config.classes * self.config.classes];
        };
        products(means, &self.prototypes, dim)
    }

    fn relabel(
        &mut self,
        scores: &[f64],
        score_before: f64,
        after: Assignment,
        cause: Cause,
    ) -> Result<Relabelling, SessionError> {
        let (certificate_gap, turned, dealt) = match cause {
            Cause::Matched {
                certificate_gap,
                turned,
            } => (Some(certificate_gap), turned, false),
            Cause::Dealt => (None, false, true),
        };
        let relabelling = Relabelling {
            epoch: self.epoch,
            step: self.step,
            before: self.assignment.as_slice().into(),
            after: after.as_slice().into(),
            moved: self.assignment.moved(&after),
            score_before,
            score_after: score(scores, &after)?,
            passings: explain(&self.assignment, &after, scores)?.passings,
            certificate_gap,
            turned,
            dealt,
            class_means: self.last_means.clone(),
            prototypes: Arc::clone(&self.prototypes),
        };
        if !dealt {
            self.matchings.push(PastMatching {
                step: self.step,
                moved: relabelling
                    .moved
                    .iter()
                    .map(|&class| (class, relabelling.after[class as usize]))
                    .collect(),
            });
            self.labels_moved.push(relabelling.moved.len() as u32);
            let epoch = self.epoch_fraction();
            Arc::make_mut(&mut self.history)
                .labels_moved
                .push([epoch, relabelling.moved.len() as f64]);
        }
        self.assign(after);
        Ok(relabelling)
    }

    /// Matches the noise that the released class means begin with, as its script does. The classes whose
    /// noise has not faded at the next matching then have no reason to move.
    async fn match_first_noise(&mut self) -> Result<(), SessionError> {
        let noise = self.class_means.unnormalised().into_data_async().await?;
        let scores = products(&readback::to_f32(noise)?, &self.prototypes, self.config.dim);
        let classes = self.config.classes;
        let matching = self.matcher.solve(&scores, classes, classes, None)?;
        self.assign(matching.assignment);
        Ok(())
    }

    pub(super) fn assign(&mut self, assignment: Assignment) {
        self.assignment = assignment;
        self.class_prototypes = class_rows(
            &self.prototypes,
            self.config.dim,
            &self.assignment,
            &self.device,
        );
    }

    /// Sums of the training samples' features by class, a chunk of the split each.
    fn sums_of_chunks(&self) -> Result<Vec<ClassSums>, SessionError> {
        let network = self.network.valid();
        self.train
            .chunks(MEAN_ROWS)?
            .map(|chunk| {
                let chunk = chunk?;
                let labels = &self.train.labels[chunk.rows];
                let z = network.embed(chunk.inputs);
                Ok(ClassSums::of(z, labels, self.config.classes))
            })
            .collect()
    }

    /// Sums (c x d) of the training samples' features by class, and their numbers.
    async fn embedded_sums(&self) -> Result<(Vec<f64>, Vec<usize>), SessionError> {
        let mut counts = vec![0; self.config.classes];
        let mut transaction = Transaction::default();
        for chunk in self.sums_of_chunks()? {
            for (count, more) in counts.iter_mut().zip(chunk.counts) {
                *count += more as usize;
            }
            transaction = transaction.register(chunk.sums);
        }
        let mut sums = vec![0.0; self.config.classes * self.config.dim];
        for data in transaction.execute_async().await? {
            for (sum, value) in sums.iter_mut().zip(readback::to_f32(data)?) {
                *sum += f64::from(value);
            }
        }
        Ok((sums, counts))
    }
}
