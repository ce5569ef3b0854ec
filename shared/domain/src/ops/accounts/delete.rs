//! Deleting accounts that nobody has joined.

use super::placing::Placing;
use super::{may_change, not_found, reaches};
use crate::error::{Error, Result};
use crate::model::{EventType, PrincipalId};
use crate::ops::ctx::Ctx;
use crate::ops::pictures;
use crate::policy::Action;

/// Deletes an account for good that nobody has joined yet, with its invitation, sessions and API keys. The address is free
/// again.
///
/// # Errors
/// `NotFound` when it is not there or the caller does not see it, or may not delete it though it sees it and may delete
/// others; `Forbidden` when somebody has joined it, then without the right, for the operator's accounts and those of a
/// higher role, and where the caller manages some organizations alone for people whom others manage.
pub async fn delete(ctx: &Ctx<'_>, id: i64) -> Result<()> {
    let id = PrincipalId::from_stored(id);
    // Who sees nobody must not take the write lock.
    ctx.reach(Action::UserRead)?;
    let work = ctx.begin_system().await?;
    let (store, caller) = (work.system(), ctx.caller()?);
    let found = store.account_to_change(&reaches(ctx, &[Action::UserRead])?, id).await?.ok_or_else(not_found)?;
    if found.account.joined_at.is_some() {
        return Err(Error::forbidden("Cannot delete an account that has already joined"));
    }
    let deletable = reaches(ctx, &[Action::UserDelete])?;
    let found = store.account_to_change(&deletable, id).await?.ok_or_else(not_found)?;
    may_change(ctx, &found)?;
    let placing = Placing::of(caller.table()?, Action::UserDelete);
    placing.check_home(found.home)?;
    placing.check_reach(&found.rights)?;
    store.delete_principal(id).await?;
    work.concerning(found.home).save(EventType::UserDeleted.on(id)).await?;
    pictures::discard(ctx.services(), found.account.picture.as_ref()).await;
    Ok(())
}
