//! Logos and avatars that are uploaded to us.
//!
//! The blob is stored under a new name before the row that points at it, and the old one is removed after: every upload
//! has an address of its own, so caches never show a stale picture, and no row ever points at nothing.

use super::ctx::{Ctx, Services};
use crate::error::{Error, ErrorKind, FaultCode, Result};
use crate::model::{ImageFormat, ImageName, Picture};

/// Largest picture, in bytes.
pub const MAX_BYTES: usize = 512 * 1024;

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
