//! npm packages that tests run against, in the target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;
use crate::workspace::Workspace;

/// What npm needs to install exactly what the lockfile says.
const INPUTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// A folder with the program `script` of `tests/<name>` and the packages it imports; installed anew when they or Node.js
/// have changed since. Node.js looks for packages beside the program, hence the copy.
pub fn environment(workspace: &Workspace, name: &str, script: &str) -> Result<PathBuf> {
    let source = workspace.root.join("tests").join(name);
    let folder = workspace.target.join("node").join(name);
    let read = |file: &str| {
        let path = source.join(file);
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", workspace.short(&path)))
    };
    let mut wanted = version("node")? + &version("npm")?;
    for file in INPUTS {
        wanted += &read(file)?;
    }
    let stamp = folder.join("edge-iam-packages");
    if !fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        shell::step(&format!("npm packages {name}"), || {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            for file in INPUTS {
                fs::write(folder.join(file), read(file)?)?;
            }
            let mut npm = Command::new("npm");
            // Nothing of a package runs before a test imports it.
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
            shell::run(npm.current_dir(&folder)).context("the packages of tests cannot be installed")?;
            fs::write(&stamp, &wanted)?;
            Ok(())
        })?;
    }
    fs::write(folder.join(script), read(script)?)?;
    Ok(folder)
}

/// The version of a program that must be there.
fn version(program: &str) -> Result<String> {
    let mut command = Command::new(program);
    shell::capture(command.arg("--version"))
        .context("Node.js 20 or newer with npm is needed for the tests with an upstream login service")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Installations elsewhere have registries of their own.
    #[test]
    fn the_lockfile_names_hashes_and_no_registry() {
        let xtask = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let lock = fs::read_to_string(PathBuf::from(xtask).join("../tests/upstream/package-lock.json")).unwrap();
        assert!(lock.contains("\"integrity\": \"sha512-") && !lock.contains("\"resolved\""));
    }
}
