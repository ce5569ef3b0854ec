//! The `Authorization` header.

use iam_domain::crypto::secret;

/// What the header holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization<'a> {
    /// No header.
    Absent,
    /// An access token (JWT).
    AccessToken(&'a str),
    /// A token that the kit itself can read (JWT).
    OwnToken(&'a str),
    /// An opaque token of ours.
    ApiToken(&'a str),
    /// Something that no scheme of the dialect explains.
    Unknown,
}

impl<'a> Authorization<'a> {
    /// A token behind `Bearer`: opaque ones are told by their form.
    pub fn bearer(token: &'a str) -> Self {
        if secret::parse(token).is_some() { Self::ApiToken(token) } else { Self::AccessToken(token) }
    }

    /// Splits a header value into scheme and rest, the scheme in any case (RFC 9110 §11.1).
    pub fn scheme(value: &'a str) -> Option<(&'a str, &'a str)> {
        let (scheme, rest) = value.trim().split_once(' ')?;
        Some((scheme, rest.trim()))
    }
}
