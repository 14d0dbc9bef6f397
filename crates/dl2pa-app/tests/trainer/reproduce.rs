//! Every line of docs/REPRODUCE.md does what it says, on made-up files of the data set and one batch.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dl2pa_fixtures::{
    Cifar, FolderSizes, Layout, Sizes, Validation, cifar10, cifar100, imagenet, imagenet_lt, stl10,
    svhn, tiny_imagenet,
};

use super::report;

const PAGE: &str = include_str!("../../../../docs/REPRODUCE.md");
/// Classes that the made-up sets are cut down to; few pictures have no long tail of many.
const CLASSES: usize = 4;

/// The arguments of each line, without the program's name and the remark.
fn lines() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter(|line| line.starts_with("dl2pa-app --train"))
        .map(|line| {
            let command = line.split('#').next().unwrap();
            command.split_whitespace().skip(1).collect()
        })
        .collect()
}

/// The value of a flag.
fn value<'a>(line: &[&'a str], flag: &str) -> &'a str {
    let place = line.iter().position(|word| *word == flag).unwrap();
    line[place + 1]
}

/// Writes the data set of a preset.
fn write(preset: &str, data: &Path) {
    let sizes = Sizes {
        train: 400,
        test: 40,
    };
    let files = FolderSizes {
        classes: CLASSES,
        train: 6,
        test: 2,
    };
    fs::create_dir_all(data).unwrap();
    let dataset = preset.split('-').next().unwrap();
    match dataset {
        "cifar10" => cifar10(data, Cifar::BinaryFolder, sizes, 1),
        "cifar100" => cifar100(data, Cifar::BinaryFolder, sizes, 1),
        "svhn" => svhn(data, sizes, Some(100), 1),
        "stl10" => stl10(
            data,
            false,
            Sizes {
                train: 80,
                test: 20,
            },
            1,
        ),
        "imagenet200" => tiny_imagenet(data, Layout::Published, files, 1),
        "imagenet" if preset.starts_with("imagenet-lt") => imagenet_lt(data, files, 1),
        "imagenet" => imagenet(data, Validation::Folders, files, 1),
        other => panic!("no made-up files of {other}"),
    }
    .unwrap();
}

/// Word vectors of all class names that occur, of `dim` numbers.
fn write_vectors(place: &Path, names: &BTreeSet<String>, dim: usize) {
    let lines = names.iter().enumerate().map(|(number, name)| {
        let values = (0..dim).map(|index| ((number * dim + index) as f64).sin().to_string());
        format!(
            "{} {}\n",
            name.replace(' ', "_"),
            values.collect::<Vec<_>>().join(" ")
        )
    });
    fs::write(place.join("vectors.txt"), lines.collect::<String>()).unwrap();
}

#[test]
fn every_row_of_the_paper_s_tables_can_be_tried() {
    let place = tempfile::tempdir().unwrap();
    let lines = lines();
    assert!(lines.len() > 70, "only {} lines", lines.len());
    let mut written = BTreeSet::new();
    let classes = CLASSES.to_string();
    for line in lines {
        let preset = value(&line, "--preset");
        let family =
            preset.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let data = place.path().join(family);
        if written.insert(family.to_owned()) {
            write(preset, &data);
        }
        let data = data.to_str().unwrap().to_owned();
        let line: Vec<&str> = line
            .iter()
            .map(|&word| if word == "DATA" { data.as_str() } else { word })
            .collect();
        if line.contains(&"vectors.txt") {
            let verify = ["--verify-data", "--data-dir", &data, "--dataset"];
            let dataset = preset.split('-').next().unwrap();
            let verified = report(place.path(), &[&verify[..], &[dataset]].concat());
            let names = verified["splits"][0]["classes"].as_array().unwrap();
            let names = names
                .iter()
                .map(|class| class[0].as_str().unwrap().to_owned());
            let dim = preset.rsplit_once("-d").unwrap().1.parse().unwrap();
            write_vectors(place.path(), &names.collect(), dim);
        }
        let small = [
            "--dry-run",
            "--batch-size",
            "4",
            "--classes",
            &classes,
            "--img-size",
            "64",
            "--eval-resize",
            "64",
            "--device",
            "cpu",
        ];
        // The made-up classes have too few pictures for a tail of a hundredth.
        let tail = ["--imbalance", "0.5"];
        let tail = if preset.contains("-lt-0") {
            &tail[..]
        } else {
            &[]
        };
        let small: Vec<&str> = small[..small.len() - 2]
            .iter()
            .chain(tail)
            .copied()
            .collect();
        let tried = report(place.path(), &[&line[..], &small].concat());
        assert_eq!(tried["ok"], true, "{line:?}");
    }
}
