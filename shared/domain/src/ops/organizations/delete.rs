//! Organizations that are removed.

use super::{not_found, reached};
use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, OrganizationId};
use crate::ops::ctx::Ctx;
use crate::ops::installation::management::guard;
use crate::ops::pictures;
use crate::policy::Action;

/// Removes an organization with the memberships, roles, invitations and settings in it. Users and service accounts stay.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach; `Forbidden` where accounts of the platform's operator are in it
/// and the caller is less.
pub async fn delete(ctx: &Ctx<'_>, id: OrganizationId) -> Result<()> {
    let (work, reach) = ctx.begin_for(Action::OrganizationDelete).await?;
    reached(&reach, id)?;
    let rights = work.system().platform_rights_in(id, None, &IdSet::of(&[])).await?;
    guard(ctx, Action::OrganizationDelete, &rights)
        .map_err(|_| Error::forbidden("Accounts of the platform's operator are in this organization."))?;
    let logo = work.system().delete_organization(id).await?.ok_or_else(not_found)?;
    work.concerning(Some(id)).save(EventType::OrganizationDeleted.on(id)).await?;
    pictures::discard(ctx.services(), logo.as_ref()).await;
    Ok(())
}
