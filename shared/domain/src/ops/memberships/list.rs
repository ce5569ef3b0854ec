//! Members of an organization, by id, with their organization roles there.

use super::{MemberServiceAccount, MemberUser, OrganizationWithRoles};
use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId, PrincipalKind, RoleId};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::paging::{Page, Window};

/// Users of an organization. `search` is in lower case, `role` limits the list to its holders. An organization that does not
/// exist, or not for this caller, has nobody, and so has such a role.
pub async fn users(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    window: Window,
    search: Option<&str>,
    role: Option<RoleId>,
) -> Result<Page<MemberUser>> {
    if !ctx.reach(Action::MembershipRead)?.has_organization(organization) {
        return Ok(Page { total: 0, items: Vec::new() });
    }
    Ok(ctx.system().organization_users(organization, window, search, role).await?)
}

/// Service accounts of an organization. `search` is in lower case.
pub async fn service_accounts(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    window: Window,
    search: Option<&str>,
) -> Result<Page<MemberServiceAccount>> {
    if !ctx.reach(Action::MembershipRead)?.has_organization(organization) {
        return Ok(Page { total: 0, items: Vec::new() });
    }
    Ok(ctx.system().organization_service_accounts(organization, window, search).await?)
}

/// The organizations that a user is in, with the roles held there.
///
/// # Errors
/// `NotFound`.
pub async fn of_user(ctx: &Ctx<'_>, id: PrincipalId) -> Result<Vec<OrganizationWithRoles>> {
    let page = ctx.all(Action::MembershipRead)?.organizations_of(id, PrincipalKind::User, Window::ALL).await?;
    page.map(|page| page.items).ok_or_else(|| Error::not_found("User"))
}
