//! A request, as the adapters of the runtimes hand it over.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};
use iam_domain::error::{Error, Fault, FaultCode, Result};
use iam_domain::store::LocalFuture;

/// Largest body that is read to be thrown away, in bytes.
const MOST_DISCARDED: usize = 16 * 1024;

/// Body that arrives in pieces, read only once the caller is known.
pub trait BodySource {
    /// The next piece; `None` at the end. `Err` when the connection broke.
    fn chunk(&mut self) -> LocalFuture<'_, Option<std::result::Result<Bytes, String>>>;
}

/// A request.
pub struct Request {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: RefCell<Option<Box<dyn BodySource>>>,
}

impl Request {
    /// From its parts. `path` is as sent (percent-encoded), `query` without the question mark.
    pub fn new(method: Method, path: String, query: String, headers: HeaderMap, body: Box<dyn BodySource>) -> Self {
        Self { method, path, query, headers, body: RefCell::new(Some(body)) }
    }

    /// Method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Path as sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Query as sent, without the question mark.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Text of the first header `name`; `None` when it is absent or not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Text of the last header `name`. Spin appends its own `spin-*` headers to those that a client may have sent, so
    /// only the last one is the runtime's.
    pub fn last_header(&self, name: &str) -> Option<&str> {
        self.headers.get_all(name).iter().next_back()?.to_str().ok()
    }

    /// Scheme and authority by which the client reached us, if that is this very machine, such as
    /// `http://127.0.0.1:3000`. Any other name is the client's word only: with it, it could choose the issuer of tokens
    /// and the audience of assertions, so it counts for nothing.
    pub fn loopback_origin(&self) -> Option<String> {
        let (scheme, authority) = self.called_as()?;
        // Names of hosts have no case (RFC 9110 §4.2.3), and issuers are compared letter by letter.
        let authority = authority.to_ascii_lowercase();
        is_loopback(&authority).then(|| format!("{scheme}://{authority}"))
    }

    /// Scheme and authority that the client used. Its word only: for the log.
    pub fn called_as(&self) -> Option<(&str, &str)> {
        match self.last_header("spin-full-url") {
            Some(url) => {
                let (scheme, rest) = url.split_once("://")?;
                Some((scheme, rest.split(['/', '?', '#']).next()?))
            }
            None => Some(("http", self.header("host")?)),
        }
    }

    /// Scheme and authority to be used in links to ourselves: as a reverse proxy forwards them, or else `own`. They go back
    /// to the one client that sent them, and into nothing that lasts, so its word is good enough.
    pub fn origin_for_client(&self, own: &str) -> String {
        let first = |name: &str| self.header(name)?.split(',').next().map(str::trim);
        let (own_scheme, own_host) = own.split_once("://").unwrap_or(("http", own));
        let is_host =
            |host: &&str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b));
        let scheme = first("x-forwarded-proto").filter(|scheme| ["http", "https"].contains(scheme));
        let host = first("x-forwarded-host").filter(is_host);
        format!("{}://{}", scheme.unwrap_or(own_scheme), host.unwrap_or(own_host))
    }

    /// Reads a small body that nobody has asked for. Left unread it would make the server close the connection, and the
    /// client's next request on it fail.
    pub async fn discard_body(&self) {
        let is_empty = match self.header("content-length") {
            Some(length) => length == "0",
            None => !self.headers.contains_key(http::header::TRANSFER_ENCODING),
        };
        if !is_empty {
            // A larger one is not worth waiting for, and what is wrong with it is of no interest any more.
            let _ = self.read_body(MOST_DISCARDED).await;
        }
    }

    /// Reads the whole body, once; the second time it is empty.
    ///
    /// # Errors
    /// `TooLarge` beyond `limit` bytes, having read no more than that; `Invalid` when the connection broke.
    pub async fn read_body(&self, limit: usize) -> Result<Bytes> {
        // 64 bits even where usize has 32: a length that did not fit would count as none, and be waited for.
        let declared = self.header("content-length").and_then(|length| length.parse::<u64>().ok());
        if declared.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
            return Err(Error::too_large(limit));
        }
        let Some(mut source) = self.body.borrow_mut().take() else { return Ok(Bytes::new()) };
        if declared == Some(0) {
            return Ok(Bytes::new());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = source.chunk().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            if body.len() + chunk.len() > limit {
                return Err(Error::too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

fn broken(error: &str) -> Error {
    let (code, message) = (FaultCode::Syntax, "The body did not arrive completely.".into());
    Error::invalid(vec![Fault { path: Vec::new(), code, message }]).context(format!("body: {error}"))
}

/// Whether an authority names this very machine.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host == "localhost" || host == "[::1]" || host.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl BodySource for Nothing {
        fn chunk(&mut self) -> LocalFuture<'_, Option<std::result::Result<Bytes, String>>> {
            Box::pin(std::future::ready(None))
        }
    }

    #[test]
    fn links_follow_the_proxy() {
        let of = |headers: &[(&'static str, &'static str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
            let request = Request::new(Method::GET, String::new(), String::new(), headers.collect(), Box::new(Nothing));
            request.origin_for_client("http://127.0.0.1:3000")
        };
        assert_eq!(of(&[]), "http://127.0.0.1:3000");
        assert_eq!(
            of(&[("x-forwarded-proto", "https"), ("x-forwarded-host", "iam.example, inner")]),
            "https://iam.example"
        );
        assert_eq!(of(&[("x-forwarded-proto", "https")]), "https://127.0.0.1:3000");
        assert_eq!(of(&[("x-forwarded-proto", "javascript"), ("x-forwarded-host", "a/b>")]), "http://127.0.0.1:3000");
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for authority in ["localhost", "localhost:3000", "127.0.0.1:80", "127.1.2.3", "[::1]", "[::1]:3000"] {
            assert!(is_loopback(authority), "{authority}");
        }
        for authority in
            ["", "example.org", "localhost.example.org", "127.0.0.1.example.org:80", "10.0.0.1", "a@localhost"]
        {
            assert!(!is_loopback(authority), "{authority}");
        }
    }
}
