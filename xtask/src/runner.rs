//! Runs one test runner: its output goes to the terminal as it comes, and is counted on the way.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::Result;

use crate::shell;
use crate::totals::{Runner, Totals};

/// What came of one suite.
#[derive(Debug)]
pub struct Outcome {
    /// Name for the table.
    pub name: String,
    /// Numbers of tests.
    pub totals: Totals,
    /// How long it took, compiling included.
    pub time: String,
}

/// Runs the suite to its end; only a runner that cannot be started is an error.
pub fn run(name: &str, command: Command, runner: Runner, filtered: bool) -> Result<Outcome> {
    relay(name, command, runner, filtered, &mut std::io::stdout())
}

fn relay(name: &str, mut command: Command, runner: Runner, filtered: bool, out: &mut dyn Write) -> Result<Outcome> {
    shell::say(format_args!("{name}: {}", shell::line(&command)));
    let start = Instant::now();
    let (status, mut totals) = follow(&mut command, runner, out)?;
    // pytest: no test was selected.
    let nothing_to_do = filtered && status.code() == Some(5);
    if filtered && matches!(runner, Runner::Node) {
        // Node.js 20 counts those that were not selected.
        totals.skipped = 0;
    }
    if !status.success() && totals.failed == 0 && !nothing_to_do {
        shell::say(format_args!("{name}: no test failed, but the runner did ({status})"));
        totals.failed = 1;
    }
    Ok(Outcome { name: name.to_owned(), totals, time: shell::elapsed(start) })
}

fn follow(command: &mut Command, runner: Runner, out: &mut dyn Write) -> Result<(ExitStatus, Totals)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| shell::not_started(command, &error))?;
    let mut totals = Totals::default();
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            out.write_all(&line)?;
            if let Some(more) = runner.totals(&String::from_utf8_lossy(&line)) {
                totals += more;
            }
            line.clear();
        }
    }
    Ok((child.wait()?, totals))
}

/// The suites one below the other.
pub fn table(outcomes: &[Outcome]) -> String {
    let width = outcomes.iter().map(|outcome| outcome.name.len()).max().unwrap_or(0);
    let row = |Outcome { name, totals, time }: &Outcome| {
        let Totals { passed, failed, skipped } = totals;
        format!("{name:width$} {passed:5} passed {failed:4} failed {skipped:4} skipped {time:>12}\n")
    };
    outcomes.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, runner: Runner, filtered: bool) -> Totals {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        // Not to standard output: whoever counts these tests would count the lines below, too.
        let mut out = Vec::new();
        let outcome = relay("suite", command, runner, filtered, &mut out).unwrap();
        assert_eq!(out.is_empty(), !script.contains("echo"));
        outcome.totals
    }

    #[test]
    fn all_summaries_of_a_runner_are_added() {
        let line = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'";
        let totals = sh(&format!("{line}; {line}"), Runner::Cargo, false);
        assert_eq!((totals.passed, totals.failed), (4, 0));
    }

    #[test]
    fn what_node_has_not_selected_is_not_skipped() {
        let script = "echo 'ℹ pass 1'; echo 'ℹ skipped 9'";
        assert_eq!(sh(script, Runner::Node, false), Totals { passed: 1, failed: 0, skipped: 9 });
        assert_eq!(sh(script, Runner::Node, true), Totals { passed: 1, failed: 0, skipped: 0 });
    }

    #[test]
    fn a_runner_that_breaks_counts_as_a_failure() {
        assert_eq!(sh("exit 101", Runner::Cargo, false).failed, 1);
        assert_eq!(sh("kill -9 $$", Runner::Cargo, true).failed, 1);
    }

    #[test]
    fn no_collected_test_is_a_failure_unless_filtered() {
        let script = "echo '=== no tests ran in 0.01s ==='; exit 5";
        assert_eq!(sh(script, Runner::Pytest, false).failed, 1);
        assert_eq!(sh(script, Runner::Pytest, true).failed, 0);
    }
}
