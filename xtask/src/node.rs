//! npm packages that tests run against, in the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;
use crate::workspace::{self, Workspace};

/// Modules of all of them.
const SHARED: &str = "node";

/// What npm needs to install exactly what the lockfile says.
const INPUTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// A folder with the modules of `tests/<name>`, those of all, and the packages they import; installed anew when these or
/// Node.js have changed since. Node.js looks for packages beside the program, hence the copy.
pub fn environment(workspace: &Workspace, name: &str) -> Result<PathBuf> {
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
    // Not those of a module that is gone.
    for module in modules(&folder)? {
        fs::remove_file(folder.join(module))?;
    }
    for source in [workspace.root.join("tests").join(SHARED), source] {
        for module in modules(&source)? {
            let copied = fs::copy(source.join(&module), folder.join(&module));
            copied.with_context(|| format!("{module} cannot be copied from {}", workspace.short(&source)))?;
        }
    }
    Ok(folder)
}

/// The names of the modules in a folder.
fn modules(folder: &Path) -> Result<Vec<String>> {
    let mut names = workspace::file_names(folder)?;
    names.retain(|name| Path::new(name).extension().is_some_and(|end| end == "mjs"));
    Ok(names)
}

/// The version of a program that must be there.
fn version(program: &str) -> Result<String> {
    let mut command = Command::new(program);
    shell::capture(command.arg("--version"))
        .context("Node.js 20 or newer with npm is needed for the tests with npm packages")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Installations elsewhere have registries of their own.
    #[test]
    fn the_lockfiles_name_hashes_and_no_registry() {
        let tests = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../tests");
        for name in ["upstream", "logto_api", "idah_api"] {
            let lock = fs::read_to_string(tests.join(name).join("package-lock.json")).unwrap();
            assert!(lock.contains("\"integrity\": \"sha512-") && !lock.contains("\"resolved\""), "{name}");
        }
    }
}
