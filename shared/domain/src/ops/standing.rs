//! What the bearer of a token of the IDAH API may do there.
//!
//! The token says what its bearer was when it was issued, the store what that is now. A new role or scope acts on tokens
//! issued afterwards (contracts/idah.md, "accounts.update"), one that was taken away must not act on any: what counts is
//! the lesser of both.

use crate::error::{AuthFault, Error, Result};
use crate::model::OrganizationId;
use crate::policy::{AccountRights, AccountRole, KeyScope, RightScope, compound_role, parse_compound};
use crate::store::account_callers::{AccountClaims, AccountRow, KeyLimits};

/// What counts of a caller's account.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The role; that of an API key's owner for a key.
    role: AccountRole,
    /// Whether a role was ever given.
    has_given_role: bool,
    rights: AccountRights,
    /// Organizations managed as their owner.
    owned: Vec<OrganizationId>,
    /// Organizations that the account is in.
    memberships: Vec<OrganizationId>,
    /// Whether an API key is calling.
    is_key: bool,
}

impl Standing {
    /// The lesser of what the token says and the store has.
    ///
    /// # Errors
    /// `Unauthenticated` when either names no role of the catalogue, or a permission is unknown.
    pub(super) fn of(claims: &AccountClaims, row: &AccountRow) -> Result<Self> {
        let unknown = || Error::unauthenticated(AuthFault::Invalid).context("the role of the token is not known");
        if let Some(key) = &row.key {
            let claimed = parse_compound(&claims.role).ok_or_else(unknown)?;
            let permissions: Vec<_> = key.permissions.iter().copied().filter(|one| claimed.contains(one)).collect();
            return Ok(Self {
                role: AccountRole::ApiService,
                has_given_role: row.given_role.is_some(),
                rights: AccountRights::of_permissions(&permissions),
                owned: key_organizations(key),
                memberships: row.memberships.clone(),
                is_key: true,
            });
        }
        let claimed = AccountRole::from_stored(&claims.role).filter(|role| role.is_in_catalogue());
        let stored = row.given_role.unwrap_or(AccountRole::User);
        let (claimed, stored) = (claimed.ok_or_else(unknown)?, Some(stored).filter(|role| role.is_in_catalogue()));
        let stored = stored.ok_or_else(unknown)?;
        let role = if claimed.mask() <= stored.mask() { claimed } else { stored };
        let owned = row.owned.iter().filter(|id| claims.organizations.contains(id)).copied();
        Ok(Self {
            role,
            has_given_role: row.given_role.is_some(),
            rights: AccountRights::of_role(role),
            owned: if role == AccountRole::OrgOwner { owned.collect() } else { Vec::new() },
            memberships: row.memberships.clone(),
            is_key: false,
        })
    }

    /// The role.
    pub fn role(&self) -> AccountRole {
        self.role
    }

    /// Whether the account was ever given a role, and so belongs to this API.
    pub fn has_given_role(&self) -> bool {
        self.has_given_role
    }

    /// Whether an API key is calling.
    pub fn is_key(&self) -> bool {
        self.is_key
    }

    /// Organizations that rights `as_org_owner` are about.
    pub fn owned(&self) -> &[OrganizationId] {
        &self.owned
    }

    /// Organizations that the account is in.
    pub fn memberships(&self) -> &[OrganizationId] {
        &self.memberships
    }

    /// The scope in which `action` on `resource` is allowed.
    ///
    /// # Errors
    /// `Forbidden` when it is not.
    pub fn scope(&self, resource: &'static str, action: &'static str) -> Result<&'static RightScope> {
        self.rights.scope(resource, action).ok_or_else(|| unauthorized(resource, action))
    }
}

/// The caller may not do this to anything of the kind.
pub(super) fn unauthorized(resource: &'static str, action: &'static str) -> Error {
    Error::forbidden(format!("unauthorized action `{action}` on `{resource}`"))
}

/// Organizations that a key is limited to.
fn key_organizations(key: &KeyLimits) -> Vec<OrganizationId> {
    match key.scope {
        KeyScope::Organization => key.values.iter().filter_map(|id| id.parse().ok()).collect(),
        KeyScope::All | KeyScope::Project => Vec::new(),
    }
}

/// The role that a token of a key names.
pub fn key_role(key: &KeyLimits) -> String {
    compound_role(&key.permissions)
}
