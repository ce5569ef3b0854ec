//! The organizations of one user, all at once: what other operations change organization by organization.

use crate::error::Result;
use crate::model::{IdSet, OrganizationId, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::unknown_organizations;

/// Puts a user into organizations.
///
/// # Errors
/// `Invalid` when one of them does not exist.
pub(in crate::ops) async fn add(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: PrincipalId,
    listed: &IdSet<OrganizationId>,
) -> Result<()> {
    must_exist(work, listed).await?;
    if !listed.is_empty() {
        work.system().add_memberships(listed.ids(), &[user], None, ctx.now()).await?;
    }
    Ok(())
}

/// Makes the organizations of a user be exactly those listed. Where it is in already it stays as it is; what was held where
/// it leaves goes along.
///
/// # Errors
/// As [`add`].
pub(in crate::ops) async fn replace(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: PrincipalId,
    listed: &IdSet<OrganizationId>,
) -> Result<()> {
    must_exist(work, listed).await?;
    work.system().add_memberships(listed.ids(), &[user], None, ctx.now()).await?;
    Ok(work.system().keep_only_organizations(user, listed).await?)
}

async fn must_exist(work: &Work<'_>, listed: &IdSet<OrganizationId>) -> Result<()> {
    let is_known = !listed.has_invalid_ids() && work.system().count_organizations(listed).await? == listed.ids().len();
    if is_known { Ok(()) } else { Err(unknown_organizations()) }
}
