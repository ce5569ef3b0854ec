//! The logo of an organization, uploaded to us.

use super::not_found;
use crate::error::Result;
use crate::model::{Changes, EventType, ImageName};
use crate::ops::ctx::Ctx;
use crate::ops::pictures;
use crate::policy::Action;

/// Sets the effective organization's logo. `field` is where a fault of the picture is reported.
///
/// # Errors
/// `TooLarge`; `Invalid` when the bytes are no PNG, JPEG, GIF or WebP.
pub async fn set(ctx: &Ctx<'_>, field: &'static str, bytes: &[u8]) -> Result<()> {
    ctx.reach(Action::OrganizationUpdate)?;
    let name = pictures::store(ctx, field, bytes).await?;
    replace(ctx, Some(name)).await
}

/// Takes the effective organization's logo away, if it has one.
pub async fn delete(ctx: &Ctx<'_>) -> Result<()> {
    replace(ctx, None).await
}

async fn replace(ctx: &Ctx<'_>, name: Option<ImageName>) -> Result<()> {
    let result = async {
        let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
        let id = ctx.organization()?;
        let old = work.system().organization(id).await?.ok_or_else(not_found)?.organization.logo;
        if old.is_none() && name.is_none() {
            return Ok(None);
        }
        work.system().set_logo(id, name.as_ref(), ctx.now()).await?;
        let mut changes = Changes::default();
        changes.untold("logo");
        let event = EventType::OrganizationUpdated.on(id).changed(&changes);
        work.save(event.with("is_set", name.is_some())).await?;
        Ok(old)
    };
    pictures::settle(ctx, result.await, name.as_ref()).await
}
