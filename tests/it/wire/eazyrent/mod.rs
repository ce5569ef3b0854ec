//! `EazyRent` IAM API v1 (contracts/eazyrent.md).

mod acting;
mod acting_strict;
mod credentials;
mod deletion;
mod errors;
mod invitation;
mod keys;
mod members;
mod new_members;
mod organizations;
mod outbox;
mod service_accounts;
mod states;
mod users;
