//! Everything that can be wrong with a request, a file or a folder: one sentence, the right exit code, nothing left.

use std::fs;
use std::path::Path;

use dl2pa_fixtures::{Cifar, FolderSizes, Sizes, cifar10, cifar100, image_folder, stl10, svhn};

use super::{folder, report, run};

const FEW: Sizes = Sizes {
    train: 20,
    test: 10,
};

/// The run must end with `code`, one sentence that names `word`, and no folder of runs.
#[track_caller]
fn refused(place: &Path, arguments: &str, code: i32, word: &str) {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = run(place, &arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    let sentences: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(sentences.len(), 1, "{arguments:?}: {said}");
    assert!(sentences[0].ends_with('.'), "{said}");
    assert!(sentences[0].contains(word), "{word:?} is not in: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(!place.join("runs").exists(), "{arguments:?} left a folder");
}

#[test]
fn flags_and_settings_that_make_no_sense() {
    let place = tempfile::tempdir().unwrap();
    let cifar = "--train --dataset cifar10 --data-dir data";
    for (arguments, word) in [
        ("--train --dataset cifar10", "data_dir"),
        ("--train --dataset mnist", "cifar10"),
        ("--train --preset cifar100-d5", "cifar100-d50"),
        ("--train --resume last --seeds 0..2", "--seeds"),
        ("--train --seeds 4..0", "smaller"),
        ("--train --seeds x", "no seed"),
        ("--train --max-time 0s", "above 0"),
        ("--train --max-time soon", "above 0"),
        ("--train --checkpoint-every 3", "--checkpoint-every"),
        ("--train --workers 0", "--workers"),
        ("--train --backbone resnet32 --dataset grid", "needs images"),
        (
            "--train --dataset cifar10 --data-dir data --backbone resnet32-lt --dim 10",
            "multiple of 4",
        ),
        ("--prototypes --classes 3 --dim 3 --resume last", "--train"),
        ("--verify-data --dataset digits", "--data-dir"),
        ("--export npz --checkpoint x", "--output"),
        ("--eval", "--checkpoint"),
        ("--download-from http://localhost --train", "--download"),
    ] {
        refused(place.path(), arguments, 2, word);
    }
    for (more, word) in [
        ("--imbalance 0", "`imbalance`"),
        ("--imbalance 2", "`imbalance`"),
        ("--img-size 0", "`img_size`"),
        ("--mixup -1", "`mixup`"),
        ("--cutmix nan", "`cutmix`"),
        ("--reprob 2", "`reprob`"),
        ("--mean 0.5,0.5", "`mean`"),
        ("--std 0", "`std`"),
        ("--opt adam", "adamw"),
        ("--decay-milestones 20,10", "rising"),
        ("--decay-rate 0", "`decay_rate`"),
        ("--warmup-epochs 3", "`warmup_lr`"),
        ("--grad-accum-steps 0", "`grad_accum_steps`"),
        ("--clip-grad -1", "`clip_grad`"),
        ("--smoothing 0.1", "`smoothing`"),
        ("--loss cross-entropy --smoothing 1", "`smoothing`"),
        ("--drop-path 1", "`drop_path`"),
        ("--head psc --loss dot-regression", "`psc`"),
        ("--classes 11", "at most 10"),
    ] {
        refused(place.path(), &format!("{cifar} {more}"), 2, word);
    }
}

#[test]
fn files_that_are_missing_cut_off_or_something_else() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    let train =
        |dataset: &str| format!("--train --dataset {dataset} --data-dir data --backbone convnet");
    for dataset in [
        "cifar10",
        "cifar100",
        "svhn",
        "stl10",
        "imagenet200",
        "imagenet",
        "imagenet-lt",
        "folder",
    ] {
        refused(place.path(), &train(dataset), 3, "data");
    }
    refused(
        place.path(),
        "--train --dataset cifar10 --data-dir nowhere",
        3,
        "nowhere",
    );
    refused(
        place.path(),
        "--verify-data --dataset svhn --data-dir data",
        3,
        "SVHN",
    );

    // A record that is cut off, a label that no class has, an archive that breaks off.
    cifar10(&data, Cifar::BinaryFolder, FEW, 1).unwrap();
    let batch = data.join("cifar-10-batches-bin/data_batch_3.bin");
    let whole = fs::read(&batch).unwrap();
    fs::write(&batch, &whole[..whole.len() - 1]).unwrap();
    refused(place.path(), &train("cifar10"), 3, "data_batch_3.bin");
    let mut wrong = whole;
    wrong[0] = 10;
    fs::write(&batch, &wrong).unwrap();
    refused(place.path(), &train("cifar10"), 3, "data_batch_3.bin");
    fs::remove_file(&batch).unwrap();
    refused(place.path(), &train("cifar10"), 3, "data_batch_3.bin");
    cifar100(&data, Cifar::PythonArchive, FEW, 1).unwrap();
    let archive = data.join("cifar-100-python.tar.gz");
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    refused(
        place.path(),
        &train("cifar100"),
        3,
        "cifar-100-python.tar.gz",
    );

    svhn(&data, FEW, None, 1).unwrap();
    refused(
        place.path(),
        &format!("{} --extra on", train("svhn")),
        3,
        "extra_32x32.mat",
    );
    fs::write(data.join("test_32x32.mat"), b"MATLAB 7.3 MAT-file, or so").unwrap();
    refused(place.path(), &train("svhn"), 3, "test_32x32.mat");

    stl10(&data, false, FEW, 1).unwrap();
    fs::write(data.join("stl10_binary/train_y.bin"), [1, 2, 3]).unwrap();
    refused(place.path(), &train("stl10"), 3, "stl10_binary");

    let sizes = FolderSizes {
        classes: 3,
        train: 3,
        test: 2,
    };
    image_folder(&data, sizes, 1).unwrap();
    let streamed = format!(
        "{} --img-size 32 --eval-resize 32 --batch-size 4 --dim 4",
        train("folder")
    );
    refused(
        place.path(),
        &format!("{streamed} --classes 4"),
        3,
        "3 classes",
    );
    let verified = "--verify-data --dataset folder --data-dir data";
    let pictures: Vec<_> = fs::read_dir(data.join("train/class 001"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some())
        .collect();
    for picture in &pictures {
        fs::write(picture, b"\xff\xd8\xff\xe0 and no more").unwrap();
    }
    refused(place.path(), verified, 3, "class 001");
}

#[test]
fn weights_that_a_run_cannot_begin_with() {
    let place = tempfile::tempdir().unwrap();
    let begin = |file: &str| format!("--train --backbone convnet --pretrained {file}");
    let network = include_bytes!("../../../../tests/golden/pth/network.pth");
    let write = |name: &str, bytes: &[u8]| fs::write(place.path().join(name), bytes).unwrap();
    refused(place.path(), &begin("nowhere.pth"), 3, "nowhere.pth");
    refused(place.path(), &begin("nowhere.safetensors"), 3, "nowhere");
    refused(place.path(), &begin("weights.bin"), 2, ".safetensors");
    refused(place.path(), &begin("."), 2, "extension");
    write("w.pth", network);
    refused(place.path(), "--pretrained w.pth", 2, "--train");
    let other = "--train --backbone mlp --pretrained w.pth";
    refused(place.path(), other, 2, "`hidden.0.linear.weight`");
    write("cut.pth", &network[..network.len() / 2]);
    refused(place.path(), &begin("cut.pth"), 3, "cut.pth");
    write("cut.safetensors", b"\x40\0\0\0\0\0\0\0{\"w\":");
    refused(
        place.path(),
        &begin("cut.safetensors"),
        3,
        "cut.safetensors",
    );
    let golden = Path::new("../../tests/golden/pth").canonicalize().unwrap();
    let epoch = golden.join("refused_epoch.pth");
    refused(
        place.path(),
        &begin(epoch.to_str().unwrap()),
        3,
        "state_dict()",
    );
    // A weight that is not a number: the first of conv1, 5 / 64.
    let mut broken = network.to_vec();
    let whole = 0.078_125_f32.to_le_bytes();
    let at = broken.windows(4).position(|bytes| bytes == whole).unwrap();
    broken[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    write("nan.pth", &broken);
    refused(place.path(), &begin("nan.pth"), 3, "nan.pth");
    let trained = report(
        place.path(),
        &["--train", "--epochs", "1", "--output", "kept"],
    );
    let last = folder(place.path(), &trained).join("checkpoints/last.safetensors");
    refused(
        place.path(),
        &format!("--train --pretrained {}", last.display()),
        2,
        "--export",
    );
}

#[test]
fn damaged_pictures_end_a_run_once_they_are_too_many() {
    let place = tempfile::tempdir().unwrap();
    let sizes = FolderSizes {
        classes: 3,
        train: 8,
        test: 2,
    };
    let data = place.path().join("data");
    image_folder(&data, sizes, 1).unwrap();
    let pictures: Vec<_> = fs::read_dir(data.join("train/class 001"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some())
        .collect();
    let train = "--train --dataset folder --data-dir data --backbone convnet --img-size 32 --eval-resize 32 \
                 --batch-size 4 --dim 4 --epochs 1 --warmup-epochs 0";
    let arguments: Vec<&str> = train.split_whitespace().collect();
    fs::write(&pictures[0], b"no picture").unwrap();
    let one = run(place.path(), &arguments);
    let said =
        String::from_utf8_lossy(&one.stderr).into_owned() + &String::from_utf8_lossy(&one.stdout);
    assert_eq!(one.status.code(), Some(0), "{said}");
    assert!(
        said.contains("stood in"),
        "one damaged picture is named: {said}"
    );
    for picture in &pictures[1..4] {
        fs::write(picture, b"no picture").unwrap();
    }
    let many = run(place.path(), &arguments);
    let said = String::from_utf8_lossy(&many.stderr).into_owned();
    assert_eq!(many.status.code(), Some(3), "{said}");
    assert!(said.contains("class 001"), "{said}");
    assert!(said.contains("max_damaged"), "{said}");
    let allowed = |most: &'static str| [&arguments[..], &["--max-damaged", most]].concat();
    let borne = run(place.path(), &allowed("4"));
    assert_eq!(borne.status.code(), Some(0));
    assert_eq!(run(place.path(), &allowed("3")).status.code(), Some(3));
    fs::remove_dir_all(data).unwrap();
    image_folder(&place.path().join("data"), sizes, 1).unwrap();
    assert_eq!(run(place.path(), &allowed("0")).status.code(), Some(0));
}

#[test]
fn checkpoints_that_are_missing_cut_off_or_of_another_run() {
    let place = tempfile::tempdir().unwrap();
    for arguments in [
        "--train --resume last",
        "--train --resume nowhere.safetensors",
        "--eval --checkpoint nowhere",
        "--export npz --checkpoint nowhere --output net.npz",
        "--compare nowhere",
    ] {
        refused(place.path(), arguments, 3, "`");
    }
    let trained = report(
        place.path(),
        &["--train", "--epochs", "1", "--output", "kept"],
    );
    let path = folder(place.path(), &trained).join("checkpoints/last.safetensors");
    let name = path
        .strip_prefix(place.path())
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    refused(
        place.path(),
        &format!("--train --resume {name} --dim 4"),
        2,
        "`dim`",
    );
    refused(
        place.path(),
        &format!("--eval --checkpoint {name} --seed 3"),
        2,
        "`seed`",
    );
    let whole = fs::read(&path).unwrap();
    for length in [0, 7, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        refused(
            place.path(),
            &format!("--eval --checkpoint {name}"),
            3,
            "whole checkpoint",
        );
        refused(
            place.path(),
            &format!("--train --resume {name}"),
            3,
            "whole checkpoint",
        );
    }
}

#[cfg(unix)]
#[test]
fn folders_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), b"").unwrap();
    refused(
        place.path(),
        "--train --epochs 1 --output file/runs",
        1,
        "file",
    );
    let closed = place.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    // Root may write everywhere.
    if fs::write(closed.join("probe"), b"").is_err() {
        refused(
            place.path(),
            "--train --epochs 1 --output closed",
            1,
            "closed",
        );
    }
}
