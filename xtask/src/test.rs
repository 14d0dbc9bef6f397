//! `cargo xtask test`: everything that must hold before a change goes in, in one order, with one summary.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::steps::Steps;
use crate::tools::WasmOpt;
use crate::wasm_target::WasmToolchain;
use crate::{paths, shell, tools, web};

/// The browser tests sit behind this feature, since they need a page that has been built.
const BROWSER_FEATURE: &str = "dl2pa-tests/browser";

/// What is tested in a real browser, from what everything rests on to what takes longest.
const BROWSER_TESTS: [&str; 5] = [
    "browser",
    "browser_page",
    "browser_bits",
    "browser_links",
    "browser_lessons",
];

/// Runs all steps; the first failure ends it and names its step.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.run("rustfmt and clippy", tools::ensure_components)?;
    steps.run("browser and its driver", tools::ensure_browser)?;
    steps.run("formatting", || cargo(&["fmt", "--all", "--check"]))?;
    steps.run("locked packages", fetch)?;
    steps.run("clippy", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            BROWSER_FEATURE,
            "--",
            "-D",
            "warnings",
        ])
    })?;
    steps.run("native tests", || cargo(&["test", "--workspace"]))?;
    steps.run("dependency arrows", || {
        cargo(&["test", "--workspace", "--test", "arrows"])
    })?;

    let toolchain = tools::ensure_for_page(&mut steps, WasmOpt::Unused)?;
    steps.run("clippy for wasm", || clippy_for_wasm(toolchain))?;
    let dist = steps.run("wasm page", || web::build_for_tests(toolchain))?;
    let axe = steps.run("axe-core", tools::ensure_axe)?;
    steps.run("browser tests", || {
        shell::run(
            shell::command("cargo")
                .env("DL2PA_DIST", &dist)
                .env("DL2PA_AXE", &axe)
                .env("DL2PA_ARTEFACTS", paths::browser_artefacts())
                // The whole workspace is named so that cargo joins the same features as above and builds nothing twice.
                .args(["test", "--workspace", "--features", BROWSER_FEATURE])
                .args(BROWSER_TESTS.iter().flat_map(|name| ["--test", *name]))
                .args(["--", "--test-threads=1", "--nocapture"]),
        )
    })?;
    steps.summary();
    eprintln!(
        "    screenshots and figures: {}",
        paths::browser_artefacts().display()
    );
    Ok(())
}

/// Downloads what the lock file names for this machine and for the page; a stale lock file ends here.
fn fetch() -> Result<()> {
    let compiler = shell::read(shell::command("rustc").arg("-vV"))?;
    let host = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say for which machine it compiles")?;
    cargo(&[
        "fetch",
        "--locked",
        "--target",
        host,
        "--target",
        "wasm32-unknown-unknown",
    ])
    .context("if Cargo.lock is out of date, run `cargo check` and commit it")
}

fn cargo(arguments: &[&str]) -> Result<()> {
    shell::run(shell::command("cargo").args(arguments))
}

/// The browser's main thread must never wait, so this clippy also bans what waits (xtask/clippy-wasm/clippy.toml).
fn clippy_for_wasm(toolchain: WasmToolchain) -> Result<()> {
    if !shell::succeeds(toolchain.command("cargo").args(["clippy", "--version"])) {
        eprintln!("    skipped: the toolchain for wasm has no clippy");
        return Ok(());
    }
    let mut clippy: Command = toolchain.command("cargo");
    shell::run(
        clippy
            .env("CLIPPY_CONF_DIR", paths::root().join("xtask/clippy-wasm"))
            // The profile of the page, so that build scripts and macros are compiled once for both.
            .args([
                "clippy",
                "--profile",
                "web-test",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .args(["--package", "dl2pa-app", "--", "-D", "warnings"]),
    )
}
