//! What `--verify-data` finds.

use dl2pa_fixtures::{Cifar, FolderSizes, cifar10, image_folder, svhn};
use serde_json::Value;

use super::super::published::{archives, md5};
use super::super::verify::agrees;
use super::*;

#[test]
fn sound_data_of_other_size_are_a_difference_and_no_error() {
    let folder = folder();
    cifar10(folder.path(), Cifar::PythonFolder, SMALL, 5).unwrap();
    let report = verify(Published::Cifar10, folder.path()).unwrap();
    assert_eq!(report.dataset, "cifar10");
    let train = &report.splits[0];
    assert_eq!(
        (train.split, train.samples, train.published),
        ("train", 100, Some(50_000))
    );
    assert_eq!(train.classes[3], ("cat".to_owned(), 10));
    let text = report.differences.join("\n");
    assert!(
        text.contains("`train` has 100 pictures, and 50000 were published"),
        "{text}"
    );
    assert!(text.contains("data_batch_1"), "{text}");
    // The list of names is the same as in the published set, byte for byte.
    let text = report.checked.join("\n");
    assert!(
        text.contains("batches.meta` has the published MD5"),
        "{text}"
    );
}

#[test]
fn extra_pictures_are_counted_where_there_are_any() {
    let folder = folder();
    svhn(folder.path(), SMALL, Some(30), 5).unwrap();
    let report = verify(Published::Svhn, folder.path()).unwrap();
    let splits: Vec<_> = report
        .splits
        .iter()
        .map(|split| (split.split, split.samples))
        .collect();
    assert_eq!(splits, [("train", 100), ("test", 20), ("extra", 30)]);
}

#[test]
fn a_file_that_is_no_picture_is_named() {
    let folder = folder();
    let sizes = FolderSizes {
        classes: 2,
        train: 4,
        test: 1,
    };
    image_folder(folder.path(), sizes, 5).unwrap();
    let report = verify(Published::Folder, folder.path()).unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    let text = report.checked.join("\n");
    assert!(text.contains("no checksums were published"), "{text}");
    assert_eq!(report.splits[0].classes[1], ("class 001".to_owned(), 4));
    let picture = folder.path().join("train/class 001/0003.png");
    for (bytes, words) in [(&b""[..], "empty"), (b"<html>", "neither JPEG nor PNG")] {
        fs::write(&picture, bytes).unwrap();
        let error = verify(Published::Folder, folder.path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("0003.png") && error.contains(words),
            "{error}"
        );
    }
    let refuse = |path: &Path| match path.ends_with("0000.jpg") {
        true => Err("it cannot be decoded".to_owned()),
        false => Ok(()),
    };
    let error = verify_with(Published::Folder, folder.path(), &refuse).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("0000.jpg") && error.contains("decoded"),
        "{error}"
    );
}

#[test]
fn changed_bits_in_data_of_the_published_size_are_damage() {
    let path = Path::new("data_batch_1");
    assert!(agrees(path, "aa", "aa", true).unwrap());
    assert!(!agrees(path, "ab", "aa", false).unwrap());
    let error = agrees(path, "ab", "aa", true).unwrap_err().to_string();
    assert!(
        error.contains("data_batch_1") && error.contains("aa"),
        "{error}"
    );
}

#[test]
fn checksums_are_torchvisions() {
    let golden: Value = serde_json::from_slice(&golden("checksums.json")).unwrap();
    let of = |source: &str| {
        let sums = golden[source].as_array().unwrap().iter();
        sums.map(|sum| sum.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let ours = |files: &[(Published, &str)]| {
        let sums = files
            .iter()
            .map(|(kind, name)| md5(*kind, name.as_ref()).unwrap().to_owned());
        let mut sums: Vec<String> = sums.collect();
        sums.sort_unstable();
        sums
    };
    let ten = [
        "cifar-10-python.tar.gz",
        "data_batch_1",
        "data_batch_2",
        "data_batch_3",
        "data_batch_4",
        "data_batch_5",
        "test_batch",
        "batches.meta",
    ];
    let hundred = ["cifar-100-python.tar.gz", "train", "test", "meta"];
    let cifar: Vec<_> = ten
        .map(|name| (Published::Cifar10, name))
        .into_iter()
        .chain(hundred.map(|name| (Published::Cifar100, name)))
        .collect();
    assert_eq!(ours(&cifar), of("cifar"));
    let svhn = ["train", "test", "extra"].map(|split| format!("{split}_32x32.mat"));
    assert_eq!(
        ours(&svhn.each_ref().map(|name| (Published::Svhn, name.as_str()))),
        of("svhn")
    );
    let stl = [
        "stl10_binary.tar.gz",
        "train_X.bin",
        "train_y.bin",
        "test_X.bin",
        "test_y.bin",
    ];
    for sum in ours(&stl.map(|name| (Published::Stl10, name))) {
        assert!(of("stl10").contains(&sum), "{sum}");
    }
}

#[test]
fn every_public_set_has_archives_with_checksums() {
    for kind in Published::ALL {
        let archives = archives(kind, true);
        let is_public = !matches!(
            kind,
            Published::ImageNet | Published::ImageNetLt | Published::Folder
        );
        assert_eq!(!archives.is_empty(), is_public, "{kind:?}");
        for archive in archives {
            assert!(archive.base.ends_with('/') && archive.bytes > 0);
            assert_eq!(archive.md5.len(), 32);
        }
    }
    assert_eq!(archives(Published::Svhn, false).len(), 2);
    assert_eq!(archives(Published::Svhn, true).len(), 3);
}
