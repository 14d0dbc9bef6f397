//! Runs that begin with weights from a file: with those and no others, but for the last layer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;

use super::{folder, number, report};

/// A state dict for the `convnet` on the digits, written by PyTorch (tests/golden/make_pth_golden.py).
const NETWORK: &[u8] = include_bytes!("../../../../tests/golden/pth/network.pth");

/// The same as a training script on several GPUs saves it, beside other things.
const IN_CHECKPOINT: &[u8] =
    include_bytes!("../../../../tests/golden/pth/network_in_checkpoint.pth");

/// So small a rate changes no weight that is not 0, so that a checkpoint holds what the run began with.
const STILL: &str = "--train --epochs 1 --lr 1e-30 --weight-decay 0";

/// The arrays of a file that begin with `prefix`, by the rest of their names.
fn arrays(path: &Path, prefix: &str) -> BTreeMap<String, Vec<f32>> {
    let bytes = fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let named = file.iter().filter_map(|(name, view)| {
        let (words, _) = view.data().as_chunks::<4>();
        let values = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        Some((name.strip_prefix(prefix)?.to_owned(), values))
    });
    named.collect()
}

/// Trains with `arguments`; the network's arrays at the end, and the mean training loss of the first epoch.
fn trained(place: &Path, arguments: &str, prefix: &str) -> (BTreeMap<String, Vec<f32>>, f64) {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let run = folder(place, &report(place, &arguments));
    let log = fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let evaluated = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|event| event["event"] == "evaluated")
        .unwrap();
    let loss = number(&evaluated["evaluation"], "train_loss");
    (
        arrays(&run.join("checkpoints/last.safetensors"), prefix),
        loss,
    )
}

#[test]
fn a_run_begins_with_the_weights_of_a_pth_file_and_goes_on_without_it() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("weights.pth");
    fs::write(&file, NETWORK).unwrap();
    let network = "backbone.Convnet.";
    let still = format!("{STILL} --backbone convnet");
    let (drawn, loss_of_drawn) = trained(place.path(), &format!("{still} --output drawn"), network);
    let begun = format!("{still} --pretrained weights.pth");
    let (begun, loss_of_begun) = trained(place.path(), &begun, network);
    assert!(
        (loss_of_drawn - loss_of_begun).abs() > 0.01,
        "{loss_of_drawn} and {loss_of_begun}"
    );
    // The script's order and values; running statistics move with every batch.
    for (number, name, count) in [
        (0, "conv1.weight", 16 * 9),
        (1, "conv1.bias", 16),
        (2, "norm1.weight", 16),
        (3, "norm1.bias", 16),
        (6, "conv2.weight", 32 * 16 * 9),
        (7, "conv2.bias", 32),
        (8, "norm2.weight", 32),
        (9, "norm2.bias", 32),
    ] {
        let values = (0..count).map(|at| (5 + (number + at) % 7) as f32 / 64.0);
        assert_eq!(begun[name], values.collect::<Vec<_>>(), "{name}");
        assert_ne!(begun[name], drawn[name], "{name}");
    }
    for name in ["last.weight", "last.bias"] {
        assert_eq!(begun[name], drawn[name], "{name} stays as it is drawn");
    }

    fs::remove_file(&file).unwrap();
    let gone_on = report(
        place.path(),
        &["--train", "--resume", "last", "--epochs", "2"],
    );
    assert_eq!(number(&gone_on, "epochs"), 2.0);
    let run = folder(place.path(), &gone_on);
    let config = fs::read_to_string(run.join("config.toml")).unwrap();
    assert!(config.contains("pretrained = \"weights.pth\""), "{config}");
    report(
        place.path(),
        &["--eval", "--checkpoint", run.to_str().unwrap()],
    );
}

#[test]
fn a_checkpoint_of_a_training_script_is_weights_to_begin_with() {
    let place = tempfile::tempdir().unwrap();
    let network = "backbone.Convnet.";
    let [bare, wrapped] = [("bare", NETWORK), ("wrapped", IN_CHECKPOINT)].map(|(name, bytes)| {
        fs::write(place.path().join(format!("{name}.pth")), bytes).unwrap();
        let begun = format!(
            "{STILL} --limit-train-batches 1 --backbone convnet --pretrained {name}.pth --output {name}"
        );
        trained(place.path(), &begun, network)
    });
    assert_eq!(bare, wrapped);
}

#[test]
fn an_export_is_weights_to_begin_with() {
    let place = tempfile::tempdir().unwrap();
    let first = report(place.path(), &["--train", "--epochs", "1"]);
    let last = folder(place.path(), &first).join("checkpoints/last.safetensors");
    let out = [
        "--export",
        "safetensors",
        "--output",
        "net.safetensors",
        "--checkpoint",
        last.to_str().unwrap(),
    ];
    report(place.path(), &out);
    let network = "backbone.Mlp.";
    let exported = arrays(&last, network);
    // Into a metric space of another dimension, which only the last layer knows of.
    let begun = format!("{STILL} --dim 5 --pretrained net.safetensors");
    let (begun, _) = trained(place.path(), &begun, network);
    for name in ["hidden.0.linear.weight", "hidden.0.linear.bias"] {
        assert_eq!(begun[name], exported[name], "{name}");
    }
    assert_eq!(begun["last.weight"].len(), 128 * 5);
}
