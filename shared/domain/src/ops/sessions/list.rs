//! Sessions that go on.

use crate::error::Result;
use crate::model::{PrincipalId, Session, User, UserAccess};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::query::{Selected, Selection};

/// A page of sessions that go on, and `with_accounts` the accounts that they belong to, each once.
///
/// # Errors
/// `Forbidden` when the caller may see none.
pub async fn list(
    ctx: &Ctx<'_>,
    selection: &Selection,
    with_accounts: bool,
) -> Result<(Selected<Session>, Vec<User<UserAccess>>)> {
    let page = ctx.system().sessions(&ctx.reach(Action::SessionRead)?, selection, ctx.now()).await?;
    if !with_accounts || page.items.is_empty() {
        return Ok((page, Vec::new()));
    }
    let mut ids: Vec<PrincipalId> = page.items.iter().map(|session| session.user).collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = ctx.system().users_with_access(&ids).await?;
    Ok((page, accounts))
}
