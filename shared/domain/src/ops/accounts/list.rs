//! Accounts, as far as the caller sees them.

use super::{not_found, scope};
use crate::error::Result;
use crate::model::{Account, PrincipalId};
use crate::ops::ctx::Ctx;
use crate::store::query::{Selected, Selection};

/// A page of accounts.
pub async fn list(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<Account>> {
    let caller = ctx.caller()?;
    let scope = scope(caller.id(), caller.standing()?, "read")?;
    Ok(ctx.system().accounts(&scope, selection).await?)
}

/// One account.
///
/// # Errors
/// `NotFound`, also when it is out of the caller's scope.
pub async fn find(ctx: &Ctx<'_>, id: i64) -> Result<Account> {
    let caller = ctx.caller()?;
    let scope = scope(caller.id(), caller.standing()?, "read")?;
    ctx.system().account(&scope, PrincipalId::from_stored(id)).await?.ok_or_else(not_found)
}
