//! `/iam/v1/organizations` (contracts/eazyrent.md, Organizations).

pub mod accounts;
pub mod alerts;
pub mod links;
pub mod logo;
pub mod me;
pub mod references;
