//! The caller's own profile.

use serde_json::{Value as Json, json};

use super::ctx::Ctx;
use super::people::{self, UserPatch};
use super::pictures;
use crate::error::{AuthFault, Error, Result};
use crate::model::{EventType, PrincipalId, PrincipalKind, ServiceAccountDetails, UserDetails};

/// Who the caller is.
#[derive(Debug, Clone)]
pub enum Me {
    /// A person.
    User(Box<UserDetails>),
    /// A machine.
    ServiceAccount(Box<ServiceAccountDetails>),
}

/// The caller. Needs no permission.
pub async fn me(ctx: &Ctx<'_>) -> Result<Me> {
    let caller = ctx.caller()?;
    let me = match caller.kind() {
        PrincipalKind::User => ctx.system().user_details(caller.id()).await?.map(|user| Me::User(Box::new(user))),
        PrincipalKind::ServiceAccount => {
            ctx.system().service_account(caller.id()).await?.map(|account| Me::ServiceAccount(Box::new(account)))
        }
    };
    me.ok_or_else(gone)
}

/// Changes the caller's profile.
///
/// # Errors
/// `NotFound` for a service account; `Conflict` (`email_taken`).
pub async fn update(ctx: &Ctx<'_>, patch: &UserPatch) -> Result<UserDetails> {
    let id = person(ctx)?;
    let work = ctx.begin_system().await?;
    let mut details = work.system().user_details(id).await?.ok_or_else(gone)?;
    // Whoever can call needs no invitation.
    let changed = people::edit(ctx, &work, &mut details, true, patch).await?;
    if !changed.is_empty() {
        work.save(EventType::UserUpdated.on(id).with("changed", changed)).await?;
    }
    Ok(details)
}

/// Deletes the caller's own account for good.
///
/// # Errors
/// `NotFound` for a service account; `Conflict` (`last_admin`) when an organization or the platform would be left
/// without administrator.
pub async fn delete(ctx: &Ctx<'_>) -> Result<()> {
    let id = person(ctx)?;
    let work = ctx.begin_system().await?;
    let details = work.system().user_details(id).await?.ok_or_else(gone)?;
    if work.system().is_last_admin(id).await? {
        return Err(people::last_admin());
    }
    work.system().delete_principal(id).await?;
    work.save(EventType::UserDeleted.on(id)).await?;
    pictures::discard(ctx.services(), details.user.avatar.as_ref()).await;
    Ok(())
}

/// Stored settings; `None` = never saved.
///
/// # Errors
/// `NotFound` for a service account.
pub async fn config(ctx: &Ctx<'_>) -> Result<Option<Json>> {
    let id = person(ctx)?;
    Ok(ctx.system().user_details(id).await?.ok_or_else(gone)?.config)
}

/// Replaces the settings by a JSON object that was checked.
pub async fn set_config(ctx: &Ctx<'_>, config: &Json) -> Result<()> {
    let id = person(ctx)?;
    let work = ctx.begin_system().await?;
    work.system().set_config(id, config).await?;
    work.system().touch(id, ctx.now()).await?;
    work.save(EventType::UserUpdated.on(id).with("changed", json!(["config"]))).await
}

/// Stored notification preferences; `None` = never saved.
///
/// # Errors
/// `NotFound` for a service account.
pub async fn notification_preferences(ctx: &Ctx<'_>) -> Result<Option<Json>> {
    let id = person(ctx)?;
    ctx.system().notification_preferences(id).await?.ok_or_else(gone)
}

/// Replaces the notification preferences by a JSON object that was checked.
pub async fn set_notification_preferences(ctx: &Ctx<'_>, preferences: &Json) -> Result<()> {
    let id = person(ctx)?;
    let work = ctx.begin_system().await?;
    work.system().set_notification_preferences(id, preferences).await?;
    work.system().touch(id, ctx.now()).await?;
    work.save(EventType::UserUpdated.on(id).with("changed", json!(["notification_preferences"]))).await
}

/// The caller, who must be a person.
///
/// # Errors
/// `NotFound` for a service account: it has no profile of this kind.
pub(super) fn person(ctx: &Ctx<'_>) -> Result<PrincipalId> {
    let caller = ctx.caller()?;
    match caller.kind() {
        PrincipalKind::User => Ok(caller.id()),
        PrincipalKind::ServiceAccount => Err(Error::not_found("User")),
    }
}

/// The caller was there when the request was authenticated: deleted since.
pub(super) fn gone() -> Error {
    Error::unauthenticated(AuthFault::Invalid)
}
