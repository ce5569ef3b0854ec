//! Built-in roles and what they may do. The rows (`migrations/0004_builtin_roles.sql`) give them ids; the meaning is here.

use super::permission::{Permission, Permissions};

/// How far a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The organization of the grant, and accounts linked below it.
    Organization,
    /// Every organization. Only ever granted without an organization.
    Platform,
}

/// A built-in role.
#[derive(Debug, Clone, Copy)]
pub struct BuiltinRole {
    /// `role.key`.
    pub key: &'static str,
    /// How far it reaches.
    pub reach: Reach,
    /// What it allows.
    pub permissions: Permissions,
}

use Permission::{
    GrantRead, GrantWrite, MemberRead, MemberWrite, OrganizationRead, OrganizationWrite, OutboxManage,
    ServiceAccountManage,
};

const READ: Permissions = Permissions::of(&[OrganizationRead, MemberRead, GrantRead]);
const WRITE: Permissions = Permissions::of(&[OrganizationWrite, MemberWrite, GrantWrite]);
const ALL: Permissions = READ.union(WRITE).union(Permissions::of(&[ServiceAccountManage]));

/// Every built-in role. Source of the EazyRent ones: the role sets READ, WRITE and KEYS of its contract, "Who may
/// call". `org:user` and `org:staff` differ in name only there; the roles of sibling APIs allow nothing here.
pub const BUILTIN_ROLES: &[BuiltinRole] = &[
    BuiltinRole { key: "admin", reach: Reach::Platform, permissions: ALL.union(Permissions::of(&[OutboxManage])) },
    BuiltinRole { key: "staff", reach: Reach::Platform, permissions: ALL },
    BuiltinRole { key: "user", reach: Reach::Platform, permissions: ALL },
    BuiltinRole { key: "org:admin", reach: Reach::Organization, permissions: ALL },
    BuiltinRole { key: "org:staff", reach: Reach::Organization, permissions: READ },
    BuiltinRole { key: "org:user", reach: Reach::Organization, permissions: READ },
    BuiltinRole { key: "organization:read", reach: Reach::Organization, permissions: READ },
    BuiltinRole { key: "organization:write", reach: Reach::Organization, permissions: WRITE },
    BuiltinRole { key: "product:read", reach: Reach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "product:write", reach: Reach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "rental_file:read", reach: Reach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "rental_file:write", reach: Reach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "document:write", reach: Reach::Organization, permissions: Permissions::NONE },
];

impl BuiltinRole {
    /// The role with `key`.
    pub fn find(key: &str) -> Option<&'static Self> {
        BUILTIN_ROLES.iter().find(|role| role.key == key)
    }
}
