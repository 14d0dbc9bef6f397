//! A real browser for the tests: a server for the built page, a WebDriver client, the playground as a script sees it.

pub mod picture;
pub mod playground;
pub mod server;
pub mod webdriver;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The folder with the built page, from `DL2PA_DIST`.
///
/// # Errors
/// When the variable is missing or the folder holds no page.
pub fn dist() -> Result<PathBuf> {
    let dir = std::env::var_os("DL2PA_DIST")
        .context("DL2PA_DIST does not say where the built page is: run the browser tests by `cargo xtask test`")?;
    let dir = PathBuf::from(dir);
    if !dir.join("index.html").is_file() {
        bail!(
            "{} holds no index.html: build the page first (`cargo xtask test` does)",
            dir.display()
        );
    }
    Ok(dir)
}

/// The folder for screenshots and figures: `DL2PA_ARTEFACTS`, or one beside the test binaries. It is made if missing.
///
/// # Errors
/// When it cannot be made.
pub fn artefacts() -> Result<PathBuf> {
    let dir = match std::env::var_os("DL2PA_ARTEFACTS") {
        Some(dir) => PathBuf::from(dir),
        None => {
            let exe = std::env::current_exe()?;
            exe.parent()
                .context("the test binary lies in no folder")?
                .join("browser-artefacts")
        }
    };
    std::fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    Ok(dir)
}

/// A clock for waiting. Tests of the browser run natively only.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this package is never built for wasm"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Asks `probe` every `pause` until it has an answer; `what` completes "... has not happened within".
///
/// # Errors
/// When `limit` passes without an answer, or `probe` fails.
pub fn wait_for<T>(
    what: &str,
    limit: Duration,
    pause: Duration,
    mut probe: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let clock = Stopwatch::start();
    loop {
        if let Some(answer) = probe()? {
            return Ok(answer);
        }
        if clock.elapsed() > limit {
            bail!("{what} has not happened within {} s", limit.as_secs());
        }
        std::thread::sleep(pause);
    }
}
