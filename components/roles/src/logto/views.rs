//! What more than one of these files shows or reads.

use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{PrincipalKind, Resource, Scope};
use iam_wire::dialect::logto::{self, TENANT, text};
use iam_wire::http::form::Form;
use serde::Serialize;

/// `Resource`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceView {
    tenant_id: &'static str,
    id: String,
    name: String,
    indicator: String,
    is_default: bool,
    access_token_ttl: i64,
}

impl ResourceView {
    /// `default_ttl` is how long tokens live whose resource says nothing about it.
    pub fn of(resource: Resource, default_ttl: i64) -> Self {
        Self {
            tenant_id: TENANT,
            id: resource.id.to_string(),
            name: resource.name,
            indicator: resource.indicator,
            is_default: resource.is_default,
            access_token_ttl: resource.access_token_ttl.unwrap_or(default_ttl),
        }
    }
}

/// `Scope`, of a resource.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceScopeView {
    tenant_id: &'static str,
    id: String,
    resource_id: Option<String>,
    name: String,
    description: Option<String>,
    created_at: i64,
}

impl From<Scope> for ResourceScopeView {
    fn from(scope: Scope) -> Self {
        Self {
            tenant_id: TENANT,
            id: scope.id.to_string(),
            resource_id: scope.resource.map(|resource| resource.to_string()),
            name: scope.name,
            description: scope.description,
            created_at: scope.created_at,
        }
    }
}

/// The type of a role: who can hold it.
pub fn holder(key: &'static str, value: &str) -> Result<PrincipalKind> {
    match value {
        "User" => Ok(PrincipalKind::User),
        "MachineToMachine" => Ok(PrincipalKind::ServiceAccount),
        _ => Err(Error::field(key, FaultCode::Value, "The type is User or MachineToMachine.")),
    }
}

/// The name of a scope of a resource.
pub fn scope_name(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 1, 256)
}

/// The description of a scope of a resource.
pub fn scope_description(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 0, 2048)
}

/// What to search for where the original has `search`, a pattern of which only the form `%text%` is known here; `q` does
/// the same.
pub fn pattern(query: &Form) -> Option<String> {
    logto::search_pattern(query).or_else(|| logto::search(query))
}
