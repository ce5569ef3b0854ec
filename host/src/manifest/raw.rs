//! The manifest as written, before any check.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{Result, StartError, fail};

#[derive(Deserialize)]
pub(super) struct Manifest {
    pub(super) application: Application,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub(super) trigger: Triggers,
    #[serde(default)]
    pub(super) component: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
pub(super) struct Application {
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variable {
    #[serde(default)]
    pub(super) required: bool,
    pub(super) default: Option<String>,
    /// Metadata for tools; here no variable is ever shown.
    #[serde(default, rename = "secret")]
    _secret: bool,
    #[serde(rename = "description")]
    _description: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Triggers {
    #[serde(default)]
    pub(super) http: Vec<HttpTrigger>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
pub(super) struct HttpTrigger {
    pub(super) route: String,
    pub(super) component: ComponentRef,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ComponentRef {
    Id(String),
    Inline(Box<Component>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Component {
    pub(super) source: Source,
    #[serde(default)]
    pub(super) sqlite_databases: BTreeSet<String>,
    #[serde(default)]
    pub(super) key_value_stores: BTreeSet<String>,
    #[serde(default)]
    pub(super) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(super) files: Vec<File>,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    pub(super) build: Option<Build>,
    #[serde(rename = "description")]
    _description: Option<String>,
    /// For tools; the host neither reads nor needs it.
    #[serde(rename = "tool")]
    _tool: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Source {
    Path(String),
    Remote(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum File {
    Pattern(String),
    Placement { source: String, destination: String },
}

#[derive(Deserialize)]
pub(super) struct Build {
    command: Commands,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Commands {
    One(String),
    Many(Vec<String>),
}

impl Build {
    /// The first build command.
    pub(super) fn first(self) -> Option<String> {
        match self.command {
            Commands::One(command) => Some(command),
            Commands::Many(commands) => commands.into_iter().next(),
        }
    }
}

impl Manifest {
    /// Reads the text and refuses what this host cannot run.
    pub(super) fn read(text: &str, shown: &str) -> Result<Self> {
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return fail!("{shown} is not valid TOML: {}", one_line(&error, text)),
        };
        match table.get("spin_manifest_version") {
            Some(toml::Value::Integer(2)) => {}
            Some(version) => {
                return fail!("{shown}: spin_manifest_version is {version}; this host runs version 2");
            }
            None => return fail!("{shown}: add spin_manifest_version = 2 on the first line"),
        }
        let manifest: Self =
            toml::from_str(text).map_err(|error| StartError::new(format!("{shown}: {}", one_line(&error, text))))?;
        if let Some(kind) = manifest.trigger.others.keys().next() {
            return fail!("{shown}: trigger {kind:?} is not supported; this host runs only [[trigger.http]]");
        }
        if manifest.trigger.http.is_empty() {
            return fail!("{shown}: there is no [[trigger.http]], so there is nothing to serve");
        }
        Ok(manifest)
    }
}

/// `line 3: what is wrong`, without the source lines that the library would print.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {}", before.matches('\n').count() + 1, error.message()),
        None => error.message().to_owned(),
    }
}
