//! Compiling the components and the host.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::manifest::{Component, Manifest};
use crate::shell;
use crate::toolchain::{self, WasmTarget};
use crate::workspace::Workspace;

/// What was built, and how to build more.
#[derive(Debug)]
pub struct Built {
    /// For further cargo commands on the WebAssembly target.
    pub wasm: WasmTarget,
    /// The components of spin.toml.
    pub components: Vec<Component>,
}

/// Builds every component of spin.toml and `extra` guests in release, then the host.
pub fn all(workspace: &Workspace, extra: &[&str]) -> Result<Built> {
    let built = components(workspace, extra)?;
    shell::step("embedded host", || {
        let mut cargo = shell::cargo();
        cargo.args(["build", "--profile", "host", "-p", "edge-iam-host"]);
        shell::run(cargo.current_dir(&workspace.root))
    })?;
    Ok(built)
}

/// Builds every component of spin.toml and `extra` guests in release.
pub fn components(workspace: &Workspace, extra: &[&str]) -> Result<Built> {
    let components = Manifest::read(&workspace.spin_toml())?.components()?;
    let wasm = toolchain::ensure(workspace)?;
    let mut packages: Vec<&str> = components.iter().map(|c| c.package.as_str()).collect();
    packages.extend(extra);
    let name = format!("WebAssembly components ({})", packages.len());
    shell::step(&name, || {
        let mut cargo = wasm.cargo("build");
        cargo.arg("--release");
        for package in &packages {
            cargo.args(["-p", package]);
        }
        shell::run(cargo.current_dir(&workspace.root))
    })?;
    for component in &components {
        let file = wasm_file(workspace, component);
        if !file.is_file() {
            bail!(
                "[component.{}] of spin.toml wants {}, which building {} does not make",
                component.id,
                workspace.short(&file),
                component.package
            );
        }
    }
    Ok(Built { wasm, components })
}

/// Where a component's `.wasm` lies with the target folder in use.
pub fn wasm_file(workspace: &Workspace, component: &Component) -> PathBuf {
    match component.source.strip_prefix("target/") {
        Some(built) => workspace.target.join(built),
        None => workspace.root.join(&component.source),
    }
}
