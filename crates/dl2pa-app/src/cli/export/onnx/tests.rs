//! The files hold together, and another program's runtime computes from them what burn computes.

use std::collections::HashSet;

use burn::module::Module as _;
use burn::tensor::{Tensor, TensorData};
use dl2pa_core::backbone::{Backbone as _, BackboneBuilder as _};
use dl2pa_core::checkpoint::{NamedArray, Progress, SCHEMA_VERSION};
use dl2pa_core::config::DatasetKind;
use dl2pa_core::losses::{cosines, unit_rows};
use dl2pa_core::streams::StreamRng;
use dl2pa_models::weights::{PytorchArray, Source, load_named, pytorch_arrays};
use dl2pa_models::{AnyBackbone, Builder};
use dl2pa_runtime::device::TrainingDevice;
use rand::{RngExt as _, SeedableRng as _};
use rten_tensor::prelude::*;

use super::messages::{DataType, TensorProto};
use super::*;

const CLASSES: usize = 10;
const DIM: usize = 64;
/// Largest difference between two programs' sums of the same `f32`.
const TOLERANCE: f32 = 1e-5;

/// A network with weights that leave nothing at its neutral value, as burn has it and as its file.
struct Exported {
    backbone: AnyBackbone,
    classifier: NamedArray,
    shape: InputShape,
    scale: f32,
    bytes: Vec<u8>,
}

fn random_array(array: PytorchArray, rng: &mut StreamRng) -> NamedArray {
    let name = &array.name;
    let (middle, spread) = match array.shape.as_slice() {
        [_] if name.ends_with("running_var") => (1.0, 0.5),
        // The last normalisation of a branch, so that deep networks stay small.
        [_] if name.ends_with("bn3.weight") => (0.25, 0.125),
        [_] if name.ends_with("weight") => (1.0, 0.25),
        [_] => (0.0, 0.25),
        _ if name.ends_with("relative_position_bias_table") => (0.0, 0.5),
        [_, inputs @ ..] => (0.0, (3.0 / inputs.iter().product::<usize>() as f32).sqrt()),
        [] => (0.0, 1.0),
    };
    let mut draw = || middle + spread * rng.random_range(-1.0..1.0);
    NamedArray {
        values: (0..array.shape.iter().product()).map(|_| draw()).collect(),
        name: array.name,
        shape: array.shape,
    }
}

fn exported(kind: BackboneKind, loss: LossKind, shape: InputShape) -> Exported {
    let mut config = RunConfig::for_dataset(DatasetKind::Folder);
    config.backbone = kind;
    config.loss = loss;
    config.classes = CLASSES;
    config.dim = DIM;
    config.hidden = vec![24, 20];
    let mut rng = StreamRng::seed_from_u64(7);
    let device = TrainingDevice::cpu().device.autodiff();
    let mut backbone = Builder.build(&config, shape, &mut rng, &device).unwrap();
    let wanted = pytorch_arrays(&backbone).into_iter();
    let mut arrays: Vec<NamedArray> = wanted.map(|a| random_array(a, &mut rng)).collect();
    load_named(&mut backbone, "test", &arrays, Source::Own).unwrap();
    let classifier = PytorchArray {
        path: String::new(),
        name: CLASSIFIER.to_owned(),
        shape: vec![CLASSES, DIM],
        transposed: false,
    };
    let mut classifier = random_array(classifier, &mut rng);
    for row in classifier.values.chunks_exact_mut(DIM) {
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|value| *value /= length);
    }
    arrays.push(classifier.clone());
    let state = State {
        arrays,
        counters: Vec::new(),
        notes: Vec::new(),
    };
    let scale = match loss {
        LossKind::CrossEntropy => config.scale as f32,
        LossKind::Paper | LossKind::DotRegression => 1.0,
    };
    let header = CheckpointHeader {
        schema_version: SCHEMA_VERSION,
        class_names: (0..CLASSES).map(|class| format!("class {class}")).collect(),
        epoch: 1,
        step: 1,
        assignment: (0..CLASSES as u32).collect(),
        labels_moved: Vec::new(),
        top1: Some(0.5),
        random_streams: Vec::new(),
        progress: Progress::default(),
        config,
    };
    Exported {
        // Off the autodiff device it no longer trains.
        backbone: backbone.valid(),
        classifier,
        shape,
        scale,
        bytes: model(&state, &header, shape).unwrap(),
    }
}

const fn image(channels: usize, height: usize, width: usize) -> InputShape {
    InputShape::Image {
        channels,
        height,
        width,
    }
}

/// Each value is made once and before it is used, each constant is used and has as many numbers as its shape
/// says, each node has its name to itself.
fn check_structure(bytes: &[u8]) {
    let model = ModelProto::decode(bytes).unwrap();
    let graph = model.graph.unwrap();
    let mut known = HashSet::new();
    for input in &graph.input {
        assert!(known.insert(input.name.as_str()), "{}", input.name);
    }
    for constant in &graph.initializer {
        let name = constant.name.as_str();
        assert!(known.insert(name), "{name}");
        let size = match constant.data_type() {
            DataType::Float => 4,
            DataType::Int64 => 8,
            DataType::Undefined => panic!("{name} holds nothing"),
        };
        let TensorProto { dims, raw_data, .. } = constant;
        let numbers = dims.iter().product::<i64>() as usize;
        assert_eq!(raw_data.as_ref().unwrap().len(), numbers * size, "{name}");
    }
    let mut used = HashSet::new();
    let mut names = HashSet::new();
    for node in &graph.node {
        assert!(names.insert(&node.name), "{}", node.name);
        for input in &node.input {
            assert!(known.contains(input.as_str()), "{} of {}", input, node.name);
            used.insert(input.as_str());
        }
        for output in &node.output {
            assert!(known.insert(output), "{output}");
        }
    }
    let outputs: Vec<&str> = graph.output.iter().map(|out| out.name.as_str()).collect();
    assert_eq!(outputs, ["features", "logits"]);
    used.extend(outputs);
    let idle: Vec<_> = known.difference(&used).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

fn largest_difference(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let pairs = ours.iter().zip(theirs);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[track_caller]
fn check(kind: BackboneKind, loss: LossKind, shape: InputShape) {
    let Exported {
        backbone,
        classifier,
        shape,
        scale,
        bytes,
    } = exported(kind, loss, shape);
    check_structure(&bytes);

    let runtime = rten::Model::load(bytes).unwrap();
    let device = TrainingDevice::cpu().device;
    let prototypes = TensorData::new(classifier.values, [CLASSES, DIM]);
    let prototypes = Tensor::<2>::from_data(prototypes, &device);
    let mut rng = StreamRng::seed_from_u64(8);
    for rows in [3, 1] {
        let inputs: Vec<f32> = (0..rows * shape.features())
            .map(|_| rng.random_range(-1.0..1.0))
            .collect();
        let ours = TensorData::new(inputs.clone(), [rows, shape.features()]);
        let features = unit_rows(backbone.forward(Tensor::from_data(ours, &device)));
        let logits = cosines(features.clone(), prototypes.clone()).mul_scalar(scale);
        let values = |tensor: Tensor<2>| tensor.into_data().try_to_vec::<f32>().unwrap();

        let (name, lengths) = match (kind, shape) {
            (BackboneKind::Mlp, _) | (_, InputShape::Flat(_)) => ("inputs", vec![shape.features()]),
            (
                _,
                InputShape::Image {
                    channels,
                    height,
                    width,
                },
            ) => ("images", vec![channels, height, width]),
        };
        let lengths = [vec![rows], lengths].concat();
        let inputs = rten_tensor::Tensor::from_data(&lengths, inputs);
        let ids = ["features", "logits"].map(|name| runtime.node_id(name).unwrap());
        let given = vec![(runtime.node_id(name).unwrap(), inputs.into())];
        let outputs = runtime.run_n(given, ids, None).unwrap();
        let theirs = outputs.map(|output| output.into_tensor::<f32>().unwrap().to_vec());
        for (what, ours, theirs, size) in [
            ("features", values(features), &theirs[0], 1.0),
            ("logits", values(logits), &theirs[1], scale),
        ] {
            let off = largest_difference(&ours, theirs);
            assert!(off <= TOLERANCE * size, "{what} of {rows}: {off}");
        }
        // Not all alike, which a wrong network could agree on.
        let [first, second] = [&theirs[1][0], &theirs[1][1]];
        assert!((first - second).abs() > 1e-3 * scale);
    }
}

#[test]
fn the_mlp_is_the_same_elsewhere() {
    check(BackboneKind::Mlp, LossKind::Paper, InputShape::Flat(32));
    // Of pictures too it takes rows of numbers.
    check(BackboneKind::Mlp, LossKind::CrossEntropy, image(3, 4, 5));
}

#[test]
fn the_convnet_is_the_same_elsewhere() {
    check(
        BackboneKind::Convnet,
        LossKind::CrossEntropy,
        image(3, 9, 7),
    );
}

#[test]
fn the_resnet32_is_the_same_elsewhere() {
    check(BackboneKind::ResNet32, LossKind::Paper, image(3, 16, 13));
}

#[test]
fn the_long_tail_resnet32_is_the_same_elsewhere() {
    let loss = LossKind::DotRegression;
    check(BackboneKind::ResNet32Lt, loss, image(3, 13, 16));
}

#[test]
fn the_resnet50_is_the_same_elsewhere() {
    check(BackboneKind::ResNet50, LossKind::Paper, image(3, 40, 33));
}

#[test]
fn swin_t_is_the_same_elsewhere() {
    // 15 x 9, 8 x 5, 4 x 3 and 2 x 2 tokens: windows that need filling up, shifts along one axis and both,
    // mergings of odd sides.
    check(
        BackboneKind::SwinT,
        LossKind::CrossEntropy,
        image(3, 60, 36),
    );
}

#[test]
fn swin_t_of_whole_windows_is_the_same_elsewhere() {
    // 28 x 56 tokens: nothing to fill up before the third stage.
    check(BackboneKind::SwinT, LossKind::Paper, image(3, 112, 56));
}
