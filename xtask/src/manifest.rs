//! spin.toml: the one list of components, and a copy of it for a target folder that lies elsewhere.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::workspace::Workspace;

/// One `[component.<id>]`.
#[derive(Debug, PartialEq, Eq)]
pub struct Component {
    /// The id in spin.toml.
    pub id: String,
    /// The package that its build command builds.
    pub package: String,
    /// Its `.wasm`, relative to spin.toml.
    pub source: String,
}

/// A parsed spin.toml.
#[derive(Debug)]
pub struct Manifest {
    table: Table,
}

impl Manifest {
    /// Reads and parses the file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is malformed", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        match text.parse::<Table>() {
            Ok(table) => Ok(Self { table }),
            Err(error) => {
                // Its own Display draws the place over several lines.
                let start = error.span().map_or(0, |span| span.start);
                let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
                let message = error.message().replace('\n', ", ");
                bail!("line {line}: {message}")
            }
        }
    }

    /// All components, in the order of their ids.
    pub fn components(&self) -> Result<Vec<Component>> {
        let Some(components) = self.table.get("component").and_then(Value::as_table) else {
            bail!("spin.toml has no [component.…] section");
        };
        let read = |(id, value): (&String, &Value)| {
            let source = value.get("source").and_then(Value::as_str);
            let command = value.get("build").and_then(|build| build.get("command")?.as_str());
            Ok(Component {
                id: id.clone(),
                package: command
                    .and_then(package_of)
                    .with_context(|| format!("[component.{id}.build] has no `cargo build … -p <package>`"))?
                    .to_owned(),
                source: source.with_context(|| format!("[component.{id}] has no `source` path"))?.to_owned(),
            })
        };
        components.iter().map(read).collect()
    }

    /// Ids of all components.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.table.get("component").and_then(Value::as_table).into_iter().flat_map(Table::keys)
    }

    /// Ids of the components that are given this variable.
    pub fn readers(&self, variable: &str) -> Vec<String> {
        let components = self.table.get("component").and_then(Value::as_table).into_iter().flatten();
        let reads = |component: &Value| component.get("variables").is_some_and(|given| given.get(variable).is_some());
        components.filter(|(_, component)| reads(component)).map(|(id, _)| id.clone()).collect()
    }

    /// Name, default and secrecy of every declared variable.
    #[cfg(test)]
    pub fn variables(&self) -> Vec<(String, String, bool)> {
        let declared = self.table.get("variables").and_then(Value::as_table).into_iter().flatten();
        let read = |(name, variable): (&String, &Value)| {
            let default = variable.get("default").and_then(Value::as_str).unwrap_or("(none)");
            let is_secret = variable.get("secret").and_then(Value::as_bool).unwrap_or_default();
            (name.clone(), default.to_owned(), is_secret)
        };
        declared.map(read).collect()
    }

    /// The same manifest for a place outside the repository: local paths made absolute, and what
    /// lies in `target/` looked up in `target`.
    fn relocated(&self, root: &Path, target: &Path) -> Table {
        let mut table = self.table.clone();
        let components = table.get_mut("component").and_then(Value::as_table_mut);
        for (_, component) in components.into_iter().flatten() {
            if let Some(Value::String(source)) = component.get_mut("source") {
                *source = absolute(source, root, target);
            }
            let files = component.get_mut("files").and_then(Value::as_array_mut);
            for file in files.into_iter().flatten() {
                if let Some(Value::String(source)) = file.get_mut("source") {
                    *source = absolute(source, root, target);
                }
            }
        }
        table
    }
}

/// The manifest to serve: the repository's own, or with another target folder a derived one there.
pub fn effective(workspace: &Workspace) -> Result<PathBuf> {
    let original = workspace.spin_toml();
    if workspace.target == workspace.root.join("target") {
        return Ok(original);
    }
    let table = Manifest::read(&original)?.relocated(&workspace.root, &workspace.target);
    let derived = workspace.target.join("xtask/spin.toml");
    write_new(&derived, &toml::to_string(&table)?)
        .with_context(|| format!("{} cannot be written", derived.display()))?;
    Ok(derived)
}

/// Replaces the file in one go, for a host that may be reading it.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("toml.new");
    std::fs::write(&fresh, text)?;
    std::fs::rename(&fresh, path)
}

fn absolute(source: &str, root: &Path, target: &Path) -> String {
    let path = match source.strip_prefix("target/") {
        Some(built) => target.join(built),
        None => root.join(source),
    };
    path.to_string_lossy().into_owned()
}

fn package_of(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    words.find(|word| matches!(*word, "-p" | "--package"))?;
    words.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPIN_TOML: &str = r#"
        spin_manifest_version = 2
        [component.users]
        source = "target/wasm32-wasip2/release/iam_users.wasm"
        [component.users.build]
        command = "cargo build --target wasm32-wasip2 --release -p iam-users"
        [component.tokens]
        source = "target/wasm32-wasip2/release/iam_tokens.wasm"
        files = [{ source = "assets", destination = "/" }]
        [component.tokens.build]
        command = "cargo build --package iam-tokens --release"
    "#;

    #[test]
    fn components_and_their_packages_are_listed() {
        let components = Manifest::parse(SPIN_TOML).unwrap().components().unwrap();
        let packages: Vec<_> = components.iter().map(|c| c.package.as_str()).collect();
        assert_eq!(packages, ["iam-tokens", "iam-users"]);
        assert_eq!(components[1].source, "target/wasm32-wasip2/release/iam_users.wasm");
    }

    #[test]
    fn a_component_without_build_command_is_named() {
        let text = "[component.a]\nsource = \"a.wasm\"";
        let error = Manifest::parse(text).unwrap().components().unwrap_err();
        assert!(error.to_string().contains("[component.a.build]"));
    }

    #[test]
    fn readers_of_a_variable_are_listed() {
        let text =
            "[component.a.variables]\nx = \"{{ x }}\"\n[component.b]\n[component.c.variables]\nx = \"1\"\ny = \"2\"";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.readers("x"), ["a", "c"]);
        assert_eq!(manifest.readers("y"), ["c"]);
        assert!(manifest.readers("z").is_empty());
    }

    #[test]
    fn a_syntax_error_is_one_line_with_its_place() {
        let error = Manifest::parse("a = 1\nb = \n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: "), "{error}");
        assert!(!error.contains('\n'));
    }

    #[test]
    fn the_derived_manifest_differs_only_in_paths() {
        let manifest = Manifest::parse(SPIN_TOML).unwrap();
        let table = manifest.relocated(Path::new("/repo"), Path::new("/cache"));
        let text = toml::to_string(&table).unwrap();
        let expected = SPIN_TOML.replace("\"target/", "\"/cache/").replace("\"assets\"", "\"/repo/assets\"");
        assert_eq!(text.parse::<Table>().unwrap(), expected.parse::<Table>().unwrap());
    }

    #[test]
    fn the_repository_s_own_manifest_can_be_relocated() {
        let xtask = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let root = Path::new(&xtask).parent().unwrap();
        let manifest = Manifest::read(&root.join("spin.toml")).unwrap();
        let table = manifest.relocated(root, Path::new("/cache"));
        let text = toml::to_string(&table).unwrap();
        let again = Manifest::parse(&text).unwrap().components().unwrap();
        assert!(!again.is_empty());
        for component in again {
            assert!(component.source.starts_with("/cache/wasm32-wasip2/release/"));
        }
    }
}
