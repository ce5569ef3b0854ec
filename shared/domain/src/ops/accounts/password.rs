//! The password of one's own account.

use crate::error::Result;
use crate::model::NewPassword;
use crate::ops::ctx::Ctx;
use crate::ops::passwords::{self, Effects};
use crate::policy::Action;

/// Changes the caller's password. Sessions go on.
///
/// # Errors
/// `Forbidden` for callers who may not even see their own account; else as [`passwords::change`]: the account that API keys
/// act for has no password, so whatever they say is the current one is wrong.
pub async fn change(ctx: &Ctx<'_>, current: &str, new: NewPassword) -> Result<()> {
    // Whoever reaches any account reaches their own.
    ctx.reach(Action::UserRead)?;
    passwords::change(ctx, current, || Ok(new), Effects::PASSWORD_ALONE).await
}
