//! A disk that takes no more: what was written before stays whole, and the run goes on from it.
//!
//! A limit on the length of files stands in for a full disk: writing beyond it fails as writing to one does,
//! with another of the system's words.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{folder, report};

/// Shorter than a checkpoint of the digits' network, longer than every other file of a short run, in bytes.
const LIMIT_BYTES: usize = 32 << 10;

/// Runs the program with files of at most so many bytes. (The shell counts in blocks of 512.)
fn run_limited(place: &Path, bytes: usize, arguments: &[&str]) -> Output {
    let blocks = bytes / 512;
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_dl2pa-app")])
        .args(["--device", "cpu"])
        .args(arguments)
        .current_dir(place)
        .output()
        .unwrap()
}

/// What the run said; it must have ended with 1 and one sentence or two on one line.
#[track_caller]
fn failed(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let errors: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 1, "{said}");
    errors[0].to_owned()
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The only run in `runs`.
fn only_run(place: &Path) -> PathBuf {
    let runs = place.join("runs");
    let names = names(&runs);
    assert_eq!(names.len(), 1, "{names:?}");
    runs.join(&names[0])
}

#[test]
fn a_checkpoint_that_finds_no_room_leaves_the_old_one_to_go_on_from() {
    let place = tempfile::tempdir().unwrap();
    let train = ["--train", "--sched", "constant", "--epochs"];
    let whole = report(
        place.path(),
        &[&train[..], &["4", "--output", "whole"]].concat(),
    );
    report(place.path(), &[&train[..], &["2"]].concat());
    let run = only_run(place.path());
    let last = run.join("checkpoints/last.safetensors");
    let (before, files) = (fs::read(&last).unwrap(), names(&run));
    assert!(before.len() > LIMIT_BYTES, "{} bytes", before.len());

    // Twice: what the first failure leaves must not stand in the way of the second.
    let go_on = ["--train", "--resume", "last", "--epochs", "4"];
    for attempt in 0..2 {
        let said = failed(&run_limited(place.path(), LIMIT_BYTES, &go_on));
        assert!(said.contains("last.safetensors"), "{said}");
        assert!(said.contains("room"), "{said}");
        assert!(said.contains("--resume"), "{said}");
        assert_eq!(fs::read(&last).unwrap(), before, "attempt {attempt}");
        let kept = names(&run.join("checkpoints"));
        assert_eq!(kept, ["best.safetensors", "last.safetensors"]);
    }
    // The log itself finds no room.
    let log = fs::metadata(run.join("metrics.jsonl")).unwrap().len() as usize;
    let said = failed(&run_limited(place.path(), log, &go_on));
    assert!(said.contains("--resume"), "{said}");
    assert_eq!(fs::read(&last).unwrap(), before);
    let is_curve = |name: &String| name.starts_with("events.");
    let settings = |names: Vec<String>| -> Vec<String> {
        names.into_iter().filter(|name| !is_curve(name)).collect()
    };
    assert_eq!(settings(names(&run)), settings(files));

    let gone_on = report(place.path(), &go_on);
    assert_eq!(gone_on["state_hash"], whole["state_hash"]);
    let log = fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("{line}"));
    }
}

#[test]
fn a_run_without_a_checkpoint_is_begun_anew() {
    let place = tempfile::tempdir().unwrap();
    let arguments = ["--train", "--epochs", "1"];
    let said = failed(&run_limited(place.path(), LIMIT_BYTES, &arguments));
    assert!(said.contains("room"), "{said}");
    assert!(!said.contains("--resume"), "there is nothing yet: {said}");
    let run = only_run(place.path());
    assert!(names(&run.join("checkpoints")).is_empty());
    // Not even its settings find room: no folder is left.
    let other = tempfile::tempdir().unwrap();
    failed(&run_limited(other.path(), 512, &arguments));
    assert!(!other.path().join("runs").exists());

    let begun = report(
        place.path(),
        &["--train", "--epochs", "1", "--resume", "auto"],
    );
    assert_ne!(folder(place.path(), &begun), run);
}
