//! The command line of `cargo xtask`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};

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
  cargo xtask docs                     write docs/configuration.md from the table of settings
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
    Bench(Vec<OsString>),
    /// Write what is generated in `docs`.
    Docs,
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
pub fn parse<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Result<Command> {
    let mut parser = Parser::from_args(args.into_iter().map(Into::into).collect::<Vec<OsString>>());
    let Some(command) = word(&mut parser)? else {
        return Ok(Command::Help);
    };
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "up" => parse_up(&mut parser),
        "test" => parse_test(&mut parser),
        "bench" => Ok(Command::Bench(parser.raw_args()?.collect())),
        "docs" => alone(&mut parser, "docs", Command::Docs),
        "check" => alone(&mut parser, "check", Command::Check),
        other => bail!("no command `{other}`; `cargo xtask help` lists the commands"),
    }
}

/// A command without options.
fn alone(parser: &mut Parser, name: &str, command: Command) -> Result<Command> {
    match word(parser)?.as_deref() {
        None => Ok(command),
        Some("--help" | "-h") => Ok(Command::Help),
        Some(arg) => Err(unknown(name, arg)),
    }
}

fn parse_up(parser: &mut Parser) -> Result<Command> {
    let mut up = UpArgs::default();
    while let Some(flag) = word(parser)? {
        match flag.as_str() {
            "--listen" => up.listen = text(parser, &flag)?,
            "--state-dir" => up.state_dir = Some(value(parser, &flag)?.into()),
            "--variable" => up.variables.push(variable(text(parser, &flag)?)?),
            "--log-format" => {
                up.log_format = text(parser, &flag)?;
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

fn parse_test(parser: &mut Parser) -> Result<Command> {
    let mut test = TestArgs::default();
    while let Some(flag) = word(parser)? {
        match flag.as_str() {
            "--only" => {
                test.only = Some(match text(parser, &flag)?.as_str() {
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

/// The next argument as it was typed; the value behind a flag's `=` is left for [`value`].
fn word(parser: &mut Parser) -> Result<Option<String>> {
    Ok(match parser.next()? {
        None => None,
        Some(Arg::Short(letter)) => Some(format!("-{letter}")),
        Some(Arg::Long(name)) => Some(format!("--{name}")),
        Some(Arg::Value(text)) => Some(text.to_string_lossy().into_owned()),
    })
}

/// The value of a flag, behind `=` or a space.
fn value(parser: &mut Parser, flag: &str) -> Result<OsString> {
    parser.value().ok().with_context(|| format!("{flag} needs a value"))
}

fn text(parser: &mut Parser, flag: &str) -> Result<String> {
    // The value may be a secret: never print it.
    value(parser, flag)?.into_string().ok().with_context(|| format!("{flag} takes Unicode text only"))
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
        let expected = ["--users=1000", "--scenario", "a,b", "--help"].map(OsString::from).to_vec();
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
            ("up --no-build=yes", "--no-build"),
            ("test --only node", "not `node`"),
            ("test a b", "knows no `b`"),
            ("check now", "knows no `now`"),
            ("docs --all", "knows no `--all`"),
        ] {
            let text = words(line).unwrap_err().to_string();
            assert!(text.contains(part), "{line}: {text}");
        }
        let text = words("up --variable hunter2").unwrap_err().to_string();
        assert!(!text.contains("hunter2"));
    }
}
