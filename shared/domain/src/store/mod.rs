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

pub mod accounts;
mod blobs;
pub mod callers;
pub mod codes;
pub mod credentials;
mod db;
pub mod directory;
mod error;
pub mod events;
pub mod forgotten;
mod ids;
pub mod installation;
pub mod logins;
pub mod members;
pub mod migrations;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "native")]
mod native_blobs;
pub mod oauth;
pub mod organizations;
pub mod paging;
mod pool;
pub mod principals;
pub mod query;
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
    ("accounts/memberships", accounts::memberships::STATEMENTS),
    ("accounts/notices", accounts::notices::STATEMENTS),
    ("callers/account", callers::account::STATEMENTS),
    ("callers/statements", callers::statements::STATEMENTS),
    ("codes", codes::STATEMENTS),
    ("credentials/logins", credentials::logins::STATEMENTS),
    ("credentials/read", credentials::read::STATEMENTS),
    ("credentials/secrets", credentials::secrets::STATEMENTS),
    ("credentials/write", credentials::write::STATEMENTS),
    ("directory/application_roles", directory::application_roles::STATEMENTS),
    ("directory/invitations", directory::invitations::STATEMENTS),
    ("directory/jit", directory::jit::STATEMENTS),
    ("directory/member_applications", directory::member_applications::STATEMENTS),
    ("directory/member_roles", directory::member_roles::STATEMENTS),
    ("directory/memberships", directory::memberships::STATEMENTS),
    ("directory/organization_roles", directory::organization_roles::STATEMENTS),
    ("directory/resources", directory::resources::STATEMENTS),
    ("directory/role_entries", directory::role_entries::STATEMENTS),
    ("directory/role_scopes", directory::role_scopes::STATEMENTS),
    ("directory/scopes", directory::scopes::STATEMENTS),
    ("directory/tenant_roles", directory::tenant_roles::STATEMENTS),
    ("events/audit", events::audit::STATEMENTS),
    ("events/outbox", events::outbox::STATEMENTS),
    ("forgotten", forgotten::STATEMENTS),
    ("installation", installation::STATEMENTS),
    ("logins/admission", logins::admission::STATEMENTS),
    ("logins/read", logins::read::STATEMENTS),
    ("logins/throttle", logins::throttle::STATEMENTS),
    ("members", members::STATEMENTS),
    ("oauth", oauth::STATEMENTS),
    ("organizations/joined", organizations::joined::STATEMENTS),
    ("organizations/links", organizations::links::STATEMENTS),
    ("organizations/pages", organizations::pages::STATEMENTS),
    ("organizations/read", organizations::read::STATEMENTS),
    ("organizations/settings", organizations::settings::STATEMENTS),
    ("organizations/write", organizations::write::STATEMENTS),
    ("principals", principals::STATEMENTS),
    ("roles", roles::STATEMENTS),
    ("service_accounts/read", service_accounts::read::STATEMENTS),
    ("service_accounts/write", service_accounts::write::STATEMENTS),
    ("sessions/write", sessions::write::STATEMENTS),
    ("tokens/signing_keys", tokens::signing_keys::STATEMENTS),
    ("users/list", users::list::STATEMENTS),
    ("users/read", users::read::STATEMENTS),
    ("users/write", users::write::STATEMENTS),
];

#[cfg(test)]
#[cfg(feature = "native")]
pub(crate) mod testing;
