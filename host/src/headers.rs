//! The request as a Spin guest sees it: absolute URI and `spin-*` headers.

use std::net::SocketAddr;

use http::header::HOST;
use http::uri::{Authority, Scheme, Uri};
use http::{HeaderMap, HeaderName, HeaderValue, Version, request::Parts};

use crate::router::Match;

/// Why a request cannot be given to a guest; the client's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRequest(pub &'static str);

/// Makes the URI absolute, removes `spin-*` headers that the client sent, and sets the real ones.
pub fn prepare(
    parts: &mut Parts,
    found: &Match<'_, '_>,
    client: SocketAddr,
    server: SocketAddr,
) -> Result<(), BadRequest> {
    if parts.headers.values().any(|value| std::str::from_utf8(value.as_bytes()).is_err()) {
        return Err(BadRequest("a header value is not UTF-8"));
    }
    strip(&mut parts.headers);
    let authority = authority(parts, server)?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let full_url = format!("http://{authority}{path}");

    let mut uri = std::mem::take(&mut parts.uri).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(authority);
    if uri.path_and_query.is_none() {
        uri.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
    }
    parts.uri = Uri::from_parts(uri).map_err(|_| BadRequest("the request's URI is not valid"))?;

    let route = found.route;
    let prefix = route.raw.strip_suffix("/...").unwrap_or(&route.raw);
    let headers = &mut parts.headers;
    set(headers, "spin-path-info", &found.path_info)?;
    set(headers, "spin-full-url", &full_url)?;
    set(headers, "spin-matched-route", &route.normal)?;
    set(headers, "spin-base-path", "/")?;
    set(headers, "spin-raw-component-route", &route.raw)?;
    set(headers, "spin-component-route", prefix)?;
    set(headers, "spin-client-addr", &client.to_string())?;
    for (name, value) in &found.params {
        let name = format!("spin-path-match-{}", name.to_ascii_lowercase());
        let name = HeaderName::try_from(name).map_err(|_| BadRequest("a route parameter's name is no header name"))?;
        headers.insert(name, header_value(value)?);
    }
    Ok(())
}

/// Spin hands these through; a guest that trusts them would believe the client.
fn strip(headers: &mut HeaderMap) {
    let forged: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with("spin-")).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// The host that the client addressed, which HTTP/1.1 puts in a header and HTTP/2 in the URI.
fn authority(parts: &Parts, server: SocketAddr) -> Result<Authority, BadRequest> {
    let mut headers = parts.headers.get_all(HOST).iter();
    let header = match (headers.next(), headers.next()) {
        (Some(value), None) => {
            Some(Authority::try_from(value.as_bytes()).map_err(|_| BadRequest("the Host header is not valid"))?)
        }
        (None, _) => None,
        // RFC 9112 §3.2: two readers could take different ones.
        (Some(_), Some(_)) => return Err(BadRequest("there is more than one Host header")),
    };
    match (header, parts.uri.authority()) {
        (Some(header), Some(uri)) if header != *uri => {
            Err(BadRequest("the Host header and the request's URI name different hosts"))
        }
        (Some(header), _) => Ok(header),
        (None, Some(uri)) => Ok(uri.clone()),
        (None, None) if parts.version != Version::HTTP_10 => Err(BadRequest("the Host header is missing")),
        // HTTP/1.0 needs no host.
        (None, None) => Authority::try_from(server.to_string()).map_err(|_| BadRequest("no host")),
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), BadRequest> {
    headers.insert(HeaderName::from_static(name), header_value(value)?);
    Ok(())
}

fn header_value(value: &str) -> Result<HeaderValue, BadRequest> {
    HeaderValue::try_from(value).map_err(|_| BadRequest("the path has characters that no header can carry"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::Router;

    fn prepared(route: &str, request: http::request::Builder) -> Result<Parts, BadRequest> {
        let router = Router::new([(route.to_owned(), 0)]).unwrap();
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let path = parts.uri.path().to_owned();
        let found = router.find(&path).unwrap();
        let client = "10.0.0.9:5000".parse().unwrap();
        prepare(&mut parts, &found, client, "127.0.0.1:3000".parse().unwrap())?;
        Ok(parts)
    }

    #[test]
    fn the_guest_sees_spin_headers() {
        let request = http::Request::get("/a/7/b/?q=1").header("host", "iam.test");
        let parts = prepared("/a/:Id/...", request).unwrap();
        let header = |name: &str| parts.headers[name].to_str().unwrap();
        assert_eq!(header("spin-full-url"), "http://iam.test/a/7/b/?q=1");
        assert_eq!(header("spin-path-info"), "/b/");
        assert_eq!(header("spin-matched-route"), "/a/:Id/...");
        assert_eq!(header("spin-raw-component-route"), "/a/:Id/...");
        assert_eq!(header("spin-component-route"), "/a/:Id");
        assert_eq!(header("spin-base-path"), "/");
        assert_eq!(header("spin-client-addr"), "10.0.0.9:5000");
        assert_eq!(header("spin-path-match-id"), "7");
        assert_eq!(parts.uri, "http://iam.test/a/7/b/?q=1");
    }

    #[test]
    fn forged_headers_are_removed() {
        let request = http::Request::get("/")
            .header("host", "iam.test")
            .header("spin-client-addr", "1.1.1.1:1")
            .header("Spin-Client-Addr", "2.2.2.2:2")
            .header("spin-anything", "x");
        let parts = prepared("/...", request).unwrap();
        let addresses: Vec<_> = parts.headers.get_all("spin-client-addr").iter().collect();
        assert_eq!(addresses, ["10.0.0.9:5000"]);
        assert!(!parts.headers.contains_key("spin-anything"));
    }

    #[test]
    fn the_host_comes_from_the_uri_or_the_listener() {
        let parts = prepared("/...", http::Request::get("http://h2.test/x")).unwrap();
        assert_eq!(parts.headers["spin-full-url"], "http://h2.test/x");
        let old = http::Request::get("/x").version(Version::HTTP_10);
        let parts = prepared("/...", old).unwrap();
        assert_eq!(parts.headers["spin-full-url"], "http://127.0.0.1:3000/x");
    }

    #[test]
    fn ambiguous_and_unreadable_requests_are_refused() {
        let two = http::Request::get("http://a.test/").header("host", "b.test");
        assert!(prepared("/...", two).is_err());
        assert!(prepared("/...", http::Request::get("/")).is_err(), "no host");
        let twice = http::Request::get("/").header("host", "a.test").header("host", "a.test");
        assert!(prepared("/...", twice).is_err());
        let bytes = HeaderValue::from_bytes(b"\xff").unwrap();
        assert!(prepared("/...", http::Request::get("/").header("host", "a.test").header("x", bytes)).is_err());
    }
}
