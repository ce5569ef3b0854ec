//! Access tokens of the IDAH API (contracts/idah.md, "Authentication").
//!
//! JWTs with the claims `u`, `r`, `s` and `exp`, as sibling services read them. What is ours besides: `jti`, `iat`, and
//! `sid` or `cid`, the session or API key that a token was issued for; with it the token dies.

use serde_json::{Map, Value as Json, json};

use super::ctx::Services;
use super::key_ring;
use crate::crypto::SigningAlgorithm;
use crate::crypto::jwt::{self, Claims, VerifyRules};
use crate::error::{AuthFault, Error, Result};
use crate::model::{Account, CredentialId, PrincipalId, SessionId};
use crate::store::account_callers::AccountClaims;
use crate::store::callers::TokenSubject;

/// `typ` header: tokens of this API say no more than that, and those of the others say something else.
const TYPE: &str = "JWT";

/// A token to be issued.
pub struct AccountToken<'a> {
    /// For whom.
    pub account: &'a Account,
    /// `r`.
    pub role: &'a str,
    /// `s`.
    pub scope: &'a Map<String, Json>,
    /// Session that it is issued in.
    pub session: Option<SessionId>,
    /// API key that it is issued for.
    pub key: Option<CredentialId>,
    /// Seconds from now to `exp`.
    pub lifetime: i64,
    /// Which set of keys signs.
    pub generation: &'a str,
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// Its `exp`, in seconds.
    pub expires_at: i64,
}

/// Issues an access token.
pub async fn issue(services: &Services, request: AccountToken<'_>) -> Result<IssuedToken> {
    let now = services.clock.now_seconds();
    let expires_at = now.saturating_add(request.lifetime);
    let mut claims = Map::new();
    claims.insert("u".into(), user(request.account, request.key.is_some()));
    claims.insert("r".into(), request.role.into());
    claims.insert("s".into(), request.scope.clone().into());
    claims.insert("exp".into(), expires_at.into());
    claims.insert("iat".into(), now.into());
    claims.insert("jti".into(), services.ulid().into());
    if let Some(session) = request.session {
        claims.insert("sid".into(), session.get().into());
    }
    if let Some(key) = request.key {
        claims.insert("cid".into(), key.get().into());
    }
    Ok(IssuedToken { token: sign(services, &claims, request.generation).await?, expires_at })
}

/// Signs claims of this API: siblings check ES256.
pub(super) async fn sign(services: &Services, claims: &Claims, generation: &str) -> Result<String> {
    let key = key_ring::signing_key(services, SigningAlgorithm::Es256, generation).await?;
    Ok(key.sign(TYPE, claims)?)
}

/// `u`: what is null is left out.
fn user(account: &Account, is_key: bool) -> Json {
    let mut user = json!({ "id": account.id.get() });
    if let Json::Object(user) = &mut user {
        user.extend(account.email.clone().map(|email| ("email".to_owned(), email.into())));
        user.extend(account.name.clone().map(|name| ("name".to_owned(), name.into())));
        user.extend(is_key.then(|| ("labels".to_owned(), json!(["api"]))));
    }
    user
}

/// Checks an access token: signature, type, time, claims. What the store knows is still to be asked
/// ([`Caller::of_token`](super::Caller::of_token)).
///
/// # Errors
/// `Unauthenticated`, with the reason in the log context.
pub async fn check(services: &Services, token: &str) -> Result<TokenSubject> {
    let claims = authentic(services, token).await?;
    subject(&claims).ok_or_else(|| refuse("the token has not the claims of an access token".into()))
}

/// The claims of a token of this API that is good by itself.
///
/// # Errors
/// `Unauthenticated`, with the reason in the log context.
pub(super) async fn authentic(services: &Services, token: &str) -> Result<Claims> {
    let authentic = key_ring::authenticate(services, token).await?.map_err(|error| refuse(error.to_string()))?;
    let rules = VerifyRules {
        now_seconds: services.clock.now_seconds(),
        leeway_seconds: 0,
        issuers: None,
        audiences: None,
        types: Some(&[TYPE]),
    };
    jwt::check(&authentic, &rules).map_err(|error| refuse(error.to_string()))?;
    Ok(authentic.claims.clone())
}

fn refuse(why: String) -> Error {
    Error::unauthenticated(AuthFault::Invalid).context(why)
}

fn subject(claims: &Claims) -> Option<TokenSubject> {
    // Refresh tokens say what they are for by this claim; access tokens have none.
    if claims.contains_key("sub") {
        return None;
    }
    let organizations = claims.get("s")?.as_object()?.get("org").and_then(Json::as_array).cloned().unwrap_or_default();
    Some(TokenSubject {
        principal: PrincipalId::from_stored(claims.get("u")?.get("id")?.as_i64()?),
        jti: claims.get("jti")?.as_str()?.to_owned(),
        credential: claims.get("cid").and_then(Json::as_i64).map(CredentialId::from_stored),
        session: claims.get("sid").and_then(Json::as_i64).map(SessionId::from_stored),
        manages: None,
        account: Some(AccountClaims {
            role: claims.get("r")?.as_str()?.to_owned(),
            organizations: organizations.iter().filter_map(|id| id.as_str()?.parse().ok()).collect(),
        }),
    })
}
