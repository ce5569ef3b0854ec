//! Just enough HTTP for our own host: a form, and a look with a token.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result};

/// Longer than the host gives a request.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Posts a form (pairs that need no escaping) to `host:port`; gives status and body.
pub fn post_form(authority: &str, path: &str, form: &[(&str, &str)]) -> Result<(u16, String)> {
    let pairs: Vec<_> = form.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let body = pairs.join("&");
    // HTTP/1.0: the body ends with the connection and is never chunked.
    let request = format!(
        "POST {path} HTTP/1.0\r\nHost: {authority}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(authority, &request).with_context(|| format!("POST {path} on {authority}"))
}

/// Gets a resource of `host:port` with an access token; gives status and body.
pub fn get(authority: &str, path: &str, token: &str) -> Result<(u16, String)> {
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: {authority}\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    exchange(authority, &request).with_context(|| format!("GET {path} on {authority}"))
}

fn exchange(authority: &str, request: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    parse(&String::from_utf8_lossy(&reply)).context("the answer is not HTTP")
}

fn parse(reply: &str) -> Option<(u16, String)> {
    let (head, body) = reply.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
    Some((status.parse().ok()?, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_form_goes_out_and_the_answer_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap();
            let answer = b"HTTP/1.1 401 Unauthorized\r\nX: y\r\n\r\n{\"error\":1}";
            stream.write_all(answer).unwrap();
            String::from_utf8_lossy(&buffer[..read]).into_owned()
        });
        let form = [("a", "1"), ("b", "2")];
        let (status, body) = post_form(&authority, "/t", &form).unwrap();
        assert_eq!((status, body.as_str()), (401, "{\"error\":1}"));
        let request = server.join().unwrap();
        assert!(request.starts_with("POST /t HTTP/1.0\r\n"));
        assert!(request.ends_with("Content-Length: 7\r\n\r\na=1&b=2"));
    }

    #[test]
    fn anything_but_http_is_no_answer() {
        assert_eq!(parse("SSH-2.0-x\r\n\r\n"), None);
        assert_eq!(parse("HTTP/1.1 OK\r\n\r\n"), None);
    }
}
