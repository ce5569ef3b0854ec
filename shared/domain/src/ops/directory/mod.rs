//! What whoever manages the whole directory can do: with every organization, person, machine, role and scope. Each
//! operation needs the scope `all` of the management resource ([`Ctx::authorize_directory`](super::Ctx)).

pub mod application_roles;
pub mod invitations;
pub mod jit;
pub mod member_roles;
pub mod memberships;
pub mod organization_roles;
pub mod organization_scopes;
pub mod resource_scopes;
pub mod resources;
pub mod role_scopes;
pub mod tenant_roles;

use serde_json::{Map, Value as Json};

use super::ctx::{Caller, Ctx, Work};
use crate::error::{Error, Result};
use crate::policy::{Authority, Rights};
use crate::store::DbError;

/// Something that is referred to does not exist.
pub(super) fn unknown_reference(what: &'static str) -> Error {
    Error::rejected("unknown_reference", format!("{what} that is referred to does not exist."))
}

/// Something is of a kind that this cannot be done with.
pub(super) fn wrong_kind(message: &'static str) -> Error {
    Error::rejected("wrong_kind", message)
}

/// Nothing that can be changed was named.
fn nothing_to_change() -> Error {
    Error::rejected("nothing_to_change", "There is nothing to change.")
}

/// Largest JSON object of a manager's own that is stored, and longest style sheet, in bytes: a page of a hundred rows must
/// stay small enough for the instance that reads it.
const MAX_OBJECT: usize = 64 * 1024;
pub(super) const MAX_CSS: usize = 256 * 1024;

/// Fails when `what` has more bytes than can be stored.
pub(super) fn check_size(what: &'static str, bytes: usize, most: usize) -> Result<()> {
    if bytes <= most {
        return Ok(());
    }
    Err(Error::rejected("too_long", format!("{what} is larger than {most} bytes.")))
}

/// As [`check_size`], of a JSON object.
pub(super) fn check_object(what: &'static str, object: &Map<String, Json>) -> Result<()> {
    // Writing JSON of this kind cannot fail.
    check_size(what, serde_json::to_vec(object).map_or(0, |json| json.len()), MAX_OBJECT)
}

/// Fails for an account of the platform's operator, unless the caller can do as much there: otherwise the scope `all`
/// would lead to the rights of the operator.
pub(super) fn may_change_account(ctx: &Ctx<'_>, rights: &Rights) -> Result<()> {
    if rights.is_matched_on_platform_by(ctx.caller()?.rights()) {
        return Ok(());
    }
    Err(Error::forbidden("This account belongs to the platform's operator."))
}

/// Fails when nobody would be left who may manage the directory: only whoever may can give that right, so it could not be
/// had back through any API.
pub(super) async fn keep_a_manager(ctx: &Ctx<'_>, work: &Work<'_>) -> Result<()> {
    if work.system().has_manager(management_resource(&*ctx.caller()?), ctx.now()).await? {
        return Ok(());
    }
    Err(Error::conflict(
        "last_manager",
        "Nobody would be left who may use this API: give the right to somebody else first.",
    ))
}

/// Indicator of the management resource.
pub(super) fn management_resource(caller: &Caller) -> &str {
    match caller.authority() {
        Authority::Installation { resource } => resource,
        Authority::Roles | Authority::Table(_) => "",
    }
}

/// Names the rule `code` behind a clash on `index`.
fn taken(error: DbError, index: &str, code: &'static str, message: &'static str) -> Error {
    match error {
        DbError::Unique(what) if what.contains(index) => Error::conflict(code, message),
        other => other.into(),
    }
}
