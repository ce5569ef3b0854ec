//! Organizations that a caller reaches.

use super::{check_reach, not_found};
use crate::error::Result;
use crate::model::{Organization, OrganizationDetails, OrganizationId};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::organizations::pages::ListedOrganization;
use crate::store::paging::{Page, Window};
use crate::store::query::{Selected, Selection};

/// One organization with all it has, and the ones it is linked to.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn find(ctx: &Ctx<'_>, id: OrganizationId) -> Result<OrganizationDetails> {
    check_reach(ctx, Action::OrganizationRead, id)?;
    ctx.system().organization(id).await?.ok_or_else(not_found)
}

/// A page of the organizations that the caller reaches.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<Organization>> {
    Ok(ctx.system().organizations(&ctx.reach(Action::OrganizationRead)?, selection).await?)
}

/// All organizations, oldest first. `search` is in lower case; it is looked for in names and ids.
pub async fn pages(
    ctx: &Ctx<'_>,
    window: Window,
    search: Option<&str>,
    with_users: bool,
) -> Result<Page<ListedOrganization>> {
    Ok(ctx.all(Action::OrganizationRead)?.organization_pages(window, search, with_users).await?)
}
