//! Running other programs, and saying what is going on meanwhile.

use std::ffi::OsStr;
use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The failure was told to the user by the program that failed: exit 1 and add nothing.
#[derive(Debug)]
pub struct AlreadyReported;

impl fmt::Display for AlreadyReported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("see above")
    }
}

impl std::error::Error for AlreadyReported {}

/// The cargo that started us, so that a toolchain chosen by `cargo +name` holds.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Prints one line of progress.
pub fn say(text: impl fmt::Display) {
    // Not `eprintln!`: it panics when nobody reads any more, and a host may be running.
    let _ = writeln!(std::io::stderr(), "xtask: {text}");
}

/// Announces a step, runs it and tells how long it took.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(format_args!("{name} …"));
    let start = Instant::now();
    let result = work()?;
    say(format_args!("{name}: done in {}", elapsed(start)));
    Ok(result)
}

/// Time since `start`, as text.
pub fn elapsed(start: Instant) -> String {
    let seconds = start.elapsed().as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = start.elapsed().as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// Runs to the end with the program's own output on the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs to the end and gives its standard output; on failure the error ends with its last words.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
        bail!("`{}` failed ({}): {}", line(command), output.status, last.unwrap_or("no message").trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of `{}`", line(command)))
}

/// Whether the program can be started and `--version` succeeds.
pub fn exists(program: impl AsRef<OsStr>) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// An error for a program that could not be started.
pub fn not_started(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    if error.kind() == ErrorKind::NotFound {
        anyhow::anyhow!("`{program}` is not there: install it or put it on PATH")
    } else {
        anyhow::anyhow!("`{program}` cannot be started: {error}")
    }
}

/// The command as the user would type it, without its environment.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_capture_tells_the_last_line_of_stderr() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first >&2; echo last >&2; exit 3"]);
        let text = capture(&mut command).unwrap_err().to_string();
        assert!(text.ends_with("(exit status: 3): last"), "{text}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let text = run(&mut Command::new("edge-iam-no-such-program")).unwrap_err().to_string();
        assert!(text.contains("`edge-iam-no-such-program` is not there"));
    }
}
