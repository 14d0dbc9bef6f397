//! A compiler for wasm32-unknown-unknown: rustup's target, or Debian's where rustup cannot fetch it.
//!
//! Debian ships the compiler that its browsers need (`rustc-web`) with the sources of the standard library
//! but without a built one for this target. So the fallback links that compiler to rustup as the toolchain
//! `debian-web`, builds the library once and puts it where the compiler looks for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::debian::{self, Need};
use crate::{paths, shell};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_TOOLCHAIN: &str = "debian-web";
const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_PACKAGES: [Need; 5] = [
    Need {
        programs: &[],
        package: "rustc-web",
    },
    Need {
        programs: &[],
        package: "cargo-web",
    },
    Need {
        programs: &[],
        package: "rust-web-src",
    },
    Need {
        programs: &[],
        package: "rust-web-clippy",
    },
    Need {
        programs: &[DEBIAN_LINKER],
        package: "lld-22",
    },
];

/// The toolchain that builds the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The checkout's own toolchain with rustup's target.
    Rustup,
    /// Debian's compiler under the name `debian-web`.
    Debian,
}

impl WasmToolchain {
    /// Environment variables that make cargo (and trunk, which calls it) use this toolchain.
    pub fn environment(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Rustup => &[],
            Self::Debian => &[
                ("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER),
            ],
        }
    }

    /// A command that builds for wasm with this toolchain.
    pub fn command(self, program: &str) -> Command {
        let mut command = shell::command(program);
        command.envs(self.environment().iter().copied());
        if self == Self::Debian {
            // Set by `cargo run` for the checkout's toolchain; Debian's compiler has its own libraries.
            command.env_remove("LD_LIBRARY_PATH");
        }
        command
    }

    /// Whether an empty program can be compiled and linked: the only proof that all the parts fit.
    fn works(self) -> bool {
        let scratch = paths::target_dir().join("xtask");
        let source = scratch.join("empty.rs");
        if fs::create_dir_all(&scratch).is_err() || fs::write(&source, "fn main() {}\n").is_err() {
            return false;
        }
        let mut compiler = self.command("rustc");
        if self == Self::Debian {
            compiler.arg(format!("-Clinker={DEBIAN_LINKER}"));
        }
        compiler.args(["--edition=2024", "--target", TARGET, "-o"]);
        shell::succeeds(compiler.arg(scratch.join("empty.wasm")).arg(&source))
    }
}

/// Finds a toolchain for the target, or installs one and says how.
pub fn ensure() -> Result<WasmToolchain> {
    for toolchain in [WasmToolchain::Rustup, WasmToolchain::Debian] {
        if toolchain.works() {
            match toolchain {
                WasmToolchain::Rustup => eprintln!("    {TARGET}: rustup's target"),
                WasmToolchain::Debian => say_debian(),
            }
            return Ok(toolchain);
        }
    }
    eprintln!("    asking rustup for {TARGET}");
    let mut rustup = shell::command("rustup");
    // Its one sentence is enough; where it cannot fetch, there is another way.
    rustup.env("RUST_BACKTRACE", "0");
    let by_rustup = shell::run(rustup.args(["target", "add", TARGET]));
    if by_rustup.is_ok() && WasmToolchain::Rustup.works() {
        return Ok(WasmToolchain::Rustup);
    }
    eprintln!("    rustup cannot fetch {TARGET} here, so Debian's packages are used instead");
    install_from_debian().with_context(|| {
        format!(
            "neither `rustup target add {TARGET}` nor Debian's rustc-web brought a compiler for wasm; \
             install the target by hand and run the command again"
        )
    })?;
    say_debian();
    Ok(WasmToolchain::Debian)
}

fn say_debian() {
    eprintln!("    {TARGET}: Debian's compiler, linked as the toolchain {DEBIAN_TOOLCHAIN}");
    eprintln!("    to build the page by hand, set");
    for (name, value) in WasmToolchain::Debian.environment() {
        eprintln!("        export {name}={value}");
    }
}

fn install_from_debian() -> Result<()> {
    debian::ensure("the wasm target", &DEBIAN_PACKAGES)?;
    shell::run(shell::command("rustup").args(["toolchain", "link", DEBIAN_TOOLCHAIN, "/usr"]))?;
    let library = library_dir()?;
    let built = build_std()?;
    let copied = copy_libraries(&built, &library)?;
    eprintln!("    {copied} libraries copied to {}", library.display());
    if !WasmToolchain::Debian.works() {
        bail!("Debian's compiler still cannot link an empty program for {TARGET}");
    }
    Ok(())
}

/// Where the compiler looks for the target's standard library.
fn library_dir() -> Result<PathBuf> {
    let mut compiler = WasmToolchain::Debian.command("rustc");
    let sysroot = shell::read(compiler.args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib"))
}

/// Builds the standard library in an empty crate; returns the folder with the libraries.
fn build_std() -> Result<PathBuf> {
    const CRATE: &str = "dl2pa_empty";
    let dir = paths::target_dir().join("xtask/wasm-std");
    fs::create_dir_all(dir.join("src"))
        .with_context(|| format!("{} cannot be made", dir.display()))?;
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"{CRATE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest)?;
    fs::write(dir.join("src/lib.rs"), "")?;
    let target = dir.join("target");
    shell::run(
        WasmToolchain::Debian
            .command("cargo")
            .current_dir(&dir)
            // The source of the library is there for the compiler's own build; asking for it from outside
            // needs the key that the compiler's own build has.
            .env("RUSTC_BOOTSTRAP", "1")
            // The released page is optimised across crates, which needs the library's bitcode too.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", &target)
            .args([
                "build",
                "--release",
                "-Zbuild-std=std,panic_abort,test",
                "--target",
                TARGET,
            ]),
    )?;
    // What was built of the crate itself must not go into the compiler's folder.
    let built = target.join(TARGET).join("release/deps");
    for entry in fs::read_dir(&built)? {
        let path = entry?.path();
        let of_the_crate = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains(CRATE));
        if of_the_crate {
            fs::remove_file(&path)?;
        }
    }
    Ok(built)
}

fn copy_libraries(from: &Path, to: &Path) -> Result<usize> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    // Libraries of an older compiler beside the new ones would make every crate name ambiguous.
    for stale in libraries(to)? {
        fs::remove_file(&stale)
            .with_context(|| format!("{} cannot be removed", stale.display()))?;
    }
    let fresh = libraries(from)?;
    for library in &fresh {
        let copy = to.join(library.file_name().unwrap_or_default());
        fs::copy(library, &copy)
            .with_context(|| format!("{} cannot be written", copy.display()))?;
    }
    Ok(fresh.len())
}

fn libraries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("{} cannot be read", dir.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            found.push(path);
        }
    }
    Ok(found)
}
