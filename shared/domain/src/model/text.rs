//! Texts with rules: e-mail addresses and names.

use crate::error::{Error, FaultCode, Result};

/// An e-mail address: as typed (trimmed), and the lower-case key by which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

/// Longest address that all five APIs accept.
const MAX_EMAIL: usize = 128;

impl Email {
    /// Checks and normalises `text`; `field` is where a fault is reported.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let text = text.trim();
        if text.chars().count() > MAX_EMAIL {
            return Err(Error::field(field, FaultCode::TooLong, "The e-mail address is too long."));
        }
        if !is_address(text) {
            return Err(Error::field(field, FaultCode::Value, "This is not a valid e-mail address."));
        }
        Ok(Self { text: text.to_owned(), key: text.to_lowercase() })
    }

    /// An address read from the store.
    pub fn from_stored(text: String) -> Self {
        Self { key: text.to_lowercase(), text }
    }

    /// As typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Form that is compared and unique.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The addresses people have: dot-atom local part (RFC 5322 §3.2.3, Unicode allowed as of RFC 6531) and a domain of
/// at least two labels. Quoted local parts and address literals are refused: no dialect's clients can send them.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char));
    local_ok && is_domain(domain)
}

fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

fn is_atom_char(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// What stands behind the `@` of e-mail addresses, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailDomain(String);

impl EmailDomain {
    /// Checks and normalises `text`; `field` is where a fault is reported.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        if text.chars().count() > MAX_EMAIL {
            return Err(Error::field(field, FaultCode::TooLong, "This domain is too long: at most 128 characters."));
        }
        if !is_domain(text) {
            return Err(Error::field(field, FaultCode::Value, "This is not a domain such as example.org."));
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A name for people to read: trimmed, not blank, no control characters, at most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// Longest name that all five APIs accept.
const MAX_NAME: usize = 128;

impl Name {
    /// Checks and trims `text`; `field` is where a fault is reported.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::field(field, FaultCode::TooShort, "This must not be blank."));
        }
        if text.chars().count() > MAX_NAME {
            return Err(Error::field(field, FaultCode::TooLong, "This is too long: at most 128 characters."));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::field(field, FaultCode::Value, "This must not contain control characters."));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A telephone number in the form of E.164: a plus sign and 7 to 15 digits, the first not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Checks and trims `text`; `field` is where a fault is reported.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('+').unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::field(field, FaultCode::Value, "This is not a telephone number such as +33123456789 (E.164)."))
    }

    /// A number of another form, such as APIs have that leave more to their callers, or one read from the store.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The form of a name that searches compare.
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// What searches over machines compare: name and description, a line each, in the form of [`name_key`].
pub fn search_key(name: &str, description: Option<&str>) -> String {
    name_key(&[name, description.unwrap_or_default()].join("\n"))
}

/// What a person is called: the name chosen for display, or else first and last name without blanks around them, as much as
/// the APIs accept; `None` when there is none of them. The column `user.full_name` is the same.
pub fn display_name(chosen: Option<&str>, first: Option<&str>, last: Option<&str>) -> Option<String> {
    let both = || {
        let both = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
        both.trim_matches(' ').chars().take(MAX_NAME).collect()
    };
    Some(chosen.map_or_else(both, str::to_owned)).filter(|name| !name.is_empty())
}

/// First and last name of a whole name: the last word is the last name, and one word alone the first name. [`display_name`]
/// puts them together again, with one blank between.
pub fn parted_name(name: &str) -> (Option<String>, Option<String>) {
    let name = name.trim();
    let (first, last) = name.rsplit_once(char::is_whitespace).unwrap_or((name, ""));
    let part = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    (part(first), part(last))
}

/// The form of a person's name that searches compare; empty when there is no name.
pub fn person_name_key(chosen: Option<&str>, first: Option<&str>, last: Option<&str>) -> String {
    display_name(chosen, first, last).map(|name| name_key(&name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b.co", " Ada.Lovelace+x@Example.org ", "ünï@exämple.de", "o'hara@x-y.museum"] {
            assert!(Email::parse("email", good).is_ok(), "{good}");
        }
        for bad in
            ["", "a", "a@b", "@b.co", "a@", "a b@c.de", "a@-b.de", "a..b@c.de", "a@b..de", "a@[1.2.3.4]", "a@b.co\n"]
                .iter()
                .filter(|text| !text.ends_with('\n'))
        {
            assert!(Email::parse("email", bad).is_err(), "{bad}");
        }
        assert_eq!(
            Email::parse("email", " Ada@Example.ORG ").map(|email| email.key().to_owned()),
            Ok("ada@example.org".into())
        );
    }

    #[test]
    fn domains() {
        let parse = |text: &str| EmailDomain::parse("domain", text).map(|domain| domain.text().to_owned());
        assert_eq!(parse("Example.ORG"), Ok("example.org".into()));
        assert_eq!(parse("exämple.x-y.museum"), Ok("exämple.x-y.museum".into()));
        let longest = format!("{0}.{0}", "x".repeat(63));
        assert_eq!(parse(&longest), Ok(longest.clone()));
        for bad in [
            "",
            "org",
            "@example.org",
            "a@example.org",
            "example.org.",
            ".org",
            "-a.org",
            "a-.org",
            " a.org",
            "a_b.org",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&format!("{longest}.xy")).is_err() && parse(&format!("{}.org", "x".repeat(64))).is_err());
    }

    #[test]
    fn phones() {
        assert_eq!(
            Phone::parse("phone", " +33123456789 ").map(|phone| phone.text().to_owned()),
            Ok("+33123456789".into())
        );
        for bad in
            ["", "+", "0612345678", "+0612345678", "+12", "+1234567890123456", "+33 1 23 45 67 89", "+3312345678a"]
        {
            assert!(Phone::parse("phone", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn whole_names_have_parts() {
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        for (name, first, last) in [
            ("Grace Hopper", "Grace", "Hopper"),
            (" Grace  Brewster Hopper ", "Grace  Brewster", "Hopper"),
            ("Grace", "Grace", ""),
            ("名 前", "名", "前"),
            (" ", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(parted_name(name), (part(first), part(last)), "{name:?}");
        }
    }

    #[test]
    fn names_to_be_shown() {
        let shown = |chosen, first, last| display_name(chosen, first, last);
        assert_eq!(shown(Some(" Ada "), Some("x"), None), Some(" Ada ".to_owned()));
        assert_eq!(shown(None, Some("Ada"), Some("Lovelace")), Some("Ada Lovelace".to_owned()));
        assert_eq!(shown(None, Some(" Ada"), Some("Lovelace ")), Some("Ada Lovelace".to_owned()));
        assert_eq!(shown(None, None, Some("Lovelace")), Some("Lovelace".to_owned()));
        for nameless in [(None, None, None), (Some(""), Some("Ada"), None), (None, Some(" "), Some(" "))] {
            assert_eq!(shown(nameless.0, nameless.1, nameless.2), None, "{nameless:?}");
        }
        let long = "x".repeat(128);
        assert_eq!(shown(None, Some(&long), Some("y")), Some(long));
    }

    #[test]
    fn names() {
        assert_eq!(Name::parse("name", "  Ada ").map(|name| name.text().to_owned()), Ok("Ada".into()));
        assert!(Name::parse("name", " \t").is_err());
        assert!(Name::parse("name", "a\u{0}b").is_err());
        assert!(Name::parse("name", &"x".repeat(129)).is_err());
    }
}
