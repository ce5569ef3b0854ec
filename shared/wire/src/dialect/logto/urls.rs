//! What counts as an absolute URL: of any scheme, and for the schemes of the web with a host that can be read.

use http::Uri;

/// Schemes whose URLs name a host (the WHATWG's special schemes, `file` apart).
const WEB: [&str; 5] = ["http", "https", "ws", "wss", "ftp"];

/// Whether `text` is an absolute URL.
pub(super) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let is_web = WEB.contains(&scheme.to_ascii_lowercase().as_str());
    is_scheme && is_plain && !rest.is_empty() && (!is_web || has_host(rest))
}

/// Whether what follows the scheme begins with a host, and at most a port behind it.
fn has_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    // Of characters beyond ASCII, which URIs have in encoded form only, any letter says as much.
    let authority: String = authority.chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect();
    let Ok(uri) = format!("http://{authority}/").parse::<Uri>() else { return false };
    let behind_host = authority.rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
    let port = behind_host.rsplit_once(']').map_or(behind_host, |(_, port)| port).split_once(':').map(|(_, port)| port);
    uri.host().is_some_and(|host| !host.is_empty())
        && port.is_none_or(|port| port.is_empty() || uri.port_u16().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_absolute() {
        for good in [
            "https://a.example/x.png",
            "mock://host/x.png",
            "HTTP://a",
            "data:image/png;base64,AA==",
            "https://exämple.de/ü?ä#ö",
            "https://user:password@a.example:8443/",
            "http://[::1]:8080/a%20b",
            "http://127.0.0.1",
            "urn:logto:x",
        ] {
            assert!(is_absolute(good), "{good}");
        }
        for bad in [
            "",
            "a.png",
            "/a.png",
            "//a/b",
            "https://",
            "https:",
            "https:///x",
            "1a:b",
            "https://a b",
            ":x",
            "http://[",
            "https://[::1",
            "http://host:port/",
            "http://a:65536",
            "http://%/",
            "http://@/",
            "a:",
        ] {
            assert!(!is_absolute(bad), "{bad}");
        }
    }
}
