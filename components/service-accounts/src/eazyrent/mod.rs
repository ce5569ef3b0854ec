//! `/iam/v1/service-accounts` (contracts/eazyrent.md, Service accounts).

pub mod accounts;
pub mod keys;

use iam_domain::error::{Error, Result};
use iam_domain::model::PrincipalId;
use iam_wire::pipeline::Call;

/// Path parameter `id`. A text that is no id names an account that does not exist.
fn account_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.param("id").parse().map_err(|_| Error::not_found("Service account"))
}
