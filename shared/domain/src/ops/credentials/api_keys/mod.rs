//! API keys with permissions of their own. A key acts with the permissions and within the limits that it was made with; no permission is about keys, so
//! none makes others.

pub mod change;
pub mod create;
pub mod list;

use crate::error::Error;

fn not_found() -> Error {
    Error::not_found("API key")
}
