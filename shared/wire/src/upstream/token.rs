//! Access tokens that are passed on.

use http::HeaderValue;
use iam_domain::error::{Error, FaultCode, Result};

/// Longest access token that is passed on, in bytes.
const MAX_TOKEN: usize = 8192;

/// An access token that a caller hands in, to be passed on.
///
/// # Errors
/// A fault at `field` when no bearer token looks like this (RFC 6750 §2.1).
pub fn access_token(field: &'static str, text: &str) -> Result<String> {
    if text.len() > MAX_TOKEN {
        return Err(Error::field(field, FaultCode::TooLong, "This is too long for an access token."));
    }
    if !is_token(text) {
        return Err(Error::field(field, FaultCode::Value, "This is not an access token."));
    }
    Ok(text.to_owned())
}

/// Whether a text can be a bearer token.
pub(super) fn is_token(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// A header value that no log shows.
pub(super) fn sensitive(value: &str) -> Result<HeaderValue> {
    let mut value =
        HeaderValue::from_str(value).map_err(|_| Error::internal("credentials do not fit into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_token_is_passed_on() {
        for good in ["a", "eyJhbGciOi.J9-_~+/x.y==", &"a".repeat(MAX_TOKEN)] {
            assert_eq!(access_token("access_token", good).as_deref(), Ok(good));
        }
        for bad in ["", " ", "a b", "a\r\nhost: x", "tökén", "a,b", &"a".repeat(MAX_TOKEN + 1)] {
            assert!(access_token("access_token", bad).is_err(), "{bad}");
        }
    }
}
