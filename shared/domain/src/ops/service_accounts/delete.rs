//! Service accounts that are removed.

use super::{changeable, keep_managed};
use crate::error::Result;
use crate::model::{EventType, PrincipalId};
use crate::ops::ctx::Ctx;
use crate::policy::Action;

/// Removes a service account with its secrets, keys, roles and memberships; its tokens are refused from the next request
/// on.
///
/// # Errors
/// `NotFound`; `Forbidden` when it holds rights the caller lacks; `Conflict` (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, id: PrincipalId) -> Result<()> {
    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    let home = changeable(ctx, work.system(), &reach, id).await?.account.home;
    work.system().delete_principal(id).await?;
    keep_managed(ctx, &work).await?;
    work.concerning(home).save(EventType::ServiceAccountDeleted.on(id)).await
}
