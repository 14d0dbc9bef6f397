//! Debian packages: which are missing, and their installation where that is allowed.

use anyhow::{Result, bail};

use crate::shell;

/// Something the project needs from the system.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// Programs that serve the purpose; the first one found will do. Empty for libraries.
    pub programs: &'static [&'static str],
    /// The Debian package that brings it.
    pub package: &'static str,
}

/// Makes sure of `needs`. Installs the missing packages where `apt-get` exists and we are root; elsewhere the
/// error says what to install. `purpose` completes "... needed for".
pub fn ensure(purpose: &str, needs: &[Need]) -> Result<()> {
    let has_apt = shell::find("apt-get").is_some() && shell::find("dpkg-query").is_some();
    let missing: Vec<&Need> = needs
        .iter()
        .filter(|need| !is_there(need, has_apt))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let list = packages.join(" ");
    if !has_apt {
        let programs: Vec<&str> = missing
            .iter()
            .filter_map(|need| need.programs.first().copied())
            .collect();
        bail!(
            "For {purpose} this machine lacks {}. Only Debian's packages are installed by themselves (there: {list}); \
             install these programs with your system's package manager and run the command again.",
            programs.join(", ")
        );
    }
    if !is_root() {
        bail!(
            "For {purpose} this machine lacks some packages, and only root may install them. Run\n    \
             sudo apt-get update && sudo apt-get install --no-install-recommends {list}\nand then the command again."
        );
    }
    eprintln!("    installing Debian packages for {purpose}: {list}");
    shell::run(shell::command("apt-get").args(["-q", "update"]))?;
    shell::run(
        shell::command("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "--no-install-recommends", "install"])
            .args(&packages),
    )
}

fn is_there(need: &Need, has_apt: bool) -> bool {
    if need
        .programs
        .iter()
        .any(|program| shell::find(program).is_some())
    {
        return true;
    }
    if !has_apt {
        // Without dpkg there is no way to ask for a library: whatever misses it will say so.
        return need.programs.is_empty();
    }
    let query = ["-W", "-f=${db:Status-Status}", need.package];
    shell::read(shell::command("dpkg-query").args(query)).is_ok_and(|status| status == "installed")
}

fn is_root() -> bool {
    shell::read(shell::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
