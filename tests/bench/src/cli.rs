//! The command line of `cargo xtask bench`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};

use crate::runtimes::Runtime;
use crate::scenarios::{self, Scenario};

/// Printed by `--help`. The paths that `cargo xtask bench` gives are left out.
pub const USAGE: &str = "\
Measures the service under load: throughput, latency, CPU time and memory, on each runtime

  cargo xtask bench [options]
      --list                      name every scenario, with a line on each
      --scenario NAME[,NAME…]     these alone (default: all)
      --seconds N                 length of a measurement, 60 at most (default 8)
      --connections N[,N…]        how many at a time, 256 at most (default 1,16,64)
      --users N[,N…]              sizes of the directory (default 1000,100000,1000000)
      --runtimes NAME[,NAME…]     wasm, native, hello, spin (default: those that are there)
      --runs N                    measure all of it N times, in turn, and show medians (default 1)
      --peers                     measure the services beside it that a user might run instead
      --verdict                   end with what the project aims at, and whether it was met
      --json FILE                 write everything that was measured, each run apart

The directory is made once for each size and kept in target/bench. Every server listens on 127.0.0.1 alone.
";

/// The longest measurement, in seconds.
const MAX_SECONDS: u32 = 60;
/// The most connections at a time.
const MAX_CONNECTIONS: u32 = 256;
/// The largest directory: more takes hours and tens of gigabytes.
const MAX_USERS: u32 = 2_000_000;

/// What the user asked for.
#[derive(Debug)]
pub enum Command {
    /// Print [`USAGE`].
    Help,
    /// Print the scenarios.
    List,
    /// Measure.
    Run(Box<Options>),
}

/// Options of a run.
#[derive(Debug)]
pub struct Options {
    /// What to measure, in the order of the table.
    pub scenarios: Vec<&'static Scenario>,
    /// Length of a measurement in seconds.
    pub seconds: u32,
    /// Connections at a time.
    pub connections: Vec<u32>,
    /// People in the directory.
    pub users: Vec<u32>,
    /// `None`: those that are there.
    pub runtimes: Option<Vec<Runtime>>,
    /// How often all is measured.
    pub runs: u32,
    /// Whether peers are measured as well.
    pub peers: bool,
    /// Whether figures are held against what the project aims at.
    pub verdict: bool,
    /// Where all figures go.
    pub json: Option<PathBuf>,
    /// What is measured, and where state is kept.
    pub paths: Paths,
}

/// What `cargo xtask bench` knows.
#[derive(Debug, Default)]
pub struct Paths {
    /// The embedded host.
    pub host: PathBuf,
    /// spin.toml with the components.
    pub manifest: PathBuf,
    /// The native runtime.
    pub native: PathBuf,
    /// The smallest component there is.
    pub hello: PathBuf,
    /// Folder of seeded directories, compiled components and copies in use.
    pub work: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scenarios: scenarios::ALL.iter().collect(),
            seconds: 8,
            connections: vec![1, 16, 64],
            users: vec![1000, 100_000, 1_000_000],
            runtimes: None,
            runs: 1,
            peers: false,
            verdict: false,
            json: None,
            paths: Paths::default(),
        }
    }
}

/// Reads the arguments after the program's name.
pub fn parse<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Result<Command> {
    let mut options = Options::default();
    let mut parser = Parser::from_args(args.into_iter().map(Into::into).collect::<Vec<OsString>>());
    while let Some(arg) = parser.next()? {
        let flag = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("list") => return Ok(Command::List),
            Arg::Short(letter) => format!("-{letter}"),
            Arg::Long(name) => format!("--{name}"),
            Arg::Value(text) => text.to_string_lossy().into_owned(),
        };
        match flag.as_str() {
            "--peers" => options.peers = true,
            "--verdict" => options.verdict = true,
            known if VALUES.contains(&known) => {
                let value = parser.value().ok().with_context(|| format!("{flag} needs a value"))?;
                apply(&mut options, &flag, value)?;
            }
            _ => bail!("`bench` knows no `{flag}`; `cargo xtask bench --help` lists the options"),
        }
    }
    Ok(Command::Run(Box::new(options)))
}

/// Flags that take a value.
const VALUES: [&str; 12] = [
    "--scenario",
    "--seconds",
    "--connections",
    "--users",
    "--runtimes",
    "--runs",
    "--json",
    "--host",
    "--manifest",
    "--native",
    "--hello",
    "--work-dir",
];

fn apply(options: &mut Options, flag: &str, value: OsString) -> Result<()> {
    // The paths first: their names need not be Unicode.
    match flag {
        "--json" => options.json = Some(value.into()),
        "--host" => options.paths.host = value.into(),
        "--manifest" => options.paths.manifest = value.into(),
        "--native" => options.paths.native = value.into(),
        "--hello" => options.paths.hello = value.into(),
        "--work-dir" => options.paths.work = value.into(),
        _ => return apply_text(options, flag, &value.to_string_lossy()),
    }
    Ok(())
}

fn apply_text(options: &mut Options, flag: &str, value: &str) -> Result<()> {
    match flag {
        "--scenario" => options.scenarios = named(value)?,
        "--seconds" => options.seconds = number(flag, value, MAX_SECONDS)?,
        "--connections" => options.connections = numbers(flag, value, MAX_CONNECTIONS)?,
        "--users" => options.users = numbers(flag, value, MAX_USERS)?,
        "--runtimes" => options.runtimes = Some(value.split(',').map(Runtime::named).collect::<Result<_>>()?),
        _ => options.runs = number(flag, value, 100)?,
    }
    Ok(())
}

fn named(value: &str) -> Result<Vec<&'static Scenario>> {
    let names: Vec<&str> = value.split(',').collect();
    for name in &names {
        if !scenarios::ALL.iter().any(|scenario| scenario.name == *name) {
            bail!("no scenario `{name}`; --list names them all");
        }
    }
    // In the order of the table: what only reads comes before what makes the lists longer.
    Ok(scenarios::ALL.iter().filter(|scenario| names.contains(&scenario.name)).collect())
}

fn number(flag: &str, value: &str, most: u32) -> Result<u32> {
    match value.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => bail!("{flag} takes whole numbers from 1 to {most}, not `{value}`"),
    }
}

fn numbers(flag: &str, value: &str, most: u32) -> Result<Vec<u32>> {
    value.split(',').map(|part| number(flag, part, most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    fn options(line: &str) -> Options {
        let Command::Run(options) = words(line).unwrap() else { panic!("not a run") };
        *options
    }

    #[test]
    fn without_options_everything_is_measured() {
        let options = options("");
        assert_eq!(options.scenarios.len(), scenarios::ALL.len());
        assert_eq!((options.seconds, options.runs, options.peers, options.verdict), (8, 1, false, false));
        assert_eq!(options.users, [1000, 100_000, 1_000_000]);
    }

    #[test]
    fn lists_and_both_forms_of_values_are_taken() {
        let options = options("--connections=2,4 --users 1000 --runtimes native,wasm --scenario role-replace,me-jwt");
        assert_eq!((options.connections, options.users), (vec![2, 4], vec![1000]));
        assert_eq!(options.runtimes.unwrap(), [Runtime::Native, Runtime::Wasm]);
        let names: Vec<_> = options.scenarios.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names, ["me-jwt", "role-replace"], "what reads comes first");
    }

    #[test]
    fn mistakes_are_named() {
        for (line, part) in [
            ("--second 1", "knows no `--second`"),
            ("--seconds", "--seconds needs a value"),
            ("--peers=all", "--peers"),
            ("--seconds 61", "from 1 to 60, not `61`"),
            ("--connections 1,257", "from 1 to 256, not `257`"),
            ("--users 0", "not `0`"),
            ("--runs many", "not `many`"),
            ("--scenario me", "no scenario `me`"),
            ("--runtimes jvm", "no runtime `jvm`"),
        ] {
            let text = words(line).unwrap_err().to_string();
            assert!(text.contains(part), "{line}: {text}");
        }
    }

    #[test]
    fn help_and_list_win_over_the_rest() {
        assert!(matches!(words("--seconds 3 --help").unwrap(), Command::Help));
        assert!(matches!(words("--list").unwrap(), Command::List));
    }
}
