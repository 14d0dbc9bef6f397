//! Good input: what is printed and what lies in the run folder.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::{json_line, keys, place, run, stdout};

#[test]
fn help_groups_the_flags_by_mode() {
    let place = place();
    let output = run(place.path(), &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = stdout(&output);
    for part in [
        "Modes",
        "Common",
        "Prototypes (--prototypes",
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
        "state_hash",
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
    let environment = fs::read_to_string(folder.join("env.json")).unwrap();
    let environment: Value = serde_json::from_str(&environment).unwrap();
    assert_eq!(environment["amp"], "off");
    // 64 inputs, 128 units with a bias and a normalisation each, 3 dimensions; a weight, its gradient and its
    // momentum take 12 bytes.
    let network = &environment["network"];
    let parameters = 64 * 128 + 3 * 128 + 128 * 3 + 3;
    assert_eq!(network["parameters"], parameters);
    assert_eq!(network["multiply_adds_per_sample"], 64 * 128 + 128 * 3);
    assert_eq!(network["least_training_bytes"], 12 * parameters);
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
    let lines: Vec<Value> = metrics
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["event"], "started");
    assert_eq!(lines[lines.len() - 1]["event"], "finished");
    let matched = lines.iter().find(|line| line["event"] == "relabelled");
    let matched = &matched.unwrap()["relabelling"];
    let number = |value: &Value| value.as_f64().unwrap();
    assert!(number(&matched["certificate_gap"]).abs() < 1e-9);
    let gains = matched["passings"].as_array().unwrap().iter();
    let gain: f64 = gains.map(|ring| number(&ring["gain"])).sum();
    let rise = number(&matched["score_after"]) - number(&matched["score_before"]);
    assert!((gain - rise).abs() < 1e-9, "{matched}");
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
    assert_eq!(last["cause"], "diverged");
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
