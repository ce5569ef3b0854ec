//! Roles, rights and API-key permissions of the IDAH API.
//!
//! An account has one [`AccountRole`], an API key a list of [`ApiPermission`]s; [`AccountRights`] says what either may
//! do. The catalogue is fixed: it is in no table of the store, and `rows.rs` spells it out. Contract: "Roles, rights,
//! scopes", "Role catalogue", "API-key permissions".

mod permissions;
mod rights;
mod roles;
mod rows;

pub use permissions::{ApiPermission, KeyScope, compound_role, parse_compound};
pub use rights::{AccountRights, RightScope};
pub use roles::AccountRole;

#[cfg(test)]
mod tests;
