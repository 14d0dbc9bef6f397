//! `cargo xtask bench`: runs the scripts under benches/, one after the other.

use anyhow::{Context as _, Result, bail};

use crate::steps::Steps;
use crate::{paths, shell};

/// Runs every `*.sh` and `*.py` directly under `benches/` in the order of their names.
pub fn run() -> Result<()> {
    let dir = paths::root().join("benches");
    let entries =
        std::fs::read_dir(&dir).with_context(|| format!("{} cannot be read", dir.display()))?;
    let mut scripts = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let interpreter = match path.extension().and_then(|extension| extension.to_str()) {
            Some("sh") => "sh",
            Some("py") => "python3",
            _ => continue,
        };
        scripts.push((path, interpreter));
    }
    scripts.sort();
    if scripts.is_empty() {
        bail!("There is no script under {} to run.", dir.display());
    }
    let mut steps = Steps::default();
    for (script, interpreter) in scripts {
        let name = script
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        steps.run(&name, || {
            shell::run(shell::command(interpreter).arg(&script))
        })?;
    }
    steps.summary();
    Ok(())
}
