//! Bad input: an exit code, one sentence, nothing left on disk.

use std::fs;

use super::{place, refused};

#[test]
fn an_unknown_flag_names_the_nearest() {
    let place = place();
    refused(
        place.path(),
        &["--train", "--epoch", "3"],
        2,
        "`--epochs`",
        &[],
    );
}

#[test]
fn an_unknown_key_names_the_nearest_and_its_line() {
    let place = place();
    fs::write(place.path().join("run.toml"), "seed = 1\nbatchsize = 8\n").unwrap();
    let arguments = ["--train", "--config", "run.toml"];
    refused(
        place.path(),
        &arguments,
        2,
        "run.toml, line 2",
        &["run.toml"],
    );
    refused(place.path(), &arguments, 2, "`batch_size`", &["run.toml"]);
}

#[test]
fn missing_files_are_named() {
    let place = place();
    let prototypes = ["--train", "--prototype-file", "nowhere.npy"];
    refused(place.path(), &prototypes, 3, "nowhere.npy", &[]);
    refused(
        place.path(),
        &["--train", "--config", "nowhere.toml"],
        2,
        "nowhere.toml",
        &[],
    );
}

#[test]
fn no_dimension_is_refused() {
    let place = place();
    refused(place.path(), &["--train", "--dim", "0"], 2, "`dim`", &[]);
    let prototypes = [
        "--prototypes",
        "--classes",
        "5",
        "--dim",
        "0",
        "--output",
        "w.npy",
    ];
    refused(place.path(), &prototypes, 2, "0 dimensions", &[]);
}

#[test]
fn one_class_is_refused() {
    let place = place();
    refused(
        place.path(),
        &["--train", "--classes", "1"],
        2,
        "at least 2",
        &[],
    );
    let prototypes = [
        "--prototypes",
        "--classes",
        "1",
        "--dim",
        "3",
        "--output",
        "w.npy",
    ];
    refused(place.path(), &prototypes, 2, "at least 2", &[]);
}

#[test]
fn more_classes_than_the_data_has_are_refused() {
    let place = place();
    refused(
        place.path(),
        &["--train", "--classes", "11"],
        2,
        "`digits`",
        &[],
    );
}

#[test]
fn not_a_number_in_a_file_is_refused() {
    let place = place();
    fs::write(place.path().join("w.csv"), "1,0\n0,NaN\n").unwrap();
    let arguments = [
        "--train",
        "--classes",
        "2",
        "--dim",
        "2",
        "--prototype-file",
        "w.csv",
    ];
    refused(place.path(), &arguments, 3, "row 2, column 2", &["w.csv"]);
}

#[test]
fn a_file_of_another_shape_is_refused() {
    let place = place();
    fs::write(place.path().join("w.csv"), "1,0\n0,1\n").unwrap();
    let arguments = ["--train", "--prototype-file", "w.csv"];
    refused(place.path(), &arguments, 3, "10 x 3", &["w.csv"]);
    fs::write(place.path().join("w.csv"), "").unwrap();
    refused(place.path(), &arguments, 3, "w.csv", &["w.csv"]);
}

#[test]
fn an_output_folder_that_cannot_be_is_refused_before_training() {
    let place = place();
    fs::write(place.path().join("file"), "").unwrap();
    let below_a_file = ["--train", "--output", "file/runs"];
    refused(place.path(), &below_a_file, 1, "--output", &["file"]);
    let prototypes = [
        "--prototypes",
        "--classes",
        "4",
        "--dim",
        "3",
        "--output",
        "file/w.npy",
    ];
    refused(place.path(), &prototypes, 1, "file/w.npy", &["file"]);
}

/// Root may write anywhere but in /proc, so this stands for a read-only folder.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_output_folder_is_refused_before_training() {
    let place = place();
    refused(
        place.path(),
        &["--train", "--output", "/proc/runs"],
        1,
        "/proc/runs",
        &[],
    );
    refused(
        place.path(),
        &["--train", "--output", "/proc"],
        1,
        "--output",
        &[],
    );
}

#[test]
fn other_bad_usage_is_one_sentence() {
    let place = place();
    for (arguments, word) in [
        (&["--train", "--eval"][..], "--eval"),
        (&["--train", "--dataset", "digit"], "digits"),
        (&["--train", "--dim", "-1"], "--dim"),
        (&["--train", "--lr", "nan"], "`lr`"),
        (
            &["--train", "--head", "psc", "--loss", "paper"],
            "cross-entropy",
        ),
        (&["--train", "--device", "tpu"], "cpu"),
        (&["--json"], "--train"),
        (&["--prototypes", "--classes", "4"], "--dim"),
        (
            &[
                "--prototypes",
                "--classes",
                "4",
                "--dim",
                "3",
                "--epochs",
                "2",
            ],
            "--epochs",
        ),
        (
            &[
                "--prototypes",
                "--classes",
                "4",
                "--dim",
                "3",
                "--output",
                "w.txt",
            ],
            ".npy, .safetensors or .csv",
        ),
        (&["--train", "--prototype-file", "w.bin"], ".csv"),
    ] {
        refused(place.path(), arguments, 2, word, &[]);
    }
}

#[test]
fn modes_say_what_they_need() {
    let place = place();
    for (arguments, word) in [
        (&["--eval"][..], "--checkpoint"),
        (&["--export", "npz"], "--checkpoint"),
        (&["--export", "pickle"], "npz"),
        (&["--export", "npz", "--checkpoint", "x"], "--output"),
        (&["--verify-data"], "--data-dir"),
        (&["--study", "fig2"], "There is no study `fig2`"),
    ] {
        refused(place.path(), arguments, 2, word, &[]);
    }
}

#[test]
fn a_device_that_is_not_built_in_ends_with_5() {
    let place = place();
    refused(
        place.path(),
        &["--train", "--device", "cuda:1"],
        5,
        "CUDA",
        &[],
    );
}

#[test]
fn a_link_that_cannot_be_opened_opens_no_window() {
    let place = place();
    let damaged = "https://example.org/#state=1.AAAA";
    refused(place.path(), &["--open", damaged], 2, "damaged", &[]);
    refused(
        place.path(),
        &["--open", "nothing.txt"],
        2,
        "nothing.txt",
        &[],
    );
    let newer = ["--open", "#state=9.AAAA"];
    refused(place.path(), &newer, 2, "newer", &[]);
    let with_mode = ["--train", "--open", damaged];
    refused(place.path(), &with_mode, 2, "--open", &[]);
    let with_settings = ["--open", damaged, "--lr", "0.1"];
    refused(place.path(), &with_settings, 2, "--open", &[]);
    fs::write(place.path().join("link.txt"), "no link\n").unwrap();
    let foreign = ["--open", "link.txt"];
    refused(place.path(), &foreign, 2, "#state=1.", &["link.txt"]);
}

#[test]
fn a_run_that_cannot_be_shown_opens_no_window() {
    let place = place();
    fs::create_dir(place.path().join("run")).unwrap();
    let open = ["--open", "run"];
    refused(place.path(), &open, 2, "metrics.jsonl", &["run"]);
    fs::write(place.path().join("run/metrics.jsonl"), "{\n{}\n").unwrap();
    refused(place.path(), &open, 2, "Line 1", &["run"]);
}
