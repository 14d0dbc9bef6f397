//! Each published data set, in its own format: verified, trained two epochs, gone on with, measured, exported.

use std::path::{Path, PathBuf};

use dl2pa_fixtures::{
    Cifar, FolderSizes, Layout, Sizes, Validation, cifar10, cifar100, image_folder, imagenet,
    imagenet_lt, stl10, svhn, tiny_imagenet,
};

use super::{folder, number, report};

/// Few classes of few pictures, for sets of files.
const FEW: FolderSizes = FolderSizes {
    classes: 4,
    train: 24,
    test: 8,
};

/// The folder that data go to.
fn data(place: &Path) -> PathBuf {
    let folder = place.join("data");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Verifies, trains two epochs of three, goes on to the third, measures, exports. Gives the last top-1.
#[track_caller]
fn whole_life(place: &Path, dataset: &str, more: &[&str]) -> f64 {
    let common = ["--dataset", dataset, "--data-dir", "data"];
    let classes: Vec<&str> = more
        .windows(2)
        .filter(|pair| pair[0] == "--classes")
        .flatten()
        .copied()
        .collect();
    let verified = report(place, &[&["--verify-data"], &common[..], &classes].concat());
    assert_eq!(verified["dataset"], dataset);
    assert!(!verified["checked"].as_array().unwrap().is_empty());

    let net = [
        "--backbone",
        "convnet",
        "--dim",
        "8",
        "--batch-size",
        "16",
        "--lr",
        "0.01",
    ];
    let recipe = [
        "--loss",
        "cross-entropy",
        "--sched",
        "constant",
        "--warmup-epochs",
        "0",
    ];
    let train = [
        &["--train", "--epochs", "2"],
        &common[..],
        &net,
        &recipe,
        more,
    ]
    .concat();
    let first = report(place, &train);
    assert_eq!(first["dataset"], dataset);
    assert_eq!(number(&first, "epochs"), 2.0);
    let run = folder(place, &first);
    let run = run.to_str().unwrap();

    let gone_on = report(place, &["--train", "--resume", run, "--epochs", "3"]);
    assert_eq!(number(&gone_on, "epochs"), 3.0);
    assert_eq!(gone_on["labels_moved"].as_array().unwrap().len(), 2);

    let last = format!("{run}/checkpoints/last.safetensors");
    let measured = report(place, &["--eval", "--checkpoint", &last]);
    assert_eq!(
        measured["top1"], gone_on["top1"],
        "measured again, it is the same"
    );
    assert_eq!(
        measured["per_class"].as_array().unwrap().len(),
        measured["classes"]
    );

    let exported = format!("{dataset}.safetensors");
    let out = [
        "--export",
        "safetensors",
        "--checkpoint",
        &last,
        "--output",
        &exported,
    ];
    report(place, &out);
    assert!(place.join(&exported).is_file());
    number(&gone_on, "top1")
}

#[test]
fn cifar_10_from_its_python_archive() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 500,
        test: 100,
    };
    cifar10(&data(place.path()), Cifar::PythonArchive, sizes, 1).unwrap();
    let top1 = whole_life(place.path(), "cifar10", &[]);
    assert!(
        top1 > 30.0,
        "10 classes that are easy to tell apart: {top1} %"
    );
}

#[test]
fn cifar_100_with_a_long_tail_and_every_change_of_pictures() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 1_000,
        test: 200,
    };
    cifar100(&data(place.path()), Cifar::BinaryFolder, sizes, 1).unwrap();
    let changes = [
        "--imbalance",
        "0.2",
        "--mixup",
        "1",
        "--cutmix",
        "1",
        "--reprob",
        "0.3",
    ];
    whole_life(place.path(), "cifar100", &changes);
}

#[test]
fn svhn_with_its_extra_pictures() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 200,
        test: 100,
    };
    svhn(&data(place.path()), sizes, Some(150), 1).unwrap();
    whole_life(place.path(), "svhn", &["--extra", "on"]);
}

#[test]
fn stl_10() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 100,
        test: 40,
    };
    stl10(&data(place.path()), true, sizes, 1).unwrap();
    whole_life(place.path(), "stl10", &[]);
}

#[test]
fn tiny_imagenet_as_published() {
    let place = tempfile::tempdir().unwrap();
    tiny_imagenet(&data(place.path()), Layout::Published, FEW, 1).unwrap();
    whole_life(place.path(), "imagenet200", &["--classes", "4"]);
}

/// Sets whose pictures are decoded while the network trains.
const STREAMED: [&str; 8] = [
    "--classes",
    "4",
    "--img-size",
    "32",
    "--eval-resize",
    "36",
    "--workers",
    "2",
];

#[test]
fn imagenet_with_its_ground_truth_list() {
    let place = tempfile::tempdir().unwrap();
    imagenet(&data(place.path()), Validation::GroundTruth, FEW, 1).unwrap();
    let streamed = [
        &STREAMED[..],
        &["--aa", "trivial", "--cutmix", "1", "--mixup", "0.2"],
    ];
    // Workers belong to the training alone, and are no setting of the run.
    whole_life(place.path(), "imagenet", &streamed.concat());
}

#[test]
fn imagenet_lt_from_its_lists() {
    let place = tempfile::tempdir().unwrap();
    imagenet_lt(&data(place.path()), FEW, 1).unwrap();
    whole_life(place.path(), "imagenet-lt", &STREAMED);
}

#[test]
fn any_folder_of_class_folders() {
    let place = tempfile::tempdir().unwrap();
    image_folder(&data(place.path()), FEW, 1).unwrap();
    let plain = [
        &STREAMED[2..],
        &["--mixup", "0", "--cutmix", "0", "--reprob", "0"],
    ]
    .concat();
    let top1 = whole_life(place.path(), "folder", &plain);
    assert!(
        top1 > 30.0,
        "4 classes that are easy to tell apart: {top1} %"
    );
}

#[test]
fn the_paper_s_network_trains_on_cifar_100() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 200,
        test: 32,
    };
    cifar100(&data(place.path()), Cifar::PythonFolder, sizes, 1).unwrap();
    // So few pictures have no tail of a fiftieth.
    for (preset, imbalance) in [("cifar100-d50", "1"), ("cifar100-lt-0.02", "0.5")] {
        let tried = report(
            place.path(),
            &[
                "--train",
                "--dry-run",
                "--preset",
                preset,
                "--data-dir",
                "data",
                "--batch-size",
                "16",
                "--imbalance",
                imbalance,
            ],
        );
        assert_eq!(tried["ok"], true);
    }
}
