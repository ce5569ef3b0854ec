//! The caller's own picture.

use super::update::{Effects, write};
use super::{gone, own_id, own_record};
use crate::error::Result;
use crate::model::{EventType, ImageName, Patch, Picture, User, UserChange, UserHome};
use crate::ops::ctx::Ctx;
use crate::ops::pictures::{settle, store};

/// Sets the caller's picture and returns the user with it. `field` is where a fault of the picture is reported.
///
/// # Errors
/// `TooLarge`; `Invalid` when the bytes are no PNG, JPEG, GIF or WebP; `NotFound` for a service account.
pub async fn set(ctx: &Ctx<'_>, field: &'static str, bytes: &[u8]) -> Result<User<UserHome>> {
    own_id(ctx)?;
    let name = store(ctx, field, bytes).await?;
    replace(ctx, Some(name)).await
}

/// Takes the caller's picture away, if there is one.
pub async fn clear(ctx: &Ctx<'_>) -> Result<()> {
    replace(ctx, None).await.map(|_| ())
}

async fn replace(ctx: &Ctx<'_>, name: Option<ImageName>) -> Result<User<UserHome>> {
    let id = own_id(ctx)?;
    let avatar = name.clone().map_or(Patch::Clear, |name| Patch::Set(Picture::Stored(name)));
    let result = async {
        let work = ctx.begin_system().await?;
        let mut user = own_record(&work, id).await?;
        let old = user.avatar.clone();
        let change = UserChange { avatar, ..UserChange::default() };
        let effects = Effects { invites_again: None, notes_no_change: false };
        let changes = write(ctx, &work, &mut user, change, effects).await?;
        if !changes.is_empty() {
            work.save(EventType::UserUpdated.on(id).changed(&changes)).await?;
        }
        Ok((old, user))
    };
    let (old, user) = match result.await {
        Ok((old, user)) => (Ok(old), Some(user)),
        Err(error) => (Err(error), None),
    };
    settle(ctx, old, name.as_ref()).await?;
    Ok(user.ok_or_else(gone)?.map(|record| record.home))
}
