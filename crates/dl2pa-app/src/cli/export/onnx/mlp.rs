//! The graph of `dl2pa_models::Mlp`.

use super::OnnxError;
use super::graph::{Graph, Value};

/// Inputs (N x features) to features before their normalisation (N x d).
pub(super) fn mlp(graph: &mut Graph<'_>, inputs: Value) -> Result<Value, OnnxError> {
    let mut x = inputs;
    let mut layer = 0;
    while graph.has(&format!("hidden.{layer}.linear.weight")) {
        let at = format!("hidden.{layer}");
        x = graph.linear(&x, &format!("{at}.linear"))?;
        x = graph.batch_norm(&x, &format!("{at}.norm"))?;
        x = graph.relu(&x, &at);
        layer += 1;
    }
    graph.linear(&x, "last")
}
