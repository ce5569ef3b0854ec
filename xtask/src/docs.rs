//! `cargo xtask docs`: writes docs/configuration.md from the table of settings and from what spin.toml gives to whom.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use iam_settings::{Group, SETTINGS, Setting};

use crate::manifest::Manifest;
use crate::shell;
use crate::workspace::Workspace;

/// Where the document is, from the root of the repository.
const FILE: &str = "docs/configuration.md";

const HEAD: &str = "\
<!-- Written by `cargo xtask docs` from shared/settings/src/table.rs and spin.toml. Change those, not this file. -->

# Configuration

Settings are variables of `spin.toml`. Set one in the environment as `SPIN_VARIABLE_<NAME>`, for example
`SPIN_VARIABLE_PUBLIC_URL`, or by `--variable name=value`, which is stronger. Other users of the machine can read
arguments: put secrets, marked *secret* below, into the environment.

An empty value counts as not set. All values are read when a component starts. A wrong one is answered with 500, and the
log names the variable and what it should be.

In Spin a component sees only the variables that `spin.toml` gives to it; each chapter says which components read it.
";

/// Writes the document.
pub fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    let text = configuration(&Manifest::read(&workspace.spin_toml())?);
    fs::write(workspace.root.join(FILE), text).with_context(|| format!("{FILE} cannot be written"))?;
    shell::say(format_args!("{FILE} is written"));
    Ok(())
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Service => "The service",
        Group::FirstAccounts => "First accounts",
        Group::Eazyrent => "EazyRent API",
        Group::Logto => "Logto API",
        Group::Idah => "IDAH API",
        Group::Mail => "Mail",
        Group::Upstream => "Upstream login service",
    }
}

fn introduction(group: Group) -> &'static str {
    match group {
        Group::Service => "",
        Group::FirstAccounts => {
            "There are no default credentials. Each of these accounts is made **once in the life of an installation**, when it \
             is first configured; one that is deleted later is not made again. \
             [Operations](operations.md#the-first-administrator) says more. `cargo xtask up` chooses these values by itself."
        }
        Group::Eazyrent => "The API under `/iam/v1`, and the tokens of `/oauth/v2`.",
        Group::Logto => "The API under `/api`, and the tokens of `/oidc`.",
        Group::Idah => "The JSON:API, bare and under `/api/v1/iam`.",
        Group::Mail => "How mail is delivered: [Operations](operations.md#mail).",
        Group::Upstream => {
            "An OpenID provider that knows the people here, too: `sync-from-auth` of the EazyRent API asks it."
        }
    }
}

fn configuration(manifest: &Manifest) -> String {
    let mut text = HEAD.to_owned();
    for group in Group::ALL {
        let settings: Vec<_> = SETTINGS.iter().filter(|setting| setting.group == group).collect();
        let _ = write!(text, "\n## {}\n", title(group));
        if !introduction(group).is_empty() {
            let _ = write!(text, "\n{}\n", introduction(group));
        }
        text.push_str("\n| variable | default | meaning |\n|---|---|---|\n");
        text.extend(settings.iter().map(|setting| row(setting)));
        text.push_str(&readers(manifest, &settings));
    }
    text
}

/// Who reads these settings: a sentence, or a list where it is not the same for all of them.
fn readers(manifest: &Manifest, settings: &[&Setting]) -> String {
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    for setting in settings {
        let components = named(&manifest.readers(setting.name), manifest.ids().count());
        match alike.iter_mut().find(|(known, _)| *known == components) {
            Some((_, names)) => names.push(setting.name),
            None => alike.push((components, vec![setting.name])),
        }
    }
    if let [(components, _)] = alike.as_slice() {
        return format!("\nRead by {components}.\n");
    }
    let line = |(components, names): &(String, Vec<&str>)| format!("- `{}`: {components}\n", names.join("`, `"));
    format!("\nRead by:\n\n{}", alike.iter().map(line).collect::<String>())
}

fn named(components: &[String], all: usize) -> String {
    if components.len() == all {
        return "every component".to_owned();
    }
    let names: Vec<_> = components.iter().map(|id| format!("`{id}`")).collect();
    names.join(", ")
}

fn row(setting: &Setting) -> String {
    let Setting { name, default, is_secret, meaning, .. } = setting;
    let secret = if *is_secret { " *secret*" } else { "" };
    let default = if default.is_empty() { "–".to_owned() } else { format!("`{default}`") };
    format!("| `{name}`{secret} | {default} | {} |\n", meaning.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::*;

    /// The repository that is tested.
    fn root() -> PathBuf {
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("..")
    }

    #[test]
    fn the_document_is_what_the_table_says() {
        let wanted = configuration(&Manifest::read(&root().join("spin.toml")).unwrap());
        let found = fs::read_to_string(root().join(FILE)).unwrap_or_default();
        let differing = wanted.lines().zip(found.lines()).find(|(wanted, found)| wanted != found);
        assert!(wanted == found, "{FILE} is out of date: run `cargo xtask docs`. First difference: {differing:#?}");
    }

    #[test]
    fn spin_toml_declares_the_settings_of_the_table() {
        let manifest = Manifest::read(&root().join("spin.toml")).unwrap();
        let declared: BTreeSet<_> = manifest.variables().into_iter().collect();
        let table = SETTINGS.iter().map(|setting| {
            let Setting { name, default, is_secret, .. } = setting;
            ((*name).to_owned(), (*default).to_owned(), *is_secret)
        });
        let table: BTreeSet<_> = table.collect();
        let only = |one: &BTreeSet<_>, other: &BTreeSet<_>| one.difference(other).cloned().collect::<Vec<_>>();
        let (extra, missing) = (only(&declared, &table), only(&table, &declared));
        assert!(
            extra.is_empty() && missing.is_empty(),
            "[variables] of spin.toml and shared/settings/src/table.rs differ (name, default, secret): \
             only in spin.toml {extra:?}, only in the table {missing:?}"
        );
    }

    #[test]
    fn every_setting_has_a_row_and_a_reader() {
        let manifest = Manifest::read(&root().join("spin.toml")).unwrap();
        let text = configuration(&manifest);
        for Setting { name, .. } in SETTINGS {
            assert_eq!(text.matches(&format!("\n| `{name}`")).count(), 1, "{name}");
            assert!(!manifest.readers(name).is_empty(), "{name} is given to no component");
        }
    }

    #[test]
    fn a_row_tells_secrets_and_escapes_what_ends_a_cell() {
        let setting = Setting { name: "a", default: "", is_secret: true, group: Group::Mail, meaning: "This|that." };
        assert_eq!(row(&setting), "| `a` *secret* | – | This\\|that. |\n");
        let setting = Setting { default: "1", is_secret: false, ..setting };
        assert_eq!(row(&setting), "| `a` | `1` | This\\|that. |\n");
    }
}
