//! Roles that callers define.

use super::id::RoleId;
use super::principal::PrincipalKind;
use super::stored::stored_enum;

stored_enum! {
    /// Where roles that callers define are held.
    RoleFamily {
        /// In one organization at a time: of the template that all organizations share.
        Template = "template",
        /// Outside any organization.
        Tenant = "tenant",
    }
}

/// A role that callers define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Id.
    pub id: RoleId,
    /// Name, unique in its family.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can hold it.
    pub holder: PrincipalKind,
}

/// A role as it is referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRef {
    /// Id.
    pub id: RoleId,
    /// Name.
    pub name: String,
}
