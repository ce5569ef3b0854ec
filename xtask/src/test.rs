//! `cargo xtask test`: builds what the tests run against, then runs all of them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::cli::{Only, TestArgs};
use crate::runner::{self, Outcome};
use crate::totals::{Runner, Totals};
use crate::workspace::Workspace;
use crate::{build, clients, manifest, node, shell};

/// Guests that only tests and benchmarks serve; built when they are in the workspace.
const GUESTS: [&str; 2] = ["iam-hello", "iam-probe"];

/// Runs the tests; the last line is `N passed, N failed`.
pub fn run(args: &TestArgs) -> Result<()> {
    let (outcomes, broken) = match execute(args) {
        Ok(outcomes) => (outcomes, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut totals = Totals::default();
    for outcome in &outcomes {
        totals += outcome.totals;
    }
    if let Some(error) = broken {
        // What cannot be built or set up has failed, too.
        totals.failed += 1;
        eprintln!("error: {error:#}");
    } else if totals == Totals::default() {
        totals.failed += 1;
        eprintln!("error: no test was run; is the filter right?");
    }
    print!("\n{}", runner::table(&outcomes));
    println!("{} passed, {} failed", totals.passed, totals.failed);
    if totals.failed == 0 { Ok(()) } else { Err(shell::AlreadyReported.into()) }
}

/// The guests of [`GUESTS`] that exist.
pub fn guests(workspace: &Workspace) -> Vec<&'static str> {
    let exists = |guest: &&str| workspace.has(guest);
    GUESTS.into_iter().filter(exists).collect()
}

fn execute(args: &TestArgs) -> Result<Vec<Outcome>> {
    let workspace = Workspace::find()?;
    let built = build::all(&workspace, &guests(&workspace))?;
    let environment = Environment::of(&workspace)?;
    let filter = args.filter.as_deref();
    let mut outcomes = Vec::new();
    if args.only != Some(Only::Clients) {
        let upstream = node::environment(&workspace, "upstream")?;
        let components: Vec<_> = built.components.iter().map(|c| c.package.as_str()).collect();
        for (name, words) in rust_suites(&components) {
            let mut cargo = shell::cargo();
            cargo.args(["test", "--no-fail-fast"]).args(words);
            cargo.args(filter).current_dir(&workspace.root);
            environment.apply(&mut cargo);
            cargo.env("EDGE_IAM_UPSTREAM_DIR", &upstream);
            outcomes.push(runner::run(name, cargo, Runner::Cargo, filter.is_some())?);
        }
    }
    if args.only != Some(Only::Rust) {
        outcomes.extend(clients::run(&workspace, filter, &environment)?);
    }
    Ok(outcomes)
}

/// Each with its own call of cargo: one with its own features, one with its own profile.
fn rust_suites<'a>(components: &[&'a str]) -> Vec<(&'static str, Vec<&'a str>)> {
    let mut suites = vec![
        ("domain", vec!["-p", "iam-domain", "--features", "native"]),
        ("wire", vec!["-p", "iam-wire", "-p", "iam-settings"]),
    ];
    let packages = components.iter().flat_map(|package| ["-p", *package]);
    suites.push(("components", packages.collect()));
    suites.push(("xtask", vec!["-p", "xtask"]));
    // The profile in which the host is built to be served: wasmtime is compiled once.
    suites.push(("host", vec!["-p", "edge-iam-host", "--profile", "host"]));
    suites.push(("black box", vec!["-p", "iam-tests"]));
    suites.push(("bench", vec!["-p", "iam-bench"]));
    suites
}

/// Where tests find what they run against.
#[derive(Debug)]
pub struct Environment {
    variables: [(&'static str, PathBuf); 3],
}

impl Environment {
    fn of(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            variables: [
                ("EDGE_IAM_HOST_BIN", workspace.host_binary()),
                ("EDGE_IAM_SPIN_TOML", manifest::effective(workspace)?),
                ("EDGE_IAM_GUEST_DIR", workspace.wasm_dir()),
            ],
        })
    }

    /// Tells the command, and sees to it that no setting of the user's shell changes the tests.
    pub fn apply(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SPIN_VARIABLE_") {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().map(|(name, path)| (name, path)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_is_tested_in_one_call() {
        let suites = rust_suites(&["iam-tokens", "iam-users"]);
        let components = suites.iter().find(|(name, _)| *name == "components");
        assert_eq!(components.unwrap().1, ["-p", "iam-tokens", "-p", "iam-users"]);
    }
}
