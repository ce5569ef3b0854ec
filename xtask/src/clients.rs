//! Published client libraries: those for Python in tests/clients, each in a virtual environment of its own, and those for
//! Node.js in a folder of `tests` each.
//!
//! For Python, `requirements-<name>.txt` and `test_<name>.py` make a pair; adding a client is adding two files. More of
//! its tests may be in files called `test_<name>_<part>.py`, which run after the first in order of their names. For
//! Node.js, a folder of [`NODE`] has the package's lockfile and a program `main.mjs`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::runner::{self, Outcome};
use crate::test::Environment;
use crate::totals::Runner;
use crate::workspace::{self, Workspace};
use crate::{node, python};

/// Where those for Python are.
const PYTHON: &str = "tests/clients";

/// Folders of `tests` with a client for Node.js.
const NODE: [&str; 2] = ["logto_api", "idah_api"];

/// Runs every client's tests.
pub fn run(workspace: &Workspace, filter: Option<&str>, environment: &Environment) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for client in clients(&workspace::file_names(&workspace.root.join(PYTHON))?)? {
        outcomes.push(run_python(workspace, client, filter, environment)?);
    }
    for name in NODE {
        outcomes.push(run_node(workspace, name, filter, environment)?);
    }
    Ok(outcomes)
}

fn run_python(
    workspace: &Workspace,
    Client { name, tests }: Client,
    filter: Option<&str>,
    environment: &Environment,
) -> Result<Outcome> {
    let requirements = workspace.root.join(PYTHON).join(format!("requirements-{name}.txt"));
    let mut pytest = Command::new(python::environment(workspace, &name, &requirements)?);
    // No cache and no bytecode: a test run leaves the source tree as it was.
    pytest
        .args(["-m", "pytest", "-ra", "-p", "no:cacheprovider", "--color=no"])
        .args(tests.iter().map(|test| format!("{PYTHON}/{test}")))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env_remove("PYTEST_ADDOPTS")
        .env_remove("PYTHONPATH")
        .current_dir(&workspace.root);
    if let Some(filter) = filter {
        pytest.args(["-k", filter]);
    }
    environment.apply(&mut pytest);
    runner::run(&format!("client {name}"), pytest, Runner::Pytest, filter.is_some())
}

fn run_node(workspace: &Workspace, name: &str, filter: Option<&str>, environment: &Environment) -> Result<Outcome> {
    let mut node = Command::new("node");
    node.arg("--test-reporter=spec");
    if let Some(filter) = filter {
        node.arg(format!("--test-name-pattern={}", pattern(filter)));
    }
    // Without colours the summary is as the runner reads it.
    node.arg("main.mjs")
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR")
        .env_remove("NODE_OPTIONS")
        .current_dir(node::environment(workspace, name)?);
    environment.apply(&mut node);
    runner::run(&format!("client {name}"), node, Runner::Node, filter.is_some())
}

/// A regular expression of JavaScript that finds just this text; the names of tests have spaces there.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        match letter {
            '_' => pattern.push_str("[_ ]"),
            letter if r"\^$.*+?()[]{}|/".contains(letter) => pattern.extend(['\\', letter]),
            letter => pattern.push(letter),
        }
    }
    pattern
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
    fn a_filter_is_a_text_and_no_expression() {
        assert_eq!(pattern("a member's roles"), "a member's roles");
        assert_eq!(pattern("deleted_user"), "deleted[_ ]user");
        assert_eq!(pattern(r"/{id} (1.0)?\"), r"\/\{id\} \(1\.0\)\?\\");
    }

    #[test]
    fn half_a_pair_is_named() {
        let error = clients(&files(&["requirements-a.txt", "test_a_b.py"])).unwrap_err();
        assert!(error.to_string().contains("no test_a.py"));
        let error = clients(&files(&["test_a.py"])).unwrap_err();
        assert!(error.to_string().contains("no requirements-a.txt"));
    }
}
