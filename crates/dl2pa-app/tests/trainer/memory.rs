//! A long run needs no more memory at its end than soon after its beginning.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::time::Duration;

use dl2pa_fixtures::{Cifar, Sizes, cifar10};

/// Growth that allocators are allowed, in MiB.
const ALLOWED_MIB: f64 = 8.0;

#[test]
fn memory_is_flat_over_two_thousand_steps() {
    let place = tempfile::tempdir().unwrap();
    let sizes = Sizes {
        train: 800,
        test: 50,
    };
    let data = place.path().join("data");
    std::fs::create_dir(&data).unwrap();
    cifar10(&data, Cifar::BinaryFolder, sizes, 1).unwrap();
    // 100 steps an epoch.
    let run = "--device cpu --quiet --train --dataset cifar10 --data-dir data --backbone mlp --batch-size 8 \
               --dim 3 --lr 0.001 --epochs 24 --mixup 1 --reprob 0.5";
    let mut child = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"))
        .args(run.split_whitespace())
        .current_dir(place.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut resident_mib = Vec::new();
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let line = status.ok().and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        });
        resident_mib.extend(line.map(|kib| kib / 1024.0));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    let looks = resident_mib.len();
    assert!(looks >= 20, "only {looks} looks");
    let most = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    // The first 400 of 2,400 steps fill caches.
    let early = most(&resident_mib[looks / 6..looks / 3]);
    let late = most(&resident_mib[looks - looks / 6..]);
    assert!(
        late < early + ALLOWED_MIB,
        "{early:.1} MiB after some hundred steps, {late:.1} MiB at the end"
    );
}
