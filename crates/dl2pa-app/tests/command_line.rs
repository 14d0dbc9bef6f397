//! The program as scripts see it: exit codes, sentences, the JSON line, and what is left on disk.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// An empty folder to run in.
fn place() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn run(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"));
    command.current_dir(place).args(arguments);
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The run must end with `code`, one sentence that names `word`, no panic, and leave nothing but
/// the `kept` entries.
#[track_caller]
fn refused(place: &Path, arguments: &[&str], code: i32, word: &str, kept: &[&str]) {
    let output = run(place, arguments);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.starts_with("error: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.trim_end().ends_with('.'), "{said}");
    assert!(said.contains(word), "{word:?} is not in: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(stdout(&output), "");
    let mut left: Vec<String> = fs::read_dir(place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, kept);
}

/// The last line of standard output.
fn json_line(output: &Output) -> Value {
    let text = stdout(output);
    let said = String::from_utf8_lossy(&output.stderr);
    let last = text
        .lines()
        .last()
        .unwrap_or_else(|| panic!("no line; {said}"));
    serde_json::from_str(last).unwrap()
}

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

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
        (&["--train", "--prototype-file", "w.txt"], ".csv"),
    ] {
        refused(place.path(), arguments, 2, word, &[]);
    }
}

#[test]
fn modes_to_come_say_so() {
    let place = place();
    for arguments in [
        &["--eval"][..],
        &["--assign"],
        &["--export"],
        &["--verify-data"],
        &["--study", "fig2"],
    ] {
        refused(place.path(), arguments, 2, "not built yet", &[]);
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
fn help_groups_the_flags_by_mode() {
    let place = place();
    let output = run(place.path(), &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = stdout(&output);
    for part in [
        "Modes",
        "Common",
        "Settings of a run",
        "--assign-period",
        "-b, --batch-size",
    ] {
        assert!(help.contains(part), "{part:?} is not in {help}");
    }
}

#[test]
fn the_printed_configuration_is_a_file_that_the_program_takes() {
    let place = place();
    let arguments = [
        "--print-config",
        "--dataset",
        "grouped",
        "--hidden",
        "64,32",
        "--seed",
        "7",
    ];
    let printed = run(place.path(), &arguments);
    assert_eq!(printed.status.code(), Some(0));
    fs::write(place.path().join("run.toml"), &printed.stdout).unwrap();
    let again = run(place.path(), &["--print-config", "--config", "run.toml"]);
    assert_eq!(stdout(&again), stdout(&printed));
    let flag_wins = [
        "--print-config",
        "--config",
        "run.toml",
        "--seed",
        "8",
        "--json",
    ];
    let config = json_line(&run(place.path(), &flag_wins));
    assert_eq!(config["seed"], 8);
    assert_eq!(config["hidden"], serde_json::json!([64, 32]));
    assert_eq!(config["classes"], 100);
}

#[test]
fn prototypes_are_reported_and_written_in_every_format() {
    let place = place();
    for name in ["w.npy", "w.safetensors", "w.csv"] {
        let arguments = [
            "--prototypes",
            "--classes",
            "6",
            "--dim",
            "3",
            "--output",
            name,
            "--json",
        ];
        let output = run(place.path(), &arguments);
        assert_eq!(output.status.code(), Some(0));
        let report = json_line(&output);
        let expected = [
            "apad_deg",
            "bound_max_cos",
            "classes",
            "dim",
            "l_uni",
            "max_cos",
            "mean_cos",
            "mean_max_cos",
            "method",
            "min_angle_deg",
            "proven_optimal",
            "seconds",
        ];
        assert_eq!(keys(&report), expected);
        assert!(
            (report["min_angle_deg"].as_f64().unwrap() - 90.0).abs() < 0.1,
            "{report}"
        );
        assert_eq!(report["proven_optimal"], true);
        // What was written can be trained with.
        let arguments = [
            "--train",
            "--classes",
            "6",
            "--epochs",
            "1",
            "--prototype-file",
            name,
            "--device",
            "cpu",
            "--json",
        ];
        let trained = json_line(&run(place.path(), &arguments));
        assert!(
            (trained["min_angle_deg"].as_f64().unwrap() - 90.0).abs() < 0.1,
            "{trained}"
        );
    }
}

/// Trains two epochs on the CPU.
fn short_training(place: &Path, more: &[&str]) -> Output {
    let short = ["--train", "--epochs", "2", "--seed", "1", "--device", "cpu"];
    run(place, &[&short, more].concat())
}

#[test]
fn training_prints_the_promised_line_and_fills_its_folder() {
    let place = place();
    let output = short_training(place.path(), &["--json", "--output", "out/runs"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stdout(&output).lines().count(),
        1,
        "standard output is the result's alone"
    );
    let report = json_line(&output);
    let expected = [
        "backbone",
        "classes",
        "dataset",
        "device",
        "dim",
        "ece",
        "epochs",
        "head",
        "images_per_sec",
        "labels_moved",
        "loss",
        "loss_name",
        "min_angle_deg",
        "run_dir",
        "seconds",
        "seed",
        "top1",
        "top5",
    ];
    assert_eq!(keys(&report), expected);
    assert!(
        report["top1"].as_f64().unwrap() > 20.0,
        "percent, and better than chance: {report}"
    );
    assert_eq!(report["epochs"], 2);
    assert_eq!(report["seed"], 1);
    let folder = place.path().join(report["run_dir"].as_str().unwrap());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("events.out.tfevents."))
        .collect();
    names.sort();
    let expected = [
        "checkpoints",
        "config.toml",
        "env.json",
        "metrics.jsonl",
        "summary.csv",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        6,
        "and one event file"
    );
    let mut checkpoints: Vec<String> = fs::read_dir(folder.join("checkpoints"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    checkpoints.sort();
    assert_eq!(checkpoints, ["best.safetensors", "last.safetensors"]);
    let metrics = fs::read_to_string(folder.join("metrics.jsonl")).unwrap();
    let names: Vec<String> = metrics
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].to_string())
        .collect();
    assert_eq!(names.first().map(String::as_str), Some("\"started\""));
    assert_eq!(names.last().map(String::as_str), Some("\"finished\""));
    assert_eq!(
        fs::read_to_string(folder.join("summary.csv"))
            .unwrap()
            .lines()
            .count(),
        3
    );
}

#[test]
fn quiet_says_the_result_only_and_plain_lines_tell_each_epoch() {
    let place = place();
    let quiet = short_training(place.path(), &["--quiet"]);
    assert_eq!(stdout(&quiet).lines().count(), 2, "{}", stdout(&quiet));
    let plain = stdout(&short_training(place.path(), &[]));
    assert!(plain.contains("epoch 1/2"), "{plain}");
    assert!(plain.contains("epoch 2/2"), "{plain}");
    assert_eq!(
        fs::read_dir(place.path().join("runs")).unwrap().count(),
        2,
        "none overwritten"
    );
}

#[test]
fn a_training_that_diverges_ends_with_4() {
    let place = place();
    let output = short_training(place.path(), &["--lr", "1e30", "--loss", "paper"]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("learning rate"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let run = fs::read_dir(place.path().join("runs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let metrics = fs::read_to_string(run.path().join("metrics.jsonl")).unwrap();
    let last: Value = serde_json::from_str(metrics.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "failed");
    assert_eq!(last["diverged"], true);
}

#[test]
fn the_same_seed_gives_the_same_line_but_for_times() {
    let place = place();
    let line = || {
        let mut line = json_line(&short_training(place.path(), &["--json"]));
        let object = line.as_object_mut().unwrap();
        for time in ["seconds", "images_per_sec", "run_dir"] {
            assert!(object.remove(time).is_some());
        }
        line
    };
    assert_eq!(line(), line());
}

/// Starts a long training, waits for its first checkpoint, sends `signal`, and checks the end.
#[cfg(unix)]
#[track_caller]
fn interrupted(signal: &str, code: i32) {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let place = place();
    let child = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"))
        .current_dir(place.path())
        .args([
            "--train", "--epochs", "100000", "--device", "cpu", "--json", "--output", "runs",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let last = || {
        let run = fs::read_dir(place.path().join("runs"))
            .ok()?
            .next()?
            .ok()?
            .path();
        Some(run.join("checkpoints/last.safetensors"))
    };
    // 60 s at most; then the assertion below speaks.
    for _ in 0..600 {
        if last().is_some_and(|path| path.exists()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let pid = child.id().to_string();
    let killed = Command::new("kill").args([signal, &pid]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(code));
    let report = json_line(&output);
    assert!(report["epochs"].as_u64().unwrap() < 100_000, "{report}");
    let checkpoint = fs::read(last().unwrap()).unwrap();
    assert!(safetensors::SafeTensors::deserialize(&checkpoint).is_ok());
}

#[cfg(unix)]
#[test]
fn ctrl_c_writes_a_checkpoint_and_ends_with_130() {
    interrupted("-INT", 130);
}

#[cfg(unix)]
#[test]
fn termination_writes_a_checkpoint_and_ends_with_143() {
    interrupted("-TERM", 143);
}
