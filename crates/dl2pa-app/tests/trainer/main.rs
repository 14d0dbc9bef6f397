//! The native trainer as a researcher uses it: every data set from its files, stopped and gone on with,
//! measured, exported.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cut_short;
mod data_sets;
mod exports;
mod full_disk;
mod memory;
mod own;
mod precision;
mod pretrained;
mod refusals;
mod reproduce;

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

fn run(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"));
    let arguments = [&["--device", "cpu"], arguments].concat();
    command.current_dir(place).args(arguments).output().unwrap()
}

/// Runs with `--json` and gives the last line of standard output; it must end with 0.
#[track_caller]
fn report(place: &Path, arguments: &[&str]) -> Value {
    let output = run(place, &[&["--json"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

fn number(report: &Value, key: &str) -> f64 {
    report[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} in {report}"))
}

/// The folder of the run that `report` is of.
fn folder(place: &Path, report: &Value) -> PathBuf {
    place.join(report["run_dir"].as_str().unwrap())
}
