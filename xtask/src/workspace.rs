//! Where things are: cargo knows best, also when `CARGO_TARGET_DIR` points elsewhere.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// The workspace that `cargo xtask` was started in.
#[derive(Debug)]
pub struct Workspace {
    /// The folder of the root Cargo.toml.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    packages: Vec<String>,
}

impl Workspace {
    /// Asks cargo.
    pub fn find() -> Result<Self> {
        let mut command = shell::cargo();
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        // Set by `cargo run`: the folder of this very package.
        if let Some(xtask) = std::env::var_os("CARGO_MANIFEST_DIR") {
            command.arg("--manifest-path").arg(PathBuf::from(xtask).join("Cargo.toml"));
        }
        let json = shell::capture(&mut command).context("the workspace cannot be read")?;
        Self::from_metadata(&json).context("`cargo metadata` gave an unexpected answer")
    }

    fn from_metadata(json: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(json)?;
        let path = |key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            text.map(PathBuf::from).with_context(|| format!("no `{key}`"))
        };
        let packages = value.get("packages").and_then(Value::as_array);
        let names = packages.context("no `packages`")?.iter().filter_map(|package| package.get("name")?.as_str());
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            packages: names.map(str::to_owned).collect(),
        })
    }

    /// Whether a package of this name is a member.
    pub fn has(&self, package: &str) -> bool {
        self.packages.iter().any(|name| name == package)
    }

    /// The manifest as it lies in the repository.
    pub fn spin_toml(&self) -> PathBuf {
        self.root.join("spin.toml")
    }

    /// Where release builds for WebAssembly end up.
    pub fn wasm_dir(&self) -> PathBuf {
        self.target.join("wasm32-wasip2/release")
    }

    /// The embedded host.
    pub fn host_binary(&self) -> PathBuf {
        self.target.join("host/edge-iam-host")
    }

    /// `path` without the workspace's own folder in front, for messages.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The names of everything in a folder.
pub fn file_names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read() {
        let json = r#"{"packages":[{"name":"xtask"},{"name":"iam-wire"}],
                       "target_directory":"/cache","workspace_root":"/repo"}"#;
        let workspace = Workspace::from_metadata(json).unwrap();
        assert_eq!(workspace.root, Path::new("/repo"));
        assert_eq!(workspace.wasm_dir(), Path::new("/cache/wasm32-wasip2/release"));
        assert!(workspace.has("xtask"));
        assert!(!workspace.has("iam-probe"));
    }

    #[test]
    fn paths_are_told_from_the_root() {
        let json = r#"{"packages":[],"target_directory":"/repo/target","workspace_root":"/repo"}"#;
        let workspace = Workspace::from_metadata(json).unwrap();
        let shown = |path: &str| workspace.short(Path::new(path)).to_string();
        assert_eq!(shown("/repo/target/host"), "target/host");
        assert_eq!(shown("/cache/host"), "/cache/host");
    }
}
