//! A sysroot of our own: links to the real one, plus a target that the real one lacks.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::toolchain::{Rustc, TARGET, is_crate, rlibs};

/// The overlay while it is being made.
#[derive(Debug)]
pub struct Overlay {
    root: PathBuf,
}

impl Overlay {
    /// Links everything of the real sysroot except sources and [`TARGET`].
    pub fn create(root: &Path, rustc: &Rustc) -> Result<Self> {
        let rustlib = root.join("lib/rustlib");
        fs::create_dir_all(&rustlib)?;
        link_all(&rustc.sysroot.join("lib"), &root.join("lib"), &["rustlib"])?;
        let real = rustc.sysroot.join("lib/rustlib");
        link_all(&real, &rustlib, &["src", TARGET]).with_context(|| format!("{} cannot be linked", real.display()))?;
        Ok(Self { root: root.into() })
    }

    /// Puts the library's sources where cargo's build-std looks for them.
    pub fn add_sources(&self, library: &Path) -> Result<()> {
        let place = self.root.join("lib/rustlib/src/rust");
        fs::create_dir_all(&place)?;
        symlink(library, place.join("library"))?;
        Ok(())
    }

    /// A `rustc` that uses this sysroot for everything: cargo looks for the sources in the sysroot
    /// of the compiler that it starts.
    pub fn compiler(&self, rustc: &Rustc) -> Result<PathBuf> {
        let script = self.root.join("rustc");
        let real = rustc.sysroot.join("bin/rustc");
        let text = format!("#!/bin/sh\nexec {} --sysroot {} \"$@\"\n", quoted(&real), quoted(&self.root));
        fs::write(&script, text)?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        Ok(script)
    }

    /// Copies what build-std compiled, without the crate that it was compiled for, and wasi-libc.
    pub fn add_target(&self, deps: &Path, own_crate: &str, wasi_libc: &Path) -> Result<()> {
        let lib = self.root.join("lib/rustlib").join(TARGET).join("lib");
        let self_contained = lib.join("self-contained");
        fs::create_dir_all(&self_contained)?;
        for file in rlibs(deps)?.iter().filter(|file| !is_crate(file, own_crate)) {
            copy_into(file, &lib)?;
        }
        for name in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
            copy_into(&wasi_libc.join(name), &self_contained)?;
        }
        Ok(())
    }
}

fn link_all(from: &Path, to: &Path, except: &[&str]) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !except.iter().any(|skipped| name == *skipped) {
            symlink(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name)).with_context(|| file.display().to_string())?;
    Ok(())
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_the_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
