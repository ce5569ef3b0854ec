//! What principals prove themselves with: passwords and one-time codes of users, keys and secrets of service accounts, API
//! keys.

pub mod api_keys;
pub(super) mod codes;
pub mod key_pairs;
pub(super) mod key_search;
pub mod passwords;
pub mod secrets;

use super::ctx::{Ctx, Work};
use super::service_accounts::{changeable, is_reached, keep_managed, not_found};
use crate::error::{Error, Result};
use crate::model::{Credential, CredentialId, CredentialKind, Event, EventType, PrincipalId};
use crate::policy::Action;

/// Which credential is removed.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The one with this id.
    Id(CredentialId),
    /// All of this name; one without a name is called by its id. Several can have one name where they were made through an
    /// API that lets them: then all go, since nobody could say which was meant.
    Named(&'a str),
}

/// Credentials of this kind that a service account has, oldest first: never the secrets themselves.
///
/// # Errors
/// `NotFound` when there is no such account within reach.
pub async fn list(ctx: &Ctx<'_>, owner: PrincipalId, kind: CredentialKind) -> Result<Vec<Credential>> {
    let reach = ctx.reach(Action::ServiceAccountRead)?;
    let found = ctx.system().credentials(owner, kind).await?;
    found.filter(|found| is_reached(&reach, found.home)).map(|found| found.items).ok_or_else(not_found)
}

/// Removes credentials of this kind. They, and the tokens obtained with them, are refused from the next request on.
///
/// # Errors
/// `NotFound` when there is no such account or credential; `Forbidden` when the account holds rights the caller lacks;
/// `Conflict` (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, owner: PrincipalId, kind: CredentialKind, which: Which<'_>) -> Result<()> {
    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    let home = changeable(ctx, work.system(), &reach, owner).await?.account.home;
    let removed = remove(&work, owner, kind, which).await?.ok_or_else(|| gone(kind))?;
    keep_managed(ctx, &work).await?;
    work.concerning(home).save(event(EventType::CredentialDeleted, removed, owner, kind)).await
}

/// Id of the first that was removed; `None`: there was none.
async fn remove(
    work: &Work<'_>,
    owner: PrincipalId,
    kind: CredentialKind,
    which: Which<'_>,
) -> Result<Option<CredentialId>> {
    Ok(match which {
        Which::Id(id) => work.system().delete_credential(owner, id, kind).await?.then_some(id),
        Which::Named(name) => work.system().delete_credentials_named(owner, name, kind).await?.first().copied(),
    })
}

fn gone(kind: CredentialKind) -> Error {
    Error::not_found(if kind == CredentialKind::PublicKey { "Key" } else { "Secret" })
}

fn event(happened: EventType, id: CredentialId, owner: PrincipalId, kind: CredentialKind) -> Event {
    happened.on(id).with("service_account", owner.get()).with("kind", kind.as_str())
}
