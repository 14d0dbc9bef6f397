//! The programs that build and test the page: trunk, wasm-bindgen, wasm-opt, a browser with its driver.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::debian::{self, Need};
use crate::steps::Steps;
use crate::wasm_target::{self, WasmToolchain};
use crate::{paths, shell};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
/// What checks the page for people who use assistive technology (MPL-2.0; fetched, never shipped).
const AXE: &str = "4.14.1";
/// wasm-opt before this one writes files that browsers refuse, or does not know the features we use.
const OLDEST_WASM_OPT: u32 = 119;

const BROWSER: [Need; 9] = [
    Need {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
    },
    Need {
        programs: &["chromedriver"],
        package: "chromium-driver",
    },
    // A screen that is not there, for the window's own tests.
    Need {
        programs: &["Xvfb"],
        package: "xvfb",
    },
    // A graphics card that is not there: Vulkan on the CPU.
    Need {
        programs: &[],
        package: "mesa-vulkan-drivers",
    },
    Need {
        programs: &[],
        package: "libvulkan1",
    },
    Need {
        programs: &[],
        package: "libxkbcommon-x11-0",
    },
    Need {
        programs: &[],
        package: "libxcursor1",
    },
    Need {
        programs: &[],
        package: "libxi6",
    },
    Need {
        programs: &[],
        package: "fonts-dejavu-core",
    },
];
const NODE: [Need; 2] = [
    Need {
        programs: &["node"],
        package: "nodejs",
    },
    Need {
        programs: &["npm"],
        package: "npm",
    },
];

/// `cargo xtask setup`: everything that `serve` and `test` would install.
pub fn setup() -> Result<()> {
    let mut steps = Steps::default();
    steps.run("rustfmt and clippy", ensure_components)?;
    steps.run("browser and its driver", ensure_browser)?;
    steps.run("wasm target", wasm_target::ensure)?;
    steps.run("wasm-bindgen", ensure_wasm_bindgen)?;
    steps.run("trunk", ensure_trunk)?;
    steps.run("wasm-opt", ensure_wasm_opt)?;
    steps.summary();
    Ok(())
}

/// How much a build of the page depends on wasm-opt, which only shrinks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmOpt {
    /// The build does not call it.
    Unused,
    /// The build does not call it, but the next one may: a failure to install it is said and no more.
    Welcome,
    /// The build calls it.
    Required,
}

/// What a build of the page needs.
pub fn ensure_for_page(steps: &mut Steps, wasm_opt: WasmOpt) -> Result<WasmToolchain> {
    let toolchain = steps.run("wasm target", wasm_target::ensure)?;
    steps.run("wasm-bindgen", ensure_wasm_bindgen)?;
    steps.run("trunk", ensure_trunk)?;
    match wasm_opt {
        WasmOpt::Unused => {}
        WasmOpt::Required => steps.run("wasm-opt", ensure_wasm_opt)?,
        WasmOpt::Welcome => steps.run("wasm-opt", || {
            if let Err(error) = ensure_wasm_opt() {
                eprintln!("    going on without wasm-opt, which only `--release` and `build-web` need: {error:#}");
            }
            Ok(())
        })?,
    }
    Ok(toolchain)
}

/// rustfmt and clippy of the checkout's toolchain.
pub fn ensure_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !shell::succeeds(shell::command("cargo").args([subcommand, "--version"])) {
            shell::run(shell::command("rustup").args(["component", "add", component]))
                .with_context(|| format!("{component} is missing and rustup could not add it"))?;
        }
    }
    Ok(())
}

/// Chromium with its driver, and the libraries that a machine without a screen lacks.
pub fn ensure_browser() -> Result<()> {
    debian::ensure("the browser tests", &BROWSER)
}

fn ensure_trunk() -> Result<()> {
    let present = version_of("trunk");
    if present
        .as_deref()
        .is_some_and(|version| at_least(version, TRUNK))
    {
        eprintln!("    trunk {} is there", present.unwrap_or_default());
        return Ok(());
    }
    // Without its own downloads (we bring the tools) and unoptimised (it only calls other programs) trunk
    // builds in a third of the time.
    cargo_install("trunk", TRUNK, "1", &["--locked", "--no-default-features"])
}

fn ensure_wasm_bindgen() -> Result<()> {
    let wanted = paths::locked_version("wasm-bindgen")?;
    let present = version_of("wasm-bindgen");
    if present.as_deref() == Some(wanted.as_str()) {
        eprintln!("    wasm-bindgen {wanted} is there");
        return Ok(());
    }
    if let Some(other) = present {
        eprintln!("    wasm-bindgen {other} is there, but Cargo.lock asks for {wanted}");
    }
    // This one chews through tens of megabytes of wasm, so it is worth compiling well.
    cargo_install("wasm-bindgen-cli", &wanted, "2", &[])
}

fn cargo_install(package: &str, version: &str, opt_level: &str, options: &[&str]) -> Result<()> {
    shell::run(
        shell::command("cargo")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
            .args(["install", package, "--version", version, "--force"])
            .args(options),
    )
}

/// wasm-opt from npm's `binaryen`, linked into cargo's folder for programs, where trunk finds it.
fn ensure_wasm_opt() -> Result<()> {
    if let Some(version) = wasm_opt_version().filter(|version| *version >= OLDEST_WASM_OPT) {
        eprintln!("    wasm-opt {version} is there");
        return Ok(());
    }
    let home = paths::cargo_home()?;
    let folder = home.join("binaryen");
    npm_install("wasm-opt", &folder, &format!("binaryen@{BINARYEN}"))?;
    let program = folder.join("node_modules/.bin/wasm-opt");
    let link = home.join("bin/wasm-opt");
    link_program(&program, &link)?;
    match wasm_opt_version() {
        Some(version) if version >= OLDEST_WASM_OPT => Ok(()),
        Some(version) => bail!(
            "The PATH finds an old wasm-opt ({version}) before {}; remove it or reorder the PATH.",
            link.display()
        ),
        None => bail!(
            "wasm-opt was installed as {} but does not run; is that folder on the PATH?",
            link.display()
        ),
    }
}

/// axe-core from npm under the target folder; returns its one script.
pub fn ensure_axe() -> Result<PathBuf> {
    let folder = paths::target_dir().join("xtask").join(format!("axe-{AXE}"));
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        eprintln!("    axe-core {AXE} is there");
    } else {
        npm_install("axe-core", &folder, &format!("axe-core@{AXE}"))?;
    }
    Ok(script)
}

fn npm_install(what_for: &str, folder: &Path, package: &str) -> Result<()> {
    debian::ensure(what_for, &NODE)?;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    shell::run(
        shell::command("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--prefix",
            ])
            .arg(folder)
            .arg(package),
    )
}

#[cfg(unix)]
fn link_program(program: &Path, link: &Path) -> Result<()> {
    if link.is_symlink() {
        fs::remove_file(link)?;
    }
    std::os::unix::fs::symlink(program, link)
        .with_context(|| format!("{} cannot be made", link.display()))
}

#[cfg(not(unix))]
fn link_program(program: &Path, _link: &Path) -> Result<()> {
    bail!(
        "Put {} on the PATH and run the command again.",
        program.display()
    )
}

fn wasm_opt_version() -> Option<u32> {
    // "wasm-opt version 132 (version_132)"
    let said = shell::read(shell::command("wasm-opt").arg("--version")).ok()?;
    said.split_whitespace().nth(2)?.parse().ok()
}

/// The second word of `PROGRAM --version`.
fn version_of(program: &str) -> Option<String> {
    let said = shell::read(shell::command(program).arg("--version")).ok()?;
    said.split_whitespace().nth(1).map(str::to_owned)
}

/// Whether `version` is at least `oldest`, both of the form 1.2.3.
fn at_least(version: &str, oldest: &str) -> bool {
    fn numbers(version: &str) -> Vec<u32> {
        let release = version.split(['-', '+']).next().unwrap_or_default();
        release
            .split('.')
            .map(|number| number.parse().unwrap_or(0))
            .collect()
    }
    numbers(version) >= numbers(oldest)
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(at_least("0.21.14", "0.21.14"));
        assert!(at_least("0.22.0", "0.21.14"));
        assert!(!at_least("0.21.9", "0.21.14"));
        assert!(!at_least("0.20.3", "0.21.14"));
    }
}
