//! Writes a fixture into a folder: `write_fixture NAME FOLDER [TRAIN TEST [SEED]]`.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use dl2pa_fixtures as fixtures;
use fixtures::{Cifar, FolderSizes, Layout, Sizes, Validation};

/// Each data set, and how many pictures are written where nothing is asked for: in all, or a class where
/// the data set is one of files.
const NAMES: [(&str, usize, usize); 9] = [
    ("cifar10", 500, 200),
    ("cifar100", 1_000, 500),
    ("cifar100-synthetic", 10_000, 2_000),
    ("svhn", 500, 200),
    ("stl10", 100, 50),
    ("imagenet200", 5, 2),
    ("imagenet", 40, 10),
    ("imagenet-lt", 64, 10),
    ("folder", 20, 5),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing can be done where even this fails.
            drop(writeln!(io::stderr(), "{message}"));
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &[String]) -> Result<(), String> {
    let known = NAMES.map(|(name, _, _)| name).join(", ");
    let usage =
        format!("write_fixture NAME FOLDER [TRAIN TEST [SEED]], where NAME is one of {known}");
    let [name, folder, rest @ ..] = arguments else {
        return Err(usage);
    };
    let Some(&(_, train, test)) = NAMES.iter().find(|(known, _, _)| known == name) else {
        return Err(format!("there is no fixture `{name}`: {usage}"));
    };
    let number = |place: usize, default: u64| match rest.get(place) {
        None => Ok(default),
        Some(text) => text
            .parse::<u64>()
            .map_err(|error| format!("`{text}` is no number ({error}): {usage}")),
    };
    let train = number(0, train as u64)? as usize;
    let test = number(1, test as u64)? as usize;
    let seed = number(2, 42)?;
    let sizes = Sizes { train, test };
    let of_classes = |classes| FolderSizes {
        classes,
        train,
        test,
    };
    let folder = Path::new(folder);
    match name.as_str() {
        "cifar10" => fixtures::cifar10(folder, Cifar::BinaryFolder, sizes, seed)
            .and_then(|()| fixtures::cifar10(folder, Cifar::PythonFolder, sizes, seed)),
        "cifar100" => fixtures::cifar100(folder, Cifar::BinaryFolder, sizes, seed)
            .and_then(|()| fixtures::cifar100(folder, Cifar::PythonFolder, sizes, seed)),
        "cifar100-synthetic" => fixtures::cifar100_synthetic(folder, sizes, seed),
        "svhn" => fixtures::svhn(folder, sizes, Some(train), seed),
        "stl10" => fixtures::stl10(folder, false, sizes, seed),
        "imagenet200" => fixtures::tiny_imagenet(folder, Layout::Published, of_classes(200), seed),
        "imagenet" => fixtures::imagenet(folder, Validation::Folders, of_classes(10), seed),
        "imagenet-lt" => fixtures::imagenet_lt(folder, of_classes(10), seed),
        _ => fixtures::image_folder(folder, of_classes(10), seed),
    }
    .map_err(|error| format!("`{}` cannot be written: {error}", folder.display()))
}
