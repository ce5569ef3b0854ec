//! tests/clients: published client libraries, each in a virtual environment of its own.
//!
//! `requirements-<name>.txt` and `test_<name>.py` make a pair; adding a client is adding two files.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::runner::{self, Outcome};
use crate::test::Environment;
use crate::totals::Runner;
use crate::workspace::Workspace;
use crate::{python, shell};

/// Runs every client's tests.
pub fn run(workspace: &Workspace, filter: Option<&str>, environment: &Environment) -> Result<Vec<Outcome>> {
    let folder = workspace.root.join("tests/clients");
    let mut outcomes = Vec::new();
    for name in names(&file_names(&folder)?)? {
        let requirements = folder.join(format!("requirements-{name}.txt"));
        let python = python::environment(workspace, &name, &requirements)?;
        let mut pytest = Command::new(python);
        // No cache and no bytecode: a test run leaves the source tree as it was.
        pytest
            .args(["-m", "pytest", "-ra", "-p", "no:cacheprovider", "--color=no"])
            .arg(format!("tests/clients/test_{name}.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUNBUFFERED", "1")
            .env_remove("PYTEST_ADDOPTS")
            .env_remove("PYTHONPATH")
            .current_dir(&workspace.root);
        if let Some(filter) = filter {
            pytest.args(["-k", filter]);
        }
        environment.apply(&mut pytest);
        let label = format!("client {name}");
        outcomes.push(runner::run(&label, pytest, Runner::Pytest, filter.is_some())?);
    }
    if outcomes.is_empty() {
        shell::say("tests/clients has no requirements-<name>.txt: no client is tested");
    }
    Ok(outcomes)
}

fn file_names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// The clients that both files exist for, in order; half a pair is a mistake.
fn names(files: &[String]) -> Result<Vec<String>> {
    let all = |prefix: &str, suffix: &str| {
        let mut names: Vec<_> = files
            .iter()
            .filter_map(|file| file.strip_prefix(prefix)?.strip_suffix(suffix))
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    };
    let pinned = all("requirements-", ".txt");
    let tested = all("test_", ".py");
    if let Some(name) = pinned.iter().find(|name| !tested.contains(name)) {
        bail!("tests/clients has requirements-{name}.txt, but no test_{name}.py");
    }
    if let Some(name) = tested.iter().find(|name| !pinned.contains(name)) {
        bail!("tests/clients has test_{name}.py, but no requirements-{name}.txt");
    }
    Ok(pinned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn clients_are_found_by_their_pairs() {
        let found = names(&files(&[
            "test_kestra.py",
            "conftest.py",
            "requirements-eazyrent.txt",
            "test_eazyrent.py",
            "requirements-kestra.txt",
        ]));
        assert_eq!(found.unwrap(), ["eazyrent", "kestra"]);
    }

    #[test]
    fn half_a_pair_is_named() {
        let error = names(&files(&["requirements-a.txt"])).unwrap_err();
        assert!(error.to_string().contains("no test_a.py"));
        let error = names(&files(&["test_a.py"])).unwrap_err();
        assert!(error.to_string().contains("no requirements-a.txt"));
    }
}
