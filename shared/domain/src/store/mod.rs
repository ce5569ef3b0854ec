//! The store: SQL as named constants beside the rows they give, one file per noun.
//!
//! Statements run through an [`Exec`]: the [`Pool`] for reads, a [`UnitOfWork`] for writes. Statements about one
//! tenant's data hang on [`Tenant`], which binds the organization to each of them; those that may cross tenants hang
//! on [`System`], so that crossing shows in the code.

/// Declares the SQL constants of a file, and `STATEMENTS`, by which tests reach every one of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every statement of this file, by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

mod blobs;
pub mod callers;
pub mod credentials;
mod db;
mod error;
pub mod events;
pub mod grants;
mod ids;
pub mod installation;
pub mod invitations;
pub mod logins;
pub mod memberships;
pub mod migrations;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "native")]
mod native_blobs;
pub mod organizations;
pub mod paging;
mod pool;
pub mod principals;
pub mod query;
pub mod resources;
pub mod roles;
pub mod service_accounts;
pub mod sessions;
mod tenant;
pub mod tokens;
pub mod users;
mod value;
mod work;

pub use blobs::Blobs;
pub use db::{Connection, Database, DbError, LocalFuture};
pub use events::audit::AuditEvent;
pub use pool::{Exec, Pool};
pub use tenant::{Read, System, Tenant, Write};
pub use value::{Row, Value};
pub use work::UnitOfWork;

/// Every statement of the store, by file and name: tests prepare each against the migrated schema and read its plan.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    ("callers/account", callers::account::STATEMENTS),
    ("callers/statements", callers::statements::STATEMENTS),
    ("credentials/codes", credentials::codes::STATEMENTS),
    ("credentials/logins", credentials::logins::STATEMENTS),
    ("credentials/password_requests", credentials::password_requests::STATEMENTS),
    ("credentials/read", credentials::read::STATEMENTS),
    ("credentials/secrets", credentials::secrets::STATEMENTS),
    ("credentials/write", credentials::write::STATEMENTS),
    ("events/audit", events::audit::STATEMENTS),
    ("events/notices", events::notices::STATEMENTS),
    ("events/outbox", events::outbox::STATEMENTS),
    ("grants/held", grants::held::STATEMENTS),
    ("grants/read", grants::read::STATEMENTS),
    ("grants/scopes", grants::scopes::STATEMENTS),
    ("grants/write", grants::write::STATEMENTS),
    ("installation", installation::STATEMENTS),
    ("invitations/read", invitations::read::STATEMENTS),
    ("invitations/write", invitations::write::STATEMENTS),
    ("logins/admission", logins::admission::STATEMENTS),
    ("logins/read", logins::read::STATEMENTS),
    ("logins/throttle", logins::throttle::STATEMENTS),
    ("memberships/jit", memberships::jit::STATEMENTS),
    ("memberships/organizations", memberships::organizations::STATEMENTS),
    ("memberships/read", memberships::read::STATEMENTS),
    ("memberships/service_accounts", memberships::service_accounts::STATEMENTS),
    ("memberships/users", memberships::users::STATEMENTS),
    ("memberships/write", memberships::write::STATEMENTS),
    ("organizations/links", organizations::links::STATEMENTS),
    ("organizations/pages", organizations::pages::STATEMENTS),
    ("organizations/read", organizations::read::STATEMENTS),
    ("organizations/settings", organizations::settings::STATEMENTS),
    ("organizations/write", organizations::write::STATEMENTS),
    ("principals", principals::STATEMENTS),
    ("resources/entries", resources::entries::STATEMENTS),
    ("resources/scopes", resources::scopes::STATEMENTS),
    ("roles/list", roles::list::STATEMENTS),
    ("roles/read", roles::read::STATEMENTS),
    ("roles/scopes", roles::scopes::STATEMENTS),
    ("roles/write", roles::write::STATEMENTS),
    ("service_accounts/read", service_accounts::read::STATEMENTS),
    ("service_accounts/write", service_accounts::write::STATEMENTS),
    ("sessions/write", sessions::write::STATEMENTS),
    ("tokens/revoked", tokens::revoked::STATEMENTS),
    ("tokens/signing_keys", tokens::signing_keys::STATEMENTS),
    ("users/list", users::list::STATEMENTS),
    ("users/read", users::read::STATEMENTS),
    ("users/write", users::write::STATEMENTS),
];

#[cfg(test)]
#[cfg(feature = "native")]
pub(crate) mod testing;
