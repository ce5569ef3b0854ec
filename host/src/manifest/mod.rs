//! `spin.toml`, manifest version 2: the parts that an HTTP application uses.

mod files;
mod outbound;
mod raw;
mod variables;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use files::Mount;
pub use outbound::{AllowedHosts, SELF_HOST, suggestion};
pub use variables::Variables;

use crate::error::{Result, fail};

/// The only `SQLite` database and key-value store that exist without a runtime configuration.
pub const DEFAULT_STORE: &str = "default";

/// A checked application.
#[derive(Debug)]
pub struct Manifest {
    /// `application.name`.
    pub name: String,
    /// Routes in the order of the file, with the id of their component.
    pub routes: Vec<(String, String)>,
    /// Components that a route uses, by id.
    pub components: BTreeMap<String, ComponentConfig>,
}

/// What one component is and may do.
#[derive(Debug)]
pub struct ComponentConfig {
    /// The component's name in the manifest.
    pub id: Arc<str>,
    /// Its `.wasm` file.
    pub source: PathBuf,
    /// The command that builds it, for the message when the file is missing.
    pub build: Option<String>,
    /// Databases it may open.
    pub sqlite_databases: BTreeSet<String>,
    /// Key-value stores it may open.
    pub key_value_stores: BTreeSet<String>,
    /// Hosts it may call.
    pub outbound: AllowedHosts,
    /// Its variables, resolved.
    pub variables: HashMap<String, String>,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// Folders it may read.
    pub mounts: Vec<Mount>,
}

impl Manifest {
    /// Reads and checks the manifest at `path`, a file or the folder of `spin.toml`.
    ///
    /// `arguments` are the `--variable` arguments, `env` looks up environment variables.
    pub fn load(path: &Path, arguments: &[String], env: &dyn Fn(&str) -> Option<String>) -> Result<(Self, PathBuf)> {
        let path = if path.is_dir() { path.join("spin.toml") } else { path.to_owned() };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                return fail!("cannot read {}: {error}; name the manifest with --from <PATH>", path.display());
            }
        };
        let root = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let manifest = Self::parse(&text, &path.display().to_string(), &root, arguments, env)?;
        Ok((manifest, root))
    }

    /// Checks the text of a manifest whose relative paths start at `root`.
    pub fn parse(
        text: &str,
        shown: &str,
        root: &Path,
        arguments: &[String],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let raw = raw::Manifest::read(text, shown)?;
        let values = Variables::resolve(&raw.variables, arguments, env)?;
        let mut components = raw.component;
        let mut used = BTreeMap::new();
        let mut routes = Vec::new();
        for (index, trigger) in raw.trigger.http.into_iter().enumerate() {
            let id = match trigger.component {
                raw::ComponentRef::Id(id) => id,
                raw::ComponentRef::Inline(component) => {
                    // The name that Spin gives to a component written inside its trigger.
                    let id = format!("http-{}-inline{index}", raw.application.name);
                    components.insert(id.clone(), *component);
                    id
                }
            };
            if let Some(component) = components.remove(&id) {
                used.insert(id.clone(), component_config(&id, component, shown, root, &values)?);
            } else if !used.contains_key(&id) {
                return fail!(
                    "{shown}: route {:?} names the component {id:?}, which is not defined; add \
                     [component.{id}] or correct the name",
                    trigger.route
                );
            }
            routes.push((trigger.route, id));
        }
        for id in components.keys() {
            tracing::warn!("{shown}: no route uses the component {id:?}; it is not loaded");
        }
        Ok(Self { name: raw.application.name, routes, components: used })
    }
}

fn component_config(
    id: &str,
    raw: raw::Component,
    shown: &str,
    root: &Path,
    values: &Variables,
) -> Result<ComponentConfig> {
    for (what, names) in [("database", &raw.sqlite_databases), ("key-value store", &raw.key_value_stores)] {
        if let Some(unknown) = names.iter().find(|name| *name != DEFAULT_STORE) {
            return fail!(
                "{shown}: component {id:?} wants the {what} {unknown:?}, but there is only {DEFAULT_STORE:?}"
            );
        }
    }
    let source = match raw.source {
        raw::Source::Path(path) => root.join(path),
        raw::Source::Remote(_) => {
            return fail!("{shown}: component {id:?} has a remote source; download the .wasm file and give its path");
        }
    };
    let context = format!("{shown}: component {id:?}");
    let mut hosts = Vec::with_capacity(raw.allowed_outbound_hosts.len());
    for host in &raw.allowed_outbound_hosts {
        hosts.push(values.expand(host, &format!("{context}, allowed_outbound_hosts"))?);
    }
    let mut variables = HashMap::with_capacity(raw.variables.len());
    for (name, template) in &raw.variables {
        variables.insert(name.clone(), values.expand(template, &format!("{context}, variable {name:?}"))?);
    }
    Ok(ComponentConfig {
        id: id.into(),
        source,
        build: raw.build.and_then(raw::Build::first),
        sqlite_databases: raw.sqlite_databases,
        key_value_stores: raw.key_value_stores,
        outbound: AllowedHosts::parse(&hosts, &context)?,
        variables,
        environment: raw.environment,
        mounts: files::mounts(&raw.files, root, &context)?,
    })
}

#[cfg(test)]
mod tests;
