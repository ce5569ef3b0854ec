//! What one caller may do, and where.

use super::builtin::{BuiltinRole, RoleReach};
use super::permission::{Permission, Permissions};
use crate::model::OrganizationId;

/// A role as granted to the caller.
#[derive(Debug, Clone)]
pub struct GrantedRole {
    /// Where; `None` = everywhere.
    pub organization: Option<OrganizationId>,
    /// Key of a built-in role.
    pub key: Option<String>,
    /// Permissions of a role made by callers (names of [`Permission`]).
    pub permissions: Vec<String>,
}

impl GrantedRole {
    fn permissions(&self) -> Permissions {
        match self.key.as_deref() {
            Some(key) => BuiltinRole::find(key).map_or(Permissions::NONE, |role| role.permissions),
            None => self
                .permissions
                .iter()
                .filter_map(|name| Permission::from_stored(name))
                .fold(Permissions::NONE, |sum, permission| sum.union(Permissions::of(&[permission]))),
        }
    }

    /// A platform role counts only where it was granted without an organization: nobody inside an organization can
    /// hand it out.
    fn is_platform(&self) -> bool {
        self.organization.is_none() && self.reach() == Some(RoleReach::Platform)
    }

    fn reach(&self) -> Option<RoleReach> {
        self.key.as_deref().and_then(BuiltinRole::find).map(|role| role.reach)
    }
}

/// The sum of a caller's grants at home, on the platform, and in the organization acted for.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    roles: Vec<GrantedRole>,
}

impl Rights {
    /// From grants.
    pub fn new(roles: Vec<GrantedRole>) -> Self {
        Self { roles }
    }

    /// Whether the caller holds a role of the platform's operator.
    pub fn is_platform(&self) -> bool {
        self.roles.iter().any(GrantedRole::is_platform)
    }

    /// Whether an administrator's rights are held in any organization, or on the platform. Owners count as such.
    pub fn is_administrator(&self) -> bool {
        let is_admin = |organization| self.in_organization(organization).contains(Permission::ServiceAccountManage);
        let is_owner = |role: &GrantedRole| role.permissions().contains(Permission::AccountOwn);
        self.roles.iter().any(is_owner)
            || self.roles.iter().filter_map(|role| role.organization).any(is_admin)
            || self.on_platform().contains(Permission::ServiceAccountManage)
    }

    /// Organizations in which an administrator's rights were given. Owners count as such.
    pub fn administered(&self) -> impl Iterator<Item = OrganizationId> {
        self.roles.iter().filter(|role| is_administrators(role)).filter_map(|role| role.organization)
    }

    /// Whether an administrator's rights are held in an organization that is not among these, or any rights that no
    /// organization gave. Owners count as administrators.
    pub fn administers_beyond(&self, organizations: &[OrganizationId]) -> bool {
        self.is_beyond_organizations() || self.administered().any(|id| !organizations.contains(&id))
    }

    /// Whether any role is held that no organization gave: of the platform's operator, or one that gives scopes of
    /// resources everywhere.
    pub fn is_beyond_organizations(&self) -> bool {
        self.roles.iter().any(|role| role.organization.is_none())
    }

    /// Permissions held by grants on the platform, whatever the organization, and by the role of the account.
    pub fn on_platform(&self) -> Permissions {
        let is_account = |role: &GrantedRole| role.organization.is_none() && role.reach() == Some(RoleReach::Account);
        let platform = self.roles.iter().filter(|role| role.is_platform() || is_account(role));
        platform.fold(Permissions::NONE, |sum, role| sum.union(role.permissions()))
    }

    /// Whether everything that is held on the platform is held there by `other` as well. Accounts of the platform's operator
    /// are changed only by callers of whom this is true.
    pub fn is_matched_on_platform_by(&self, other: &Self) -> bool {
        self.on_platform().is_within(other.on_platform())
    }

    /// Permissions held in `organization` by grants there, plus those of the platform.
    pub fn in_organization(&self, organization: OrganizationId) -> Permissions {
        self.effective_in(organization).fold(Permissions::NONE, |sum, role| sum.union(role.permissions()))
    }

    /// Keys of the built-in roles held in `organization` or on the platform, for tokens that assert roles.
    pub fn role_keys(&self, organization: OrganizationId) -> Vec<&str> {
        self.effective_in(organization).filter_map(|role| role.key.as_deref()).collect()
    }

    /// Grants that count in `organization`: those made there, and platform roles granted by the platform. A platform
    /// role granted inside an organization counts nowhere, and an organization's role granted nowhere neither.
    fn effective_in(&self, organization: OrganizationId) -> impl Iterator<Item = &GrantedRole> {
        self.roles.iter().filter(move |role| match role.organization {
            Some(granted) => granted == organization && matches!(role.reach(), None | Some(RoleReach::Organization)),
            None => role.is_platform(),
        })
    }
}

fn is_administrators(role: &GrantedRole) -> bool {
    let permissions = role.permissions();
    permissions.contains(Permission::ServiceAccountManage) || permissions.contains(Permission::AccountOwn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(organization: Option<i64>, key: &str) -> GrantedRole {
        GrantedRole {
            organization: organization.map(OrganizationId::from_stored),
            key: Some(key.to_owned()),
            permissions: Vec::new(),
        }
    }

    const HERE: OrganizationId = OrganizationId::from_stored(100_000_000_100);
    const THERE: OrganizationId = OrganizationId::from_stored(100_000_000_200);

    #[test]
    fn a_grant_counts_in_its_own_organization_only() {
        let rights = Rights::new(vec![granted(Some(HERE.get()), "org:admin")]);
        assert!(rights.in_organization(HERE).contains(Permission::MemberWrite));
        assert_eq!(rights.in_organization(THERE), Permissions::NONE);
    }

    #[test]
    fn a_platform_role_counts_everywhere_but_only_when_granted_by_the_platform() {
        let operator = Rights::new(vec![granted(None, "admin")]);
        assert!(operator.in_organization(THERE).contains(Permission::MemberWrite));
        let smuggled = Rights::new(vec![granted(Some(HERE.get()), "admin")]);
        assert_eq!(smuggled.in_organization(HERE), Permissions::NONE);
        assert_eq!(smuggled.role_keys(HERE), [""; 0]);
        assert!(!smuggled.is_platform());
    }

    #[test]
    fn an_organization_role_without_organization_gives_nothing() {
        let rights = Rights::new(vec![granted(None, "org:admin")]);
        assert_eq!(rights.in_organization(HERE), Permissions::NONE);
    }

    #[test]
    fn administrators_and_owners_of_other_places_are_told() {
        for key in ["org:admin", "account:org_owner"] {
            let rights = Rights::new(vec![granted(Some(HERE.get()), key), granted(Some(THERE.get()), "org:user")]);
            assert!(!rights.administers_beyond(&[HERE]) && rights.administers_beyond(&[THERE]), "{key}");
        }
        // One that gives scopes everywhere has no key.
        let manager = GrantedRole { organization: None, key: None, permissions: Vec::new() };
        for everywhere in [granted(None, "admin"), manager] {
            assert!(Rights::new(vec![everywhere]).administers_beyond(&[HERE, THERE]));
        }
    }

    #[test]
    fn writing_does_not_include_reading() {
        let rights = Rights::new(vec![granted(Some(HERE.get()), "organization:write")]);
        assert!(rights.in_organization(HERE).contains(Permission::MemberWrite));
        assert!(!rights.in_organization(HERE).contains(Permission::MemberRead));
    }
}
