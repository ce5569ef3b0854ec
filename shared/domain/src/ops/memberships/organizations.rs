//! The organizations of one user, all at once: what other operations change organization by organization.

use crate::error::Result;
use crate::model::{IdSet, OrganizationId, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::{Holders, Kept, last_administrator, unknown_organizations};

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
    check(work, None, listed).await?;
    if !listed.is_empty() {
        work.system().add_memberships(listed.ids(), &[user], None, ctx.now()).await?;
    }
    Ok(())
}

/// Makes the organizations of a user be exactly those listed. Where it is in already it stays as it is; what was held where
/// it leaves goes along.
///
/// # Errors
/// As [`add`], and when it is the last administrator of one that it would leave.
pub(in crate::ops) async fn replace(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    user: PrincipalId,
    listed: &IdSet<OrganizationId>,
) -> Result<()> {
    check(work, Some(user), listed).await?;
    work.system().add_memberships(listed.ids(), &[user], None, ctx.now()).await?;
    Ok(work.system().keep_only_organizations(user, listed).await?)
}

/// Fails unless all of these organizations exist, and no other one would be left without an administrator.
async fn check(work: &Work<'_>, leaver: Option<PrincipalId>, listed: &IdSet<OrganizationId>) -> Result<()> {
    let (known, loses_one) = work.system().count_organizations(listed, leaver).await?;
    if listed.has_invalid_ids() || known < listed.ids().len() {
        return Err(unknown_organizations());
    }
    Kept::Organization.check(Holders { loses_one, has_other: false }).map_err(|_| last_administrator())
}
