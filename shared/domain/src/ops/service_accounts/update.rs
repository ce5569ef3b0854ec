//! Service accounts that are changed.

use super::changeable;
use crate::error::Result;
use crate::model::bounds::check_object;
use crate::model::{EventType, PrincipalId, ServiceAccount, ServiceAccountChange};
use crate::ops::ctx::Ctx;
use crate::policy::Action;

/// Changes a service account. Where nothing is different afterwards, nothing is stored.
///
/// # Errors
/// `NotFound`; `Forbidden` when it holds rights the caller lacks; `WrongState` (`too_long`).
pub async fn update(ctx: &Ctx<'_>, id: PrincipalId, change: ServiceAccountChange) -> Result<ServiceAccount> {
    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    let mut account = changeable(ctx, work.system(), &reach, id).await?.account;
    let changes = change.apply(&mut account);
    if changes.is_empty() {
        return Ok(account);
    }
    if let Some(data) = &account.data {
        check_object("customData", &data.custom_data)?;
    }
    account.updated_at = ctx.now();
    work.system().update_service_account(&account, ctx.now()).await?;
    work.concerning(account.home).save(EventType::ServiceAccountUpdated.on(id).changed(&changes)).await?;
    Ok(account)
}
