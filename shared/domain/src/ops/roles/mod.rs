//! Roles that callers define, and the scopes in them. Of the two families, those of the template are held in
//! organizations; the others outside of any, where they give scopes of resources: that of the scope `all` of the management
//! resource lets its holders manage the installation.

mod define;
pub mod scopes;

pub use crate::store::roles::list::{FeaturedServiceAccount, ListedRole, ResourceScopeRef, ScopeRef, With};
pub use crate::store::roles::write::NewRole;
pub use define::{RoleChange, create, delete, find, list, update};
