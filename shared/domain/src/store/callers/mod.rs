//! Whoever makes a request.

pub mod account;
mod row;
pub mod statements;

pub(in crate::store) use row::key_limits;
pub use row::{AccountFacts, CallerRow, KeyLimits, Link, TokenSubject};
pub(in crate::store) use statements::{grants, management_grants, roles};
