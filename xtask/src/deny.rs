//! Licences, banned crates and sources of dependencies, by cargo-deny.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::shell;
use crate::workspace::Workspace;

/// Checks what deny.toml says; advisories too if their database can be fetched.
pub fn check(workspace: &Workspace) -> Result<()> {
    let binary = binary(workspace)?;
    let mut checks = deny(&binary, workspace);
    shell::run(checks.args(["check", "licenses", "bans", "sources"]))?;
    if let Err(error) = shell::capture(deny(&binary, workspace).args(["fetch", "db"])) {
        shell::say(format_args!("advisories are NOT checked, their database cannot be fetched: {error:#}"));
        return Ok(());
    }
    shell::run(deny(&binary, workspace).args(["check", "--disable-fetch", "advisories"]))
}

fn deny(binary: &Path, workspace: &Workspace) -> Command {
    let mut command = Command::new(binary);
    command.args(["--all-features", "--workspace"]).current_dir(&workspace.root);
    command
}

/// The one on PATH, or one in the target folder, installed if need be.
fn binary(workspace: &Workspace) -> Result<PathBuf> {
    let on_path = PathBuf::from("cargo-deny");
    if shell::exists(&on_path) {
        return Ok(on_path);
    }
    let root = workspace.target.join("tools");
    let own = root.join("bin/cargo-deny");
    if !shell::exists(&own) {
        shell::step("cargo install cargo-deny (some minutes, once)", || {
            let mut install = shell::cargo();
            install.args(["install", "--locked", "cargo-deny", "--root"]);
            shell::run(install.arg(&root))
        })?;
    }
    Ok(own)
}
