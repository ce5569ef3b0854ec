//! A stand-in for a provider of mail.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::Value;

/// Longer than any machine needs.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A request that has come.
#[derive(Debug)]
pub struct Received {
    /// Method and path.
    pub line: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }
}

/// A server that shows each request to the test and answers when the test says so.
pub struct Provider {
    base: String,
    received: Receiver<Received>,
    answers: Sender<Option<(u16, String)>>,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let ((shown, received), (answers, decided)) = (channel(), channel());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Either end is gone when the test is over.
                let Some(request) = read(&stream) else { continue };
                let Ok(()) = shown.send(request) else { break };
                let Ok(answer) = decided.recv() else { break };
                write(stream, answer);
            }
        });
        Self { base, received, answers }
    }

    /// An address where nobody listens.
    pub fn nowhere() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    /// `http://127.0.0.1:<port>`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The next request. It is answered by the answer given next, or given before.
    #[track_caller]
    pub fn next(&self) -> Received {
        self.received.recv_timeout(PATIENCE).expect("a request to the provider")
    }

    /// No request has come that was not looked at.
    #[track_caller]
    pub fn is_left_alone(&self) {
        if let Ok(request) = self.received.try_recv() {
            panic!("an unexpected request: {request:?}");
        }
    }

    /// Answers a request, the one that waits or the next.
    pub fn answer(&self, status: u16, body: &str) {
        self.answers.send(Some((status, body.to_owned()))).unwrap();
    }

    /// Closes the connection instead of an answer.
    pub fn hang_up(&self) {
        self.answers.send(None).unwrap();
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut lines = head.trim_end().lines();
    let line = lines.next()?.strip_suffix(" HTTP/1.1")?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let length = headers.get("content-length").expect("a length").parse().unwrap();
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body).ok()?;
    Some(Received { line, headers, body })
}

fn write(mut stream: TcpStream, answer: Option<(u16, String)>) {
    let Some((status, body)) = answer else { return };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // The server may have been killed meanwhile.
    let _ = stream.write_all((head + &body).as_bytes());
}
