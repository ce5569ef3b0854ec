//! Revocation (RFC 7009).

use serde_json::Value as Json;

use super::access::check;
use super::keys;
use crate::error::{ErrorKind, Result};
use crate::model::EventType;
use crate::ops::ctx::{Caller, Ctx};

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
    work.system().revoke_token(&subject.jti, keys::millis(expires), ctx.now()).await?;
    work.save(EventType::TokenRevoked.on(client.id()).with("jti", subject.jti)).await?;
    Ok(Revocation::Done)
}
