//! A small blocking HTTP client with the sugar that tests want.
#![allow(clippy::missing_panics_doc, clippy::return_self_not_must_use, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use base64ct::{Base64, Encoding};
use serde_json::Value;

/// Sends requests to one server, with headers of its own.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case; of repeated ones the last.
    pub headers: BTreeMap<String, String>,
    /// Values of all `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Body.
    pub body: String,
}

impl Response {
    /// Body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// A header that must be there; `name` in lower case.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    /// Asserts the status and hands the answer on.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Client {
    /// A client without credentials for the server at `base`.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A server that hangs is a failure with a name, not a test run without end.
            .timeout_global(Some(std::time::Duration::from_mins(1)))
            .build();
        Self { agent: config.into(), base: base.to_owned(), headers: Vec::new() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same with `Authorization: Bearer <token>`.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The same with `Authorization: Basic`, both halves percent-encoded (RFC 6749 §2.3.1).
    #[must_use]
    pub fn basic(&self, id: &str, secret: &str) -> Self {
        let pair = format!("{}:{}", encode(id), encode(secret));
        self.with("authorization", &format!("Basic {}", Base64::encode_string(pair.as_bytes())))
    }

    /// The same acting for another organization (`EazyRent`).
    #[must_use]
    pub fn acting(&self, organization: impl std::fmt::Display) -> Self {
        self.with("x-eaz-account-id", &organization.to_string())
    }

    /// HEAD.
    pub fn head(&self, path: &str) -> Response {
        self.send("HEAD", path, None, b"")
    }

    /// GET.
    pub fn get(&self, path: &str) -> Response {
        self.send("GET", path, None, b"")
    }

    /// GET of what may be no text: the answer, its body left empty, and the bytes.
    pub fn get_bytes(&self, path: &str) -> (Response, Vec<u8>) {
        let mut answer = self.exchange("GET", path, None, b"");
        let bytes = answer.body_mut().read_to_vec().unwrap();
        let (status, headers, cookies) = (answer.status().as_u16(), headers(&answer), cookies(&answer));
        (Response { status, headers, cookies, body: String::new() }, bytes)
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, None, b"")
    }

    /// POST of nothing.
    pub fn post_empty(&self, path: &str) -> Response {
        self.send("POST", path, None, b"")
    }

    /// POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.send("POST", path, Some("application/json"), body.to_string().as_bytes())
    }

    /// POST of a form.
    pub fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Response {
        let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), text.join("&").as_bytes())
    }

    /// Any request.
    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Response {
        let mut answer = self.exchange(method, path, content_type, body);
        let (status, headers, cookies) = (answer.status().as_u16(), headers(&answer), cookies(&answer));
        Response { status, headers, cookies, body: answer.body_mut().read_to_string().unwrap() }
    }

    fn exchange(&self, method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Answer {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let sent = match method {
            "GET" | "HEAD" | "OPTIONS" if body.is_empty() => self.agent.run(request.body(()).unwrap()),
            _ => {
                let allowed =
                    self.agent.configure_request(request.body(body).unwrap()).allow_non_standard_methods(true);
                self.agent.run(allowed.build())
            }
        };
        sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

type Answer = http::Response<ureq::Body>;

fn headers(answer: &Answer) -> BTreeMap<String, String> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

fn cookies(answer: &Answer) -> Vec<String> {
    let values = answer.headers().get_all(http::header::SET_COOKIE).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Writes bytes as they are and reads one answer, which must say its length: for what a decent client cannot send.
pub fn raw(base: &str, request: &[u8]) -> Response {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    let (mut headers, mut cookies) = (BTreeMap::new(), Vec::new());
    loop {
        let line = line();
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("set-cookie") {
            cookies.push(value.trim().to_owned());
        }
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").expect("a length").parse().unwrap();
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body).unwrap();
    Response { status, headers, cookies, body }
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
