//! `/iam/v1/users` (contracts/eazyrent.md, Users): always the caller, without acting header.

pub mod me;
