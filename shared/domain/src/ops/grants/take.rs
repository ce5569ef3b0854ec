//! Roles that callers have defined are taken.

use super::check::Holder;
use crate::error::Result;
use crate::model::{EventType, RoleId};
use crate::ops::ctx::Ctx;
use crate::ops::installation::management::{guard, keep_manager};
use crate::policy::Action;

/// Takes a role from a principal. Its tokens lose what the role gave from the next request on.
///
/// # Errors
/// From a member `WrongState` (`not_a_member`), and `NotFound` when the role is not held. Outside organizations `NotFound`
/// for both; `Forbidden` for a service account of the platform's operator; `Conflict` (`last_manager`).
pub async fn take(ctx: &Ctx<'_>, holder: Holder, role: RoleId) -> Result<()> {
    let work = holder.begin(ctx).await?;
    let store = work.system();
    let mut concerns = holder.organization;
    match holder.organization {
        Some(organization) if store.is_member(organization, holder.kind, holder.id).await? => {}
        Some(_) => return Err(holder.missing()),
        None => {
            let found = store.service_account_with_rights(holder.id).await?.ok_or_else(|| holder.missing())?;
            guard(ctx, Action::GrantWrite, &found.rights)?;
            concerns = found.account.home;
        }
    }
    if !store.take_role(holder.organization, holder.id, role).await? {
        return Err(holder.not_held());
    }
    if holder.organization.is_none() {
        keep_manager(ctx, &work).await?;
    }
    work.concerning(concerns).save(EventType::GrantTaken.on(holder.id).with("role", role.get())).await
}
