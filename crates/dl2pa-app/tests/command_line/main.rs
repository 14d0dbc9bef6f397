//! The program as scripts see it: exit codes, sentences, the JSON line, and what is left on disk.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod assign;
mod assign_refusals;
mod prototype_refusals;
mod prototypes;
mod refusals;
mod results;
mod studies;

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

/// A file that tests/golden/make_pth_golden.py writes.
fn golden_pth(name: &str) -> String {
    let path = std::path::absolute(format!("../../tests/golden/pth/{name}"));
    path.unwrap().display().to_string()
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

/// Runs a mode with `--json` and more arguments; it must end with 0 and print one line.
#[track_caller]
fn report(place: &Path, mode: &str, more: &[&str]) -> Value {
    let output = run(place, &[&[mode, "--json"], more].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    json_line(&output)
}

fn number(report: &Value, key: &str) -> f64 {
    report[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} in {report}"))
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
