//! Everything that is shown, as one JSON object: settings, names, snapshot, curves, relabellings.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Evaluation, Phase, Provenance, Relabelling, RunInfo, Snapshot};
use serde::Serialize;

use crate::run::Run;

/// Raised when a key changes its meaning.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    config: &'a RunConfig,
    info: Option<&'a RunInfo>,
    evaluation: Option<&'a Evaluation>,
    snapshot: Moment<'a>,
    curves: Curves<'a>,
    relabellings: Vec<&'a Relabelling>,
}

/// A snapshot; tables are lists of rows.
#[derive(Serialize)]
struct Moment<'a> {
    phase: Phase,
    step: u64,
    epoch: f64,
    lr: f64,
    loss: Option<f64>,
    train_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    dim: usize,
    prototypes: Vec<&'a [f32]>,
    class_means: Option<Vec<&'a [f32]>>,
    assignment: &'a [u32],
    samples: Option<Samples<'a>>,
    min_angle_deg: f64,
    provenance: Provenance,
    labels_moved: &'a [u32],
}

#[derive(Serialize)]
struct Samples<'a> {
    embeddings: Vec<&'a [f32]>,
    labels: &'a [u32],
    out_of: usize,
}

/// Points `[epoch, value]`.
#[derive(Serialize)]
struct Curves<'a> {
    loss: &'a [[f64; 2]],
    train_accuracy: &'a [[f64; 2]],
    test_accuracy: &'a [[f64; 2]],
    min_angle_deg: &'a [[f64; 2]],
    labels_moved: &'a [[f64; 2]],
    spread_angle_deg: &'a [[f64; 2]],
}

/// The document. Numbers that are not finite are `null`.
pub(crate) fn everything(
    run: &Run,
    snapshot: &Snapshot,
    relabellings: &[Arc<Relabelling>],
) -> Result<Vec<u8>, serde_json::Error> {
    let rows = |table| rows(table, snapshot.dim);
    let history = &snapshot.history;
    let document = Document {
        schema_version: SCHEMA_VERSION,
        config: &run.config,
        info: run.info.as_deref(),
        evaluation: run.evaluation.as_ref(),
        snapshot: Moment {
            phase: snapshot.phase,
            step: snapshot.step,
            epoch: snapshot.epoch,
            lr: snapshot.lr,
            loss: snapshot.loss,
            train_accuracy: snapshot.train_accuracy,
            test_accuracy: snapshot.test_accuracy,
            dim: snapshot.dim,
            prototypes: rows(&snapshot.prototypes),
            class_means: snapshot.class_means.as_deref().map(rows),
            assignment: &snapshot.assignment,
            samples: snapshot.samples.as_ref().map(|samples| Samples {
                embeddings: rows(&samples.embeddings),
                labels: &samples.labels,
                out_of: samples.out_of,
            }),
            min_angle_deg: snapshot.min_angle_deg,
            provenance: snapshot.provenance,
            labels_moved: &snapshot.labels_moved,
        },
        curves: Curves {
            loss: &history.loss,
            train_accuracy: &history.train_accuracy,
            test_accuracy: &history.test_accuracy,
            min_angle_deg: &history.min_angle_deg,
            labels_moved: &history.labels_moved,
            spread_angle_deg: &history.spread_angle_deg,
        },
        relabellings: relabellings.iter().map(AsRef::as_ref).collect(),
    };
    let mut bytes = serde_json::to_vec(&document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn rows(table: &[f32], dim: usize) -> Vec<&[f32]> {
    table.chunks(dim.max(1)).collect()
}
