//! Users: how they are read, one by one and in lists, and how they are written.

mod columns;
pub mod list;
mod reach;
pub mod read;
pub mod search;
mod table;
pub mod write;

pub(in crate::store) use columns::{
    CLAIMS, CORE, access_columns, claims_columns, user_columns, with_access, with_claims,
};
pub use table::USERS;
