//! OAuth clients proving themselves at the token endpoints.

use crate::crypto::jwt;
use crate::crypto::secret::sha256;
use crate::crypto::{AssertionRules, VerifyingKey, assertion};
use crate::error::{AuthFault, ErrorKind, Result};
use crate::model::{CredentialId, PrincipalId};
use crate::ops::ctx::{Caller, Services, by_roles};
use crate::store::{Read, System};

/// Why a client was refused. The texts may go to the client: they tell nothing that its owner does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFault {
    /// No client has this id.
    Unknown,
    /// The secret is not one of the client's.
    WrongSecret,
    /// The secret was the client's, and has expired or been revoked.
    SecretExpired,
    /// The client exists and may not act.
    Inactive,
    /// The assertion is refused, for this reason.
    Assertion(String),
}

/// A client that shows its secret (RFC 6749 §2.3.1). `Ok(Err(…))` is the client's fault, `Err(…)` ours.
pub async fn by_secret(services: &Services, id: &str, secret: &str) -> Result<Result<Caller, ClientFault>> {
    let Ok(id) = id.parse::<PrincipalId>() else { return Ok(Err(ClientFault::Unknown)) };
    let row = System::<Read>::new(&services.pool).caller_of_client(id, sha256(secret), services.clock.now()).await?;
    let Some(row) = row else { return Ok(Err(ClientFault::Unknown)) };
    if !row.is_alive {
        let fault = if row.credential.is_some() { ClientFault::SecretExpired } else { ClientFault::WrongSecret };
        return Ok(Err(fault));
    }
    confirmed(Caller::confirm(Some(row), None, &by_roles()))
}

/// A client that signs an assertion (RFC 7523). `audiences` are the names of this server.
pub async fn by_assertion(services: &Services, text: &str, audiences: &[&str]) -> Result<Result<Caller, ClientFault>> {
    let refuse = |reason: &str| Ok(Err(ClientFault::Assertion(reason.to_owned())));
    let Some(kid) = jwt::peek(text).map(|peeked| peeked.header.kid) else {
        return refuse("the assertion is not a JWT");
    };
    let Some(key) = kid.as_deref().and_then(|kid| kid.parse::<CredentialId>().ok()) else {
        return refuse("the header kid does not name a key");
    };
    let now = services.clock.now();
    let Some((row, public_key)) = System::<Read>::new(&services.pool).caller_of_key(key, now).await? else {
        return refuse("the key is not known");
    };
    if !row.is_alive {
        return refuse("the key has expired");
    }
    let subject = row.id.to_string();
    let rules = AssertionRules { now_seconds: services.clock.now_seconds(), audiences, subject: &subject };
    let verifying = VerifyingKey::from_stored(&public_key)?;
    if let Err(error) = assertion::verify(text, &verifying, &rules) {
        return refuse(&error.to_string());
    }
    confirmed(Caller::confirm(Some(row), None, &by_roles()))
}

/// Only the state of the account is left to be refused at this point.
fn confirmed(caller: Result<Caller>) -> Result<Result<Caller, ClientFault>> {
    match caller {
        Ok(caller) => Ok(Ok(caller)),
        Err(error) if *error.kind() == ErrorKind::Unauthenticated(AuthFault::Inactive) => {
            Ok(Err(ClientFault::Inactive))
        }
        Err(error) => Err(error),
    }
}
