//! The border to a SQLite database: what a driver provides, and what can go wrong.
//!
//! Two drivers exist: over the Spin interface (`iam-wire`, feature `spin`) and over rusqlite ([`super::native`]).

use std::future::Future;
use std::pin::Pin;

pub use super::error::DbError;
use super::value::{Row, Value};

/// A future of this crate: components are single-threaded, so nothing has to be `Send`.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// One connection. A transaction begun on it is invisible to others until it commits; dropping the connection
/// rolls back what is open.
pub trait Connection {
    /// Runs one statement and returns all its rows. SQL is a constant of this workspace or put together from such
    /// ([`Sql`](super::query::Sql)): [`Exec`](super::Exec) sees to it.
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>>;
}

/// Something that opens connections.
pub trait Database {
    /// Opens a new connection.
    fn open(&self) -> LocalFuture<'_, Result<Box<dyn Connection>, DbError>>;
}
