//! The graphs of `dl2pa_models::ResNet32` and `dl2pa_models::ResNet`. What there is of optional parts, and
//! how many blocks, is read off the arrays.

use super::OnnxError;
use super::graph::{Graph, Value};

/// Small images (N x C x H x W) to features before their normalisation (N x d), through three stages.
pub(super) fn resnet32(graph: &mut Graph<'_>, images: &Value) -> Result<Value, OnnxError> {
    let x = graph.padded_conv(images, "conv1", 1)?;
    let x = normalised(graph, &x, "bn1")?;
    let x = stages(graph, x, 3)?;
    let mut features = graph.channel_means(&x);
    if graph.has("fc.weight") {
        features = graph.linear(&features, "fc")?;
    }
    if graph.has("bn_h.weight") {
        features = graph.batch_norm(&features, "bn_h")?;
    }
    Ok(features)
}

/// Images (N x C x H x W) to features before their normalisation (N x d), through four stages.
pub(super) fn resnet(graph: &mut Graph<'_>, images: &Value) -> Result<Value, OnnxError> {
    let x = graph.padded_conv(images, "conv1", 2)?;
    let x = normalised(graph, &x, "bn1")?;
    let x = graph.max_pool(&x, 3, 2, 1);
    let x = stages(graph, x, 4)?;
    let features = graph.channel_means(&x);
    graph.linear(&features, "fc")
}

/// All but the first stage begin by halving the image.
fn stages(graph: &mut Graph<'_>, x: Value, count: usize) -> Result<Value, OnnxError> {
    let mut x = x;
    for stage in 1..=count {
        let mut index = 0;
        while graph.has(&format!("layer{stage}.{index}.conv1.weight")) {
            let stride = if stage > 1 && index == 0 { 2 } else { 1 };
            x = block(graph, &x, &format!("layer{stage}.{index}"), stride)?;
            index += 1;
        }
    }
    Ok(x)
}

/// Two convolutions, or three of which the middle one takes the stride, beside a shortcut.
fn block(
    graph: &mut Graph<'_>,
    inputs: &Value,
    at: &str,
    stride: usize,
) -> Result<Value, OnnxError> {
    let part = |name: &str| format!("{at}.{name}");
    let is_bottleneck = graph.has(&part("conv3.weight"));
    let (strides, last) = if is_bottleneck {
        ([1, stride], 3)
    } else {
        ([stride, 1], 2)
    };
    let mut x = graph.padded_conv(inputs, &part("conv1"), strides[0])?;
    x = normalised(graph, &x, &part("bn1"))?;
    x = graph.padded_conv(&x, &part("conv2"), strides[1])?;
    if is_bottleneck {
        x = normalised(graph, &x, &part("bn2"))?;
        x = graph.padded_conv(&x, &part("conv3"), 1)?;
    }
    x = graph.batch_norm(&x, &part(&format!("bn{last}")))?;
    let past = if graph.has(&part("downsample.0.weight")) {
        let past = graph.padded_conv(inputs, &part("downsample.0"), stride)?;
        graph.batch_norm(&past, &part("downsample.1"))?
    } else {
        let [_, channels_in, ..] = graph.shape::<4>(&part("conv1.weight"))?;
        let [channels_out, ..] = graph.shape::<4>(&part(&format!("conv{last}.weight")))?;
        zero_padded(
            graph,
            inputs,
            at,
            stride,
            channels_out.saturating_sub(channels_in),
        )
    };
    let sum = graph.node(at, "Add", &[&x, &past], vec![]);
    Ok(graph.relu(&sum, at))
}

fn normalised(graph: &mut Graph<'_>, x: &Value, at: &str) -> Result<Value, OnnxError> {
    let x = graph.batch_norm(x, at)?;
    Ok(graph.relu(&x, at))
}

/// Every `stride`-th pixel, with `missing` channels of zeros, half of them before the others.
fn zero_padded(
    graph: &mut Graph<'_>,
    inputs: &Value,
    at: &str,
    stride: usize,
    missing: usize,
) -> Value {
    let mut x = inputs.clone();
    if stride > 1 {
        let starts = graph.ints(&[0, 0]);
        // As far as there is something: ONNX clamps the end.
        let ends = graph.ints(&[i64::MAX; 2]);
        let axes = graph.ints(&[2, 3]);
        let steps = graph.ints(&[stride as i64; 2]);
        x = graph.node(at, "Slice", &[&x, &starts, &ends, &axes, &steps], vec![]);
    }
    if missing > 0 {
        let before = (missing / 2) as i64;
        let after = missing as i64 - before;
        x = graph.zeros_around(&x, at, &[0, before, 0, 0, 0, after, 0, 0]);
    }
    x
}
