//! Permissions of API keys.

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
