//! Finds the WIT that the `spin-sdk` crate ships and writes the bindings macro that reads it.
//!
//! Guests and host thus speak from one file: a new `spin-sdk` with another interface does not
//! compile here until the host follows.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages of the SDK's WIT that the host implements.
const PACKAGES: [&str; 3] = ["spin-sqlite@3.1.0", "spin-key-value@3.0.0", "spin-variables@3.0.0"];

fn main() -> Result<(), Box<dyn Error>> {
    let manifest_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", manifest_dir.join("../Cargo.lock").display());

    let wit = sdk_wit(&manifest_dir)?;
    let mut paths = Vec::new();
    for package in PACKAGES {
        let path = wit.join("deps").join(package);
        if !path.is_dir() {
            return Err(format!(
                "spin-sdk no longer ships {package} (looked in {}): adapt host/build.rs and the \
                 implementation of that interface",
                path.display()
            )
            .into());
        }
        println!("cargo::rerun-if-changed={}", path.display());
        paths.push(format!("{:?}", path.display().to_string()));
    }
    let code = TEMPLATE.replace("@PATHS@", &paths.join(", "));
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("bindings.rs"), code)?;
    Ok(())
}

/// The `wit` folder of the `spin-sdk` in this workspace's lock file.
fn sdk_wit(manifest_dir: &Path) -> Result<PathBuf, Box<dyn Error>> {
    // Offline first: the usual case, and the only one that works without a network. The SDK is a
    // dependency of the wasm components only, so on a new machine cargo may have to fetch it.
    let metadata = match metadata(manifest_dir, true) {
        Ok(metadata) => metadata,
        Err(_) => metadata(manifest_dir, false)?,
    };
    let packages = metadata.get("packages").and_then(serde_json::Value::as_array);
    let packages = packages.ok_or("cargo metadata lists no packages")?;
    let manifest = packages
        .iter()
        .filter(|package| package.get("name").is_some_and(|name| name == "spin-sdk"))
        .find_map(|package| package.get("manifest_path")?.as_str())
        .ok_or("spin-sdk is not among the workspace's dependencies")?;
    let root = Path::new(manifest).parent().ok_or("spin-sdk has no folder")?;
    Ok(root.join("wit"))
}

fn metadata(manifest_dir: &Path, offline: bool) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut command = Command::new(env::var("CARGO")?);
    command
        .current_dir(manifest_dir)
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", "wasm32-wasip2"]);
    if offline {
        command.arg("--offline");
    }
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

const TEMPLATE: &str = r#"
wasmtime::component::bindgen!({
    inline: "
        package edge-iam:host;
        world host {
            import spin:sqlite/sqlite@3.1.0;
            import spin:key-value/key-value@3.0.0;
            import spin:variables/variables@3.0.0;
        }
    ",
    path: [@PATHS@],
    world: "edge-iam:host/host",
    imports: { default: async | trappable },
    with: {
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
        "spin:key-value/key-value.store": crate::key_value::Store,
    },
    require_store_data_send: true,
});
"#;
