//! The load generator: wrk 4.1, as Debian has it.
//!
//! Server and generator share two cores, so the generator must take little of them: wrk answers tens of thousands of
//! requests a second on a few percent of one. It is bounded by time and not by a number of requests, so that every
//! measurement takes as long as every other. It is a closed loop: each connection sends its next request when it has the
//! answer to the one before, so a slow server is asked less often. (wrk corrects its percentiles for that by supposing
//! the mean pace.) What happens to a server that is asked more than it can do is shown by `overload`, whose generator is
//! our own.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use iam_tests::{Client, Response};
use serde::Deserialize;

use crate::door::Door;
use crate::request::{Prepared, fresh_stem};
use crate::{say, script};

/// So many requests are sent again when answers were not as expected.
const CLOSER: usize = 16;
/// So many characters of an unexpected answer are shown.
const SHOWN: usize = 200;
/// Words as long as this may be secrets.
const SECRET: usize = 24;

/// What wrk counted. Times are microseconds.
#[derive(Debug, Clone, Deserialize)]
pub struct Counted {
    /// Requests that were answered.
    pub requests: u64,
    /// How long it took.
    pub duration_us: f64,
    /// Median latency.
    pub p50_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
    /// 99.9th percentile.
    pub p999_us: f64,
    /// Longest.
    pub max_us: f64,
    /// Answers with a status above 399; no scenario expects one of these, and none redirects.
    pub bad_status: u64,
    connect: u64,
    read: u64,
    write: u64,
    timeout: u64,
}

impl Counted {
    /// Requests that were not answered.
    pub fn socket_errors(&self) -> u64 {
        self.connect + self.read + self.write + self.timeout
    }

    /// Requests per second.
    pub fn per_second(&self) -> f64 {
        self.requests as f64 * 1e6 / self.duration_us.max(1.0)
    }
}

/// A load that is on its way.
pub struct Running {
    child: Child,
    /// For a closer look at refusals.
    base: String,
    requests: Vec<Prepared>,
    /// Removed when the load is over.
    folder: tempfile::TempDir,
}

/// Begins to send `requests` in turn to `base`.
pub fn start(base: &str, requests: &[Prepared], connections: u32, seconds: u32) -> Result<Running> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("load.lua");
    std::fs::write(&script, script::text(requests, &fresh_stem()))?;
    let mut command = Command::new("wrk");
    command.args(["-t1", "--timeout", "30s", "-c"]).arg(connections.to_string());
    command.arg("-d").arg(format!("{seconds}s")).arg("-s").arg(&script).arg(base);
    let output = File::create(folder.path().join("output"))?;
    let child = command.stdin(Stdio::null()).stdout(output).spawn();
    let child = child.context("wrk cannot be started; the Debian package `wrk` has it")?;
    let requests = requests.iter().take(CLOSER).cloned().collect();
    Ok(Running { child, base: base.to_owned(), requests, folder })
}

impl Running {
    /// Waits for the end.
    pub fn wait(mut self) -> Result<Counted> {
        let status = self.child.wait()?;
        let text = std::fs::read_to_string(self.folder.path().join("output"))?;
        if !status.success() {
            bail!("wrk ended with {status}: {text}");
        }
        let counted = parse(&text)?;
        if counted.bad_status > 0 {
            say(format_args!("{} unexpected answers; {}", counted.bad_status, look_closer(&self.base, &self.requests)));
        }
        Ok(counted)
    }
}

/// wrk counts answers and does not show them: sends each request once more until one is not answered as expected, and
/// tells how.
fn look_closer(base: &str, requests: &[Prepared]) -> String {
    let client = Client::new(base);
    let mut told = String::new();
    for request in requests {
        let request = request.filled(&fresh_stem());
        let answer = Door::send(&client, &request);
        let path = request.path.split('?').next().unwrap_or_default();
        told = format!("after the load {} {path} is answered by {}", request.method, shown(&answer));
        if request.check(&answer).is_err() {
            break;
        }
    }
    told
}

/// Status and begin of the body of an answer; words that may be secrets, and answers that hold what was asked for, are
/// left out.
fn shown(answer: &Response) -> String {
    if answer.status < 400 {
        return format!("{}, so it was the load", answer.status);
    }
    let is_word = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let mut text = String::new();
    let mut rest = &*answer.body;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| is_word(character) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        text.push_str(if is_word(first) && word.len() >= SECRET { "…" } else { word });
        rest = after;
    }
    format!("{} {}", answer.status, text.chars().take(SHOWN).collect::<String>())
}

/// [`start`] and [`Running::wait`].
pub fn run(base: &str, requests: &[Prepared], connections: u32, seconds: u32) -> Result<Counted> {
    start(base, requests, connections, seconds)?.wait()
}

fn parse(output: &str) -> Result<Counted> {
    let line = output.lines().find_map(|line| line.strip_prefix(script::MARK));
    let line = line.with_context(|| format!("wrk told no figures: {output}"))?;
    serde_json::from_str(line).with_context(|| format!("figures of wrk: {line}"))
}

/// Whether wrk is at hand.
pub fn is_there() -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| is_program(&folder, "wrk")))
}

/// Whether `folder` has a file of that name.
pub fn is_program(folder: &Path, name: &str) -> bool {
    folder.join(name).is_file()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    const OUTPUT: &str = "Running 1s test @ http://127.0.0.1:1\n  1 threads and 2 connections\n\
        edge-iam-bench {\"requests\":2000,\"duration_us\":1000000,\"p50_us\":90,\"p99_us\":200,\"p999_us\":300,\
        \"max_us\":400,\"bad_status\":3,\"connect\":1,\"read\":0,\"write\":0,\"timeout\":2}\n";

    #[test]
    fn the_line_of_the_script_is_read() {
        let counted = parse(OUTPUT).unwrap();
        assert_eq!((counted.requests, counted.bad_status, counted.socket_errors()), (2000, 3, 3));
        assert!((counted.per_second() - 2000.0).abs() < 0.001);
    }

    #[test]
    fn an_unexpected_answer_is_shown_without_what_may_be_secret() {
        let of = |status, body: &str| {
            let (headers, cookies) = (std::collections::BTreeMap::new(), Vec::new());
            shown(&Response { status, headers, cookies, body: body.to_owned() })
        };
        assert_eq!(of(503, "database is busy: é"), "503 database is busy: é");
        assert_eq!(of(400, r#"{"key":"0123456789abcdef-0123456789"}"#), r#"400 {"key":"…"}"#);
        assert_eq!(of(200, r#"{"access_token":"short"}"#), "200, so it was the load");
        assert_eq!(of(500, &"ab ".repeat(100)).chars().count(), "500 ".len() + SHOWN);
    }

    /// Answers 200 and then 503.
    #[test]
    fn requests_are_sent_again_until_one_is_refused() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            for status in ["200 OK", "503 Service Unavailable"] {
                let mut stream = listener.accept().unwrap().0;
                assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy").unwrap();
            }
        });
        let requests = ["/a", "/b?token=t", "/c"].map(Prepared::get);
        assert_eq!(look_closer(&base, &requests), "after the load GET /b is answered by 503 busy");
        server.join().unwrap();
    }

    #[test]
    fn an_output_without_the_line_is_an_error_that_shows_it() {
        let error = parse("unable to connect").unwrap_err().to_string();
        assert!(error.contains("unable to connect"), "{error}");
    }
}
