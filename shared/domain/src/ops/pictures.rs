//! Logos and avatars that are uploaded to us.
//!
//! The blob is stored under a new name before the row that points at it, and the old one is removed after: every upload
//! has an address of its own, so caches never show a stale picture, and no row ever points at nothing.

use serde_json::json;

use super::ctx::{Ctx, Services};
use super::profile;
use crate::error::{Error, ErrorKind, FaultCode, Result};
use crate::model::{EventType, ImageFormat, ImageName, Picture, UserDetails};

/// Largest picture, in bytes.
pub const MAX_BYTES: usize = 512 * 1024;

/// Sets the caller's picture and returns the profile with it. `field` is where a fault of the picture is reported.
///
/// # Errors
/// `TooLarge`; `Invalid` when the bytes are no PNG, JPEG, GIF or WebP; `NotFound` for a service account.
pub async fn set_avatar(ctx: &Ctx<'_>, field: &'static str, bytes: &[u8]) -> Result<UserDetails> {
    profile::person(ctx)?;
    let name = store(ctx, field, bytes).await?;
    replace_avatar(ctx, Some(name)).await
}

/// Takes the caller's picture away, if there is one.
pub async fn delete_avatar(ctx: &Ctx<'_>) -> Result<()> {
    replace_avatar(ctx, None).await.map(|_| ())
}

async fn replace_avatar(ctx: &Ctx<'_>, name: Option<ImageName>) -> Result<UserDetails> {
    let id = profile::person(ctx)?;
    let result = async {
        let work = ctx.begin_system().await?;
        let mut details = work.system().user_details(id).await?.ok_or_else(profile::gone)?;
        let old = details.user.avatar.take();
        if old.is_some() || name.is_some() {
            work.system().set_avatar(id, name.as_ref()).await?;
            work.system().touch(id, ctx.now()).await?;
            work.save(EventType::UserUpdated.on(id).with("changed", json!(["avatar"])).with("is_set", name.is_some()))
                .await?;
            details.user.updated_at = ctx.now();
        }
        details.user.avatar = name.clone().map(Picture::Stored);
        Ok((old, details))
    };
    let (old, details) = match result.await {
        Ok((old, details)) => (Ok(old), Some(details)),
        Err(error) => (Err(error), None),
    };
    settle(ctx, old, name.as_ref()).await?;
    details.ok_or_else(profile::gone)
}

/// Stores a picture under a new name that nothing points at yet.
pub(super) async fn store(ctx: &Ctx<'_>, field: &'static str, bytes: &[u8]) -> Result<ImageName> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::too_large(MAX_BYTES));
    }
    let format = ImageFormat::sniff(bytes).ok_or_else(|| {
        Error::field(field, FaultCode::Value, "This is not a picture: PNG, JPEG, GIF and WebP are accepted.")
    })?;
    let name = ImageName::random(format, ctx.rng());
    ctx.services().blobs.set(name.as_str(), bytes).await?;
    Ok(name)
}

/// Removes the blob that nothing points at any more: the old one after a success, the new one after a failure.
pub(super) async fn settle(ctx: &Ctx<'_>, replaced: Result<Option<Picture>>, new: Option<&ImageName>) -> Result<()> {
    match replaced {
        Ok(old) => {
            discard(ctx.services(), old.as_ref()).await;
            Ok(())
        }
        Err(error) => {
            // Of a store that failed nobody knows whether it has committed: then the picture may be in use.
            if !matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable(_)) {
                discard(ctx.services(), new.cloned().map(Picture::Stored).as_ref()).await;
            }
            Err(error)
        }
    }
}

/// Removes a stored picture that nothing points at any more. Should that fail, a few bytes stay that nobody can see,
/// which is no reason to fail what is done already.
pub(super) async fn discard(services: &Services, picture: Option<&Picture>) {
    if let Some(name) = picture.and_then(Picture::stored) {
        let _ = services.blobs.delete(name.as_str()).await;
    }
}

/// The bytes of a stored picture, for everybody who knows its name.
pub async fn read(services: &Services, name: &str) -> Result<(Vec<u8>, ImageFormat)> {
    let (name, format) = ImageName::parse(name).ok_or_else(|| Error::not_found("Picture"))?;
    let bytes = services.blobs.get(name.as_str()).await?.ok_or_else(|| Error::not_found("Picture"))?;
    Ok((bytes, format))
}
