//! `EazyRent` IAM API v1 (contracts/eazyrent.md).

mod acting_account;
mod acting_account_elsewhere;
mod acting_account_strict;
mod concurrency;
pub mod connection;
mod credentials;
mod errors;
mod inactive_callers;
mod keys;
mod last_admin;
pub mod logins;
mod memberships;
mod organizations;
mod outbox;
pub mod people;
mod person;
mod privacy;
mod races;
mod roles;
mod service_accounts;
mod takeover;
mod tokens;
mod unusual_values;
pub mod upload;
mod users;
