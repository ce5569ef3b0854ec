//! Permissions of API keys, and the role that a key's token carries.

use crate::model::stored_enum;

stored_enum! {
    /// Where an API key counts.
    KeyScope {
        /// Everywhere.
        All = "all",
        /// In the organizations it names.
        Organization = "org",
        /// In the projects it names.
        Project = "project",
    }
}

stored_enum! {
    /// What an API key may be allowed to do. The name says on what, whether reading or writing, and how far.
    ApiPermission {
        /// Read every account.
        AccountRoAll = "account_ro_all",
        /// Everything with every account.
        AccountRwAll = "account_rw_all",
        /// Read the key's organizations.
        OrgRoOrg = "org_ro_org",
        /// Everything with the key's organizations and their accounts.
        OrgRwOrg = "org_rw_org",
        /// Read every organization.
        OrgRoAll = "org_ro_all",
        /// Everything with every organization and account.
        OrgRwAll = "org_rw_all",
        /// Read the projects of the key's scope.
        ProjectRoOrg = "project_ro_org",
        /// Work on the projects of the key's scope, and invite people.
        ProjectRwOrg = "project_rw_org",
        /// Read every project.
        ProjectRoAll = "project_ro_all",
        /// Work on every project.
        ProjectRwAll = "project_rw_all",
    }
}

impl ApiPermission {
    /// Heading, as the contract words it; how far the permission reaches is not in it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AccountRoAll => "API - Account Read Only",
            Self::AccountRwAll => "API - Account Read Write",
            Self::OrgRoOrg | Self::OrgRoAll => "API - Organization Read Only",
            Self::OrgRwOrg | Self::OrgRwAll => "API - Organization Read Write",
            Self::ProjectRoOrg | Self::ProjectRoAll => "API - Project Read Only",
            Self::ProjectRwOrg | Self::ProjectRwAll => "API - Project Read Write",
        }
    }

    /// One sentence on what a key with it can do.
    pub const fn description(self) -> &'static str {
        match self {
            Self::AccountRoAll => "Reads all accounts.",
            Self::AccountRwAll => "Reads, invites, changes and removes all accounts.",
            Self::OrgRoOrg => "Reads the organizations that the key is limited to.",
            Self::OrgRwOrg => "Manages the organizations that the key is limited to, and the accounts in them.",
            Self::OrgRoAll => "Reads all organizations.",
            Self::OrgRwAll => "Manages all organizations and all accounts.",
            Self::ProjectRoOrg => "Reads the projects that the key is limited to, with their data and media.",
            Self::ProjectRwOrg => {
                "Manages the projects that the key is limited to, with their data, media and exports, and invites accounts."
            }
            Self::ProjectRoAll => "Reads all projects, with their data and media.",
            Self::ProjectRwAll => "Manages all projects, with their data, media and exports.",
        }
    }

    /// Whether it is offered for keys of `scope`. What a project may have is offered for organizations too.
    pub const fn suits(self, scope: KeyScope) -> bool {
        match self {
            Self::AccountRoAll
            | Self::AccountRwAll
            | Self::OrgRoAll
            | Self::OrgRwAll
            | Self::ProjectRoAll
            | Self::ProjectRwAll => matches!(scope, KeyScope::All),
            Self::OrgRoOrg | Self::OrgRwOrg => matches!(scope, KeyScope::Organization),
            Self::ProjectRoOrg | Self::ProjectRwOrg => matches!(scope, KeyScope::Organization | KeyScope::Project),
        }
    }
}

const COMPOUND: &str = "api:";

/// Role in the token of a key with `permissions`: `api:p1,p2`.
pub fn compound_role(permissions: &[ApiPermission]) -> String {
    let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
    format!("{COMPOUND}{}", names.join(","))
}

/// The permissions in the role of a key's token, in its order. `None` = not such a role, an unknown permission, or none
/// at all.
pub fn parse_compound(role: &str) -> Option<Vec<ApiPermission>> {
    // No name is empty, so a role without permissions fails as one with an unknown permission does.
    role.strip_prefix(COMPOUND)?.split(',').map(ApiPermission::from_stored).collect()
}
