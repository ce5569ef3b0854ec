//! What several operations refuse in the same words.

use crate::error::Error;
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
pub(super) fn nothing_to_change() -> Error {
    Error::rejected("nothing_to_change", "There is nothing to change.")
}

/// Names the rule `code` behind a clash on `index`.
pub(super) fn taken(error: DbError, index: &str, code: &'static str, message: &'static str) -> Error {
    match error {
        DbError::Unique(what) if what.contains(index) => Error::conflict(code, message),
        other => other.into(),
    }
}
