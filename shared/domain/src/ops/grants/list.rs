//! Roles as principals hold them: those that callers have defined, and built-in ones.

use super::check::Holder;
use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId, Role, Scope};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, Permission};
use crate::store::grants::read::HomeGrant;
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

/// What the caller holds at home; `None` when that is nothing.
pub async fn mine(ctx: &Ctx<'_>) -> Result<Option<HomeGrant>> {
    let caller = ctx.caller()?;
    Ok(ctx.system().home_grant(caller.id()).await?)
}

/// Keys of the built-in roles that somebody holds in the effective organization, people and machines alike.
///
/// # Errors
/// `NotFound` when `id` is not in the effective organization.
pub async fn builtin_keys(ctx: &Ctx<'_>, id: PrincipalId) -> Result<Vec<String>> {
    let held = ctx.tenant(Permission::GrantRead)?.roles_of(id).await?;
    Ok(held.ok_or_else(|| Error::not_found("User"))?.keys)
}
