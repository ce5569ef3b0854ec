//! `/iam/v1/users` (contracts/eazyrent.md, Users): always the caller, without acting header.

pub mod avatar;
pub mod config;
pub mod images;
pub mod me;
pub mod notification_preferences;
pub mod sync_from_auth;
