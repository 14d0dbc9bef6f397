//! What is missing or broken ends in an error that names the file and the fault.

use std::fs::File;

use dl2pa_fixtures::{Cifar, cifar10, cifar100, stl10, svhn};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// Changes one file of a data set.
fn change(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    how(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn an_empty_folder_says_what_was_looked_for() {
    let folder = folder();
    let root = folder.path().display().to_string();
    for (kind, names) in [
        (
            Published::Cifar10,
            "`cifar-10-batches-bin/` or `cifar-10-binary.tar.gz`",
        ),
        (Published::Cifar100, "`cifar-100-python.tar.gz`"),
        (Published::Svhn, "`train_32x32.mat`"),
        (Published::Stl10, "`stl10_binary.tar.gz`"),
        (Published::ImageNet200, "`tiny-imagenet-200/train/`"),
        (Published::ImageNet, "`train/<class>/`"),
        (Published::ImageNetLt, "`ImageNet_LT_train.txt`"),
        (Published::Folder, "`train/<class>/`"),
    ] {
        let error = message(kind, folder.path());
        assert!(error.contains(names), "{error}");
        assert!(
            error.contains(&root) && error.starts_with(kind.title()),
            "{error}"
        );
    }
}

#[test]
fn a_missing_part_is_named() {
    let folder = folder();
    cifar10(folder.path(), Cifar::BinaryFolder, SMALL, 5).unwrap();
    let inner = folder.path().join("cifar-10-batches-bin");
    fs::remove_file(inner.join("data_batch_4.bin")).unwrap();
    let error = message(Published::Cifar10, folder.path());
    assert!(error.contains("data_batch_4.bin` is missing"), "{error}");

    fs::remove_dir_all(inner).unwrap();
    svhn(folder.path(), SMALL, None, 5).unwrap();
    let mut request = all(Published::Svhn, folder.path());
    request.extra = true;
    let error = read(&request).unwrap_err().to_string();
    assert!(error.contains("extra_32x32.mat` is missing"), "{error}");
}

#[test]
fn cut_off_and_false_records_are_refused() {
    let folder = folder();
    // Each class twice, so that its groups can contradict each other.
    let sizes = Sizes {
        train: 200,
        test: 10,
    };
    cifar100(folder.path(), Cifar::BinaryFolder, sizes, 5).unwrap();
    let train = folder.path().join("cifar-100-binary/train.bin");
    let names = folder.path().join("cifar-100-binary/fine_label_names.txt");
    let refused = |how: fn(&mut Vec<u8>), path: &Path, words: &str| {
        let before = fs::read(path).unwrap();
        change(path, how);
        let error = message(Published::Cifar100, folder.path());
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert!(error.contains(words), "{error}");
        fs::write(path, before).unwrap();
    };
    refused(
        |bytes| bytes.truncate(10_000),
        &train,
        "no whole records of 3074",
    );
    refused(Vec::clear, &train, "0 bytes");
    refused(|bytes| bytes[1] = 100, &train, "class 100");
    refused(|bytes| bytes[0] = 20, &train, "group 20");
    refused(
        |bytes| bytes[0] = (bytes[0] + 1) % 20,
        &train,
        "is in group",
    );
    refused(|bytes| bytes.truncate(20), &names, "classes and not 100");
}

#[test]
fn a_pickle_of_anything_else_is_refused() {
    let folder = folder();
    cifar10(folder.path(), Cifar::PythonFolder, SMALL, 5).unwrap();
    let batch = folder.path().join("cifar-10-batches-py/data_batch_2");
    // What pickle.dumps gives for an object whose __reduce__ is (os.system, ("true",)).
    fs::write(
        &batch,
        b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.",
    )
    .unwrap();
    let error = message(Published::Cifar10, folder.path());
    assert!(
        error.contains("data_batch_2") && error.contains("`posix.system`"),
        "{error}"
    );
    for (bytes, words) in [
        (&b"N."[..], "no dictionary"),
        (b"}.", "has no `labels`"),
        (b"}U\x06labelsNs.", "`labels` is no list"),
        (b"}U\x06labels]Nas.", "an item that is no label"),
        (b"}U\x06labels]s.", "has no `data`"),
        (b"}(U\x06labels]U\x04data]u.", "no array of bytes"),
        (b"}(U\x06labels]U\x04dataU\x00u.", "0 pictures"),
        (b"cnumpy\ndtype\nU\x02f8\x85R.", "something else than bytes"),
    ] {
        fs::write(&batch, bytes).unwrap();
        let error = message(Published::Cifar10, folder.path());
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_broken_archive_is_refused() {
    let folder = folder();
    stl10(folder.path(), true, SMALL, 5).unwrap();
    let archive = folder.path().join("stl10_binary.tar.gz");
    let whole = fs::read(&archive).unwrap();
    for (from_end, byte) in [(8, 0x55), (whole.len() / 2, 0x55)] {
        let mut bytes = whole.clone();
        let place = bytes.len() - from_end;
        bytes[place] ^= byte;
        fs::write(&archive, bytes).unwrap();
        let error = message(Published::Stl10, folder.path());
        assert!(error.contains("stl10_binary.tar.gz"), "{error}");
    }
    for length in [whole.len() - 3, whole.len() / 2, 5, 0] {
        fs::write(&archive, &whole[..length]).unwrap();
        let error = message(Published::Stl10, folder.path());
        assert!(error.contains("stl10_binary.tar.gz"), "{error}");
    }
}

#[test]
fn an_archive_packed_anew_with_other_entries_is_read() {
    let folder = folder();
    let sizes = Sizes { train: 3, test: 2 };
    stl10(folder.path(), false, sizes, 5).unwrap();
    let set = pixels(&all(Published::Stl10, folder.path()));
    let archive = File::create(folder.path().join("stl10_binary.tar.gz")).unwrap();
    let mut builder = tar::Builder::new(GzEncoder::new(archive, Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(4);
    let long = format!("./stl10_binary/{}", "long".repeat(100));
    builder
        .append_data(&mut header, long, &b"none"[..])
        .unwrap();
    let inner = folder.path().join("stl10_binary");
    builder
        .append_pax_extensions([("comment", &b"by another tar"[..])])
        .unwrap();
    builder.append_dir_all("./stl10_binary", &inner).unwrap();
    builder.into_inner().unwrap().finish().unwrap();
    fs::remove_dir_all(inner).unwrap();
    assert_eq!(pixels(&all(Published::Stl10, folder.path())), set);
}

#[test]
fn broken_matlab_files_are_refused() {
    let folder = folder();
    svhn(folder.path(), SMALL, None, 5).unwrap();
    let train = folder.path().join("train_32x32.mat");
    let whole = fs::read(&train).unwrap();
    let refused = |bytes: &[u8], words: &str| {
        fs::write(&train, bytes).unwrap();
        let error = message(Published::Svhn, folder.path());
        assert!(error.contains("train_32x32.mat"), "{error}");
        assert!(error.contains(words), "{error}");
    };
    refused(&whole[..100], "cut off");
    refused(&whole[..whole.len() - 40], "are left");
    refused(&whole[..140], "are left");
    let mut other = whole.clone();
    other[125] = 0x02;
    refused(&other, "7.3");
    other[126] = b'M';
    refused(&other, "little-endian");
    // The first byte of a picture within the compressed array.
    let mut other = whole;
    let middle = other.len() / 2;
    other[middle] ^= 0x10;
    refused(&other, "train_32x32.mat");
    // Lists of other lengths, and other numbers.
    let test = folder.path().join("test_32x32.mat");
    let one = golden("svhn_one.mat");
    fs::write(&train, &one).unwrap();
    fs::write(&test, &one[..one.len() - 1]).unwrap();
    let error = message(Published::Svhn, folder.path());
    assert!(error.contains("test_32x32.mat"), "{error}");
}

#[test]
fn stl_10_of_other_lengths_is_refused() {
    let folder = folder();
    let sizes = Sizes { train: 3, test: 2 };
    stl10(folder.path(), false, sizes, 5).unwrap();
    let inner = folder.path().join("stl10_binary");
    change(&inner.join("train_y.bin"), |bytes| bytes[1] = 0);
    let error = message(Published::Stl10, folder.path());
    assert!(
        error.contains("train_y.bin") && error.contains("label 0"),
        "{error}"
    );
    change(&inner.join("train_y.bin"), |bytes| bytes.push(1));
    let error = message(Published::Stl10, folder.path());
    assert!(
        error.contains("train_X.bin") && error.contains("not 4 pictures"),
        "{error}"
    );
}
