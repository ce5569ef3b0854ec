//! `spin:sqlite`: databases of the state folder, a new connection for each `open`.
//!
//! Like Spin's, a connection opens its file at the first statement, sets no pragmas, runs one
//! statement per call, and reports a bad statement where its result is awaited.

mod budget;
mod connection;
mod databases;
mod host;
mod readers;
mod rows;
mod statement;
mod value;

pub use connection::Connection;
pub use databases::Databases;
pub use rows::Batches;
pub use statement::{Executed, Rows};

/// Connections that one instance may have open.
pub const MAX_CONNECTIONS: usize = 256;

#[cfg(test)]
mod tests;
