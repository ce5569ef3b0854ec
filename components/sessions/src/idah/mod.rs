//! `/account_sessions`, `/auth/logout`, and what tells that the service is there (contracts/idah.md).

pub mod account_sessions;
pub mod healthcheck;
pub mod logout;
