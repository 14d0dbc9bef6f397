//! Builds the page with trunk and serves it.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::steps::Steps;
use crate::tools::WasmOpt;
use crate::wasm_target::WasmToolchain;
use crate::{package, paths, release, shell, tools};

/// Options of `cargo xtask serve`.
#[derive(Debug, PartialEq, Eq)]
pub struct ServeOptions {
    /// Port on 127.0.0.1.
    pub port: u16,
    /// Whether the page is built as for visitors.
    pub release: bool,
    /// Whether a browser is opened, where there is a screen.
    pub open: bool,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            port: 8080,
            release: false,
            open: true,
        }
    }
}

/// `cargo xtask serve`.
pub fn serve(options: &ServeOptions) -> Result<()> {
    let port = options.port;
    if TcpStream::connect(("127.0.0.1", port)).is_ok() {
        bail!("Something already listens on port {port}: choose another with --port.");
    }
    let mut steps = Steps::default();
    let wasm_opt = if options.release {
        WasmOpt::Required
    } else {
        WasmOpt::Welcome
    };
    let toolchain = tools::ensure_for_page(&mut steps, wasm_opt)?;

    let address = format!("http://127.0.0.1:{port}/");
    let mut trunk = trunk(toolchain, "serve");
    trunk
        .args(["--address", "127.0.0.1", "--port"])
        .arg(port.to_string());
    trunk
        .arg("--dist")
        .arg(paths::target_dir().join("web-serve-dist"));
    if options.release {
        trunk.arg("--release");
    }
    eprintln!("\n==> building the page (the first time this takes many minutes), then serving it");
    let mut server = trunk.spawn().context("trunk could not be started")?;
    // trunk listens once the first build is done.
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = server.try_wait()? {
            bail!("trunk ended before it served anything ({status}); its message is above");
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    eprintln!("\n==> The page is at {address}   (Ctrl-C ends; changed sources are built again)\n");
    if options.open && has_screen() && !open_in_browser(&address) {
        eprintln!("    no browser could be opened: follow the address by hand");
    }
    let status = server.wait()?;
    if !status.success() {
        bail!("trunk ended ({status})");
    }
    Ok(())
}

/// `cargo xtask build-web`: the page for visitors in `dist/`, with its size; with `zip` also one file for all of it.
pub fn build_release(zip: bool) -> Result<()> {
    let mut steps = Steps::default();
    let toolchain = tools::ensure_for_page(&mut steps, WasmOpt::Required)?;
    let dist = paths::root().join("dist");
    steps.run("page (release)", || {
        shell::run(
            trunk(toolchain, "build")
                .arg("--release")
                .arg("--dist")
                .arg(&dist),
        )
    })?;
    steps.run("release and size", || seal(&dist, zip))?;
    steps.summary();
    Ok(())
}

/// `cargo xtask seal`: makes the page in `dist` ready for visitors and says how large it is.
pub fn seal(dist: &Path, zip: bool) -> Result<()> {
    let name = release::seal(dist)?;
    eprintln!("    release {name}");
    report_size(dist)?;
    if zip {
        let path = package::zip(dist)?;
        let size = fs::metadata(&path)?.len();
        eprintln!("    {size:>10} bytes   {}", path.display());
    }
    Ok(())
}

/// The page for the browser tests: the same page, compiled quickly.
pub fn build_for_tests(toolchain: WasmToolchain) -> Result<PathBuf> {
    let dist = paths::test_dist();
    shell::run(trunk(toolchain, "build").arg("--dist").arg(&dist))?;
    release::seal(&dist)?;
    Ok(dist)
}

fn trunk(toolchain: WasmToolchain, verb: &str) -> Command {
    let mut trunk = toolchain.command("trunk");
    // trunk reads NO_COLOR as true or false and refuses what everyone else writes there.
    trunk
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    trunk.arg(verb);
    trunk
}

fn report_size(dist: &Path) -> Result<()> {
    let has_brotli = shell::find("brotli").is_some();
    let mut names = Vec::new();
    for entry in fs::read_dir(dist).with_context(|| format!("{} cannot be read", dist.display()))? {
        let path = entry?.path();
        if path.is_file() {
            names.push(path);
        }
    }
    names.sort();
    for path in names {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let raw = fs::metadata(&path)?.len();
        let brotli = if has_brotli {
            Some(brotli_bytes(&path)?)
        } else {
            None
        };
        match brotli {
            Some(small) => eprintln!("    {raw:>10} bytes, {small:>9} by brotli   {name}"),
            None => eprintln!("    {raw:>10} bytes   {name}"),
        }
    }
    if !has_brotli {
        eprintln!("    install the program `brotli` to see compressed sizes");
    }
    Ok(())
}

fn brotli_bytes(path: &Path) -> Result<usize> {
    let output = shell::command("brotli")
        .args(["--stdout", "--quality=11", "--lgwin=24"])
        .arg(path)
        .output()
        .context("brotli could not be started")?;
    if !output.status.success() {
        bail!("brotli failed on {}", path.display());
    }
    Ok(output.stdout.len())
}

fn has_screen() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some())
}

fn open_in_browser(address: &str) -> bool {
    let mut opener = if cfg!(windows) {
        let mut cmd = shell::command("cmd");
        cmd.args(["/C", "start"]);
        cmd
    } else if cfg!(target_os = "macos") {
        shell::command("open")
    } else {
        shell::command("xdg-open")
    };
    shell::succeeds(opener.arg(address))
}
