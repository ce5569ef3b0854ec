//! `/iam/v1/user-grants` (contracts/eazyrent.md, User grants).

pub mod authorizations;
