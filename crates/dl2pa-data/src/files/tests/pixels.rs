//! Sets that are held in memory.

use dl2pa_fixtures::{
    CIFAR_PIXEL_BYTES, Cifar, cifar10, cifar100, cifar100_synthetic, stl10, svhn,
};

use super::*;

/// Byte of picture `n`, as tests/golden/make_data_golden.py has it.
fn golden_byte(n: usize, channel: usize, row: usize, column: usize) -> u8 {
    ((n * 101 + channel * 53 + row * 7 + column * 3) % 251) as u8
}

/// `count` pictures of the golden files, from `first` on.
fn golden_pixels(first: usize, count: usize) -> Vec<u8> {
    let mut pixels = Vec::new();
    for n in first..first + count {
        for channel in 0..3 {
            for row in 0..32 {
                pixels.extend((0..32).map(|column| golden_byte(n, channel, row, column)));
            }
        }
    }
    pixels
}

#[test]
fn every_form_of_cifar_gives_the_same_pictures() {
    for (kind, write) in [
        (Published::Cifar10, cifar10 as fn(&_, _, _, _) -> _),
        (Published::Cifar100, cifar100),
    ] {
        let forms = [
            Cifar::BinaryFolder,
            Cifar::BinaryArchive,
            Cifar::PythonFolder,
            Cifar::PythonArchive,
        ];
        let sets = forms.map(|form| {
            let folder = folder();
            write(folder.path(), form, SMALL, 5).unwrap();
            pixels(&all(kind, folder.path()))
        });
        let set = &sets[0];
        assert_eq!((set.train.labels.len(), set.test.labels.len()), (100, 20));
        assert_eq!(set.train.pixels.len(), 100 * CIFAR_PIXEL_BYTES);
        assert_eq!((set.channels, set.height, set.width), (3, 32, 32));
        assert!(sets.iter().all(|other| other == set));
    }
}

#[test]
fn records_of_cifar_are_label_then_picture() {
    let folder = folder();
    cifar10(folder.path(), Cifar::BinaryFolder, SMALL, 5).unwrap();
    let inner = folder.path().join("cifar-10-batches-bin");
    // The folder itself does as well as the one above it.
    let set = pixels(&all(Published::Cifar10, &inner));
    assert_eq!(set.class_names[0], "airplane");
    assert_eq!(set.class_names[9], "truck");
    assert_eq!(set.class_groups, None);
    let third = fs::read(inner.join("data_batch_3.bin")).unwrap();
    // 20 records a file: picture 41 is the second of the third.
    assert_eq!(u32::from(third[3_073]), set.train.labels[41]);
    let picture = &set.train.pixels[41 * CIFAR_PIXEL_BYTES..42 * CIFAR_PIXEL_BYTES];
    assert_eq!(&third[3_074..2 * 3_073], picture);
}

#[test]
fn cifar_100_has_twenty_groups_of_five() {
    let folder = folder();
    let sizes = Sizes {
        train: 200,
        test: 100,
    };
    cifar100_synthetic(folder.path(), sizes, 5).unwrap();
    let set = pixels(&all(Published::Cifar100, folder.path()));
    let groups = set.class_groups.unwrap();
    assert_eq!(groups.len(), 100);
    for group in 0..20 {
        assert_eq!(groups.iter().filter(|other| **other == group).count(), 5);
    }
    assert_eq!(set.class_names[0], "disc_00");
    assert_eq!(set.class_names[99], "triangle_19");
}

#[test]
fn pickles_of_every_protocol_are_read() {
    for protocol in 2..=5 {
        for order in ["C", "F"] {
            let folder = folder();
            let none = Sizes {
                train: 100,
                test: 1,
            };
            cifar100(folder.path(), Cifar::PythonFolder, none, 0).unwrap();
            let train = folder.path().join("cifar-100-python/train");
            let name = format!("cifar100_protocol{protocol}_{order}.pickle");
            fs::write(train, golden(&name)).unwrap();
            let set = pixels(&all(Published::Cifar100, folder.path()));
            assert_eq!(set.train.labels, [7, 99], "{name}");
            assert_eq!(set.train.pixels, golden_pixels(0, 2), "{name}");
        }
    }
}

#[test]
fn svhn_is_read_as_scipy_stores_it() {
    for name in ["bytes_compressed", "bytes", "doubles_compressed", "int16"] {
        let folder = folder();
        let file = golden(&format!("svhn_{name}.mat"));
        fs::write(folder.path().join("train_32x32.mat"), file).unwrap();
        fs::write(folder.path().join("test_32x32.mat"), golden("svhn_one.mat")).unwrap();
        let set = pixels(&all(Published::Svhn, folder.path()));
        assert_eq!(set.train.labels, [0, 3], "{name}");
        assert_eq!(set.train.pixels, golden_pixels(0, 2), "{name}");
        assert_eq!(set.test.labels, [3], "{name}");
        assert_eq!(set.test.pixels, golden_pixels(1, 1), "{name}");
    }
}

#[test]
fn svhn_adds_its_extra_pictures_when_asked() {
    let folder = folder();
    svhn(folder.path(), SMALL, Some(60), 5).unwrap();
    let mut request = all(Published::Svhn, folder.path());
    let plain = pixels(&request);
    assert_eq!(plain.train.labels.len(), 100);
    request.extra = true;
    let more = pixels(&request);
    assert_eq!(more.train.labels.len(), 160);
    assert_eq!(more.train.labels[..100], plain.train.labels[..]);
    assert_eq!(more.train.pixels.len(), 160 * CIFAR_PIXEL_BYTES);
    assert_eq!(more.test, plain.test);

    // Each is thinned for itself: 10 and 6 of the first class, 1 and 1 of the last.
    request.long_tail = Some(LongTail {
        ratio: 0.2,
        released: false,
    });
    let thinned = pixels(&request);
    let count = |class| {
        thinned
            .train
            .labels
            .iter()
            .filter(|label| **label == class)
            .count()
    };
    assert_eq!(count(0), 10 + 6);
    assert_eq!(count(9), 2 + 1);
    assert_eq!(thinned.test, plain.test);
}

#[test]
fn stl_10_turns_columns_into_rows() {
    let folder = folder();
    let inner = folder.path().join("stl10_binary");
    fs::create_dir(&inner).unwrap();
    let byte = |channel: usize, row: usize, column: usize| {
        ((channel * 53 + row * 7 + column * 3) % 251) as u8
    };
    let mut stored = Vec::new();
    let mut expected = Vec::new();
    for channel in 0..3 {
        for first in 0..96 {
            stored.extend((0..96).map(|second| byte(channel, second, first)));
            expected.extend((0..96).map(|second| byte(channel, first, second)));
        }
    }
    for split in ["train", "test"] {
        fs::write(inner.join(format!("{split}_X.bin")), &stored).unwrap();
        fs::write(inner.join(format!("{split}_y.bin")), [10]).unwrap();
    }
    fs::write(
        inner.join("class_names.txt"),
        "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n",
    )
    .unwrap();
    let set = pixels(&all(Published::Stl10, folder.path()));
    assert_eq!(set.train.pixels, expected);
    assert_eq!(set.train.labels, [9]);
    assert_eq!((set.height, set.width), (96, 96));
}

#[test]
fn stl_10_is_read_from_its_archive() {
    let sets = [false, true].map(|packed| {
        let folder = folder();
        let sizes = Sizes {
            train: 20,
            test: 10,
        };
        stl10(folder.path(), packed, sizes, 5).unwrap();
        pixels(&all(Published::Stl10, folder.path()))
    });
    assert_eq!(sets[0].train.labels.len(), 20);
    assert_eq!(sets[0].class_names[2], "car");
    assert_eq!(sets[0], sets[1]);
}

#[test]
fn the_first_classes_are_kept_with_their_pictures() {
    let folder = folder();
    let sizes = Sizes {
        train: 300,
        test: 100,
    };
    cifar100(folder.path(), Cifar::BinaryFolder, sizes, 5).unwrap();
    let mut request = all(Published::Cifar100, folder.path());
    let whole = pixels(&request);
    request.classes = Some(30);
    let part = pixels(&request);
    assert_eq!(part.class_names, whole.class_names[..30]);
    assert_eq!(
        part.class_groups.unwrap(),
        whole.class_groups.unwrap()[..30]
    );
    assert_eq!((part.train.labels.len(), part.test.labels.len()), (90, 30));
    let pictures = whole.train.pixels.chunks(CIFAR_PIXEL_BYTES);
    let kept = pictures
        .zip(&whole.train.labels)
        .filter(|(_, label)| **label < 30);
    let kept: Vec<u8> = kept.flat_map(|(picture, _)| picture.to_vec()).collect();
    assert_eq!(part.train.pixels, kept);

    for classes in [0, 1, 101] {
        request.classes = Some(classes);
        let error = read(&request).unwrap_err().to_string();
        assert!(
            error.contains(&format!("{classes} were asked for")),
            "{error}"
        );
    }
}
