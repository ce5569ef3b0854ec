//! `allowed_outbound_hosts`: which addresses a component may call.

use std::ops::RangeInclusive;

use http::Uri;

use crate::error::{Result, fail};

/// The host name by which a guest calls its own application.
pub const SELF_HOST: &str = "self.alt";

/// The allowed hosts of one component; empty allows none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    scheme: Option<String>,
    host: Host,
    ports: RangeInclusive<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Any,
    Exact(String),
    /// `*.example.com`: any name below it, not itself. Kept with its leading dot.
    Below(String),
    Itself,
}

impl AllowedHosts {
    /// Reads patterns like `https://example.com`, `http://*.example.com:8000..9000`, `*://*:*`.
    pub fn parse(patterns: &[String], context: &str) -> Result<Self> {
        let mut parsed = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            match parse(pattern) {
                Ok(pattern) => parsed.push(pattern),
                Err(reason) => {
                    return fail!("{context}, allowed_outbound_hosts: {pattern:?} {reason}");
                }
            }
        }
        Ok(Self(parsed))
    }

    /// Whether a request to `uri` is allowed.
    pub fn allows(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
        let Some(port) = uri.port_u16().or_else(|| default_port(scheme)) else { return false };
        let host = host.to_ascii_lowercase();
        let itself = host == SELF_HOST;
        self.0.iter().any(|pattern| {
            pattern.scheme.as_deref().is_none_or(|allowed| allowed == scheme)
                && match &pattern.host {
                    // A call to oneself says so: the wildcard is for other hosts.
                    Host::Itself => itself,
                    Host::Any => !itself && pattern.ports.contains(&port),
                    Host::Exact(name) => *name == host && pattern.ports.contains(&port),
                    Host::Below(suffix) => host.ends_with(suffix) && pattern.ports.contains(&port),
                }
        })
    }
}

/// The line that would allow `uri`, for the log.
pub fn suggestion(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    match uri.host() {
        Some(SELF_HOST) | None => format!("{scheme}://self"),
        Some(host) => match uri.port_u16() {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        },
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

fn parse(pattern: &str) -> Result<Pattern, &'static str> {
    let (scheme, rest) = pattern.split_once("://").ok_or("must start with a scheme, like https://")?;
    let scheme = (scheme != "*").then(|| scheme.to_ascii_lowercase());
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('/') {
        return Err("must not have a path");
    }
    let (host, port) = split_port(rest);
    if host.is_empty() {
        return Err("has no host");
    }
    let host = match host.to_ascii_lowercase() {
        host if host == "*" => Host::Any,
        host if host == "self" || host == SELF_HOST => Host::Itself,
        host => match host.strip_prefix('*') {
            Some(suffix) if suffix.starts_with('.') && !suffix.contains('*') => Host::Below(suffix.to_owned()),
            None if !host.contains('*') => Host::Exact(host),
            _ => return Err("may have * only as the whole host or its first label"),
        },
    };
    let ports = match port {
        Some("*") => 0..=u16::MAX,
        Some(port) => parse_ports(port).ok_or("has a port that is no number, no range like 8000..9000 and not *")?,
        None if host == Host::Itself => 0..=u16::MAX,
        None => {
            let port = scheme.as_deref().and_then(default_port).ok_or("needs a port")?;
            port..=port
        }
    };
    Ok(Pattern { scheme, host, ports })
}

/// Splits at the colon before the port, minding the colons of `[::1]`.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// `80`, or `8000..9000` without its end, as in Spin.
fn parse_ports(text: &str) -> Option<RangeInclusive<u16>> {
    if let Some((first, end)) = text.split_once("..") {
        let (first, end): (u16, u16) = (first.parse().ok()?, end.parse().ok()?);
        return (first < end).then(|| first..=end - 1);
    }
    let port = text.parse().ok()?;
    Some(port..=port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(pattern: &str, url: &str) -> bool {
        let hosts = AllowedHosts::parse(&[pattern.to_owned()], "test").unwrap();
        hosts.allows(&url.parse().unwrap())
    }

    #[test]
    fn scheme_host_and_port_must_match() {
        assert!(allows("https://example.com", "https://example.com/path?query"));
        assert!(allows("https://Example.com/", "https://EXAMPLE.com:443"));
        assert!(!allows("https://example.com", "http://example.com"));
        assert!(!allows("https://example.com", "https://example.com:8443"));
        assert!(!allows("https://example.com", "https://example.com.evil.org"));
        assert!(!allows("https://example.com", "https://evil-example.com"));
        assert!(allows("http://127.0.0.1:8080", "http://127.0.0.1:8080/"));
        assert!(allows("http://[::1]:8080", "http://[::1]:8080/"));
    }

    #[test]
    fn user_information_does_not_disguise_the_host() {
        assert!(!allows("https://example.com", "https://example.com@evil.org/"));
    }

    #[test]
    fn wildcards() {
        assert!(allows("*://*:*", "http://anything:1234"));
        assert!(allows("https://*", "https://anything"));
        assert!(!allows("https://*", "https://anything:8443"));
        assert!(allows("https://*.example.com", "https://a.b.example.com"));
        assert!(!allows("https://*.example.com", "https://example.com"));
        assert!(!allows("https://*.example.com", "https://badexample.com"));
    }

    #[test]
    fn port_ranges_leave_out_their_end() {
        assert!(allows("http://h:8000..9000", "http://h:8000"));
        assert!(allows("http://h:8000..9000", "http://h:8999"));
        assert!(!allows("http://h:8000..9000", "http://h:9000"));
    }

    #[test]
    fn calls_to_oneself_are_a_grant_of_their_own() {
        assert!(allows("http://self", "http://self.alt/path"));
        assert!(!allows("*://*:*", "http://self.alt/path"));
        assert!(!allows("http://self", "http://example.com/"));
    }

    #[test]
    fn mistakes_are_explained() {
        for (pattern, reason) in [
            ("example.com", "scheme"),
            ("https://example.com/path", "path"),
            ("https://", "no host"),
            ("https://a.*.com", "*"),
            ("redis://cache", "needs a port"),
            ("http://h:80x", "port"),
            ("http://h:9..8", "port"),
        ] {
            let error = AllowedHosts::parse(&[pattern.to_owned()], "c").unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn the_suggestion_is_a_pattern_that_allows() {
        for url in ["https://a.com/x", "http://a.com:8080/x", "http://self.alt/x"] {
            assert!(allows(&suggestion(&url.parse().unwrap()), url), "{url}");
        }
    }
}
