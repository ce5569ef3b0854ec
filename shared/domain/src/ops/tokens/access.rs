//! Access tokens: issuing, checking, introspection (RFC 7662), revocation (RFC 7009).
//!
//! Tokens are JWTs of the profile of RFC 9068 (`typ` = `at+jwt`). Two claims are ours: `cid`, the credential that a
//! token was issued for, and `sid`, the session; with either the token dies.

use serde_json::{Map, Value as Json};

use super::ctx::{Acting, Bearer, Caller, Ctx, Services, by_roles};
use super::key_ring;
use crate::crypto::SigningAlgorithm;
use crate::crypto::jwt::{self, Authentic, Claims, VerifyRules};
use crate::error::{AuthFault, Error, ErrorKind, Result};
use crate::model::{CredentialId, EventType, PrincipalId, SessionId};
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
    let key = key_ring::signing_key(services, request.algorithm, request.generation).await?;
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
    let authentic = key_ring::authenticate(services, token).await?.map_err(|error| refuse(error.to_string()))?;
    if key_ring::is_adopted(services, &authentic) {
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

/// An active token, as an introspecting client may see it.
#[derive(Debug)]
pub struct Inspected {
    /// Who would act with it, with the roles held now.
    pub owner: Caller,
    /// Claims it was issued with.
    pub claims: Claims,
}

/// What `client` may know of a token (RFC 7662 §2.2); `None` is "not active".
///
/// Only tokens of the client's own organization are described, unless the client belongs to the platform's operator:
/// to others a foreign token looks like an invalid one.
pub async fn introspect(
    services: &Services,
    client: &Caller,
    token: &str,
    issuers: &[&str],
) -> Result<Option<Inspected>> {
    let (owner, mut claims) = match describe(services, token, issuers).await {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_same_tenant = owner.home().is_some() && owner.home() == client.home();
    if !is_same_tenant && !client.rights().is_platform() {
        return Ok(None);
    }
    claims.remove("cid");
    Ok(Some(Inspected { owner, claims }))
}

async fn describe(services: &Services, token: &str, issuers: &[&str]) -> Result<(Caller, Map<String, Json>)> {
    if token.contains('.') {
        let (subject, claims) = check(services, token, issuers, None).await?;
        let bearer = Bearer { subject, source: by_roles() };
        return Ok((Caller::of_token(services, &bearer, Acting::Home).await?, claims));
    }
    let owner = Caller::of_api_token(services, token, Acting::Home).await?;
    let mut claims = Map::new();
    claims.insert("sub".into(), owner.id().to_string().into());
    claims.insert("client_id".into(), owner.id().to_string().into());
    Ok((owner, claims))
}

/// What became of a request to revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The token is dead now, or was never alive (RFC 7009 §2.2 makes no difference).
    Done,
    /// The token was issued to another client.
    NotYours,
    /// Opaque tokens are deleted where they were made, not here.
    Unsupported,
}

/// Revokes an access token of the calling client (RFC 7009).
pub async fn revoke(ctx: &Ctx<'_>, client: &Caller, token: &str, issuers: &[&str]) -> Result<Revocation> {
    if crate::crypto::secret::parse(token).is_some() {
        return Ok(Revocation::Unsupported);
    }
    let (subject, claims) = match check(ctx.services(), token, issuers, None).await {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => return Ok(Revocation::Done),
        Err(error) => return Err(error),
    };
    if subject.principal != client.id() {
        return Ok(Revocation::NotYours);
    }
    let expires = claims.get("exp").and_then(Json::as_i64).unwrap_or_default();
    let ctx = ctx.of_client(client);
    let work = ctx.begin_system().await?;
    work.system().revoke_token(&subject.jti, key_ring::millis(expires), ctx.now()).await?;
    work.save(EventType::TokenRevoked.on(client.id()).with("jti", subject.jti)).await?;
    Ok(Revocation::Done)
}
