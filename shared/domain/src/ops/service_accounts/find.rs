//! Service accounts that a caller reaches.

use super::not_found;
use crate::error::Result;
use crate::model::{ApplicationType, PrincipalId, PrincipalKind, ServiceAccount, ServiceAccountDetails};
use crate::ops::ctx::Ctx;
use crate::ops::installation::management::resource as management_resource;
use crate::policy::Action;
use crate::store::memberships::organizations::OrganizationWithRoles;
use crate::store::paging::{Page, Window};

/// All of the effective organization, oldest first.
pub async fn list(ctx: &Ctx<'_>) -> Result<Vec<ServiceAccountDetails>> {
    ctx.reach(Action::ServiceAccountRead)?;
    Ok(ctx.system().service_accounts_of(ctx.organization()?).await?)
}

/// All of the installation, oldest first. `search` is in lower case and is looked for in ids, names and descriptions; no
/// `types` are all types.
pub async fn pages(
    ctx: &Ctx<'_>,
    window: Window,
    search: Option<&str>,
    types: &[ApplicationType],
) -> Result<Page<ServiceAccount>> {
    Ok(ctx.all(Action::ServiceAccountRead)?.service_account_pages(window, search, types).await?)
}

/// One of the installation, and whether it may manage that.
///
/// # Errors
/// `NotFound`.
pub async fn find(ctx: &Ctx<'_>, id: PrincipalId) -> Result<(ServiceAccount, bool)> {
    let store = ctx.all(Action::ServiceAccountRead)?;
    store.service_account_or_manager(id, management_resource(&*ctx.caller()?)).await?.ok_or_else(not_found)
}

/// Organizations that one is in, with the organization roles that it holds there.
///
/// # Errors
/// `NotFound`.
pub async fn organizations(ctx: &Ctx<'_>, id: PrincipalId, window: Window) -> Result<Page<OrganizationWithRoles>> {
    let page = ctx.all(Action::ServiceAccountRead)?.organizations_of(id, PrincipalKind::ServiceAccount, window).await?;
    page.ok_or_else(not_found)
}
