//! Sets of picture files.

use dl2pa_fixtures::{
    FolderSizes, Layout, Validation, image_folder, imagenet, imagenet_lt, tiny_imagenet, wnid,
};

use super::*;

const SIZES: FolderSizes = FolderSizes {
    classes: 4,
    train: 3,
    test: 2,
};

/// Names of files with their labels, whatever folders they are in.
fn named(split: &FileSplit) -> Vec<(String, u32)> {
    let names = split.files.iter().map(|path| {
        assert!(path.is_file(), "{}", path.display());
        path.file_name().unwrap().to_string_lossy().into_owned()
    });
    let mut pairs: Vec<(String, u32)> = names.zip(split.labels.iter().copied()).collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn tiny_imagenet_is_the_same_as_published_and_prepared() {
    let [published, prepared] = [Layout::Published, Layout::Prepared].map(|layout| {
        let folder = folder();
        tiny_imagenet(folder.path(), layout, SIZES, 5).unwrap();
        let set = file_set(&all(Published::ImageNet200, folder.path()));
        assert_eq!(set.train.files.len(), 12);
        (named(&set.train), set.test.labels.clone(), set.class_names)
    });
    assert_eq!(published.0, prepared.0);
    assert_eq!(published.0[0], (format!("{}_0.JPEG", wnid(0)), 0));
    // Words come with the published form alone.
    assert_eq!(published.2, ["thing 0", "thing 1", "thing 2", "thing 3"]);
    assert_eq!(prepared.2, [0, 1, 2, 3].map(wnid));
    let mut sorted = published.1;
    sorted.sort_unstable();
    assert_eq!(sorted, prepared.1);
}

#[test]
fn annotated_pictures_have_the_class_of_their_line() {
    let folder = folder();
    tiny_imagenet(folder.path(), Layout::Published, SIZES, 5).unwrap();
    let set = file_set(&all(Published::ImageNet200, folder.path()));
    let list = folder
        .path()
        .join("tiny-imagenet-200/val/val_annotations.txt");
    let list = fs::read_to_string(list).unwrap();
    assert_eq!(set.test.files.len(), 8);
    for (name, label) in named(&set.test) {
        assert!(list.contains(&format!("{name}\t{}\t", wnid(label as usize))));
    }
}

#[test]
fn imagenet_is_the_same_however_its_validation_pictures_are_told_apart() {
    let ways = [
        Validation::Folders,
        Validation::GroundTruth,
        Validation::Solution,
        Validation::Lists,
    ];
    let sets = ways.map(|validation| {
        let folder = folder();
        imagenet(folder.path(), validation, SIZES, 5).unwrap();
        let set = file_set(&all(Published::ImageNet, folder.path()));
        (named(&set.train), named(&set.test), set.class_names)
    });
    let (train, test, names) = &sets[0];
    assert_eq!((train.len(), test.len()), (12, 8));
    assert_eq!(names, &[0, 1, 2, 3].map(wnid));
    // The fixture deals the classes out in turn.
    assert_eq!(test[5], ("ILSVRC2012_val_00000006.JPEG".to_owned(), 1));
    for (other_train, other_test, other_names) in &sets {
        assert_eq!(other_train, train);
        assert_eq!(other_test, test);
        // `LOC_synset_mapping.txt` has words for them.
        assert!(other_names == names || other_names[3] == "thing 3");
    }
}

#[test]
fn imagenet_lies_in_the_organisers_folders_too() {
    let outer = folder();
    let inner = outer.path().join("ILSVRC/Data/CLS-LOC");
    imagenet(&inner, Validation::Solution, SIZES, 5).unwrap();
    fs::rename(
        inner.join("LOC_val_solution.csv"),
        outer.path().join("LOC_val_solution.csv"),
    )
    .unwrap();
    let set = file_set(&all(Published::ImageNet, outer.path()));
    assert_eq!((set.train.files.len(), set.test.files.len()), (12, 8));
}

#[test]
fn flat_pictures_without_their_classes_say_what_is_missing() {
    let folder = folder();
    imagenet(folder.path(), Validation::GroundTruth, SIZES, 5).unwrap();
    fs::remove_file(folder.path().join("ILSVRC2012_mapping.txt")).unwrap();
    let error = message(Published::ImageNet, folder.path());
    assert!(
        error.contains("ILSVRC2012_mapping.txt` is missing"),
        "{error}"
    );
    assert!(error.contains("1 n02119789"), "{error}");
    fs::remove_file(folder.path().join("ILSVRC2012_validation_ground_truth.txt")).unwrap();
    let error = message(Published::ImageNet, folder.path());
    assert!(
        error.contains("LOC_val_solution.csv` is missing"),
        "{error}"
    );
}

#[test]
fn a_missing_picture_of_a_list_is_missed() {
    for validation in [Validation::GroundTruth, Validation::Solution] {
        let folder = folder();
        imagenet(folder.path(), validation, SIZES, 5).unwrap();
        fs::remove_file(folder.path().join("val/ILSVRC2012_val_00000003.JPEG")).unwrap();
        let error = message(Published::ImageNet, folder.path());
        assert!(
            error.contains("lists 8 pictures, and 7 are there"),
            "{error}"
        );
    }
}

#[test]
fn lists_may_name_classes_and_put_paths_first() {
    let folder = folder();
    imagenet(folder.path(), Validation::Folders, SIZES, 5).unwrap();
    let mut train = String::new();
    let mut val = "file,class\n".to_owned();
    for class in 0..4 {
        let name = wnid(class);
        train.push_str(&format!("train/{name}/{name}_0.JPEG,{name}\n"));
        val.push_str(&format!(
            "val/{name}/ILSVRC2012_val_{:08}.JPEG, {name}\n",
            class + 1
        ));
    }
    fs::write(folder.path().join("train.csv"), train).unwrap();
    fs::write(folder.path().join("val.csv"), val).unwrap();
    let set = file_set(&all(Published::ImageNet, folder.path()));
    assert_eq!(set.class_names, [0, 1, 2, 3].map(wnid));
    assert_eq!(set.train.labels, [0, 1, 2, 3]);
    assert_eq!(set.test.labels, [0, 1, 2, 3]);
    assert!(set.test.files.iter().all(|path| path.is_file()));
}

#[test]
fn imagenet_lt_has_the_pictures_of_its_lists() {
    let folder = folder();
    let sizes = FolderSizes {
        classes: 4,
        train: 8,
        test: 2,
    };
    imagenet_lt(folder.path(), sizes, 5).unwrap();
    let set = file_set(&all(Published::ImageNetLt, folder.path()));
    assert_eq!(set.class_names, [0, 1, 2, 3].map(wnid));
    let count = |class| {
        set.train
            .labels
            .iter()
            .filter(|label| **label == class)
            .count()
    };
    assert_eq!([0, 1, 2, 3].map(count), [8, 4, 2, 1]);
    assert_eq!(set.test.labels.len(), 8);
    let folders_agree = set
        .train
        .files
        .iter()
        .zip(&set.train.labels)
        .all(|(path, label)| {
            path.is_file() && path.parent().unwrap().ends_with(wnid(*label as usize))
        });
    assert!(folders_agree);

    // Where the validation pictures lie flat, the lists still find them.
    let val = folder.path().join("val");
    for path in &set.test.files {
        fs::rename(path, val.join(path.file_name().unwrap())).unwrap();
    }
    let flat = file_set(&all(Published::ImageNetLt, folder.path()));
    assert_eq!(named(&flat.test).len(), 8);
    assert_eq!(flat.test.labels, set.test.labels);
}

#[test]
fn a_folder_of_classes_is_read_by_name() {
    let folder = folder();
    let sizes = FolderSizes {
        classes: 3,
        train: 5,
        test: 2,
    };
    image_folder(folder.path(), sizes, 5).unwrap();
    fs::write(
        folder.path().join("train/class 001/notes.txt"),
        "no picture",
    )
    .unwrap();
    let set = file_set(&all(Published::Folder, folder.path()));
    assert_eq!(set.class_names, ["class 000", "class 001", "class 002"]);
    assert_eq!(set.train.files.len(), 15);
    assert_eq!(set.test.labels, [0, 0, 1, 1, 2, 2]);
    let names: Vec<_> = set.train.files[5..10]
        .iter()
        .map(|path| path.file_name())
        .collect();
    let expected = ["0000.jpg", "0001.JPG", "0002.jpeg", "0003.png", "0004.jpg"];
    assert_eq!(names, expected.map(|name| Some(name.as_ref())));
}

#[test]
fn folders_that_do_not_go_together_are_refused() {
    let sizes = FolderSizes {
        classes: 2,
        train: 1,
        test: 1,
    };
    let folder = folder();
    image_folder(folder.path(), sizes, 5).unwrap();
    fs::create_dir(folder.path().join("valid/strangers")).unwrap();
    let error = message(Published::Folder, folder.path());
    assert!(error.contains("valid/strangers"), "{error}");
    fs::remove_dir(folder.path().join("valid/strangers")).unwrap();
    fs::create_dir(folder.path().join("train/void")).unwrap();
    let error = message(Published::Folder, folder.path());
    assert!(
        error.contains("train/void") && error.contains("no picture"),
        "{error}"
    );
    fs::remove_dir(folder.path().join("train/void")).unwrap();
    fs::remove_dir_all(folder.path().join("valid")).unwrap();
    let error = message(Published::Folder, folder.path());
    assert!(error.contains("val` is missing"), "{error}");
}

#[test]
fn files_are_thinned_and_cut_like_pixels() {
    let folder = folder();
    let sizes = FolderSizes {
        classes: 4,
        train: 8,
        test: 1,
    };
    tiny_imagenet(folder.path(), Layout::Prepared, sizes, 5).unwrap();
    let mut request = all(Published::ImageNet200, folder.path());
    request.classes = Some(3);
    request.long_tail = Some(LongTail {
        ratio: 0.25,
        released: true,
    });
    let set = file_set(&request);
    assert_eq!(set.class_names.len(), 3);
    assert_eq!(set.train.labels.len(), 8 + 4 + 2);
    assert_eq!(set.train.files.len(), 14);
    assert_eq!(set.test.labels, [0, 1, 2]);
}
