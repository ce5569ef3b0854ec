//! `cargo xtask bench`: builds what is measured, then runs the tool that measures.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::{self, Workspace};
use crate::{build, manifest, shell};

/// The smallest component there is: what every other request is measured against.
const FLOOR: &str = "iam-hello";

/// Services that a user might run instead, each in a folder of `tests/bench/peers`.
const PEERS: [&str; 2] = ["better-auth", "oidc-provider"];

/// Where they come from when they are not there.
const NODE: &str = "the peers need Node.js 20 or newer with npm: the Debian packages `nodejs` and `npm`";
/// What a package that is compiled needs.
const COMPILER: &str = "npm has told above what is missing. better-sqlite3 is compiled here: that takes the Debian \
    packages `build-essential` and `python3`, and `libnode-dev` beside Debian's own `nodejs`";

/// Passes the user's options on as they are.
pub fn run(options: &[OsString]) -> Result<()> {
    let workspace = Workspace::find()?;
    // Who only asks waits for no components.
    let asks = options.iter().any(|option| matches!(option.to_str(), Some("--help" | "-h" | "--list")));
    if asks {
        let mut tool = shell::cargo();
        tool.args(["run", "--quiet", "--release", "-p", "iam-bench", "--"]).args(options);
        return shell::run(tool.current_dir(&workspace.root));
    }
    // Whatever it is asked for, it ends with an error.
    if Command::new("wrk").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        bail!("there is no `wrk` on PATH, which makes the load; the Debian package `wrk` has it");
    }
    // Before what takes long.
    if options.iter().any(|option| option == "--peers") {
        for name in PEERS {
            install(&workspace, name)?;
        }
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

/// Copies a peer to where the tool looks for it, and gets its packages when the lockfile or Node.js has changed: what is
/// compiled is good for one version.
fn install(workspace: &Workspace, name: &str) -> Result<()> {
    let source = workspace.root.join("tests/bench/peers").join(name);
    let folder = workspace.target.join("bench/peers").join(name);
    let node = shell::capture(Command::new("node").arg("--version")).context(NODE)?;
    shell::capture(Command::new("npm").arg("--version")).context(NODE)?;
    fs::create_dir_all(&folder)?;
    for file in workspace::file_names(&source)? {
        fs::copy(source.join(&file), folder.join(&file)).with_context(|| format!("{name}/{file} cannot be copied"))?;
    }
    let wanted = node + &fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("edge-iam-packages");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    shell::step(&format!("npm packages of {name}"), || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]).current_dir(&folder);
        if let Some(headers) = headers() {
            npm.env("npm_config_nodedir", headers);
        }
        shell::run(&mut npm).context(COMPILER)?;
        fs::write(&stamp, &wanted)?;
        Ok(())
    })
}

/// The folder of which `include/node` has the headers of the Node.js on PATH: those that come with it need not be fetched.
fn headers() -> Option<PathBuf> {
    let program = shell::capture(Command::new("node").args(["-p", "process.execPath"])).ok()?;
    let folder = Path::new(program.trim()).parent()?.parent()?;
    folder.join("include/node/common.gypi").is_file().then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As those of the tests.
    #[test]
    fn the_lockfiles_of_peers_name_hashes_and_no_registry() {
        let peers = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../tests/bench/peers");
        for name in PEERS {
            let lock = fs::read_to_string(peers.join(name).join("package-lock.json")).unwrap();
            assert!(lock.contains("\"integrity\": \"sha512-") && !lock.contains("\"resolved\""), "{name}");
        }
    }

    #[test]
    fn every_peer_is_installed() {
        let peers = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../tests/bench/peers");
        let mut folders = workspace::file_names(&peers).unwrap();
        folders.retain(|name| peers.join(name).is_dir());
        folders.sort();
        assert_eq!(folders, PEERS);
    }
}
