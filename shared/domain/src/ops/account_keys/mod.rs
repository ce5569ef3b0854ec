//! API keys with permissions of their own. A key acts with the permissions and within the limits that it was made with; no permission is about keys, so
//! none makes others.

pub mod change;
pub mod create;
pub mod list;

use crate::error::{Error, Result};
use crate::model::CredentialId;

/// An id out of a path; a text that is none names no key.
fn parse(id: &str) -> Result<CredentialId> {
    id.parse().map_err(|_| not_found())
}

fn not_found() -> Error {
    Error::not_found("API key")
}
