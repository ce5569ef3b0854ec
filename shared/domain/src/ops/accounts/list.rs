//! Accounts, as far as the caller sees them.

use super::not_found;
use crate::error::Result;
use crate::model::{Account, PrincipalId};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::query::{Selected, Selection};

/// A page of accounts.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<Account>> {
    Ok(ctx.system().accounts(&ctx.reach(Action::UserRead)?, selection).await?)
}

/// One account.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's reach.
pub async fn find(ctx: &Ctx<'_>, id: i64) -> Result<Account> {
    ctx.system().account(&ctx.reach(Action::UserRead)?, PrincipalId::from_stored(id)).await?.ok_or_else(not_found)
}
