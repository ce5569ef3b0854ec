//! Key pairs of service accounts, for JWT assertions (RFC 7523).

use super::ctx::Ctx;
use super::key_search;
use super::service_accounts::manageable;
use crate::clock::Millis;
use crate::crypto::{self, Sensitive};
use crate::error::{Error, Result};
use crate::model::{Credential, CredentialId, CredentialKind, EventType, PrincipalId};
use crate::policy::Permission;

/// A new key pair, the private half included: shown once, stored nowhere.
#[derive(Debug)]
pub struct NewKeyPair {
    /// Key id (`kid`).
    pub id: CredentialId,
    /// Whose.
    pub owner: PrincipalId,
    /// Private key, PKCS#1 PEM.
    pub private_pem: Sensitive<String>,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
}

/// Makes an RSA-2048 key pair for a service account of the effective organization and keeps its public half. The
/// search takes hundreds of milliseconds; it gives way between candidates, and runs outside any transaction.
///
/// # Errors
/// `NotFound` when there is no such account; `TooMany` when enough searches are running.
pub async fn create(ctx: &Ctx<'_>, owner: PrincipalId) -> Result<NewKeyPair> {
    manageable(ctx, ctx.tenant(Permission::ServiceAccountManage)?, owner).await?;
    let pair = key_search::rsa_2048(ctx.services()).await?;
    let public = pair.verifying_key()?;
    let private_pem = pair.private_pem()?;

    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    let tenant = work.tenant()?;
    // Once more: the search took its time.
    manageable(ctx, tenant, owner).await?;
    let id = tenant.insert_key(owner, |id| public_jwk(&public, id), None, ctx.rng(), ctx.now()).await?;
    work.save(EventType::CredentialCreated.on(id).with("service_account", owner.get())).await?;
    Ok(NewKeyPair { id, owner, private_pem, expires_at: None })
}

fn public_jwk(key: &crypto::VerifyingKey, id: CredentialId) -> String {
    let mut jwk = key.to_jwk();
    if let Some(members) = jwk.as_object_mut() {
        members.insert("kid".into(), id.to_string().into());
    }
    jwk.to_string()
}

/// Keys of a service account of the effective organization, expired ones included, oldest first.
pub async fn list(ctx: &Ctx<'_>, owner: PrincipalId) -> Result<Vec<Credential>> {
    let tenant = ctx.tenant(Permission::ServiceAccountManage)?;
    tenant.credentials(owner, CredentialKind::PublicKey).await?.ok_or_else(|| Error::not_found("Service account"))
}

/// Removes a key. Assertions signed with it, and tokens obtained with it, are refused from the next request on.
pub async fn delete(ctx: &Ctx<'_>, owner: PrincipalId, key: CredentialId) -> Result<()> {
    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    let tenant = work.tenant()?;
    manageable(ctx, tenant, owner).await?;
    if !tenant.delete_credential(owner, key, CredentialKind::PublicKey).await? {
        return Err(Error::not_found("Key"));
    }
    work.save(EventType::CredentialDeleted.on(key).with("service_account", owner.get())).await
}
