//! Whoever makes a request.

pub mod account;
mod row;
pub mod statements;

pub use row::{AccountFacts, CallerRow, Link, TokenSubject};
pub(in crate::store) use statements::{grants, management_grants, roles};
