//! Built-in roles and what they may do. The rows (`migrations/0004_builtin_roles.sql`) give them ids; the meaning is here.

use super::permission::{Permission, Permissions};

/// How far a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleReach {
    /// The organization of the grant, and accounts linked below it.
    Organization,
    /// Every organization. Only ever granted without an organization.
    Platform,
    /// Accounts: what it allows is asked for by authorities with a table of rights, and weighed wherever its holder is to be
    /// changed.
    Account,
}

/// A built-in role.
#[derive(Debug, Clone, Copy)]
pub struct BuiltinRole {
    /// `role.key`.
    pub key: &'static str,
    /// How far it reaches.
    pub reach: RoleReach,
    /// What it allows.
    pub permissions: Permissions,
}

use Permission::{
    AccountManage, AccountOperate, AccountOwn, GrantRead, GrantWrite, MemberRead, MemberWrite, OrganizationRead,
    OrganizationWrite, OutboxManage, ServiceAccountManage,
};

const READ: Permissions = Permissions::of(&[OrganizationRead, MemberRead, GrantRead]);
const WRITE: Permissions = Permissions::of(&[OrganizationWrite, MemberWrite, GrantWrite]);
const ALL: Permissions = READ.union(WRITE).union(Permissions::of(&[ServiceAccountManage]));

const ACCOUNTS: Permissions = Permissions::of(&[AccountManage]);
const SIBLING: Permissions = ACCOUNTS.union(Permissions::of(&[AccountOperate]));
const OPERATOR: Permissions = ALL.union(SIBLING).union(Permissions::of(&[OutboxManage]));
const OWNER: Permissions = Permissions::of(&[AccountOwn]);

/// Every built-in role. `org:user` and `org:staff` differ in name only; the roles of sibling APIs allow nothing here. The last four are
/// not granted but read off the account (`user.account_role`, `membership.is_owner`).
pub const BUILTIN_ROLES: &[BuiltinRole] = &[
    BuiltinRole { key: "admin", reach: RoleReach::Platform, permissions: OPERATOR },
    BuiltinRole { key: "staff", reach: RoleReach::Platform, permissions: ALL },
    BuiltinRole { key: "user", reach: RoleReach::Platform, permissions: ALL },
    BuiltinRole { key: "org:admin", reach: RoleReach::Organization, permissions: ALL },
    BuiltinRole { key: "org:staff", reach: RoleReach::Organization, permissions: READ },
    BuiltinRole { key: "org:user", reach: RoleReach::Organization, permissions: READ },
    BuiltinRole { key: "organization:read", reach: RoleReach::Organization, permissions: READ },
    BuiltinRole { key: "organization:write", reach: RoleReach::Organization, permissions: WRITE },
    BuiltinRole { key: "product:read", reach: RoleReach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "product:write", reach: RoleReach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "rental_file:read", reach: RoleReach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "rental_file:write", reach: RoleReach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "document:write", reach: RoleReach::Organization, permissions: Permissions::NONE },
    BuiltinRole { key: "account:admin", reach: RoleReach::Account, permissions: ACCOUNTS },
    BuiltinRole { key: "account:system", reach: RoleReach::Account, permissions: SIBLING },
    BuiltinRole { key: "account:api_service", reach: RoleReach::Account, permissions: Permissions::NONE },
    BuiltinRole { key: "account:org_owner", reach: RoleReach::Account, permissions: OWNER },
];

impl BuiltinRole {
    /// The role with `key`.
    pub fn find(key: &str) -> Option<&'static Self> {
        BUILTIN_ROLES.iter().find(|role| role.key == key)
    }
}
