//! The standard library for wasm32-wasip2, compiled from Debian's `rust-src` and `wasi-libc`.
//!
//! For machines where Debian's packages are reachable and rustup's server is not. Nothing is
//! installed and nothing outside `target/wasm-sysroot` is written.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::apt::Apt;
use crate::shell;
use crate::sysroot::Overlay;
use crate::toolchain::{Rustc, TARGET};
use crate::workspace::Workspace;

/// The suite that carries recent compilers for the stable release.
const SUITE: &str = "trixie-backports";

/// Built only so that cargo builds the standard library with it.
const EMPTY_CRATE: &str = "edge_iam_empty";

/// The overlay made earlier for this compiler, if there is one.
pub fn ready(folder: &Path, rustc: &Rustc) -> Option<PathBuf> {
    let stamp = fs::read_to_string(folder.join("complete")).ok()?;
    (stamp == rustc.verbose).then(|| folder.join("sysroot"))
}

/// Fetches, compiles and assembles; gives the sysroot to compile with.
pub fn build(workspace: &Workspace, folder: &Path, rustc: &Rustc) -> Result<PathBuf> {
    for tool in ["apt-get", "dpkg-deb"] {
        if !shell::exists(tool) {
            bail!("no `{tool}`: this way needs a Debian machine");
        }
    }
    shell::say(format_args!(
        "everything goes to {}; the toolchain and the system stay as they are",
        workspace.short(folder)
    ));
    remove(folder)?;
    // Crates compiled against an older build of the library would not be noticed by cargo.
    remove(&workspace.target.join(TARGET))?;
    fs::create_dir_all(folder)?;

    let apt = Apt::set_up(&folder.join("apt"), SUITE)?;
    let rust_src = matching(&apt.versions("rust-src")?, &rustc.release)?;
    let wasi_libc = apt.versions("wasi-libc")?;
    let wasi_libc = wasi_libc.first().context("Debian has no wasi-libc")?;
    let unpacked = folder.join("debian");
    for (package, version) in [("rust-src", &rust_src), ("wasi-libc", wasi_libc)] {
        shell::say(format_args!("fetching {package} {version} of {SUITE}"));
        apt.unpack(package, version, &unpacked)?;
    }

    let root = folder.join("sysroot");
    let overlay = Overlay::create(&root, rustc)?;
    let library = format!("usr/src/rustc-{}/library", rustc.release);
    overlay.add_sources(&unpacked.join(library))?;
    let deps = compile(folder, &overlay.compiler(rustc)?)?;
    let libc = unpacked.join("usr/lib").join(TARGET);
    overlay.add_target(&deps, EMPTY_CRATE, &libc)?;

    for finished in ["std", "apt", "debian"] {
        remove(&folder.join(finished))?;
    }
    fs::write(folder.join("complete"), &rustc.verbose)?;
    Ok(root)
}

/// Builds std with an empty crate and gives the folder of the libraries.
fn compile(folder: &Path, compiler: &Path) -> Result<PathBuf> {
    let package = folder.join("std");
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("src/lib.rs"), "")?;
    // `[workspace]`: it lies inside the repository and must not be taken for a member.
    let manifest =
        format!("[package]\nname = \"{EMPTY_CRATE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n");
    fs::write(package.join("Cargo.toml"), manifest)?;
    let target = package.join("target");
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "-Z", "build-std=std,panic_abort", "--release"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(&package)
        .env("RUSTC", compiler)
        // build-std is unstable; the library itself is the one of this stable release.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without it a later build with LTO finds no bitcode in these libraries.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER");
    shell::run(&mut cargo).context("the standard library does not compile")?;
    Ok(target.join(TARGET).join("release/deps"))
}

/// The package version made from exactly this release of Rust.
fn matching(versions: &[String], release: &str) -> Result<String> {
    let found = versions.iter().find(|version| upstream(version) == release);
    found.cloned().with_context(|| {
        let offered: Vec<_> = versions.iter().map(|version| upstream(version)).collect();
        format!(
            "rustc is {release}, and {SUITE} has the sources of {} only: use one of these releases",
            offered.join(", ")
        )
    })
}

/// `1.95.0` of `1.95.0+dfsg1-2~bpo13+1`.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_epoch, rest)| rest);
    let version = version.rsplit_once('-').map_or(version, |(upstream, _)| upstream);
    version.split(['+', '~']).next().unwrap_or(version)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Vec<String> {
        ["1.96.1+dfsg1-2~bpo13+1", "1.95.0+dfsg1-2~bpo13+1", "1.9.0-1"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_sources_of_exactly_this_release_are_taken() {
        let found = matching(&offered(), "1.95.0").unwrap();
        assert_eq!(found, "1.95.0+dfsg1-2~bpo13+1");
    }

    #[test]
    fn a_release_that_debian_lacks_is_told_with_those_it_has() {
        let error = matching(&offered(), "1.95.1").unwrap_err().to_string();
        assert!(error.contains("rustc is 1.95.1"));
        assert!(error.contains("1.96.1, 1.95.0, 1.9.0"));
        assert!(matching(&[], "1.95.0").is_err());
    }

    #[test]
    fn the_upstream_version_loses_epoch_and_revision() {
        assert_eq!(upstream("2:1.95.0-1"), "1.95.0");
        assert_eq!(upstream("1.95.0~rc1+dfsg-1"), "1.95.0");
        assert_eq!(upstream("1.95.0"), "1.95.0");
    }
}
