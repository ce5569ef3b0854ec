//! Virtual environments for the published clients, in the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;
use crate::workspace::Workspace;

/// The interpreter of an environment with exactly these requirements; made anew when they or
/// Python have changed since.
pub fn environment(workspace: &Workspace, name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = workspace.target.join("venv").join(name);
    let python = folder.join("bin/python");
    let pins =
        fs::read_to_string(requirements).with_context(|| format!("{} cannot be read", requirements.display()))?;
    let version = shell::capture(Command::new("python3").args(["-I", "-c", VERSION]))
        .context("Python 3 is needed for the tests of published clients")?;
    let wanted = format!("{version}{pins}");
    let stamp = folder.join("edge-iam-requirements");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && python.exists() {
        return Ok(python);
    }
    shell::step(&format!("virtual environment {name}"), || {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        shell::capture(Command::new("python3").args(["-m", "venv"]).arg(&folder))
            .context("no virtual environment (on Debian: apt install python3-venv)")?;
        let mut install = pip(&python);
        // The file pins everything, so nothing else may come along.
        install.args(["install", "--quiet", "--no-deps", "--requirement"]).arg(requirements);
        shell::run(&mut install)?;
        shell::capture(pip(&python).arg("check"))
            .with_context(|| format!("{} is not complete", workspace.short(requirements)))?;
        fs::write(&stamp, &wanted)?;
        Ok(())
    })?;
    Ok(python)
}

/// Version and place: an environment belongs to one installation.
const VERSION: &str = "import sys; print(sys.version.split()[0], sys.base_prefix)";

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    pip
}
