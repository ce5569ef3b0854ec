//! `cargo xtask bench`: builds what is measured, then runs the tool that measures.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{build, manifest, shell};

/// The smallest component there is: what every other request is measured against.
const FLOOR: &str = "iam-hello";

/// Passes the user's options on as they are.
pub fn run(options: &[String]) -> Result<()> {
    let workspace = Workspace::find()?;
    // Who only asks waits for no components.
    let asks = options.iter().any(|option| matches!(option.as_str(), "--help" | "-h" | "--list"));
    if asks {
        let mut tool = shell::cargo();
        tool.args(["run", "--quiet", "--release", "-p", "iam-bench", "--"]).args(options);
        return shell::run(tool.current_dir(&workspace.root));
    }
    // Whatever it is asked for, it ends with an error.
    if Command::new("wrk").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        bail!("there is no `wrk` on PATH, which makes the load; the Debian package `wrk` has it");
    }
    build::all(&workspace, &[FLOOR])?;
    shell::step("native runtime and load tool", || {
        let mut cargo = shell::cargo();
        cargo.args(["build", "--release", "-p", "iam-tests", "--bin", "edge-iam-native", "-p", "iam-bench"]);
        // The tool is named as well: with --bin alone cargo would leave it out.
        shell::run(cargo.args(["--bin", "edge-iam-bench"]).current_dir(&workspace.root))
    })?;
    let release = workspace.target.join("release");
    let mut tool = Command::new(release.join("edge-iam-bench"));
    tool.args(paths(&workspace)?).args(options);
    if !tool.status().map_err(|error| shell::not_started(&tool, &error))?.success() {
        return Err(shell::AlreadyReported.into());
    }
    Ok(())
}

/// Options that only this command gives.
fn paths(workspace: &Workspace) -> Result<Vec<OsString>> {
    let pairs = [
        ("--host", workspace.host_binary()),
        ("--manifest", manifest::effective(workspace)?),
        ("--native", workspace.target.join("release/edge-iam-native")),
        ("--hello", workspace.wasm_dir().join("iam_hello.wasm")),
        ("--work-dir", workspace.target.join("bench")),
    ];
    Ok(pairs.into_iter().flat_map(|(flag, path)| [flag.into(), path.into_os_string()]).collect())
}
