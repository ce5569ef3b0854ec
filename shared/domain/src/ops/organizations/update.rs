//! Organizations that are changed.

use super::links::{refuse_known_client, registration_taken};
use super::{check_sizes, not_found, reached};
use crate::error::Result;
use crate::model::{EventType, OrganizationChange, OrganizationDetails, OrganizationId};
use crate::ops::ctx::Ctx;
use crate::policy::Action;

/// Changes an organization. A change that says nothing stores nothing; one that says what is so already moves the time of
/// the last change, unless it may be an echo.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach; `WrongState` (`too_long`); `Conflict` (`registration_taken`) when
/// the company number is known at the same parent or insurer.
pub async fn update(ctx: &Ctx<'_>, id: OrganizationId, change: OrganizationChange) -> Result<OrganizationDetails> {
    let (work, reach) = ctx.begin_for(Action::OrganizationUpdate).await?;
    reached(&reach, id)?;
    let mut details = work.system().organization(id).await?.ok_or_else(not_found)?;
    let organization = &mut details.organization;
    let is_idle = change.is_empty() || change.takes_echo;
    let changes = change.apply(organization);
    if changes.is_empty() && is_idle {
        return Ok(details);
    }
    if let Some(data) = &organization.data {
        check_sizes(data)?;
    }
    if let (true, Some(insurer)) = (changes.has("registration_number"), organization.insurer_id) {
        refuse_known_client(&work, insurer, organization.registration_number.as_deref()).await?;
    }
    organization.updated_at = ctx.now();
    work.system().update_organization(organization, &changes, ctx.now()).await.map_err(registration_taken)?;
    work.concerning(Some(id)).save(EventType::OrganizationUpdated.on(id).changed(&changes)).await?;
    Ok(details)
}
