//! Application variables: defaults, environment, command line, and `{{ templates }}`.

use std::collections::BTreeMap;
use std::path::Path;

use super::raw::Variable;
use crate::error::{Result, fail};

/// The value of every application variable. Never printed: any of them may be a secret.
pub struct Variables {
    values: BTreeMap<String, String>,
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Variables {
    /// Settles the declared variables: `--variable` before `SPIN_VARIABLE_<NAME>` before default.
    pub(super) fn resolve(
        declared: &BTreeMap<String, Variable>,
        arguments: &[String],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let mut given = BTreeMap::new();
        for argument in arguments {
            read_argument(argument, &mut given)?;
        }
        for name in given.keys().filter(|name| !declared.contains_key(*name)) {
            tracing::warn!("--variable {name}: the manifest does not declare this variable");
        }
        let mut values = BTreeMap::new();
        for (name, variable) in declared {
            check_name(name)?;
            if variable.required == variable.default.is_some() {
                return fail!("variable {name:?}: write either required = true or a default, and not both");
            }
            let env_name = format!("SPIN_VARIABLE_{}", name.to_uppercase());
            let value = given.remove(name).or_else(|| env(&env_name)).or_else(|| variable.default.clone());
            match value {
                Some(value) => values.insert(name.clone(), value),
                None => {
                    return fail!(
                        "the required variable {name:?} is not set; pass --variable {name}=VALUE or \
                         set {env_name}"
                    );
                }
            };
        }
        Ok(Self { values })
    }

    /// Fills the `{{ name }}` parts of a template. `context` names its place for the error.
    pub fn expand(&self, template: &str, context: &str) -> Result<String> {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            text.push_str(before);
            let Some((name, tail)) = after.split_once("}}") else {
                return fail!("{context}: \"{{{{\" without \"}}}}\"");
            };
            let name = name.trim();
            let Some(value) = self.values.get(name) else {
                return fail!("{context}: {name:?} is not declared under [variables]");
            };
            text.push_str(value);
            rest = tail;
        }
        text.push_str(rest);
        Ok(text)
    }
}

/// Spin's rule: lower-case letters, digits and single underscores between them.
pub(super) fn check_name(name: &str) -> Result<()> {
    let words_ok = name
        .split('_')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if words_ok && name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    fail!("variable {name:?}: names are lower-case letters, digits and single underscores")
}

/// `name=value`, `name=@file`, `@file.json` or `@file.toml`.
fn read_argument(argument: &str, given: &mut BTreeMap<String, String>) -> Result<()> {
    if let Some(path) = argument.strip_prefix('@') {
        return read_many(Path::new(path), given);
    }
    let Some((name, value)) = argument.split_once('=') else {
        // The argument itself may be a secret with a forgotten name: it is not repeated.
        return fail!("--variable takes NAME=VALUE, NAME=@FILE or @FILE");
    };
    let value = match value.strip_prefix('@') {
        Some(path) => read_file(Path::new(path))?,
        None => value.to_owned(),
    };
    given.insert(name.to_owned(), value);
    Ok(())
}

fn read_file(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) => fail!("--variable: cannot read {}: {error}", path.display()),
    }
}

fn read_many(path: &Path, given: &mut BTreeMap<String, String>) -> Result<()> {
    let text = read_file(path)?;
    let values: Option<BTreeMap<String, String>> = match path.extension().and_then(|e| e.to_str()) {
        Some("json") => serde_json::from_str(&text).ok(),
        Some("toml") => toml::from_str(&text).ok(),
        _ => return fail!("--variable @{}: the file's name must end in .json or .toml", path.display()),
    };
    // The parser's message would quote the file, and the file has secrets.
    match values {
        Some(values) => given.extend(values),
        None => return fail!("--variable @{}: not a flat list of names and texts", path.display()),
    }
    Ok(())
}
