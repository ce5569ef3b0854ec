//! Verification of JSON Web Tokens (RFC 7519) with a key that the caller has chosen.
//!
//! Two halves, because verified signatures are cached: [`authenticate`] checks the signature, which
//! is expensive and always gives the same answer; [`check`] applies the rules of time, issuer and
//! audience, and must run on every use. [`verify`] does both. Signing is [`super::SigningKey::sign`].

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{VerifyingKey, base64url};

/// The claims of a token, a JSON object.
pub type Claims = Map<String, Value>;

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtError {
    /// Not a JWT, too long, or a claim of the wrong type, or a `crit` header (RFC 7515 §4.1.11).
    Malformed,
    /// `alg` is not the key's algorithm.
    WrongAlgorithm,
    /// The signature does not fit.
    BadSignature,
    /// A claim that the rules need is absent.
    MissingClaim(&'static str),
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lie in the future.
    NotYetValid,
    /// `iss` is none of the accepted issuers.
    WrongIssuer,
    /// `aud` names none of the accepted audiences.
    WrongAudience,
    /// `typ` is none of the accepted types.
    WrongType,
}

impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a readable token",
            Self::WrongAlgorithm => "the token's algorithm is not the key's",
            Self::BadSignature => "the signature does not fit",
            Self::MissingClaim(name) => return write!(f, "the claim {name} is missing"),
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::WrongIssuer => "the token has another issuer",
            Self::WrongAudience => "the token is for another audience",
            Self::WrongType => "the token is of another type",
        })
    }
}

impl std::error::Error for JwtError {}

/// What a token must satisfy besides its signature. `exp` is always required.
#[derive(Debug, Clone, Copy)]
pub struct VerifyRules<'a> {
    /// The current time, seconds since the Unix epoch.
    pub now_seconds: i64,
    /// Tolerated difference of clocks, in seconds. 0 for tokens that we issued ourselves.
    pub leeway_seconds: i64,
    /// Accepted values of `iss` (compared exactly). `None`: tokens of this kind carry no issuer.
    pub issuers: Option<&'a [&'a str]>,
    /// Accepted values of `aud`, of which one must be named. `None`: such tokens carry no audience.
    pub audiences: Option<&'a [&'a str]>,
    /// Accepted values of the header's `typ`, without regard to case; an absent `typ` counts as `JWT`.
    /// `None`: any.
    pub types: Option<&'a [&'a str]>,
}

/// The header members that we look at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// The algorithm that the token claims to be signed with.
    pub alg: String,
    /// The id of the key.
    pub kid: Option<String>,
    /// The type of the token.
    pub typ: Option<String>,
    crit: Option<Value>,
}

/// What an unverified token says about itself: good for choosing a key, for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peeked {
    /// The header.
    pub header: Header,
    /// The claims.
    pub claims: Claims,
}

/// Header and claims of a token whose signature has been verified; the rules still have to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentic {
    /// The header.
    pub header: Header,
    /// The claims.
    pub claims: Claims,
}

/// Reads a token without any trust. `None` if it is not a JWT.
pub fn peek(token: &str) -> Option<Peeked> {
    let parts = split(token)?;
    Some(Peeked { header: json(parts.header)?, claims: json(parts.claims)? })
}

/// Verifies signature and rules, and gives the claims.
pub fn verify(token: &str, key: &VerifyingKey, rules: &VerifyRules<'_>) -> Result<Claims, JwtError> {
    let authentic = authenticate(token, key)?;
    check(&authentic, rules)?;
    Ok(authentic.claims)
}

/// Verifies the signature with the key's own algorithm (RFC 8725 §3.1). The result for a pair of
/// token and key never changes, so it may be cached; [`check`] must not be.
///
/// Errors: [`JwtError::Malformed`], [`JwtError::WrongAlgorithm`], [`JwtError::BadSignature`].
pub fn authenticate(token: &str, key: &VerifyingKey) -> Result<Authentic, JwtError> {
    let parts = split(token).ok_or(JwtError::Malformed)?;
    let header: Header = json(parts.header).ok_or(JwtError::Malformed)?;
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    if header.alg != key.algorithm().name() {
        return Err(JwtError::WrongAlgorithm);
    }
    let signature = base64url::decode(parts.signature).ok_or(JwtError::Malformed)?;
    if !key.accepts(parts.signed.as_bytes(), &signature) {
        return Err(JwtError::BadSignature);
    }
    let claims = json(parts.claims).ok_or(JwtError::Malformed)?;
    Ok(Authentic { header, claims })
}

/// Applies the rules to verified claims (RFC 7519 §4.1). A token is valid while
/// `nbf <= now < exp`, each with the leeway in its favour.
///
/// Errors: all of [`JwtError`] but those of [`authenticate`]; [`JwtError::Malformed`] for a claim
/// of the wrong type.
pub fn check(token: &Authentic, rules: &VerifyRules<'_>) -> Result<(), JwtError> {
    if let Some(types) = rules.types {
        let typ = token.header.typ.as_deref().unwrap_or("JWT");
        if !types.iter().any(|accepted| accepted.eq_ignore_ascii_case(typ)) {
            return Err(JwtError::WrongType);
        }
    }
    let claims = &token.claims;
    check_time(claims, rules.now_seconds, rules.leeway_seconds)?;
    if let Some(issuers) = rules.issuers {
        let issuer = text_claim(claims, "iss")?;
        if !issuers.contains(&issuer) {
            return Err(JwtError::WrongIssuer);
        }
    }
    if let Some(accepted) = rules.audiences {
        let named = audiences(claims)?;
        if !named.iter().any(|audience| accepted.contains(audience)) {
            return Err(JwtError::WrongAudience);
        }
    }
    Ok(())
}

/// `nbf` and `iat` are optional, `exp` is not.
pub(super) fn check_time(claims: &Claims, now: i64, leeway: i64) -> Result<(), JwtError> {
    let expires = date_claim(claims, "exp")?.ok_or(JwtError::MissingClaim("exp"))?;
    if now >= expires.saturating_add(leeway) {
        return Err(JwtError::Expired);
    }
    for name in ["nbf", "iat"] {
        if date_claim(claims, name)?.is_some_and(|from| from > now.saturating_add(leeway)) {
            return Err(JwtError::NotYetValid);
        }
    }
    Ok(())
}

/// A `NumericDate` (RFC 7519 §2), cut to whole seconds. `None` if the claim is absent.
pub(super) fn date_claim(claims: &Claims, name: &str) -> Result<Option<i64>, JwtError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    if let Some(seconds) = value.as_i64() {
        return Ok(Some(seconds));
    }
    // The format allows fractions. Beyond this range (past the year 280,000,000) no date is meant.
    let seconds = value.as_f64().ok_or(JwtError::Malformed)?;
    if !(-9e15..=9e15).contains(&seconds) {
        return Err(JwtError::Malformed);
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range was checked; the fraction is meant to go")]
    Ok(Some(seconds.floor() as i64))
}

pub(super) fn text_claim<'a>(claims: &'a Claims, name: &'static str) -> Result<&'a str, JwtError> {
    let value = claims.get(name).ok_or(JwtError::MissingClaim(name))?;
    value.as_str().ok_or(JwtError::Malformed)
}

/// The values of `aud`, which is a string or an array of strings (RFC 7519 §4.1.3).
pub(super) fn audiences(claims: &Claims) -> Result<Vec<&str>, JwtError> {
    match claims.get("aud") {
        None => Err(JwtError::MissingClaim("aud")),
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(many)) => many.iter().map(|value| value.as_str().ok_or(JwtError::Malformed)).collect(),
        Some(_) => Err(JwtError::Malformed),
    }
}

struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
}

fn split(token: &str) -> Option<Parts<'_>> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    if claims.contains('.') {
        return None;
    }
    Some(Parts { signed, header, claims, signature })
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&base64url::decode(part)?).ok()
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
