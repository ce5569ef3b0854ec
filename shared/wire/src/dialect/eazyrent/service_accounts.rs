//! What all of `/iam/v1/service-accounts` reads (contracts/eazyrent.md, Service accounts).

use iam_domain::error::{Error, Result};
use iam_domain::model::{Name, PrincipalId};

use crate::http::body::Fields;
use crate::pipeline::Call;

/// Path parameter `id`. A text that is no id names an account that does not exist.
pub fn service_account_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.param("id").parse().map_err(|_| Error::not_found("Service account"))
}

/// The published client sends no body; one with a `name` is accepted.
pub fn optional_name(body: Option<serde_json::Value>) -> Result<Option<Name>> {
    if body.as_ref().is_none_or(serde_json::Value::is_null) {
        return Ok(None);
    }
    let mut fields = Fields::of(body)?;
    let name = fields.optional("name", Name::parse);
    fields.check()?;
    Ok(name)
}
