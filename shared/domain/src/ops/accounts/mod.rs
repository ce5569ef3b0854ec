//! People as accounts of the IDAH API: seen, invited, changed and removed by whoever the roles of that API let.

pub mod create;
pub mod delete;
pub mod invitations;
pub mod list;
mod notices;
pub mod password;
mod placing;
pub mod update;

use super::ctx::{Ctx, Work};
use super::directory;
use crate::error::{Error, FaultCode, Result};
use crate::model::{Account, PrincipalId};
use crate::policy::{AccountRole, Action, Rank, Reach, Table};
use crate::store::accounts::list::ChangingAccount;

pub use create::NewAccount;
pub use update::AccountChange;

/// The account that the caller may do all of `actions` to, under the write lock.
///
/// # Errors
/// `Forbidden` without the right, or when the account is out of the caller's league; `NotFound`.
async fn changeable(ctx: &Ctx<'_>, work: &Work<'_>, actions: &[Action], id: PrincipalId) -> Result<ChangingAccount> {
    let reaches = reaches(ctx, actions)?;
    let found = work.system().account_to_change(&reaches, id).await?.ok_or_else(not_found)?;
    may_change(ctx, &found)?;
    Ok(found)
}

/// The users that the caller reaches with each of `actions`.
fn reaches(ctx: &Ctx<'_>, actions: &[Action]) -> Result<Vec<Reach>> {
    actions.iter().map(|action| ctx.reach(*action)).collect()
}

/// Fails for an account of the platform's operator whom the caller is no match for, and for one of a higher role. One's own
/// can be changed, even by a token of the time before a higher role was given.
fn may_change(ctx: &Ctx<'_>, target: &ChangingAccount) -> Result<()> {
    directory::may_change_account(ctx, &target.rights)?;
    let caller = ctx.caller()?;
    let table = caller.table()?;
    let is_own = caller.id() == target.account.id && !table.is_key;
    if !is_own && rank(target.account.role()) > table.rank {
        return Err(Error::forbidden("This account has a higher role than yours."));
    }
    Ok(())
}

/// How high a role is. The account that owns the API keys is as high as whoever administers accounts.
fn rank(role: AccountRole) -> Rank {
    role.mask().or_else(|| AccountRole::Admin.mask())
}

/// The role called `name`, if the caller may give it.
///
/// # Errors
/// `Invalid` at `role_name`.
fn given_role(table: &Table, name: &str) -> Result<AccountRole> {
    let refused = |message: &'static str| Error::field("role_name", FaultCode::Value, message);
    let role = AccountRole::from_stored(name).ok_or_else(|| refused("is not a known role"))?;
    if !(role.is_assignable() || table.gives_every_role && role.is_in_catalogue()) {
        return Err(refused("is not a role that can be given"));
    }
    if rank(role) > table.rank {
        return Err(refused("is a higher role than yours"));
    }
    Ok(role)
}

/// The account as it is now, inside the transaction.
async fn reread(work: &Work<'_>, id: PrincipalId) -> Result<Account> {
    work.system().account_anywhere(id).await?.ok_or_else(not_found)
}

fn not_found() -> Error {
    Error::not_found("Account")
}
