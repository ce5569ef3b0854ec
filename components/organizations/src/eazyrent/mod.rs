//! `/iam/v1/organizations` (contracts/eazyrent.md, Organizations).

pub mod me;
