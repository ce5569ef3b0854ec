//! What whoever manages the whole directory can do: with every organization, person, machine, role and scope. Each
//! operation needs the scope `all` of the management resource ([`Ctx::authorize_directory`](super::Ctx)).

pub mod new_people;
pub mod people;
mod person_change;
pub mod suspension;

use super::ctx::Ctx;
use crate::error::{Error, Result};
use crate::policy::Rights;

pub use person_change::PersonChange;

// Where these files find what has moved to a place of its own.
use super::faults::nothing_to_change;
use crate::model::bounds::check_object;

/// Fails for an account of the platform's operator, unless the caller can do as much there: otherwise the scope `all`
/// would lead to the rights of the operator.
pub(super) fn may_change_account(ctx: &Ctx<'_>, rights: &Rights) -> Result<()> {
    if rights.is_matched_on_platform_by(ctx.caller()?.rights()) {
        return Ok(());
    }
    Err(Error::forbidden("This account belongs to the platform's operator."))
}
