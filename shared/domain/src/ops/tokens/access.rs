//! Access tokens: issuing and checking.
//!
//! Tokens are JWTs of the profile of RFC 9068 (`typ` = `at+jwt`). Two claims are ours: `cid`, the credential that a
//! token was issued for, and `sid`, the session; with either the token dies.

use serde_json::{Map, Value as Json};

use super::keys;
use crate::crypto::SigningAlgorithm;
use crate::crypto::jwt::{self, Authentic, Claims, VerifyRules};
use crate::error::{AuthFault, Error, Result};
use crate::model::{CredentialId, PrincipalId, SessionId};
use crate::ops::ctx::{Caller, Services};
use crate::store::callers::TokenSubject;

/// `typ` header of our access tokens.
pub const TYPE: &str = "at+jwt";

/// A token to be issued.
pub struct TokenRequest<'a> {
    /// For whom.
    pub caller: &'a Caller,
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`: one is sent as a text, several as a list.
    pub audiences: Vec<String>,
    /// `scope`; `None` leaves the claim out.
    pub scope: Option<String>,
    /// Seconds from now to `exp`.
    pub lifetime: i64,
    /// Further claims of the dialect.
    pub claims: Map<String, Json>,
    /// How to sign.
    pub algorithm: SigningAlgorithm,
    /// Which set of keys.
    pub generation: &'a str,
}

/// Issues an access token. No statement but the first time an instance signs.
pub async fn issue(services: &Services, request: TokenRequest<'_>) -> Result<String> {
    let key = keys::signing_key(services, request.algorithm, request.generation).await?;
    let now = services.clock.now_seconds();
    let id = request.caller.id().to_string();
    let mut claims = Map::new();
    claims.insert("jti".into(), services.ulid().into());
    claims.insert("iss".into(), request.issuer.into());
    claims.insert("sub".into(), id.clone().into());
    claims.insert("aud".into(), audience_claim(request.audiences));
    claims.insert("client_id".into(), id.into());
    claims.insert("iat".into(), now.into());
    claims.insert("nbf".into(), now.into());
    claims.insert("exp".into(), now.saturating_add(request.lifetime).into());
    if let Some(scope) = request.scope {
        claims.insert("scope".into(), scope.into());
    }
    if let Some(credential) = request.caller.credential() {
        claims.insert("cid".into(), credential.get().into());
    }
    if let Some(session) = request.caller.session() {
        claims.insert("sid".into(), session.get().into());
    }
    claims.extend(request.claims);
    Ok(key.sign(TYPE, &claims)?)
}

fn audience_claim(mut audiences: Vec<String>) -> Json {
    if audiences.len() == 1 { audiences.pop().into() } else { audiences.into() }
}

/// Checks a token of ours: signature, type, time, issuer, audience. What the store knows is still to be asked
/// ([`Caller::of_token`]).
///
/// # Errors
/// [`AuthFault::Invalid`] with the reason in the log context; [`AuthFault::NoSubject`].
pub async fn check(
    services: &Services,
    token: &str,
    issuers: &[&str],
    audiences: Option<&[&str]>,
) -> Result<(TokenSubject, Claims)> {
    let refuse = |why: String| Error::unauthenticated(AuthFault::Invalid).context(why);
    let authentic = keys::authenticate(services, token).await?.map_err(|error| refuse(error.to_string()))?;
    if keys::is_adopted(services, &authentic) {
        return Err(refuse("the key is good for accounts alone".into()));
    }
    let rules = VerifyRules {
        now_seconds: services.clock.now_seconds(),
        leeway_seconds: 0,
        issuers: Some(issuers),
        audiences,
        types: Some(&[TYPE]),
    };
    jwt::check(&authentic, &rules).map_err(|error| refuse(error.to_string()))?;
    if !authentic.claims.contains_key("sub") {
        return Err(Error::unauthenticated(AuthFault::NoSubject));
    }
    let subject = subject(&authentic).ok_or_else(|| refuse("a claim of the token is missing".into()))?;
    Ok((subject, authentic.claims.clone()))
}

fn subject(token: &Authentic) -> Option<TokenSubject> {
    let claims = &token.claims;
    Some(TokenSubject {
        principal: claims.get("sub")?.as_str()?.parse::<PrincipalId>().ok()?,
        jti: claims.get("jti")?.as_str()?.to_owned(),
        credential: claims.get("cid").and_then(Json::as_i64).map(CredentialId::from_stored),
        session: claims.get("sid").and_then(Json::as_i64).map(SessionId::from_stored),
    })
}
