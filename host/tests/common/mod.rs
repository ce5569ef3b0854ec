//! Starts the host on a manifest of its own and speaks HTTP to it.

#![allow(dead_code, missing_docs, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panic"
)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A manifest whose component `probe` has every grant, and `bare` none.
pub const PROBE: &str = r#"
    [variables]
    greeting = { default = "hello" }
    token = { default = "", secret = true }
    [[trigger.http]]
    route = "/..."
    component = "probe"
    [[trigger.http]]
    route = "/bare/:Name/..."
    component = "bare"
    [component.probe]
    source = "@iam_probe.wasm@"
    sqlite_databases = ["default"]
    key_value_stores = ["default"]
    allowed_outbound_hosts = ["http://self"]
    files = [{ source = "files", destination = "/files" }]
    environment = { MODE = "test" }
    [component.probe.variables]
    greeting = "{{ greeting }}, world"
    token = "{{ token }}"
    [component.bare]
    source = "@iam_probe.wasm@"
"#;

/// A folder with a manifest.
pub struct App {
    pub dir: Arc<tempfile::TempDir>,
}

/// A running host; killed when dropped.
pub struct Host {
    pub child: Child,
    pub address: String,
    /// Kept for as long as the host runs in it.
    dir: Option<Arc<tempfile::TempDir>>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// The compiled guest called `name`.
pub fn guest(name: &str) -> PathBuf {
    let dir = std::env::var_os("EDGE_IAM_GUEST_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wasm32-wasip2/release"), PathBuf::from);
    let path = dir.join(name);
    assert!(
        path.is_file(),
        "{} is missing; run: cargo build --release --target wasm32-wasip2 -p iam-hello -p iam-probe \
         (and set EDGE_IAM_GUEST_DIR if it went elsewhere)",
        path.display()
    );
    path
}

impl App {
    /// A folder with this manifest; `@name.wasm@` stands for the path of a guest.
    pub fn new(manifest: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut text = format!("spin_manifest_version = 2\napplication = {{ name = \"test\" }}\n{manifest}");
        for name in ["iam_probe.wasm", "iam_hello.wasm"] {
            let mark = format!("@{name}@");
            if text.contains(&mark) {
                text = text.replace(&mark, &guest(name).canonicalize().unwrap().display().to_string());
            }
        }
        std::fs::write(dir.path().join("spin.toml"), text).unwrap();
        std::fs::create_dir(dir.path().join("files")).unwrap();
        std::fs::write(dir.path().join("files/a.txt"), "from a file").unwrap();
        Self { dir: Arc::new(dir) }
    }

    /// The host's command on this folder. The cache is shared by all tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_edge-iam-host"));
        command
            .arg("--from")
            .arg(self.dir.path().join("spin.toml"))
            .arg("--listen=127.0.0.1:0")
            .arg("--cache-dir")
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the host and waits until it serves.
    pub fn start(&self, arguments: &[&str]) -> Host {
        let mut host = Host::start(self.command(arguments));
        host.dir = Some(self.dir.clone());
        host
    }

    /// The line and status with which a host that cannot start ends.
    pub fn refused(&self, arguments: &[&str]) -> String {
        refused(self.command(arguments))
    }
}

/// Runs a host that cannot start; returns the one line that it says.
pub fn refused(mut command: Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty());
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("edge-iam-host: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(!text.contains("panicked") && !text.contains("backtrace"), "{text}");
    lines[0].to_owned()
}

impl Host {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if let Some(address) = line.strip_prefix("Serving http://") {
            return Self { child, address: address.trim().to_owned(), dir: None };
        }
        let mut log = String::new();
        child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        child.wait().unwrap();
        panic!("the host did not start: {log}");
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Bytes::new()).unwrap()).await
    }

    /// The text of a 200.
    pub async fn ok(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// The text of an experiment that failed inside the guest.
    pub async fn fails(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 599, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends a request on a connection of its own.
    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (mut parts, body) = request.into_parts();
        if !parts.headers.contains_key("host") {
            parts.headers.insert("host", self.address.parse().unwrap());
        }
        let response = sender.send_request(Request::from_parts(parts, Full::new(body))).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Asks the host to end.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for the end; returns status and log.
    pub fn finish(mut self) -> (ExitStatus, String) {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap(), log)
    }

    /// Ends the host and returns its log.
    pub fn log(self) -> String {
        self.terminate();
        self.finish().1
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Long enough for slow machines, short enough to notice a hang.
pub const PATIENCE: Duration = Duration::from_mins(1);
