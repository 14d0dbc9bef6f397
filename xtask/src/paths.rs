//! Where things are: the checkout, cargo's target folder, cargo's own programs, the lock file's versions.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The root of the checkout.
pub fn root() -> PathBuf {
    // As cargo says it now, not as it was when this was compiled: checkouts may share a target folder.
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().unwrap_or(&xtask).to_owned()
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, or `target/` in the checkout.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) if !dir.is_empty() => std::path::absolute(&dir).unwrap_or_else(|_| dir.into()),
        _ => root().join("target"),
    }
}

/// The page that the browser tests open.
pub fn test_dist() -> PathBuf {
    target_dir().join("web-test-dist")
}

/// Where the browser tests leave screenshots and figures.
pub fn browser_artefacts() -> PathBuf {
    target_dir().join("browser-artefacts")
}

/// Cargo's home, under which `cargo install` puts programs.
pub fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()) {
        return Ok(home.into());
    }
    std::env::home_dir()
        .map(|home| home.join(".cargo"))
        .context("There is no home folder to install tools into: set CARGO_HOME.")
}

/// The version of `package` in `Cargo.lock`.
pub fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    version_in_lock(&lock, package)
        .with_context(|| format!("Cargo.lock names no package {package}"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_is_read() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock(lock, "trunk"), None);
    }
}
