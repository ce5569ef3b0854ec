//! Roles that callers have defined, as principals hold them.

use super::check::Holder;
use crate::error::Result;
use crate::model::{OrganizationId, PrincipalId, Role, Scope};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::paging::{Page, Window};

/// Fails unless there is such a member.
///
/// # Errors
/// `WrongState` (`not_a_member`).
pub async fn require(ctx: &Ctx<'_>, organization: OrganizationId, member: Holder) -> Result<()> {
    member.check_reach(ctx, Action::GrantRead)?;
    let is_member = ctx.system().is_member(organization, member.kind, member.id).await?;
    if is_member { Ok(()) } else { Err(member.missing()) }
}

/// Roles of a principal, by name.
///
/// # Errors
/// `WrongState` (`not_a_member`); outside organizations `NotFound`.
pub async fn list(ctx: &Ctx<'_>, holder: Holder, window: Window) -> Result<Page<Role>> {
    holder.check_reach(ctx, Action::GrantRead)?;
    let held = ctx.system().roles_held(holder.organization, holder.kind, holder.id, window).await?;
    held.ok_or_else(|| holder.missing())
}

/// Organization scopes that the roles of a member give there. Who is no member has none.
pub async fn scopes_of(ctx: &Ctx<'_>, organization: OrganizationId, member: PrincipalId) -> Result<Vec<Scope>> {
    if !ctx.reach(Action::GrantRead)?.has_organization(organization) {
        return Ok(Vec::new());
    }
    Ok(ctx.system().member_scopes(organization, member).await?)
}
