//! The application layer: what can be done, one file per noun.
//!
//! Each operation has the same order: authorize, check the rules, store, audit. Handlers of every dialect call these;
//! none has rules of its own.

pub mod credentials;
mod ctx;
pub mod events;
mod faults;
pub mod grants;
pub mod installation;
pub mod invitations;
pub mod logins;
pub mod memberships;
pub mod organizations;
pub mod pictures;
pub mod resources;
pub mod roles;
pub mod service_accounts;
pub mod sessions;
pub mod tokens;
pub mod users;

pub use ctx::{
    Acting, AuthoritySource, Bearer, ByRoles, Caller, Ctx, DEFAULT_PASSWORD_CHECKS, Pause, RequestInfo, Services,
    Wants, Work,
};
