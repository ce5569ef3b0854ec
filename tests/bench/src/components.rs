//! The components as files.

use std::path::Path;

use anyhow::{Context, Result};

/// The largest component of a manifest: the name of its file, and its size in bytes.
pub fn largest(manifest: &Path) -> Result<Option<(String, u64)>> {
    let text = std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let table: toml::Table = text.parse().with_context(|| manifest.display().to_string())?;
    let components = table.get("component").and_then(|value| value.as_table()).into_iter().flatten();
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let mut largest = None;
    for source in components.filter_map(|(_, component)| component.get("source")?.as_str()) {
        let path = folder.join(source);
        let size = std::fs::metadata(&path).with_context(|| path.display().to_string())?.len();
        if largest.as_ref().is_none_or(|(_, most)| size > *most) {
            largest = Some((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), size));
        }
    }
    Ok(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_files_beside_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.wasm"), [0; 3]).unwrap();
        std::fs::write(folder.path().join("b.wasm"), [0; 5]).unwrap();
        let manifest = folder.path().join("spin.toml");
        std::fs::write(&manifest, "[component.x]\nsource = \"b.wasm\"\n[component.y]\nsource = \"a.wasm\"\n").unwrap();
        assert_eq!(largest(&manifest).unwrap(), Some(("b.wasm".to_owned(), 5)));
        std::fs::write(&manifest, "").unwrap();
        assert_eq!(largest(&manifest).unwrap(), None);
    }
}
