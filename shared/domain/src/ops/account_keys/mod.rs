//! API keys of the IDAH API: seen, made, changed, ended by whoever the roles of that API let (contracts/idah.md, "API
//! keys"). A key acts with the permissions and within the limits that it was made with; no permission is about keys, so
//! none makes others.

pub mod change;
pub mod create;
pub mod list;

use super::ctx::Ctx;
use super::standing::unauthorized;
use crate::error::{Error, Result};
use crate::model::CredentialId;
use crate::policy::{ApiPermission, RightScope};
use crate::store::account_keys::list::KeyReach;

/// The resource, as rights name it.
const RESOURCE: &str = "iam:api_keys";

/// The keys that the caller may do `action` to.
///
/// The contract limits owners to the first of their organizations; the order of ours means nothing, so all of them count.
/// Keys limited to projects are in no owner's reach: no service tells whose projects are.
///
/// # Errors
/// `Forbidden` when there is no such right.
fn reach(ctx: &Ctx<'_>, action: &'static str) -> Result<KeyReach> {
    let caller = ctx.caller()?;
    let standing = caller.standing()?;
    match standing.scope(RESOURCE, action)? {
        RightScope::All => Ok(KeyReach::All),
        RightScope::AsOrgOwner => Ok(KeyReach::Organizations(standing.owned().to_vec())),
        RightScope::Own | RightScope::AsUser | RightScope::Names(_) => Err(unauthorized(RESOURCE, action)),
    }
}

/// The permissions that the caller may give to keys.
///
/// # Errors
/// `Forbidden` when it may make none.
fn grantable(ctx: &Ctx<'_>) -> Result<&'static [ApiPermission]> {
    match ctx.caller()?.standing()?.scope(RESOURCE, "create")? {
        RightScope::All => Ok(ApiPermission::ALL),
        RightScope::Names(permissions) => Ok(permissions),
        RightScope::Own | RightScope::AsUser | RightScope::AsOrgOwner => Err(unauthorized(RESOURCE, "create")),
    }
}

/// An id out of a path; a text that is none names no key.
fn parse(id: &str) -> Result<CredentialId> {
    id.parse().map_err(|_| not_found())
}

fn not_found() -> Error {
    Error::not_found("API key")
}
