//! The graph of `dl2pa_models::SwinT`, for images of one size.
//!
//! Between layers the tokens of an image are the second axis (N x tokens x C); they move by tables of their
//! numbers ([`super::windows`]).

use super::OnnxError;
use super::graph::Attribute::{Int, Ints};
use super::graph::{Graph, Value};
use super::windows::{TOKENS, Windows, merged, offsets};

/// Images (N x C x `height` x `width`) to features before their normalisation (N x d).
pub(super) fn swin(
    graph: &mut Graph<'_>,
    images: &Value,
    [height, width]: [usize; 2],
) -> Result<Value, OnnxError> {
    let [mut channels, _, patch, _] = graph.shape::<4>("features.0.0.weight")?;
    let mut tokens = [height / patch, width / patch];
    let x = graph.conv(images, "features.0.0", patch, 0)?;
    let x = graph.transpose(&x, "features.0", &[0, 2, 3, 1]);
    let shape = [-1, count(tokens), channels as i64];
    let x = graph.reshape(&x, "features.0", &shape);
    let mut x = graph.layer_norm(&x, "features.0.2")?;
    let mut part = 1;
    loop {
        let mut index = 0;
        while graph.has(&format!("features.{part}.{index}.norm1.weight")) {
            let windows = Windows::new(tokens, index % 2 == 1);
            let at = format!("features.{part}.{index}");
            x = block(graph, &x, &at, Stage { channels, windows })?;
            index += 1;
        }
        part += 1;
        let at = format!("features.{part}");
        if !graph.has(&format!("{at}.reduction.weight")) {
            break;
        }
        x = merge(graph, &x, &at, tokens)?;
        [channels, _] = graph.shape::<2>(&format!("{at}.reduction.weight"))?;
        tokens = tokens.map(|side| side.div_ceil(2));
        part += 1;
    }
    let x = graph.layer_norm(&x, "norm")?;
    let axes = vec![("axes", Ints(vec![1])), ("keepdims", Int(0))];
    let means = graph.node("norm", "ReduceMean", &[&x], axes);
    graph.linear(&means, "head")
}

/// Where a block is.
#[derive(Clone, Copy)]
struct Stage {
    channels: usize,
    windows: Windows,
}

fn count(tokens: [usize; 2]) -> i64 {
    tokens.iter().product::<usize>() as i64
}

/// N x tokens x C to the tokens that `table` lists.
fn gathered(graph: &mut Graph<'_>, x: &Value, at: &str, table: &Value) -> Value {
    graph.node(at, "Gather", &[x, table], vec![("axis", Int(1))])
}

/// One more token, of zeros.
fn with_zeros(graph: &mut Graph<'_>, x: &Value, at: &str) -> Value {
    graph.zeros_around(x, at, &[0, 0, 0, 0, 1, 0])
}

/// N x tokens x C to a fourth of the tokens, of twice as many channels.
fn merge(
    graph: &mut Graph<'_>,
    x: &Value,
    at: &str,
    tokens: [usize; 2],
) -> Result<Value, OnnxError> {
    let [outputs, inputs] = graph.shape::<2>(&format!("{at}.reduction.weight"))?;
    let has_odd_side = tokens.iter().any(|side| side % 2 == 1);
    let x = if has_odd_side {
        with_zeros(graph, x, at)
    } else {
        x.clone()
    };
    let numbers = merged(tokens);
    let [height, width] = tokens;
    let name = format!("merged.{height}x{width}");
    let table = graph.int_table(name, &[numbers.len()], &numbers);
    let x = gathered(graph, &x, at, &table);
    let x = graph.reshape(&x, at, &[-1, inputs as i64]);
    let x = graph.layer_norm(&x, &format!("{at}.norm"))?;
    let x = graph.linear(&x, &format!("{at}.reduction"))?;
    let left = count(tokens.map(|side| side.div_ceil(2)));
    Ok(graph.reshape(&x, at, &[-1, left, outputs as i64]))
}

/// Attention within windows, then two linear layers, each beside a shortcut.
fn block(graph: &mut Graph<'_>, x: &Value, at: &str, stage: Stage) -> Result<Value, OnnxError> {
    let attended = graph.layer_norm(x, &format!("{at}.norm1"))?;
    let attended = attention(graph, &attended, &format!("{at}.attn"), stage)?;
    let x = graph.node(at, "Add", &[x, &attended], vec![]);

    let channels = stage.channels as i64;
    let mixed = graph.layer_norm(&x, &format!("{at}.norm2"))?;
    let at_mlp = format!("{at}.mlp");
    let mixed = graph.reshape(&mixed, &at_mlp, &[-1, channels]);
    let mixed = graph.linear(&mixed, &format!("{at}.mlp.0"))?;
    let mixed = gelu(graph, &mixed, &at_mlp);
    let mixed = graph.linear(&mixed, &format!("{at}.mlp.3"))?;
    let shape = [-1, stage.windows.join().len() as i64, channels];
    let mixed = graph.reshape(&mixed, &at_mlp, &shape);
    Ok(graph.node(at, "Add", &[&x, &mixed], vec![]))
}

/// N x tokens x C to the same.
fn attention(graph: &mut Graph<'_>, x: &Value, at: &str, stage: Stage) -> Result<Value, OnnxError> {
    let Stage { channels, windows } = stage;
    let table = format!("{at}.relative_position_bias_table");
    let [_, heads] = graph.shape::<2>(&table)?;
    let width = channels / heads;
    let count = windows.count() as i64;
    let (tokens, heads, channels) = (TOKENS as i64, heads as i64, channels as i64);

    let x = if windows.needs_zeros() {
        with_zeros(graph, x, at)
    } else {
        x.clone()
    };
    let numbers = windows.split();
    let name = format!("split.{}", windows.name());
    let split = graph.int_table(name, &[numbers.len()], &numbers);
    let x = gathered(graph, &x, at, &split);
    let x = graph.reshape(&x, at, &[-1, channels]);
    let x = graph.linear(&x, &format!("{at}.qkv"))?;
    let x = graph.reshape(&x, at, &[-1, count, tokens, 3, heads, width as i64]);
    let mut part = |index, axes| {
        let index = graph.int(index);
        let part = graph.node(at, "Gather", &[&x, &index], vec![("axis", Int(3))]);
        graph.transpose(&part, at, axes)
    };
    let query = part(0, &[0, 1, 3, 2, 4]);
    let key = part(1, &[0, 1, 3, 4, 2]);
    let value = part(2, &[0, 1, 3, 2, 4]);

    let scale = graph.float((width as f32).powf(-0.5));
    let query = graph.node(at, "Mul", &[&query, &scale], vec![]);
    let scores = graph.node(at, "MatMul", &[&query, &key], vec![]);
    let bias = scores_of_offsets(graph, at, &table, windows)?;
    let scores = graph.node(at, "Add", &[&scores, &bias], vec![]);
    let weights = graph.node(at, "Softmax", &[&scores], vec![("axis", Int(-1))]);

    let mixed = graph.node(at, "MatMul", &[&weights, &value], vec![]);
    let mixed = graph.transpose(&mixed, at, &[0, 1, 3, 2, 4]);
    let mixed = graph.reshape(&mixed, at, &[-1, channels]);
    let mixed = graph.linear(&mixed, &format!("{at}.proj"))?;
    let mixed = graph.reshape(&mixed, at, &[-1, count * tokens, channels]);
    let numbers = windows.join();
    let name = format!("join.{}", windows.name());
    let join = graph.int_table(name, &[numbers.len()], &numbers);
    Ok(gathered(graph, &mixed, at, &join))
}

/// What is added to the scores (N x windows x heads x tokens x tokens): one number for each offset between
/// two tokens and each head, and the mask of shifted windows.
fn scores_of_offsets(
    graph: &mut Graph<'_>,
    at: &str,
    table: &str,
    windows: Windows,
) -> Result<Value, OnnxError> {
    let table = graph.array_value(table)?;
    let offsets = graph.int_table("offsets".to_owned(), &[TOKENS, TOKENS], &offsets());
    let bias = graph.node(at, "Gather", &[&table, &offsets], vec![("axis", Int(0))]);
    let bias = graph.transpose(&bias, at, &[2, 0, 1]);
    Ok(match windows.mask() {
        Some(scores) => {
            let name = format!("mask.{}", windows.name());
            let shape = [windows.count(), 1, TOKENS, TOKENS];
            let mask = graph.floats(name, &shape, &scores);
            graph.node(at, "Add", &[&bias, &mask], vec![])
        }
        None => bias,
    })
}

/// x times the normal distribution's share below x. (ONNX has it in one operator from version 20 only.)
fn gelu(graph: &mut Graph<'_>, x: &Value, at: &str) -> Value {
    let root = graph.float(std::f32::consts::SQRT_2);
    let share = graph.node(at, "Div", &[x, &root], vec![]);
    let share = graph.node(at, "Erf", &[&share], vec![]);
    let one = graph.float(1.0);
    let share = graph.node(at, "Add", &[&share, &one], vec![]);
    let doubled = graph.node(at, "Mul", &[x, &share], vec![]);
    let half = graph.float(0.5);
    graph.node(at, "Mul", &[&doubled, &half], vec![])
}
