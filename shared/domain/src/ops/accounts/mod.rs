//! People as accounts of the IDAH API: seen, invited, changed and removed by whoever the roles of that API let.

pub mod create;
pub mod delete;
pub mod invitations;
pub mod list;
mod notices;
pub mod password;
mod placing;
pub mod update;

use super::caller::Caller;
use super::ctx::{Ctx, Work};
use super::directory;
use super::standing::{Standing, unauthorized};
use crate::error::{Error, FaultCode, Result};
use crate::model::{Account, PrincipalId};
use crate::policy::{AccountRole, RightScope};
use crate::store::accounts::list::{AccountScope, ChangingAccount};

pub use create::NewAccount;
pub use update::AccountChange;

/// The resource, as rights name it.
const RESOURCE: &str = "iam:accounts";

/// The accounts that the caller `me` may do `action` to.
///
/// # Errors
/// `Forbidden` when there is no such right.
fn scope(me: PrincipalId, standing: &Standing, action: &'static str) -> Result<AccountScope> {
    Ok(match standing.scope(RESOURCE, action)? {
        RightScope::All if standing.role().sees_everybody() || standing.is_key() => AccountScope::All,
        // A right to all accounts is one to those of this API: people who are known from other APIs alone are seen by
        // those of the same organizations, and by administrators.
        RightScope::All if standing.has_given_role() => AccountScope::Known(me),
        RightScope::All => AccountScope::Acquainted(me),
        RightScope::Own => AccountScope::Own(me),
        RightScope::AsOrgOwner => AccountScope::Organizations(me, standing.owned().to_vec()),
        RightScope::AsUser | RightScope::Names(_) => return Err(unauthorized(RESOURCE, action)),
    })
}

/// The account that the caller may do all of `actions` to, under the write lock.
///
/// # Errors
/// `Forbidden` without the right, or when the account is out of the caller's league; `NotFound`.
async fn changeable(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    actions: &[&'static str],
    id: PrincipalId,
) -> Result<ChangingAccount> {
    let scopes = scopes(&*ctx.caller()?, actions)?;
    let found = work.system().account_to_change(&scopes, id).await?.ok_or_else(not_found)?;
    may_change(ctx, &found)?;
    Ok(found)
}

/// The accounts that the caller may do each of `actions` to.
fn scopes(caller: &Caller, actions: &[&'static str]) -> Result<Vec<AccountScope>> {
    actions.iter().map(|action| scope(caller.id(), caller.standing()?, action)).collect()
}

/// Fails for an account of the platform's operator whom the caller is no match for, and for one of a higher role. One's own
/// is in one's league, even by a token of the time before a higher role was given.
fn may_change(ctx: &Ctx<'_>, target: &ChangingAccount) -> Result<()> {
    directory::may_change_account(ctx, &target.rights)?;
    let caller = ctx.caller()?;
    let standing = caller.standing()?;
    let is_own = caller.id() == target.account.id && !standing.is_key();
    if !is_own && rank(target.account.role()) > caller_rank(standing) {
        return Err(Error::forbidden("This account has a higher role than yours."));
    }
    Ok(())
}

/// How high a role is. The account that owns the API keys is as high as whoever administers accounts.
fn rank(role: AccountRole) -> Option<(u8, u8, u8)> {
    role.mask().or_else(|| AccountRole::Admin.mask())
}

/// How high the caller is. An API key is no higher than the owner of an organization, whatever it may do; one that makes
/// accounts and cannot change them is as high as a user, or it would make owners, who can do more than it and outlive it.
fn caller_rank(standing: &Standing) -> Option<(u8, u8, u8)> {
    match (standing.is_key(), standing.scope(RESOURCE, "update")) {
        (false, _) => standing.role().mask(),
        (true, Ok(_)) => AccountRole::OrgOwner.mask(),
        (true, Err(_)) => AccountRole::User.mask(),
    }
}

/// The role called `name`, if the caller may give it.
///
/// # Errors
/// `Invalid` at `role_name`.
fn given_role(standing: &Standing, name: &str) -> Result<AccountRole> {
    let refused = |message: &'static str| Error::field("role_name", FaultCode::Value, message);
    let role = AccountRole::from_stored(name).ok_or_else(|| refused("is not a known role"))?;
    let is_system = !standing.is_key() && standing.role() == AccountRole::System;
    if !(role.is_assignable() || is_system && role.is_in_catalogue()) {
        return Err(refused("is not a role that can be given"));
    }
    if rank(role) > caller_rank(standing) {
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
