//! Introspection (RFC 7662).

use serde_json::Map;

use super::access::check;
use crate::crypto::jwt::Claims;
use crate::error::{ErrorKind, Result};
use crate::ops::ctx::{Acting, Bearer, Caller, Services, by_roles};

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
/// Only its own tokens and those of its organization are described, unless the client belongs to the platform's operator: to
/// others a foreign token looks like an invalid one.
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
    let is_own = owner.id() == client.id();
    if !is_own && !is_same_tenant && !client.rights().is_platform() {
        return Ok(None);
    }
    claims.remove("cid");
    Ok(Some(Inspected { owner, claims }))
}

async fn describe(services: &Services, token: &str, issuers: &[&str]) -> Result<(Caller, Claims)> {
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
