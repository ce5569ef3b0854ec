//! tests/clients: published client libraries, each in a virtual environment of its own.
//!
//! `requirements-<name>.txt` and `test_<name>.py` make a pair; adding a client is adding two files. More of its tests
//! may be in files called `test_<name>_<part>.py`, which run after the first in order of their names.

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
    for Client { name, tests } in clients(&file_names(&folder)?)? {
        let requirements = folder.join(format!("requirements-{name}.txt"));
        let python = python::environment(workspace, &name, &requirements)?;
        let mut pytest = Command::new(python);
        // No cache and no bytecode: a test run leaves the source tree as it was.
        pytest
            .args(["-m", "pytest", "-ra", "-p", "no:cacheprovider", "--color=no"])
            .args(tests.iter().map(|test| format!("tests/clients/{test}")))
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

/// A client and the files of its tests.
#[derive(Debug, PartialEq, Eq)]
struct Client {
    name: String,
    tests: Vec<String>,
}

/// The clients that both files exist for, in order; half a pair is a mistake.
fn clients(files: &[String]) -> Result<Vec<Client>> {
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
    let mut clients: Vec<_> = pinned.into_iter().map(|name| Client { name, tests: Vec::new() }).collect();
    for test in all("test_", ".py") {
        // The longest name, should one be the beginning of another.
        let owner =
            clients.iter_mut().filter(|client| is_of(&test, &client.name)).max_by_key(|client| client.name.len());
        match owner {
            Some(owner) => owner.tests.push(format!("test_{test}.py")),
            None => bail!("tests/clients has test_{test}.py, but no requirements-{test}.txt"),
        }
    }
    if let Some(Client { name, .. }) =
        clients.iter().find(|client| !client.tests.contains(&format!("test_{}.py", client.name)))
    {
        bail!("tests/clients has requirements-{name}.txt, but no test_{name}.py");
    }
    Ok(clients)
}

/// Whether `test` is `<name>` or `<name>_<part>`.
fn is_of(test: &str, name: &str) -> bool {
    test.strip_prefix(name).is_some_and(|part| part.is_empty() || part.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn clients_are_found_by_their_pairs_with_all_their_tests() {
        let found = clients(&files(&[
            "test_kestra.py",
            "conftest.py",
            "test_eazyrent_users.py",
            "requirements-eazyrent.txt",
            "test_eazyrent.py",
            "requirements-kestra.txt",
            "test_eazyrent_team.py",
        ]))
        .unwrap();
        let found: Vec<_> = found.iter().map(|client| (client.name.as_str(), client.tests.join(" "))).collect();
        assert_eq!(
            found,
            [
                ("eazyrent", "test_eazyrent.py test_eazyrent_team.py test_eazyrent_users.py".to_owned()),
                ("kestra", "test_kestra.py".to_owned()),
            ]
        );
    }

    #[test]
    fn a_test_is_of_the_client_with_the_longest_name() {
        let all = ["requirements-a.txt", "requirements-a_b.txt", "test_a.py", "test_a_b.py", "test_a_b_c.py"];
        let found = clients(&files(&all)).unwrap();
        assert_eq!(found[0].tests, ["test_a.py"]);
        assert_eq!(found[1].tests, ["test_a_b.py", "test_a_b_c.py"]);
    }

    #[test]
    fn half_a_pair_is_named() {
        let error = clients(&files(&["requirements-a.txt", "test_a_b.py"])).unwrap_err();
        assert!(error.to_string().contains("no test_a.py"));
        let error = clients(&files(&["test_a.py"])).unwrap_err();
        assert!(error.to_string().contains("no requirements-a.txt"));
    }
}
