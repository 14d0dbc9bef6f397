//! A checkpoint as an ONNX file: the network's forward pass with its weights, for any runtime.

mod convnet;
mod graph;
mod layers;
mod messages;
mod mlp;
mod resnet;
mod swin;
#[cfg(test)]
mod tests;
mod windows;

use dl2pa_core::InputShape;
use dl2pa_core::backbone::BackboneError;
use dl2pa_core::checkpoint::CheckpointHeader;
use dl2pa_core::config::{BackboneKind, HeadKind, LossKind, RunConfig};
use prost::Message as _;

use super::state::{CLASSIFIER, State};

use graph::{Graph, Value};
use messages::{GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto};

/// Version of ONNX's operators: the first with layer normalisation.
const OPERATORS: i64 = 17;
/// Version of the file format that belongs to it.
const FILE_FORMAT: i64 = 8;
/// Most bytes that readers of protocol buffers take.
const MOST_BYTES: usize = i32::MAX as usize;

/// Why there is no ONNX file of a network; part of a sentence.
#[derive(Debug, thiserror::Error)]
pub(super) enum OnnxError {
    /// An array of another network.
    #[error("its array `{0}` is missing or of another rank, which is a fault of the program")]
    Array(String),
    /// A network for pictures, and no pictures.
    #[error(transparent)]
    Backbone(#[from] BackboneError),
    /// A network too large for the format.
    #[error(
        "it would have {0} bytes and an ONNX file has at most 2 GiB; export safetensors or npz instead"
    )]
    TooLarge(usize),
}

/// The bytes of an ONNX file with one input, `images` (N x C x H x W) or for the mlp `inputs` (N x features),
/// normalised as in training, and two outputs, `features` (N x d, unit rows) and `logits` (N x c). N is free.
pub(super) fn model(
    state: &State,
    header: &CheckpointHeader,
    shape: InputShape,
) -> Result<Vec<u8>, OnnxError> {
    let config = &header.config;
    let model = ModelProto {
        ir_version: Some(FILE_FORMAT),
        producer_name: env!("CARGO_PKG_NAME").to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: format!(
            "{} trained on {}: features on the unit sphere of {} dimensions, and logits of {} classes.",
            config.backbone, config.dataset, config.dim, config.classes
        ),
        graph: Some(graph(state, config, shape)?),
        opset_import: vec![OperatorSetIdProto {
            domain: Some(String::new()),
            version: Some(OPERATORS),
        }],
        metadata_props: metadata(header, shape)
            .into_iter()
            .map(|(key, value)| StringStringEntryProto {
                key: key.to_owned(),
                value,
            })
            .collect(),
    };
    match model.encoded_len() {
        bytes if bytes > MOST_BYTES => Err(OnnxError::TooLarge(bytes)),
        _ => Ok(model.encode_to_vec()),
    }
}

fn graph(state: &State, config: &RunConfig, shape: InputShape) -> Result<GraphProto, OnnxError> {
    let image = match shape {
        InputShape::Image {
            channels,
            height,
            width,
        } => Ok([channels, height, width]),
        InputShape::Flat(_) => Err(BackboneError::NeedsImages {
            backbone: config.backbone.to_string(),
            dataset: config.dataset.to_string(),
        }),
    };
    let mut made = Graph::new(config.backbone.name(), &state.arrays);
    let graph = &mut made;
    let features = match config.backbone {
        BackboneKind::Mlp => {
            let doc = "Numbers as in training; of pictures channel by channel, row by row.";
            let inputs = graph.input("inputs", &[shape.features()], doc);
            mlp::mlp(graph, inputs)
        }
        BackboneKind::Convnet => {
            let images = images(graph, image?);
            convnet::convnet(graph, images)
        }
        BackboneKind::ResNet32 | BackboneKind::ResNet32Lt => {
            let images = images(graph, image?);
            resnet::resnet32(graph, &images)
        }
        BackboneKind::ResNet50 | BackboneKind::ResNet101 | BackboneKind::ResNet152 => {
            let images = images(graph, image?);
            resnet::resnet(graph, &images)
        }
        BackboneKind::SwinT => {
            let [channels, height, width] = image?;
            let images = images(graph, [channels, height, width]);
            swin::swin(graph, &images, [height, width])
        }
    }?;
    made.head(&features, CLASSIFIER, logit_scale(config) as f32)?;
    Ok(made.finish())
}

fn images(graph: &mut Graph<'_>, shape: [usize; 3]) -> Value {
    let doc = "Pictures in 0..=1, less the mean of each channel and divided by its std.";
    graph.input("images", &shape, doc)
}

/// What the cosines are multiplied by: the scale of the cross-entropy; other losses have none.
fn logit_scale(config: &RunConfig) -> f64 {
    match (config.head, config.loss) {
        (HeadKind::Psc, _) | (_, LossKind::CrossEntropy) => config.scale,
        (_, LossKind::Paper | LossKind::DotRegression) => 1.0,
    }
}

/// What the file says of itself.
fn metadata(header: &CheckpointHeader, shape: InputShape) -> Vec<(&'static str, String)> {
    let config = &header.config;
    let scale = logit_scale(config);
    let mut entries = vec![
        ("class_names", header.class_names.join("\n")),
        ("dataset", config.dataset.to_string()),
        ("backbone", config.backbone.to_string()),
        ("head", config.head.to_string()),
        ("loss", config.loss.to_string()),
        (
            "logits",
            format!("cosines of features and class prototypes, times {scale}"),
        ),
        ("logit_scale", scale.to_string()),
    ];
    // The embedded sets come normalised by their own training parts, not by these.
    if config.dataset.is_published() {
        let channels = match shape {
            InputShape::Image { channels, .. } => channels,
            InputShape::Flat(_) => 1,
        };
        // One number stands for all channels.
        let of_channels = |values: &[f64]| {
            let texts: Vec<String> = values
                .iter()
                .cycle()
                .take(channels)
                .map(ToString::to_string)
                .collect();
            texts.join(",")
        };
        entries.push(("mean", of_channels(&config.images.mean)));
        entries.push(("std", of_channels(&config.images.std)));
    }
    if let Some(top1) = header.top1 {
        entries.push(("top1", (100.0 * top1).to_string()));
    }
    entries
}
