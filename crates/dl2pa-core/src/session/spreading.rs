//! The prototypes of a run: spread a slice at a time, shown on their way, and made a second time by
//! another method to compare.

use std::sync::Arc;

use dl2pa_data::streams::{PROTOTYPES, Streams};

use super::SessionError;
use super::driver::Session;
use super::host::Host;
use super::run::Run;
use crate::backbone::BackboneBuilder;
use crate::checkpoint::{self, Checkpoint};
use crate::config::{HeadKind, RunConfig};
use crate::metrics;
use crate::protocol::{Comparison, Event, FinishReason, Phase, Provenance, Snapshot};
use crate::prototypes::{self, Frame, Method, PAPER_T, Spread, Spreader, bound_max_cos};

/// Frames a second while the spreading is shown.
const SPREAD_FPS: f64 = 30.0;
/// Ready prototypes whose greatest cosine is this close to the bound reach it.
const REACHES_WITHIN: f64 = 1e-6;

/// Prototypes to begin with.
pub(super) struct Laid {
    /// c x d, unit rows; with `psc` the first values of the learned ones.
    pub(super) prototypes: Vec<f32>,
    pub(super) provenance: Provenance,
}

impl Laid {
    /// Those of a run that goes on.
    pub(super) fn of_checkpoint(checkpoint: &Checkpoint) -> Result<Self, SessionError> {
        let config = &checkpoint.header.config;
        let array = checkpoint.array(checkpoint::PROTOTYPES);
        let array = array.ok_or_else(|| SessionError::Resume {
            reason: "it holds no prototypes".to_owned(),
        })?;
        let method = (config.prototype_file.is_none() && config.head != HeadKind::Psc)
            .then_some(config.prototype_method);
        Ok(Self::ready(&array.values, config, method))
    }

    /// Prototypes that are there already.
    fn ready(prototypes: &[f32], config: &RunConfig, method: Option<Method>) -> Self {
        let (classes, dim) = (config.classes, config.dim);
        let max_cos = libm::cos(metrics::min_angle_deg(prototypes, dim).to_radians());
        Self {
            prototypes: prototypes.to_vec(),
            provenance: Provenance {
                method,
                t: None,
                bound_angle_deg: bound_angle_deg(classes, dim),
                proven_optimal: max_cos - bound_max_cos(classes, dim) < REACHES_WITHIN,
            },
        }
    }
}

impl<H: Host, B: BackboneBuilder> Session<H, B> {
    /// Makes the prototypes and the frames of their spreading.
    pub(super) async fn spread(
        &mut self,
        config: &RunConfig,
    ) -> Result<(Laid, Vec<Frame>), SessionError> {
        let (classes, dim) = (config.classes, config.dim);
        if let Some(ready) = &self.options.prototypes {
            if ready.len() != classes * dim {
                return Err(SessionError::PrototypeShape {
                    found: ready.len(),
                    classes,
                    dim,
                });
            }
            return Ok((Laid::ready(ready, config, None), Vec::new()));
        }
        if config.head == HeadKind::Psc {
            let streams = Streams::new(config.seed);
            let laid = Laid {
                prototypes: prototypes::random(classes, dim, &mut streams.rng(PROTOTYPES)),
                provenance: Provenance {
                    method: None,
                    t: None,
                    bound_angle_deg: bound_angle_deg(classes, dim),
                    proven_optimal: false,
                },
            };
            return Ok((laid, Vec::new()));
        }
        let spread = self
            .spread_by(config, config.prototype_method, config.prototype_t)
            .await?;
        let laid = Laid {
            provenance: provenance(config, &spread, config.prototype_t),
            prototypes: spread.prototypes,
        };
        Ok((laid, spread.trajectory))
    }

    /// Spreads by a method, a slice at a time, with frames if the pace shows them.
    async fn spread_by(
        &mut self,
        config: &RunConfig,
        method: Method,
        t: f64,
    ) -> Result<Spread, SessionError> {
        let is_shown = self.control.pace.spread_secs > 0.0;
        let streams = Streams::new(config.seed);
        let mut spreader = Spreader::new(config.classes, config.dim, method, t, &streams)?
            .with_trajectory(is_shown);
        while !spreader.advance() {
            self.breathe().await;
        }
        Ok(spreader.finish())
    }

    /// Makes the run's prototypes by another method and tells the readers; the run itself stays as it is.
    pub(super) async fn compare(&mut self, run: &Run<B::Backbone>, method: Method, t: f64) {
        let spread = match self.spread_by(&run.config, method, t).await {
            Ok(spread) => spread,
            Err(error) => {
                self.warn(run, error.to_string());
                return;
            }
        };
        let comparison = Comparison {
            provenance: provenance(&run.config, &spread, t),
            min_angle_deg: metrics::min_angle_deg(&spread.prototypes, run.config.dim),
            prototypes: spread.prototypes,
            frames: spread.trajectory,
        };
        self.emit(Event::Compared {
            run: run.id,
            comparison: Arc::new(comparison),
        });
    }

    /// Shows the frames of the spreading at the pace's length. A single step skips the rest.
    pub(super) async fn show_spreading(
        &mut self,
        run: &mut Run<B::Backbone>,
        trajectory: &[Frame],
    ) -> Result<Option<FinishReason>, SessionError> {
        if trajectory.is_empty() {
            return Ok(None);
        }
        let mut shown_secs = 0.0;
        while shown_secs < self.control.pace.spread_secs && !self.control.is_stepping() {
            let progress = shown_secs / self.control.pace.spread_secs;
            let frame = &trajectory[(progress * trajectory.len() as f64) as usize];
            let phase = Phase::Spreading {
                progress: progress as f32,
            };
            let min_angle_deg = metrics::min_angle_deg(&frame.prototypes, run.config.dim);
            run.note_spreading(progress, min_angle_deg);
            let snapshot = self.snapshot(run, phase);
            self.put(Snapshot {
                prototypes: frame.prototypes.as_slice().into(),
                spread_t: frame.t,
                min_angle_deg,
                ..snapshot
            });
            let before_secs = self.host.now_secs();
            self.host.sleep(1.0 / SPREAD_FPS).await;
            shown_secs += self.host.now_secs() - before_secs;
            let end = self.attend(run, phase).await?;
            if end.is_some() {
                return Ok(end);
            }
        }
        run.note_spreading(1.0, run.min_angle_deg());
        Ok(None)
    }
}

/// The largest smallest angle that is not ruled out, in degrees.
fn bound_angle_deg(classes: usize, dim: usize) -> f64 {
    libm::acos(bound_max_cos(classes, dim).clamp(-1.0, 1.0)).to_degrees()
}

fn provenance(config: &RunConfig, spread: &Spread, t: f64) -> Provenance {
    Provenance {
        method: Some(spread.method),
        t: match spread.method {
            Method::Uniformity => Some(t),
            Method::Released => Some(PAPER_T),
            _ => None,
        },
        bound_angle_deg: bound_angle_deg(config.classes, config.dim),
        proven_optimal: spread.proven_optimal,
    }
}
