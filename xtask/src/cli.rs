//! The command line, parsed by hand: five commands do not pay for a parser crate.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// Printed by `cargo xtask help`.
pub const USAGE: &str = "\
Commands of edge-iam

  cargo xtask up [options]             build everything and serve it
      --listen HOST:PORT               address to serve on (default 127.0.0.1:3000)
      --state-dir DIR                  databases and logs (default .spin beside spin.toml)
      --variable NAME=VALUE            set a variable of spin.toml; may be repeated (or @FILE)
      --log-format human|json          form of the log (default human)
      --no-build                       serve what was built before
  cargo xtask test [options] [filter]  run every test there is, or those whose name has the filter
      --only rust|clients              Rust tests, or the published clients, alone
  cargo xtask bench [options]          measure the runtimes under load; --help shows the options
  cargo xtask check                    format, lints, tests, sizes, licences: what a change must pass
";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Print [`USAGE`].
    Help,
    /// Build and serve.
    Up(UpArgs),
    /// Run the tests.
    Test(TestArgs),
    /// Measure; the options are those of the tool that does it.
    Bench(Vec<String>),
    /// Run everything that a change must pass.
    Check,
}

/// Options of `up`; the host knows the same names.
#[derive(Debug, PartialEq, Eq)]
pub struct UpArgs {
    /// Address to serve on.
    pub listen: String,
    /// Where the databases live; beside spin.toml when not given.
    pub state_dir: Option<PathBuf>,
    /// `NAME=VALUE` pairs or `@FILE`s, checked for their form.
    pub variables: Vec<String>,
    /// `human` or `json`.
    pub log_format: String,
    /// Serve what was built before.
    pub no_build: bool,
}

impl Default for UpArgs {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".into(),
            state_dir: None,
            variables: Vec::new(),
            log_format: "human".into(),
            no_build: false,
        }
    }
}

/// Which half of the tests to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// `cargo test` over the workspace.
    Rust,
    /// The published clients, for Python and for Node.js.
    Clients,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TestArgs {
    /// One half alone.
    pub only: Option<Only>,
    /// Part of the names of the tests to run.
    pub filter: Option<String>,
}

/// Reads the arguments after `cargo xtask`.
pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Command> {
    let mut args = args.into_iter();
    let Some(command) = args.next() else {
        return Ok(Command::Help);
    };
    let mut args = Args { rest: args };
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "up" => parse_up(&mut args),
        "test" => parse_test(&mut args),
        "bench" => Ok(Command::Bench(args.rest.collect())),
        "check" => match args.next() {
            None => Ok(Command::Check),
            Some((flag, _)) => Err(unknown("check", &flag)),
        },
        other => bail!("no command `{other}`; `cargo xtask help` lists the commands"),
    }
}

fn parse_up(args: &mut Args<impl Iterator<Item = String>>) -> Result<Command> {
    let mut up = UpArgs::default();
    while let Some((flag, inline)) = args.next() {
        match flag.as_str() {
            "--listen" => up.listen = args.value(&flag, inline)?,
            "--state-dir" => up.state_dir = Some(args.value(&flag, inline)?.into()),
            "--variable" => up.variables.push(variable(args.value(&flag, inline)?)?),
            "--log-format" => {
                up.log_format = args.value(&flag, inline)?;
                if !matches!(up.log_format.as_str(), "human" | "json") {
                    bail!("--log-format is `human` or `json`, not `{}`", up.log_format);
                }
            }
            "--no-build" => up.no_build = true,
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(unknown("up", &flag)),
        }
    }
    Ok(Command::Up(up))
}

fn parse_test(args: &mut Args<impl Iterator<Item = String>>) -> Result<Command> {
    let mut test = TestArgs::default();
    while let Some((flag, inline)) = args.next() {
        match flag.as_str() {
            "--only" => {
                test.only = Some(match args.value(&flag, inline)?.as_str() {
                    "rust" => Only::Rust,
                    "clients" => Only::Clients,
                    other => bail!("--only is `rust` or `clients`, not `{other}`"),
                });
            }
            "--help" | "-h" => return Ok(Command::Help),
            _ if flag.starts_with('-') || test.filter.is_some() => {
                return Err(unknown("test", &flag));
            }
            _ => test.filter = Some(flag),
        }
    }
    Ok(Command::Test(test))
}

/// The arguments still to read; `--flag=value` comes as two.
struct Args<I> {
    rest: I,
}

impl<I: Iterator<Item = String>> Args<I> {
    fn next(&mut self) -> Option<(String, Option<String>)> {
        let arg = self.rest.next()?;
        match arg.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => Some((flag.to_owned(), Some(value.to_owned()))),
            _ => Some((arg, None)),
        }
    }

    fn value(&mut self, flag: &str, inline: Option<String>) -> Result<String> {
        inline.or_else(|| self.rest.next()).with_context(|| format!("{flag} needs a value"))
    }
}

fn variable(pair: String) -> Result<String> {
    // The value may be a secret: never print it.
    match pair.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(pair),
        _ if pair.starts_with('@') => Ok(pair),
        _ => bail!("--variable is NAME=VALUE or @FILE"),
    }
}

fn unknown(command: &str, arg: &str) -> anyhow::Error {
    anyhow::anyhow!("`{command}` knows no `{arg}`; `cargo xtask help` lists the options")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn no_argument_asks_for_help() {
        assert_eq!(words("").unwrap(), Command::Help);
    }

    #[test]
    fn up_has_the_defaults_of_spin() {
        let Command::Up(up) = words("up").unwrap() else { panic!("not up") };
        assert_eq!(up, UpArgs::default());
        assert_eq!(up.listen, "127.0.0.1:3000");
    }

    #[test]
    fn up_takes_flags_in_both_forms() {
        let line = "up --listen=[::1]:8080 --state-dir /s --variable a=b=c --variable=d= \
                    --log-format json --no-build";
        let Command::Up(up) = words(line).unwrap() else { panic!("not up") };
        assert_eq!(up.listen, "[::1]:8080");
        assert_eq!(up.state_dir, Some(PathBuf::from("/s")));
        assert_eq!(up.variables, ["a=b=c", "d="]);
        assert_eq!(up.log_format, "json");
        assert!(up.no_build);
    }

    #[test]
    fn test_takes_one_filter_and_one_half() {
        let expected = TestArgs { only: Some(Only::Clients), filter: Some("keys".into()) };
        assert_eq!(words("test --only clients keys").unwrap(), Command::Test(expected));
        assert_eq!(words("test").unwrap(), Command::Test(TestArgs::default()));
    }

    #[test]
    fn options_of_bench_are_passed_on_as_they_are() {
        let expected = ["--users=1000", "--scenario", "a,b", "--help"].map(str::to_owned).to_vec();
        assert_eq!(words("bench --users=1000 --scenario a,b --help").unwrap(), Command::Bench(expected));
        assert_eq!(words("bench").unwrap(), Command::Bench(Vec::new()));
    }

    #[test]
    fn mistakes_are_named_and_secrets_are_not() {
        for (line, part) in [
            ("serve", "no command `serve`"),
            ("up --liste x", "knows no `--liste`"),
            ("up --listen", "--listen needs a value"),
            ("up --log-format xml", "not `xml`"),
            ("test --only node", "not `node`"),
            ("test a b", "knows no `b`"),
            ("check now", "knows no `now`"),
        ] {
            let text = words(line).unwrap_err().to_string();
            assert!(text.contains(part), "{line}: {text}");
        }
        let text = words("up --variable hunter2").unwrap_err().to_string();
        assert!(!text.contains("hunter2"));
    }
}
