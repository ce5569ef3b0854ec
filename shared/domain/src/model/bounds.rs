//! How much of a caller's own data is stored.

use serde_json::{Map, Value as Json};

use crate::error::{Error, Result};

/// Largest JSON object of a caller's own, in bytes: a page of a hundred rows must stay small enough for the instance that
/// reads it.
pub const MAX_OBJECT: usize = 64 * 1024;

/// Longest style sheet, in bytes.
pub const MAX_CSS: usize = 256 * 1024;

/// Fails when `what` has more bytes than can be stored.
///
/// # Errors
/// `WrongState` (`too_long`).
pub fn check_size(what: &'static str, bytes: usize, max: usize) -> Result<()> {
    if bytes <= max {
        return Ok(());
    }
    Err(Error::rejected("too_long", format!("{what} is larger than {max} bytes.")))
}

/// As [`check_size`], of a JSON object.
///
/// # Errors
/// As [`check_size`].
pub fn check_object(what: &'static str, object: &Map<String, Json>) -> Result<()> {
    // Writing JSON of this kind cannot fail.
    check_size(what, serde_json::to_vec(object).map_or(0, |json| json.len()), MAX_OBJECT)
}
