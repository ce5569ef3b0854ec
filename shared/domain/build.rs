//! Puts the migrations without their comments where the crate embeds them: each component carries them all, and a third of
//! them is comments.

use std::path::PathBuf;

fn main() -> Result<(), std::io::Error> {
    // Of the run, not of the compilation: a target folder can serve several checkouts.
    let crate_folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = crate_folder.join("../../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    let target = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let (Some(name), true) = (path.file_name(), path.extension().is_some_and(|ending| ending == "sql")) {
            std::fs::write(target.join(name), bare(&std::fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// No literal of a migration holds two dashes, so each pair of them begins a comment; tests compare what is embedded.
fn bare(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}
