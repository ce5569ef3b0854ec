//! Users: made, seen, changed, stopped and removed, whichever API asks.

pub mod access;
mod apply;
mod assignable;
pub mod create;
pub mod delete;
pub mod find;
pub mod invite;
pub mod list;
mod notices;
pub mod picture;
pub mod preferences;
pub mod state;
pub mod sync;
pub mod update;

use super::ctx::{Ctx, Work};
use crate::error::{AuthFault, Error, FaultCode, Result};
use crate::model::{PrincipalId, PrincipalKind, User};
use crate::policy::{ADMINISTERS_BEYOND, AccountRole, Action, Reach, Table, Target, Touch, rank};
use crate::store::users::read::UserRecord;
use crate::store::{DbError, System};

/// Code of the error for a user who is not there for the caller.
pub const UNKNOWN: &str = "unknown_user";

/// All of a user, under the write lock, if it is within each of `reaches`.
///
/// # Errors
/// `NotFound`.
pub(super) async fn record(work: &Work<'_>, reaches: &[&Reach], id: PrincipalId) -> Result<User<UserRecord>> {
    work.system().user_record(reaches, id).await?.ok_or_else(not_found)
}

/// Fails unless the caller, who reaches `user` with `action`, may also touch it so.
///
/// # Errors
/// `Forbidden`.
pub(super) async fn guard<M>(
    ctx: &Ctx<'_>,
    store: System<'_, M>,
    action: Action,
    user: &User<UserRecord>,
    touch: Touch,
) -> Result<()> {
    let caller = ctx.caller()?;
    let target = Target {
        rights: &user.data.rights,
        home: user.data.home_id(),
        account_role: user.data.access.given_role,
        is_self: caller.id() == user.id,
    };
    match ctx.guard(action, target, touch) {
        // Of the caller's roles those at home and here are known.
        Err(refused) if refused.code() == ADMINISTERS_BEYOND && caller.kind() == PrincipalKind::User => {
            let own = store.user_record(&[&Reach::Own(caller.id())], caller.id()).await?.ok_or_else(gone)?.data.rights;
            let administered: Vec<_> = own.administered().collect();
            if user.data.rights.administers_beyond(&administered) { Err(refused) } else { Ok(()) }
        }
        checked => checked,
    }
}

/// The caller, who must be a user.
///
/// # Errors
/// `NotFound` for a service account.
pub(super) fn own_id(ctx: &Ctx<'_>) -> Result<PrincipalId> {
    let caller = ctx.caller()?;
    match caller.kind() {
        PrincipalKind::User => Ok(caller.id()),
        PrincipalKind::ServiceAccount => Err(not_found()),
    }
}

/// All of the caller, under the write lock.
async fn own_record(work: &Work<'_>, id: PrincipalId) -> Result<User<UserRecord>> {
    work.system().user_record(&[&Reach::Own(id)], id).await?.ok_or_else(gone)
}

/// The caller was there when the request was authenticated: deleted since.
pub(super) fn gone() -> Error {
    Error::unauthenticated(AuthFault::Invalid)
}

fn not_found() -> Error {
    Error::not_found("User").recoded(UNKNOWN)
}

/// The account role called `name`, if the caller may give it.
///
/// # Errors
/// `Invalid` at `role_name`.
fn given_role(table: &Table, name: &str) -> Result<AccountRole> {
    let refused = |message: &'static str| Error::field("role_name", FaultCode::Value, message);
    let role = AccountRole::from_stored(name).ok_or_else(|| refused("is not a known role"))?;
    if !(role.is_assignable() || table.gives_every_role && role.is_in_catalogue()) {
        return Err(refused("is not a role that can be given"));
    }
    if rank(Some(role)) > table.rank {
        return Err(refused("is a higher role than yours"));
    }
    Ok(role)
}

/// Names the rule behind a clash of what is unique.
fn taken(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("username_key") => {
            Error::conflict("username_taken", "This username is already in use.")
        }
        DbError::Unique(what) if what.contains("email_key") => {
            Error::conflict("email_taken", "This e-mail address is already in use.")
        }
        other => other.into(),
    }
}

fn phone_taken() -> Error {
    Error::conflict("phone_taken", "This telephone number is already in use.")
}
