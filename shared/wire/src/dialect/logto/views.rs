//! How organizations, roles and scopes are shown.

use iam_domain::model::{Organization, PrincipalKind, Role, RoleRef, Scope, name_or_id};
use iam_domain::ops::memberships::OrganizationWithRoles;
use serde::Serialize;
use serde_json::{Map, Value};

/// `tenantId` of everything: the installation is one tenant in the sense of this API.
pub const TENANT: &str = "default";

/// `Organization`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationView {
    tenant_id: &'static str,
    id: String,
    name: String,
    description: Option<String>,
    custom_data: Map<String, Value>,
    is_mfa_required: bool,
    color: Map<String, Value>,
    branding: Map<String, Value>,
    custom_css: Option<String>,
    created_at: i64,
}

impl From<Organization> for OrganizationView {
    fn from(organization: Organization) -> Self {
        let data = organization.data.map(|data| *data).unwrap_or_default();
        Self {
            tenant_id: TENANT,
            id: organization.id.to_string(),
            name: name_or_id(organization.name, organization.id),
            description: data.description,
            custom_data: data.custom_data,
            is_mfa_required: data.is_mfa_required,
            color: data.color,
            branding: data.branding,
            custom_css: data.custom_css,
            created_at: organization.created_at,
        }
    }
}

/// `RoleRef`.
#[derive(Debug, Serialize)]
pub struct RoleRefView {
    id: String,
    name: String,
}

impl From<RoleRef> for RoleRefView {
    fn from(role: RoleRef) -> Self {
        Self { id: role.id.to_string(), name: role.name }
    }
}

/// `Organization` with the organization roles that somebody holds in it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinedView {
    #[serde(flatten)]
    organization: OrganizationView,
    organization_roles: Vec<RoleRefView>,
}

impl From<OrganizationWithRoles> for JoinedView {
    fn from(joined: OrganizationWithRoles) -> Self {
        let organization_roles = joined.roles.into_iter().map(Into::into).collect();
        Self { organization: joined.organization.into(), organization_roles }
    }
}

/// `OrganizationRole`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    tenant_id: &'static str,
    id: String,
    name: String,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        let kind = match role.holder {
            PrincipalKind::User => "User",
            PrincipalKind::ServiceAccount => "MachineToMachine",
        };
        Self { tenant_id: TENANT, id: role.id.to_string(), name: role.name, description: role.description, kind }
    }
}

/// `Role`, of the tenant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantRoleView {
    #[serde(flatten)]
    role: RoleView,
    is_default: bool,
}

impl From<Role> for TenantRoleView {
    fn from(role: Role) -> Self {
        // Of these roles the description is never null.
        let description = Some(role.description.unwrap_or_default());
        Self { role: Role { description, ..role }.into(), is_default: false }
    }
}

/// `OrganizationScope`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopeView {
    tenant_id: &'static str,
    id: String,
    name: String,
    description: Option<String>,
}

impl From<Scope> for ScopeView {
    fn from(scope: Scope) -> Self {
        Self { tenant_id: TENANT, id: scope.id.to_string(), name: scope.name, description: scope.description }
    }
}
