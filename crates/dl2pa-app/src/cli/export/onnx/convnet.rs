//! The graph of `dl2pa_models::Convnet`.

use super::OnnxError;
use super::graph::{Graph, Value};

/// Images (N x C x H x W) to features before their normalisation (N x d).
pub(super) fn convnet(graph: &mut Graph<'_>, images: Value) -> Result<Value, OnnxError> {
    let mut x = images;
    for layer in 1..=2 {
        x = graph.padded_conv(&x, &format!("conv{layer}"), 1)?;
        x = graph.batch_norm(&x, &format!("norm{layer}"))?;
        x = graph.relu(&x, &format!("norm{layer}"));
    }
    let pooled = graph.max_pool(&x, 2, 2, 0);
    let flat = graph.flat(&pooled, "pool");
    graph.linear(&flat, "last")
}
