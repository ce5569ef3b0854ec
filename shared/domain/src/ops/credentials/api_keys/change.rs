//! Keys that are renamed, ended, removed.

use super::create::past;
use super::not_found;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::model::{ApiKey, Changes, CredentialId, CredentialKind, EventType, KeyStatus, Patch};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::Action;

/// What is to change about a key. Nothing else of it can.
#[derive(Debug, Clone)]
pub struct KeyChange {
    /// Name for people.
    pub name: Patch<String>,
    /// End of validity; cleared: never.
    pub expires_at: Patch<Millis>,
}

/// Changes name and end of a key. With nothing to change it stays as it is.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach; `WrongState` when it has ended; `Invalid` at `expires_at` for the
/// past.
pub async fn update(ctx: &Ctx<'_>, id: CredentialId, change: KeyChange) -> Result<ApiKey> {
    let (work, mut key) = begin(ctx, id, Action::ApiKeyUpdate).await?;
    if key.status(ctx.now()) != KeyStatus::Active {
        return Err(Error::wrong_state("API key has been revoked or expired"));
    }
    if matches!(change.expires_at, Patch::Set(end) if end <= ctx.now()) {
        return Err(past());
    }
    if change.name == Patch::Keep && change.expires_at == Patch::Keep {
        return Ok(key);
    }
    let mut changes = Changes::default();
    changes.patch("name", &mut key.name, change.name);
    changes.patch("expires_at", &mut key.expires_at, change.expires_at);
    key.updated_at = ctx.now();
    work.system().update_api_key(&key).await?;
    work.save(EventType::CredentialUpdated.on(key.id).changed(&changes)).await?;
    Ok(key)
}

/// Ends a key. It, and the tokens obtained with it, are refused from the next request on. One that has been ended stays as
/// it is.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn revoke(ctx: &Ctx<'_>, id: CredentialId) -> Result<ApiKey> {
    let (work, mut key) = begin(ctx, id, Action::ApiKeyUpdate).await?;
    if key.revoked_at.is_some() {
        return Ok(key);
    }
    key.revoked_at = Some(ctx.now());
    key.updated_at = ctx.now();
    work.system().update_api_key(&key).await?;
    work.save(EventType::CredentialRevoked.on(key.id)).await?;
    Ok(key)
}

/// Removes a key. It, and the tokens obtained with it, are refused from the next request on.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn delete(ctx: &Ctx<'_>, id: CredentialId) -> Result<()> {
    let (work, key) = begin(ctx, id, Action::ApiKeyDelete).await?;
    work.system().delete_credential(key.account, key.id, CredentialKind::ApiKey).await?;
    work.save(EventType::CredentialDeleted.on(key.id)).await
}

/// Begins writes on a key that the caller reaches with `action`.
async fn begin<'a>(ctx: &'a Ctx<'_>, id: CredentialId, action: Action) -> Result<(Work<'a>, ApiKey)> {
    let (work, reach) = ctx.begin_for(action).await?;
    let key = work.system().api_key(&reach, id, ctx.now()).await?.ok_or_else(not_found)?;
    Ok((work, key))
}
