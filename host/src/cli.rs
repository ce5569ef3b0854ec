//! Command line: the flags of `spin up` that matter here, under the same names.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::{Arg, Parser};

use crate::error::{Result, StartError, fail};

/// Text of `--help`.
pub const HELP: &str = "\
Runs a Spin application (spin.toml, manifest version 2) on an embedded wasmtime.

Usage: edge-iam-host [OPTIONS]

Options:
  -f, --from <PATH>                 spin.toml, or the folder that has it [default: spin.toml]
      --listen <ADDRESS>            address to serve on; port 0 takes a free one [default: 127.0.0.1:3000]
      --state-dir <PATH>            databases, lock and cache [default: .spin beside spin.toml]
      --variable <NAME=VALUE>       application variable; NAME=@FILE takes the value from a file and
                                    @FILE.json or @FILE.toml takes many; repeatable, and stronger
                                    than SPIN_VARIABLE_<NAME> in the environment
      --log-format <human|json>     form of the log on stderr [default: human]
      --cache-dir <PATH>            compiled components [default: <state-dir>/cache]
      --max-instance-memory <BYTES> memory of one component instance [default: 268435456]
      --request-timeout <SECONDS>   time for one request [default: 30]
      --max-instance-reuse-count <N>             requests per instance [default: 128]
      --max-instance-concurrent-reuse-count <N>  of these at a time [default: 16]
      --idle-instance-timeout <DURATION>         how long an idle instance is kept [default: 1s]
      --max-requests <N>                         requests with guests at a time; others wait
                                                 [default: 128 to 1024, by the machine's memory]
      --max-client-requests <N>                  of these from one address [default: a quarter]
      --max-client-connections <N>               connections from one address [default: 512]
  -h, --help                        this text
  -V, --version                     version

RUST_LOG selects log levels, for example RUST_LOG=edge_iam_host=debug for a line per request.
";

/// Form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line per event.
    Human,
    /// One JSON object per event.
    Json,
}

/// How instances are bounded and reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory that one instance may have.
    pub instance_memory: usize,
    /// Time that one request may take.
    pub request_timeout: Duration,
    /// Requests that one instance serves in its life.
    pub reuse: usize,
    /// Requests that one instance serves at the same time.
    pub concurrent: usize,
    /// Time after which an instance without work is dropped.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instance_memory: 256 << 20,
            request_timeout: Duration::from_secs(30),
            reuse: 128,
            concurrent: 16,
            idle: Duration::from_secs(1),
        }
    }
}

/// How much is served at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Requests that are with guests, if not as many as the machine's memory allows.
    pub requests: Option<usize>,
    /// Of these from one address, if not a quarter.
    pub client_requests: Option<usize>,
    /// Connections from one address.
    pub client_connections: usize,
}

impl Default for Served {
    fn default() -> Self {
        Self { requests: None, client_requests: None, client_connections: 512 }
    }
}

/// Everything the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The manifest, or its folder.
    pub from: PathBuf,
    /// `host:port` to serve on.
    pub listen: String,
    /// State folder, if not the default.
    pub state_dir: Option<PathBuf>,
    /// `--variable` arguments in order, unparsed.
    pub variables: Vec<String>,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Folder of compiled components, if not the default.
    pub cache_dir: Option<PathBuf>,
    /// Limits of instances and requests.
    pub limits: Limits,
    /// How much is served at the same time.
    pub bounds: Served,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            from: PathBuf::from("spin.toml"),
            listen: "127.0.0.1:3000".to_owned(),
            state_dir: None,
            variables: Vec::new(),
            log_format: LogFormat::Human,
            cache_dir: None,
            limits: Limits::default(),
            bounds: Served::default(),
        }
    }
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve.
    Run(Box<Options>),
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// Reads the arguments that follow the program's name.
pub fn parse<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Result<Command> {
    let mut options = Options::default();
    let mut parser = Parser::from_args(args.into_iter().map(Into::into).collect::<Vec<OsString>>());
    while let Some(arg) = parser.next().map_err(|error| refuse(&error))? {
        let flag = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Short(letter) => format!("-{letter}"),
            Arg::Long(name) => format!("--{name}"),
            Arg::Value(text) => text.to_string_lossy().into_owned(),
        };
        if !FLAGS.contains(&flag.as_str()) {
            return fail!("unknown argument {flag:?}; see edge-iam-host --help");
        }
        let Ok(value) = parser.value() else {
            return fail!("{flag} needs a value; see edge-iam-host --help");
        };
        apply(&mut options, &flag, value)?;
    }
    Ok(Command::Run(Box::new(options)))
}

fn refuse(error: &lexopt::Error) -> StartError {
    StartError::new(format!("{error}; see edge-iam-host --help"))
}

const FLAGS: [&str; 15] = [
    "-f",
    "--from",
    "--listen",
    "--state-dir",
    "--variable",
    "--log-format",
    "--cache-dir",
    "--max-instance-memory",
    "--request-timeout",
    "--max-instance-reuse-count",
    "--max-instance-concurrent-reuse-count",
    "--idle-instance-timeout",
    "--max-requests",
    "--max-client-requests",
    "--max-client-connections",
];

fn apply(options: &mut Options, flag: &str, value: OsString) -> Result<()> {
    // The paths first: their names need not be Unicode.
    match flag {
        "-f" | "--from" => options.from = value.into(),
        "--state-dir" => options.state_dir = Some(value.into()),
        "--cache-dir" => options.cache_dir = Some(value.into()),
        _ => match value.into_string() {
            Ok(text) => return apply_text(options, flag, text),
            // The value may be a secret: never print it.
            Err(_) => return fail!("{flag} takes Unicode text only"),
        },
    }
    Ok(())
}

fn apply_text(options: &mut Options, flag: &str, value: String) -> Result<()> {
    match flag {
        "--listen" => options.listen = value,
        "--variable" => options.variables.push(value),
        "--log-format" => {
            options.log_format = match value.as_str() {
                "human" => LogFormat::Human,
                "json" => LogFormat::Json,
                _ => return fail!("--log-format is human or json, not {value:?}"),
            }
        }
        "--max-instance-memory" => options.limits.instance_memory = positive(flag, &value)?,
        "--request-timeout" => options.limits.request_timeout = duration(flag, &value)?,
        "--max-instance-reuse-count" => options.limits.reuse = positive(flag, &value)?,
        "--max-instance-concurrent-reuse-count" => {
            options.limits.concurrent = positive(flag, &value)?;
        }
        "--max-requests" => options.bounds.requests = Some(positive(flag, &value)?),
        "--max-client-requests" => options.bounds.client_requests = Some(positive(flag, &value)?),
        "--max-client-connections" => options.bounds.client_connections = positive(flag, &value)?,
        _ => options.limits.idle = duration(flag, &value)?,
    }
    Ok(())
}

fn positive(flag: &str, value: &str) -> Result<usize> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => fail!("{flag} takes a whole number above 0, not {value:?}"),
    }
}

/// `30`, `1.5`, `30s` or `250ms`.
fn duration(flag: &str, value: &str) -> Result<Duration> {
    let (number, unit) = match value.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (value.strip_suffix('s').unwrap_or(value), 1.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit);
    match seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
        // A year bounds every sum with "now" that is made from it.
        Some(duration) if !duration.is_zero() && duration.as_secs() < 31_536_000 => Ok(duration),
        _ => fail!("{flag} takes a time like 30, 1.5s or 250ms, not {value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(args: &[&str]) -> Options {
        match parse(args.iter().map(ToString::to_string)).unwrap() {
            Command::Run(options) => *options,
            other => panic!("{other:?}"),
        }
    }

    fn error(args: &[&str]) -> String {
        parse(args.iter().map(ToString::to_string)).unwrap_err().to_string()
    }

    #[test]
    fn flags_take_a_value_after_a_space_or_an_equals_sign() {
        let options = run(&["--listen", "0.0.0.0:80", "--variable=a=b", "--variable", "c=d=e"]);
        assert_eq!(options.listen, "0.0.0.0:80");
        assert_eq!(options.variables, ["a=b", "c=d=e"]);
        assert_eq!(run(&["-f", "x/spin.toml"]).from, PathBuf::from("x/spin.toml"));
    }

    #[test]
    fn limits_are_numbers_and_times() {
        let options = run(&[
            "--max-instance-memory=1000000",
            "--request-timeout",
            "2",
            "--idle-instance-timeout",
            "250ms",
            "--max-instance-reuse-count=1",
        ]);
        assert_eq!(options.limits.instance_memory, 1_000_000);
        assert_eq!(options.limits.request_timeout, Duration::from_secs(2));
        assert_eq!(options.limits.idle, Duration::from_millis(250));
        assert_eq!(options.limits.reuse, 1);
        assert_eq!(options.limits.concurrent, 16);
    }

    #[test]
    fn mistakes_say_what_to_write() {
        assert!(error(&["--frmo", "x"]).contains("--help"));
        assert!(error(&["spin.toml"]).contains("unknown argument \"spin.toml\""));
        assert!(error(&["--listen"]).contains("needs a value"));
        assert!(error(&["--log-format", "xml"]).contains("human or json"));
        assert!(error(&["--request-timeout", "0"]).contains("250ms"));
        assert!(error(&["--max-instance-reuse-count", "-1"]).contains("above 0"));
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode_and_other_values_are_not_shown() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = |text: &str| OsString::from_vec([text.as_bytes(), b"\xff"].concat());
        let Command::Run(options) = parse([odd("--state-dir=/s")]).unwrap() else { panic!("not run") };
        assert_eq!(options.state_dir, Some(PathBuf::from(odd("/s"))));
        let text = parse([odd("--variable=key=hunter2")]).unwrap_err().to_string();
        assert_eq!(text, "--variable takes Unicode text only");
    }

    #[test]
    fn help_names_every_flag() {
        for flag in FLAGS {
            assert!(HELP.contains(flag), "{flag} is missing in --help");
        }
        assert_eq!(parse(["--help".to_owned()]), Ok(Command::Help));
        assert_eq!(parse(["-V".to_owned()]), Ok(Command::Version));
    }
}
