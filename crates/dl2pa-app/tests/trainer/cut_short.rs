//! Runs that are killed: nothing is lost but the last interval, and what goes on ends as if nothing had happened.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dl2pa_fixtures::{Cifar, Sizes, cifar100};
use serde_json::Value;

use super::{folder, report};

/// A run that takes a second or so.
fn long_run() -> Vec<&'static str> {
    let run = "--train --dataset cifar100 --data-dir data --backbone convnet --dim 10 --batch-size 16 \
               --lr 0.01 --loss cross-entropy --sched step --decay-milestones 5 --reprob 0.2 --mixup 0.5";
    run.split_whitespace().collect()
}

fn fixture(place: &Path) {
    let sizes = Sizes {
        train: 320,
        test: 100,
    };
    cifar100(&place.join("data"), Cifar::BinaryFolder, sizes, 3).unwrap();
}

/// The events in a run's log.
fn events(run: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn spawn(place: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dl2pa-app"))
        .args(["--device", "cpu", "--quiet"])
        .args(arguments)
        .current_dir(place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn spawn_and_kill(place: &Path, arguments: &[&str], after: Duration) {
    let mut child = spawn(place, arguments);
    std::thread::sleep(after);
    // SIGKILL: no handler runs. A run that is over already is as good.
    child.kill().ok();
    child.wait().unwrap();
}

#[test]
fn ten_epochs_are_five_and_a_kill_and_five() {
    let place = tempfile::tempdir().unwrap();
    fixture(place.path());
    let epochs = ["--epochs", "10"];
    let whole = report(
        place.path(),
        &[&long_run()[..], &epochs, &["--output", "whole"]].concat(),
    );

    let arguments = [&long_run()[..], &epochs, &["--output", "cut", "--quiet"]].concat();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"))
        .args(["--device", "cpu"])
        .args(&arguments)
        .current_dir(place.path())
        .spawn()
        .unwrap();
    // Kill it as soon as the fifth epoch is on disk.
    let cut = place.path().join("cut");
    for look in 0.. {
        let runs = std::fs::read_dir(&cut).into_iter().flatten().flatten();
        let summaries =
            runs.filter_map(|run| std::fs::read_to_string(run.path().join("summary.csv")).ok());
        if summaries
            .map(|text| text.lines().count())
            .max()
            .unwrap_or(0)
            > 5
        {
            break;
        }
        assert!(look < 24_000, "five epochs never came in two minutes");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let resumed = report(
        place.path(),
        &["--train", "--resume", "last", "--output", "cut"],
    );
    assert_eq!(resumed["state_hash"], whole["state_hash"]);
    for key in [
        "top1",
        "top5",
        "ece",
        "loss",
        "labels_moved",
        "min_angle_deg",
        "epochs",
    ] {
        assert_eq!(resumed[key], whole[key], "{key}");
    }
    let run = folder(place.path(), &resumed);
    assert!(events(&run).iter().any(|event| event["event"] == "resumed"));
    let rows = |run: &Path| {
        let text = std::fs::read_to_string(run.join("summary.csv")).unwrap();
        let columns = |row: &str| row.rsplit_once(',').unwrap().0.to_owned();
        text.lines().map(columns).collect::<Vec<_>>()
    };
    let of_whole = folder(place.path(), &whole);
    assert_eq!(rows(&run).len(), 11, "one row an epoch, none twice");
    assert_eq!(rows(&run)[1..], rows(&of_whole)[1..]);
}

#[test]
fn killed_at_twenty_moments_a_run_never_loses_more_than_its_last_interval() {
    let place = tempfile::tempdir().unwrap();
    fixture(place.path());
    let every = [
        "--checkpoint-every",
        "20ms",
        "--output",
        "runs",
        "--resume",
        "auto",
    ];
    let arguments = [&long_run()[..], &["--epochs", "24"], &every].concat();
    let runs = place.path().join("runs");
    // How long this machine, as busy as it is, takes to the first checkpoint.
    let mut child = spawn(place.path(), &arguments);
    let mut looks = 0;
    while newest_step(&runs).is_none() {
        looks += 1;
        assert!(looks < 12_000, "it came to no checkpoint in a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().ok();
    child.wait().unwrap();
    let first_ms = 5 * looks;
    let mut before = 0;
    for moment in 0..20_u64 {
        // Spread over start, epochs and writing, by no pattern that the run could have.
        let share = 40 + moment * 7919 % 160;
        let after = Duration::from_millis(first_ms * share / 100);
        spawn_and_kill(place.path(), &arguments, after);
        let Some(step) = newest_step(&runs) else {
            continue;
        };
        assert!(step >= before, "step {step} after step {before}");
        before = step;
    }
    assert!(before > 0, "it came to no checkpoint at all");
    let end = report(place.path(), &arguments);
    let whole = [&long_run()[..], &["--epochs", "24", "--output", "whole"]].concat();
    assert_eq!(
        end["state_hash"],
        report(place.path(), &whole)["state_hash"]
    );
}

/// The step of the newest run's last checkpoint, which must be whole.
fn newest_step(runs: &Path) -> Option<u64> {
    let folders = std::fs::read_dir(runs).ok()?.flatten();
    let last = folders
        .map(|run| run.path().join("checkpoints/last.safetensors"))
        .filter(|path| path.is_file())
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap())?;
    let bytes = std::fs::read(&last).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert!(file.names().len() > 5);
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let header = &metadata.metadata().as_ref().unwrap()["dl2pa_header"];
    let header: Value = serde_json::from_str(header).unwrap();
    header["step"].as_u64()
}
