//! `/iam/v1/team` (contracts/eazyrent.md, Team).

pub mod members;
pub mod members_states;
pub mod register;
pub mod sync_from_auth;

use iam_domain::error::{Error, Result};
use iam_domain::model::PrincipalId;
use iam_wire::pipeline::Call;

/// Path parameter `id`. A text that is no id names a member that does not exist.
fn member_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.param("id").parse().map_err(|_| Error::not_found("Member"))
}
