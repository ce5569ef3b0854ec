//! `cargo xtask check`: everything that a change must pass, cheapest first.

use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::cli::TestArgs;
use crate::workspace::Workspace;
use crate::{build, deny, shell, sizes, test};

/// Runs the steps, stops at the first that fails, and prints a table of times in any case.
pub fn run() -> Result<()> {
    let mut report = Report::default();
    let result = steps(&mut report);
    println!("\n{}", report.table());
    // As text: also where a test runner has told its failure, the step is to be named.
    result.map_err(|error| anyhow!("{error:#}"))
}

fn steps(report: &mut Report) -> Result<()> {
    let workspace = Workspace::find()?;
    let guests = test::guests(&workspace);
    let cargo = |words: &[&str]| {
        let mut cargo = shell::cargo();
        shell::run(cargo.args(words).current_dir(&workspace.root))
    };
    report.step("format", || cargo(&["fmt", "--all", "--check"]))?;
    // The host apart and in its own profile, so that wasmtime is not gone through twice.
    report.step("clippy, native", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--exclude",
            "edge-iam-host",
            "--all-targets",
            "--features",
            "iam-domain/native",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    report.step("clippy, host", || {
        cargo(&["clippy", "-p", "edge-iam-host", "--profile", "host", "--all-targets", "--", "-D", "warnings"])
    })?;
    let built = report.step("components", || build::components(&workspace, &guests))?;
    report.step("sizes", || sizes::report(&workspace, &built))?;
    report.step("clippy, wasm", || {
        let mut clippy = built.wasm.cargo("clippy");
        // The build before has compiled the macros for this profile.
        clippy.arg("--release");
        for component in &built.components {
            clippy.args(["-p", &component.package]);
        }
        for guest in &guests {
            clippy.args(["-p", guest]);
        }
        clippy.args(["--", "-D", "warnings"]);
        shell::run(clippy.current_dir(&workspace.root))
    })?;
    report.step("tests", || test::run(&TestArgs::default()))?;
    report.step("cargo-deny", || deny::check(&workspace))
}

#[derive(Default)]
struct Report {
    rows: Vec<(&'static str, &'static str, String)>,
}

impl Report {
    fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        shell::say(format_args!("check: {name}"));
        let start = Instant::now();
        let result = work();
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        self.rows.push((name, verdict, shell::elapsed(start)));
        result.with_context(|| format!("check stopped at step `{name}`"))
    }

    fn table(&self) -> String {
        let line = |(name, word, time): &(&str, &str, String)| format!("{name:16} {word:6} {time:>12}");
        let lines: Vec<_> = self.rows.iter().map(line).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_ends_the_table() {
        let mut report = Report::default();
        report.step("one", || Ok(())).unwrap();
        let error = report.step("two", || Err::<(), _>(anyhow::anyhow!("broken"))).unwrap_err();
        assert_eq!(format!("{error:#}"), "check stopped at step `two`: broken");
        let table = report.table();
        let mut lines = table.lines();
        assert!(lines.next().unwrap().starts_with("one              ok "));
        assert!(lines.next().unwrap().starts_with("two              FAILED"));
    }
}
