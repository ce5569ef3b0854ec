//! Client assertions: a service account proves itself with a JWT that it signed (RFC 7523 §3).

use std::fmt;

use super::VerifyingKey;
use super::jwt::{self, Claims, JwtError};

/// How old an assertion may be by its `iat`, in seconds.
pub const MAX_AGE_SECONDS: i64 = 3600;

/// How far the clocks of client and server may differ, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 5;

/// What an assertion must satisfy besides its signature.
#[derive(Debug, Clone, Copy)]
pub struct AssertionRules<'a> {
    /// The current time, seconds since the Unix epoch.
    pub now_seconds: i64,
    /// The names of this server, of which `aud` must hold one. Slashes at the end do not count.
    pub audiences: &'a [&'a str],
    /// The id of the account that the key belongs to: `iss` and `sub` must both be it.
    pub subject: &'a str,
}

/// Why an assertion is refused: all are `invalid_grant` or `invalid_client` on the wire (RFC 7523 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionError {
    /// The token itself is bad.
    Token(JwtError),
    /// The header's `kid` is not the id of the key.
    WrongKey,
    /// `iat` is longer ago than [`MAX_AGE_SECONDS`].
    TooOld,
    /// `iss` is not the account.
    WrongIssuer,
    /// `sub` is not the account.
    WrongSubject,
}

impl fmt::Display for AssertionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(JwtError::WrongAudience) => "aud does not name this server",
            Self::Token(error) => return error.fmt(f),
            Self::WrongKey => "the key is not the one that kid names",
            Self::TooOld => "iat is more than an hour ago",
            Self::WrongIssuer => "iss is not the owner of the key",
            Self::WrongSubject => "sub is not the owner of the key",
        })
    }
}

impl std::error::Error for AssertionError {}

impl From<JwtError> for AssertionError {
    fn from(error: JwtError) -> Self {
        Self::Token(error)
    }
}

/// Verifies an assertion with the stored public key of its `kid` (find it with [`jwt::peek`]) and
/// gives its claims. Signature first, so that the other answers go only to the holder of the key.
///
/// The key's type pins the algorithm: RS256 for keys that we generate, ES256 or `EdDSA` for others.
/// `exp` and `iat` are required; `jti` is not, so an assertion can be used again until it expires
/// (RFC 7523 §3 leaves replay to the server).
pub fn verify(assertion: &str, key: &VerifyingKey, rules: &AssertionRules<'_>) -> Result<Claims, AssertionError> {
    let token = jwt::authenticate(assertion, key)?;
    if let (Some(named), Some(kid)) = (token.header.kid.as_deref(), key.kid())
        && named != kid
    {
        return Err(AssertionError::WrongKey);
    }
    let claims = token.claims;
    if jwt::text_claim(&claims, "iss")? != rules.subject {
        return Err(AssertionError::WrongIssuer);
    }
    if jwt::text_claim(&claims, "sub")? != rules.subject {
        return Err(AssertionError::WrongSubject);
    }
    jwt::check_time(&claims, rules.now_seconds, CLOCK_SKEW_SECONDS)?;
    let issued = jwt::date_claim(&claims, "iat")?.ok_or(JwtError::MissingClaim("iat"))?;
    let oldest = rules.now_seconds - MAX_AGE_SECONDS - CLOCK_SKEW_SECONDS;
    if issued < oldest {
        return Err(AssertionError::TooOld);
    }
    let ours = |named: &str| {
        let named = named.trim_end_matches('/');
        let mut accepted = rules.audiences.iter();
        accepted.any(|audience| audience.trim_end_matches('/') == named)
    };
    if !jwt::audiences(&claims)?.into_iter().any(ours) {
        return Err(JwtError::WrongAudience.into());
    }
    Ok(claims)
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
