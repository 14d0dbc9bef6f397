//! What is exported is the network: its classifier gives the class logits of the run.

use std::collections::HashMap;
use std::io::Read as _;

use safetensors::SafeTensors;

use dl2pa_core::config::{BackboneKind, RunConfig};
use dl2pa_core::datasets;
use dl2pa_data::Inputs;
use rten_tensor::prelude::*;

use super::{folder, number, report};

/// Little-endian `f32`.
fn floats(bytes: &[u8]) -> Vec<f32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|&word| f32::from_le_bytes(word)).collect()
}

#[test]
fn the_classifier_is_the_prototypes_in_the_order_of_the_classes() {
    let place = tempfile::tempdir().unwrap();
    let train = [
        "--train",
        "--epochs",
        "2",
        "--dim",
        "4",
        "--assign-init",
        "random",
    ];
    let trained = report(place.path(), &train);
    let run = folder(place.path(), &trained);
    let checkpoint = std::fs::read(run.join("checkpoints/best.safetensors")).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&checkpoint).unwrap();
    let header: serde_json::Value =
        serde_json::from_str(&metadata.metadata().as_ref().unwrap()["dl2pa_header"]).unwrap();
    let checkpoint = SafeTensors::deserialize(&checkpoint).unwrap();
    let prototypes = floats(checkpoint.tensor("prototypes").unwrap().data());
    let expected: Vec<f32> = header["assignment"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|prototype| &prototypes[prototype.as_u64().unwrap() as usize * 4..][..4])
        .copied()
        .collect();

    let run = run.to_str().unwrap();
    let out = [
        "--export",
        "safetensors",
        "--checkpoint",
        run,
        "--output",
        "net.safetensors",
    ];
    let exported = report(place.path(), &out);
    assert_eq!(number(&exported, "classes"), 10.0);
    let bytes = std::fs::read(place.path().join("net.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let classifier = file.tensor("classifier.weight").unwrap();
    assert_eq!(classifier.shape(), [10, 4]);
    assert_eq!(floats(classifier.data()), expected);
    // A linear layer is outputs x inputs in PyTorch.
    let ours = checkpoint.tensor("backbone.Mlp.last.weight").unwrap();
    let theirs = file.tensor("last.weight").unwrap();
    assert_eq!(
        (ours.shape(), theirs.shape()),
        (&[128, 4][..], &[4, 128][..])
    );
    assert_eq!(floats(ours.data())[1], floats(theirs.data())[128]);

    let out = [
        "--export",
        "npz",
        "--checkpoint",
        run,
        "--output",
        "net.npz",
    ];
    report(place.path(), &out);
    let archive = std::fs::File::open(place.path().join("net.npz")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let mut arrays = HashMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        let array = npyz::NpyFile::new(&bytes[..]).unwrap();
        arrays.insert(name, array.into_vec::<f32>().unwrap());
    }
    assert_eq!(arrays["classifier.weight.npy"], expected);
}

/// Another program's runtime says of every test sample what the network says.
#[test]
fn the_onnx_file_has_the_network_s_accuracy() {
    for (backbone, input) in [
        (BackboneKind::Convnet, "images"),
        (BackboneKind::Mlp, "inputs"),
    ] {
        let place = tempfile::tempdir().unwrap();
        let train = ["--train", "--epochs", "2", "--backbone", backbone.name()];
        let trained = report(place.path(), &train);
        let last = folder(place.path(), &trained).join("checkpoints/last.safetensors");
        let checkpoint = ["--checkpoint", last.to_str().unwrap()];
        let out = ["--export", "onnx", "--output", "net.onnx"];
        report(place.path(), &[&out[..], &checkpoint].concat());
        let measured = report(place.path(), &[&["--eval"], &checkpoint[..]].concat());

        let test = datasets::load(&RunConfig::default()).unwrap().test;
        let Inputs::Numbers(values) = test.inputs else {
            panic!("the digits are numbers");
        };
        let samples = test.labels.len();
        let lengths = match backbone {
            BackboneKind::Mlp => vec![samples, 64],
            _ => vec![samples, 1, 8, 8],
        };
        let file = std::fs::read(place.path().join("net.onnx")).unwrap();
        let runtime = rten::Model::load(file).unwrap();
        let inputs = rten_tensor::Tensor::from_data(&lengths, values.to_vec());
        let given = vec![(runtime.node_id(input).unwrap(), inputs.into())];
        let [logits] = runtime
            .run_n(given, [runtime.node_id("logits").unwrap()], None)
            .unwrap();
        let logits = logits.into_tensor::<f32>().unwrap().to_vec();
        let hits = logits.chunks(10).zip(&test.labels).filter(|(row, label)| {
            let best = (0..10).max_by(|&a, &b| row[a].total_cmp(&row[b]));
            best == Some(**label as usize)
        });
        let top1 = 100.0 * hits.count() as f64 / samples as f64;
        let of_network = number(&measured, "top1");
        assert!(
            (top1 - of_network).abs() < 1e-9,
            "{backbone}: {top1} % instead of {of_network} %"
        );
        assert!(top1 > 30.0, "{backbone}: {top1} % is hardly trained");
    }
}
