//! How permissions of API keys are worded, and the role that a key's token carries (contract, "API-key permissions").

use iam_domain::policy::ApiPermission;

/// Heading, as the contract words it; how far the permission reaches is not in it.
pub const fn title(permission: ApiPermission) -> &'static str {
    match permission {
        ApiPermission::AccountRoAll => "API - Account Read Only",
        ApiPermission::AccountRwAll => "API - Account Read Write",
        ApiPermission::OrgRoOrg | ApiPermission::OrgRoAll => "API - Organization Read Only",
        ApiPermission::OrgRwOrg | ApiPermission::OrgRwAll => "API - Organization Read Write",
        ApiPermission::ProjectRoOrg | ApiPermission::ProjectRoAll => "API - Project Read Only",
        ApiPermission::ProjectRwOrg | ApiPermission::ProjectRwAll => "API - Project Read Write",
    }
}

/// One sentence on what a key with it can do.
pub const fn description(permission: ApiPermission) -> &'static str {
    match permission {
        ApiPermission::AccountRoAll => "Reads all accounts.",
        ApiPermission::AccountRwAll => "Reads, invites, changes and removes all accounts.",
        ApiPermission::OrgRoOrg => "Reads the organizations that the key is limited to.",
        ApiPermission::OrgRwOrg => "Manages the organizations that the key is limited to, and the accounts in them.",
        ApiPermission::OrgRoAll => "Reads all organizations.",
        ApiPermission::OrgRwAll => "Manages all organizations and all accounts.",
        ApiPermission::ProjectRoOrg => "Reads the projects that the key is limited to, with their data and media.",
        ApiPermission::ProjectRwOrg => {
            "Manages the projects that the key is limited to, with their data, media and exports, and invites accounts."
        }
        ApiPermission::ProjectRoAll => "Reads all projects, with their data and media.",
        ApiPermission::ProjectRwAll => "Manages all projects, with their data, media and exports.",
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
