//! The border to the key-value store, which holds uploaded pictures and nothing else.
//!
//! A blob is written under a new name before the row that points at it, and removed after no row does: a crash in
//! between leaves a blob that nobody can see, never a row that points at nothing.

use super::db::LocalFuture;
use crate::error::Result;

/// Named byte strings. Single operations are atomic; there are no transactions.
pub trait Blobs {
    /// The bytes under `name`.
    fn get<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>>>;

    /// Stores `bytes` under `name`.
    fn set<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<()>>;

    /// Removes `name`, if it is there.
    fn delete<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<()>>;
}
