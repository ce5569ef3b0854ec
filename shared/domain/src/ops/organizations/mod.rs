//! Organizations, their settings, and the networks they form.

pub mod create;
pub mod delete;
pub mod find;
pub mod links;
pub mod logo;
pub mod register;
pub mod settings;
pub mod update;

use super::ctx::Ctx;
use crate::crypto::secret::{Alphabet, random_text};
use crate::error::{Error, Result};
use crate::model::bounds::{MAX_CSS, check_object, check_size};
use crate::model::{OrganizationData, OrganizationId};
use crate::policy::{Action, Reach};
use crate::rng::Rng;

/// Characters of a pairing code: 62 bits, so that it cannot be guessed even without back-off.
const PAIRING_CODE_CHARS: usize = 12;

/// A new code by which others join an organization.
pub(super) fn new_pairing_code(rng: &dyn Rng) -> String {
    random_text(Alphabet::UpperDigits, PAIRING_CODE_CHARS, rng)
}

/// Fails unless the caller reaches the organization with `action`.
fn check_reach(ctx: &Ctx<'_>, action: Action, id: OrganizationId) -> Result<()> {
    reached(&ctx.reach(action)?, id)
}

/// Fails for an organization out of reach, as for one that does not exist.
fn reached(reach: &Reach, id: OrganizationId) -> Result<()> {
    if reach.has_organization(id) { Ok(()) } else { Err(not_found()) }
}

/// Fails for data too large to be read by the page.
fn check_sizes(data: &OrganizationData) -> Result<()> {
    check_object("customData", &data.custom_data)?;
    check_size("customCss", data.custom_css.as_ref().map_or(0, String::len), MAX_CSS)
}

fn not_found() -> Error {
    Error::not_found("Organization")
}
