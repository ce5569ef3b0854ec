//! Random secrets of service accounts: client secrets (RFC 6749 §2.3.1) and opaque API tokens.

use serde_json::json;

use super::ctx::Ctx;
use super::service_accounts::manageable;
use crate::clock::Millis;
use crate::crypto::{Sensitive, TokenKind};
use crate::error::{Error, Result};
use crate::model::{Credential, CredentialId, CredentialKind, EventType, Name, PrincipalId};
use crate::policy::Permission;
use crate::store::credentials::NewSecret;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// Gets tokens at the token endpoint, with the account's id as `client_id`.
    ClientSecret,
    /// Is sent with each request and acts as the account.
    ApiToken,
}

impl SecretKind {
    const fn credential(self) -> CredentialKind {
        match self {
            Self::ClientSecret => CredentialKind::ClientSecret,
            Self::ApiToken => CredentialKind::ApiToken,
        }
    }

    const fn token(self) -> TokenKind {
        match self {
            Self::ClientSecret => TokenKind::ClientSecret,
            Self::ApiToken => TokenKind::ApiToken,
        }
    }
}

/// A new secret, shown once, stored as its SHA-256.
#[derive(Debug)]
pub struct CreatedSecret {
    /// Id.
    pub id: CredentialId,
    /// Whose.
    pub owner: PrincipalId,
    /// The secret.
    pub secret: Sensitive<String>,
    /// When it was made.
    pub created_at: Millis,
}

/// Makes a secret for a service account of the effective organization.
///
/// # Errors
/// `NotFound` when there is no such account; `Forbidden` when it can do more than the caller.
pub async fn create(ctx: &Ctx<'_>, owner: PrincipalId, kind: SecretKind, name: Option<&Name>) -> Result<CreatedSecret> {
    let secret = kind.token().generate(ctx.rng());
    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    manageable(ctx, work.tenant()?, owner).await?;
    let new =
        NewSecret { kind: kind.credential(), name: name.map(Name::text), label: &secret.label, hash: secret.hash };
    let id = work.system().insert_secret(owner, new, ctx.rng(), ctx.now()).await?;
    let detail = json!({ "service_account": owner.get(), "kind": kind.credential().as_str() });
    work.save(EventType::CredentialCreated.on(id).detailed(detail)).await?;
    Ok(CreatedSecret { id, owner, secret: secret.text, created_at: ctx.now() })
}

/// Secrets of a service account of the effective organization, oldest first: never the secrets themselves.
///
/// # Errors
/// `NotFound` when there is no such account.
pub async fn list(ctx: &Ctx<'_>, owner: PrincipalId, kind: SecretKind) -> Result<Vec<Credential>> {
    let tenant = ctx.tenant(Permission::ServiceAccountManage)?;
    tenant.credentials(owner, kind.credential()).await?.ok_or_else(|| Error::not_found("Service account"))
}

/// Removes a secret. It, and the tokens obtained with it, are refused from the next request on.
///
/// # Errors
/// `NotFound` when there is no such account or secret; `Forbidden` when the account can do more than the caller.
pub async fn delete(ctx: &Ctx<'_>, owner: PrincipalId, kind: SecretKind, id: CredentialId) -> Result<()> {
    let work = ctx.begin(Permission::ServiceAccountManage).await?;
    let tenant = work.tenant()?;
    manageable(ctx, tenant, owner).await?;
    if !tenant.delete_credential(owner, id, kind.credential()).await? {
        return Err(Error::not_found("Secret"));
    }
    let detail = json!({ "service_account": owner.get(), "kind": kind.credential().as_str() });
    work.save(EventType::CredentialDeleted.on(id).detailed(detail)).await
}
