//! Addresses at the upstream login service.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::request::is_loopback;

/// Everything but unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value, for a URL or a form.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// How an address may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// By https only.
    Secure,
    /// By https, or by http on this very machine, where nobody listens in.
    Loopback,
}

impl Reach {
    /// What an issuer may send us to: one that is reached by https must not lead to this machine.
    pub(super) fn of_issuer(issuer: &str) -> Self {
        if issuer.starts_with("https://") { Self::Secure } else { Self::Loopback }
    }

    /// Whether `text` is an absolute URL that may be called, without user information and fragment.
    pub(super) fn admits(self, text: &str) -> bool {
        // `Uri` drops fragments without a word.
        let Some(uri) = text.parse::<Uri>().ok().filter(|_| !text.contains('#')) else { return false };
        let Some(authority) = uri.authority().map(http::uri::Authority::as_str) else { return false };
        let is_allowed = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => self == Self::Loopback && is_loopback(authority),
            _ => false,
        };
        is_allowed && !authority.contains('@')
    }
}

/// Whether `url` is on the host that the runtime lets us call. A pattern may cover it, too: that is the runtime's to say.
pub(super) fn is_allowed(url: &str, allowed: &str) -> bool {
    allowed.contains('*') || origin(url).is_some_and(|origin| self::origin(allowed) == Some(origin))
}

/// Scheme, host and port.
fn origin(url: &str) -> Option<(String, String, u16)> {
    let url: Uri = url.parse().ok()?;
    let scheme = url.scheme_str()?.to_owned();
    let port = url.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some((scheme, url.host()?.to_ascii_lowercase(), port))
}

/// An address with places for what a person is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

const SUBJECT: &str = "{sub}";
const EMAIL: &str = "{email}";

impl Template {
    /// Reads one; `None` when it is no URL, has no place to fill in, or has one in front of the path.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let plain = text.replace(SUBJECT, "").replace(EMAIL, "");
        let is_good = plain.len() < text.len() && !authority.contains('{') && !plain.contains(['{', '}']);
        (is_good && Reach::Loopback.admits(&plain)).then(|| Self(text.to_owned()))
    }

    /// The address without anybody.
    pub(super) fn bare(&self) -> String {
        self.0.replace(SUBJECT, "").replace(EMAIL, "")
    }

    /// The address of one person. What is not known is left empty; `None` when nothing that is wanted is known.
    pub fn fill(&self, subject: Option<&str>, email: Option<&str>) -> Option<String> {
        let wanted = |place: &str, value: Option<&str>| value.is_some() && self.0.contains(place);
        if !wanted(SUBJECT, subject) && !wanted(EMAIL, email) {
            return None;
        }
        let subject = encode(subject.unwrap_or_default());
        let email = encode(email.unwrap_or_default());
        Some(self.0.replace(SUBJECT, &subject).replace(EMAIL, &email))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_called() {
        for url in ["https://id.example.org", "https://id.example.org:8443/a/b?c=d"] {
            assert!(Reach::Secure.admits(url) && Reach::Loopback.admits(url), "{url}");
        }
        for url in ["http://127.0.0.1:80/x", "http://localhost", "http://[::1]:3000/"] {
            assert!(!Reach::Secure.admits(url) && Reach::Loopback.admits(url), "{url}");
        }
        for url in [
            "",
            "id.example.org",
            "/users",
            "http://id.example.org",
            "http://127.0.0.1.example.org",
            "ftp://127.0.0.1",
            "https://a@id.example.org",
            "http://127.0.0.1@id.example.org",
            "https://id.example.org/#x",
            "https://id.example.org/ x",
            "https://",
        ] {
            assert!(!Reach::Secure.admits(url) && !Reach::Loopback.admits(url), "{url}");
        }
        assert_eq!(Reach::of_issuer("https://id.example.org"), Reach::Secure);
        assert_eq!(Reach::of_issuer("http://127.0.0.1:1"), Reach::Loopback);
    }

    #[test]
    fn an_allowed_host_is_scheme_host_and_port() {
        let url = "https://id.example.org/a?b";
        for allowed in ["https://id.example.org", "https://ID.example.org:443/", "https://*.example.org", "*://*:*"] {
            assert!(is_allowed(url, allowed), "{allowed}");
        }
        for allowed in
            ["", "id.example.org", "http://id.example.org", "https://id.example.org:8443", "https://example.org"]
        {
            assert!(!is_allowed(url, allowed), "{allowed}");
        }
    }

    #[test]
    fn templates_need_a_place_behind_the_host() {
        for good in ["https://id.example.org/users/{sub}", "https://id.example.org?m={email}&s={sub}"] {
            assert!(Template::parse(good).is_some(), "{good}");
        }
        for bad in [
            "https://id.example.org/users",
            "https://{sub}.example.org/",
            "https://id.example.org{email}/",
            "https://id.example.org/{sub}/{name}",
            "http://id.example.org/{sub}",
            "/users/{sub}",
        ] {
            assert_eq!(Template::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn values_are_encoded_and_cannot_leave_their_place() {
        let both = Template::parse("https://id.example.org/u?s={sub}&m={email}").unwrap();
        let filled = both.fill(Some("a/../b?{email}"), Some("ü+x@example.org"));
        let wanted = "https://id.example.org/u?s=a%2F..%2Fb%3F%7Bemail%7D&m=%C3%BC%2Bx%40example.org";
        assert_eq!(filled.as_deref(), Some(wanted));
        assert_eq!(both.fill(None, Some("a@b.co")).as_deref(), Some("https://id.example.org/u?s=&m=a%40b.co"));
        assert_eq!(both.fill(None, None), None);
        let by_subject = Template::parse("https://id.example.org/{sub}").unwrap();
        assert_eq!(by_subject.fill(None, Some("a@b.co")), None);
    }
}
