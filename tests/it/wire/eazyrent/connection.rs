//! A connection whose bytes a test writes one after the other, as no decent client does.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use iam_tests::{Response, Server};
use serde_json::Value;

/// A kept-alive connection to a server.
pub struct Connection {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

/// The head of a request with a body of so many bytes; `more` are further lines of it.
pub fn head(server: &Server, method: &str, path: &str, token: &str, length: usize, more: &str) -> String {
    // Tokens are good for the host that they were asked from.
    let host = server.base().strip_prefix("http://").unwrap();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n{more}\r\n"
    )
}

impl Connection {
    pub fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.base().strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        // A server that waits for what never comes is a failure with a name.
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let reader = BufReader::new(stream.try_clone().unwrap());
        Self { stream, reader }
    }

    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Reads `100 Continue`: the server has dealt with the head and wants the body.
    #[track_caller]
    pub fn is_asked_to_continue(&mut self) {
        let lines = [self.line(), self.line()];
        assert_eq!(lines, ["HTTP/1.1 100 Continue", ""]);
    }

    /// Reads an answer.
    #[track_caller]
    pub fn answer(&mut self) -> Response {
        let line = self.line();
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status line, but {line:?}"));
        let mut headers = BTreeMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).unwrap();
        Response { status, headers, cookies: Vec::new(), body: String::from_utf8(body).unwrap() }
    }
}

/// A request that the server has begun to work on: it knows the caller and has half of the body.
pub struct Pending {
    connection: Connection,
    rest: Vec<u8>,
}

impl Pending {
    #[track_caller]
    pub fn begin(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> Self {
        let mut first = body.to_string().into_bytes();
        let mut connection = Connection::open(server);
        connection.write(head(server, method, path, token, first.len(), "expect: 100-continue\r\n"));
        connection.is_asked_to_continue();
        let rest = first.split_off(first.len() / 2);
        connection.write(first);
        Self { connection, rest }
    }

    /// Sends the other half.
    #[track_caller]
    pub fn finish(mut self) -> Response {
        self.connection.write(&self.rest);
        self.connection.answer()
    }
}
