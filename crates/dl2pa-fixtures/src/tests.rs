//! Tests of what the fixtures are for: bytes that do not change, and classes that can be learned.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::pictures::{Style, random};
use crate::{Cifar, FolderSizes, Layout, Sizes, cifar10, svhn, tiny_imagenet};

/// Every file below `folder`, with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(&path).unwrap(),
            );
        }
    }
    files
}

fn written(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 20,
        test: 10,
    };
    let of_classes = FolderSizes {
        classes: 2,
        train: 1,
        test: 1,
    };
    cifar10(folder.path(), Cifar::PythonFolder, sizes, seed).unwrap();
    svhn(folder.path(), sizes, None, seed).unwrap();
    tiny_imagenet(folder.path(), Layout::Zip, of_classes, seed).unwrap();
    contents(folder.path())
}

#[test]
fn a_seed_tells_every_byte() {
    let first = written(1);
    assert_eq!(first.len(), 7 + 2 + 1);
    assert_eq!(first, written(1));
    assert_ne!(first["data_batch_1"], written(2)["data_batch_1"]);
}

#[test]
fn the_list_of_names_is_as_long_as_the_published_one() {
    // 158 bytes: the length of `batches.meta` in the archive of the University of Toronto.
    assert_eq!(written(1)["batches.meta"].len(), 158);
}

/// Mean of each of 4 x 4 patches in each channel: all that the classifier below sees.
fn patches(picture: &[u8]) -> Vec<f32> {
    let mut means = vec![0.0; 3 * 16];
    for (place, &value) in picture.iter().enumerate() {
        let (channel, row, column) = (place / 1024, place / 32 % 32, place % 32);
        means[channel * 16 + row / 8 * 4 + column / 8] += f32::from(value) / 64.0;
    }
    means
}

/// Share of pictures that the nearest class mean has right.
fn nearest_mean_accuracy(styles: &[Style]) -> f64 {
    let draw = |part, class: usize, index| {
        patches(&styles[class].draw(32, 32, &mut random(9, part, class * 1_000 + index)))
    };
    let means: Vec<Vec<f32>> = (0..styles.len())
        .map(|class| {
            let samples: Vec<_> = (0..40).map(|index| draw(0, class, index)).collect();
            (0..48)
                .map(|place| samples.iter().map(|sample| sample[place]).sum::<f32>() / 40.0)
                .collect()
        })
        .collect();
    let distance =
        |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum() };
    let mut right = 0;
    for class in 0..styles.len() {
        for index in 0..20 {
            let sample = draw(1, class, index);
            let nearest = (0..styles.len()).min_by(|&a, &b| {
                distance(&sample, &means[a]).total_cmp(&distance(&sample, &means[b]))
            });
            right += usize::from(nearest == Some(class));
        }
    }
    right as f64 / (20 * styles.len()) as f64
}

#[test]
fn ten_classes_are_told_apart_by_little() {
    let styles: Vec<Style> = (0..10).map(|class| Style::distinct(class, 10)).collect();
    let accuracy = nearest_mean_accuracy(&styles);
    assert!(accuracy > 0.8, "{accuracy}");
}

#[test]
fn members_of_a_group_are_hard_to_tell_apart_and_groups_are_not() {
    let members: Vec<Style> = (0..5).map(|member| Style::grouped(3, member)).collect();
    let accuracy = nearest_mean_accuracy(&members);
    // A guess has 0.2; what is told by form needs more than means.
    assert!((0.2..0.7).contains(&accuracy), "{accuracy}");
    let groups: Vec<Style> = (0..10).map(|group| Style::grouped(group, 0)).collect();
    let accuracy = nearest_mean_accuracy(&groups);
    assert!(accuracy > 0.6, "{accuracy}");
}
