//! The caller's own settings.

use serde_json::Value as Json;

use super::{gone, own_id};
use crate::error::Result;
use crate::model::{Changes, EventType, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::Reach;

/// Stored settings; `None` = never saved.
///
/// # Errors
/// `NotFound` for a service account.
pub async fn config(ctx: &Ctx<'_>) -> Result<Option<Json>> {
    let id = own_id(ctx)?;
    Ok(ctx.system().user_with_home(&Reach::Own(id), id).await?.ok_or_else(gone)?.data.config)
}

/// Replaces the settings by a JSON object that was checked.
pub async fn set_config(ctx: &Ctx<'_>, config: &Json) -> Result<()> {
    let id = own_id(ctx)?;
    let work = ctx.begin_system().await?;
    work.system().set_config(id, config).await?;
    save(ctx, work, id, "config").await
}

/// Stored notification preferences; `None` = never saved.
///
/// # Errors
/// `NotFound` for a service account.
pub async fn notification_preferences(ctx: &Ctx<'_>) -> Result<Option<Json>> {
    let id = own_id(ctx)?;
    ctx.system().notification_preferences(id).await?.ok_or_else(gone)
}

/// Replaces the notification preferences by a JSON object that was checked.
pub async fn set_notification_preferences(ctx: &Ctx<'_>, preferences: &Json) -> Result<()> {
    let id = own_id(ctx)?;
    let work = ctx.begin_system().await?;
    work.system().set_notification_preferences(id, preferences).await?;
    save(ctx, work, id, "notification_preferences").await
}

/// The values are long, and reading the old ones for the audit alone would cost a statement.
async fn save(ctx: &Ctx<'_>, work: Work<'_>, id: PrincipalId, what: &'static str) -> Result<()> {
    work.system().touch(id, ctx.now()).await?;
    let mut changes = Changes::default();
    changes.untold(what);
    work.save(EventType::UserUpdated.on(id).changed(&changes)).await
}
