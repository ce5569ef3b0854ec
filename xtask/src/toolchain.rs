//! Makes sure that components can be compiled: rustup first, Debian's sources where it cannot.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{debian_std, shell};

/// The target of every component.
pub const TARGET: &str = "wasm32-wasip2";

/// Set to `debian`, it skips rustup, so that the other way can be tried anywhere.
const FORCE: &str = "EDGE_IAM_WASM_STD";

/// The compiler in use.
#[derive(Debug)]
pub struct Rustc {
    /// For instance `1.95.0`.
    pub release: String,
    /// All of `rustc -vV`: two compilers that differ in it need two standard libraries.
    pub verbose: String,
    /// Its own sysroot, never written to by us (rustup may).
    pub sysroot: PathBuf,
}

impl Rustc {
    fn find() -> Result<Self> {
        let rustc = || Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let verbose = shell::capture(rustc().arg("-vV"))?;
        let sysroot = shell::capture(rustc().args(["--print", "sysroot"]))?;
        Ok(Self { release: field(&verbose, "release")?, sysroot: sysroot.trim().into(), verbose })
    }
}

fn field(verbose: &str, name: &str) -> Result<String> {
    let prefix = format!("{name}: ");
    verbose
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .map(str::to_owned)
        .with_context(|| format!("`rustc -vV` tells no {name}"))
}

/// How to compile for [`TARGET`]; made by [`ensure`] only.
#[derive(Debug)]
pub struct WasmTarget {
    overlay: Option<PathBuf>,
}

impl WasmTarget {
    /// A cargo command for components.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = shell::cargo();
        command.args([subcommand, "--target", TARGET]);
        if let Some(overlay) = &self.overlay {
            let (name, value) = sysroot_flag(overlay, |name| std::env::var_os(name));
            command.env(name, value);
        }
        command
    }
}

/// The environment variable that points rustc to the overlay.
///
/// With `--target`, cargo passes such flags to what is compiled for the target and not to build
/// scripts and procedural macros, which keep the real sysroot. The target's own variable adds to
/// flags in .cargo/config.toml; but the two general ones, where the user has set them, would win
/// over it, so then the flag is added there.
fn sysroot_flag(overlay: &Path, get: impl Fn(&str) -> Option<OsString>) -> (&'static str, OsString) {
    let mut flag = OsString::from("--sysroot=");
    flag.push(overlay);
    for (name, separator) in [("CARGO_ENCODED_RUSTFLAGS", "\u{1f}"), ("RUSTFLAGS", " ")] {
        if let Some(mut value) = get(name) {
            if !value.is_empty() {
                value.push(separator);
            }
            value.push(&flag);
            return (name, value);
        }
    }
    let name = "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS";
    let mut value = get(name).unwrap_or_default();
    if !value.is_empty() {
        value.push(" ");
    }
    value.push(&flag);
    (name, value)
}

/// Finds the target's standard library, or gets it.
pub fn ensure(workspace: &Workspace) -> Result<WasmTarget> {
    let rustc = Rustc::find()?;
    let forced = std::env::var_os(FORCE).is_some_and(|value| value == "debian");
    if !forced && has_std(&rustc.sysroot) {
        return Ok(WasmTarget { overlay: None });
    }
    let folder = workspace.target.join("wasm-sysroot");
    if let Some(overlay) = debian_std::ready(&folder, &rustc) {
        return Ok(WasmTarget { overlay: Some(overlay) });
    }
    if !forced {
        match shell::step("rustup target add wasm32-wasip2", rustup) {
            Ok(()) if has_std(&rustc.sysroot) => return Ok(WasmTarget { overlay: None }),
            Ok(()) => shell::say("rustup succeeded, but for another toolchain than the one in use"),
            Err(error) => shell::say(format_args!("rustup gives no {TARGET}: {error:#}")),
        }
    }
    let name = "wasm32-wasip2 standard library from Debian's sources";
    let overlay = shell::step(name, || debian_std::build(workspace, &folder, &rustc))
        .with_context(|| {
            format!("no standard library for {TARGET}; on a machine that rustup can download on, `rustup target add {TARGET}` is all it takes")
        })?;
    Ok(WasmTarget { overlay: Some(overlay) })
}

fn rustup() -> Result<()> {
    shell::capture(Command::new("rustup").args(["target", "add", TARGET]))?;
    Ok(())
}

fn has_std(sysroot: &Path) -> bool {
    let folder = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    rlibs(&folder).is_ok_and(|files| files.iter().any(|file| is_crate(file, "std")))
}

/// The `lib*.rlib` files of a folder.
pub fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ext| ext == "rlib") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("{} holds no .rlib", folder.display());
    }
    Ok(files)
}

/// Whether the file is `lib<name>-<hash>.rlib`.
pub fn is_crate(file: &Path, name: &str) -> bool {
    let stem = file.file_stem().and_then(|stem| stem.to_str());
    stem.and_then(|stem| stem.strip_prefix("lib")?.strip_prefix(name))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(env: &[(&str, &str)]) -> (&'static str, String) {
        let (name, value) = sysroot_flag(Path::new("/o"), |name| {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).into())
        });
        (name, value.into_string().unwrap())
    }

    #[test]
    fn the_sysroot_goes_where_cargo_looks_first() {
        let own = "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS";
        assert_eq!(flag(&[]), (own, "--sysroot=/o".into()));
        assert_eq!(flag(&[(own, "-g")]), (own, "-g --sysroot=/o".into()));
        assert_eq!(flag(&[("RUSTFLAGS", "-g"), (own, "-O")]), ("RUSTFLAGS", "-g --sysroot=/o".into()));
        assert_eq!(
            flag(&[("RUSTFLAGS", ""), ("CARGO_ENCODED_RUSTFLAGS", "-C\u{1f}x")]),
            ("CARGO_ENCODED_RUSTFLAGS", "-C\u{1f}x\u{1f}--sysroot=/o".into())
        );
    }

    #[test]
    fn rustc_is_described_by_its_fields() {
        let text = "rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(field(text, "release").unwrap(), "1.95.0");
        assert!(field(text, "LLVM version").is_err());
    }

    #[test]
    fn crates_are_told_apart_by_their_whole_name() {
        assert!(is_crate(Path::new("/x/libstd-0a1b.rlib"), "std"));
        assert!(is_crate(Path::new("libstd.rlib"), "std"));
        assert!(!is_crate(Path::new("libstd_detect-0a1b.rlib"), "std"));
    }
}
