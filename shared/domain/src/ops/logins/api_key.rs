//! Logging in with an API key that has permissions of its own.

use crate::crypto::secret::sha256;
use crate::error::Result;
use crate::model::{ApiKey, PrincipalState};
use crate::ops::ctx::Ctx;
use crate::store::credentials::logins::KnownKey;

/// Why a key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// The text cannot be a key.
    NoKey,
    /// Nobody has the key.
    Unknown,
    /// The key was revoked, or has expired.
    Over,
    /// The account that it belongs to may not log in.
    Inactive,
}

/// Logs a key in: no session begins, and the token dies with the key, at the latest when it expires. Gives the key, and how
/// many of the `wanted` seconds a token of it may live.
pub async fn by_key(ctx: &Ctx<'_>, key: &str, wanted: i64) -> Result<std::result::Result<(KnownKey, i64), KeyFault>> {
    let Some(key) = ctx.system().account_key(sha256(key)).await? else { return Ok(Err(KeyFault::Unknown)) };
    let Some(lifetime) = lifetime(ctx, &key.key, wanted) else { return Ok(Err(KeyFault::Over)) };
    if key.user.state != PrincipalState::Active {
        return Ok(Err(KeyFault::Inactive));
    }
    if key.wants_note(ctx.now()) {
        let work = ctx.begin_system().await?;
        work.system().note_account_key(key.key.id, ctx.now()).await?;
        // A stamp only: who used the key is in the audit of what is done with its token.
        work.save_unaudited().await?;
    }
    Ok(Ok((key, lifetime)))
}

/// Seconds that a token of the key may live; `None` when the key is not good any more.
fn lifetime(ctx: &Ctx<'_>, key: &ApiKey, wanted: i64) -> Option<i64> {
    if key.revoked_at.is_some() {
        return None;
    }
    let left = key.expires_at.map_or(wanted, |end| end.div_euclid(1000).saturating_sub(ctx.now().div_euclid(1000)));
    Some(wanted.min(left)).filter(|seconds| *seconds > 0)
}
