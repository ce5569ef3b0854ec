//! Scopes that the roles of a principal give, as tokens carry them.

use crate::model::{OrganizationId, PrincipalId};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::System;
use crate::store::value::Row;

statements! {
    /// ?1 principal, ?2 indicator, ?3 organization or NULL: the resource, and which of its scopes the roles give that the
    /// principal holds there, or outside organizations.
    RESOURCE_GRANT = "SELECT res.access_token_ttl, (SELECT json_group_array(DISTINCT s.name) FROM role_grant g \
            JOIN role_scope rs ON rs.role_id = g.role_id JOIN scope s ON s.id = rs.scope_id \
            WHERE g.principal_id = ?1 AND ifnull(g.organization_id, 0) = ifnull(?3, 0) AND s.resource_id = res.id) \
        FROM resource res WHERE res.indicator = ?2";
    /// ?1 principal, ?2 organization: membership, and the organization scopes held there. No row: not a member.
    ORGANIZATION_GRANT = "SELECT NULL, (SELECT json_group_array(DISTINCT s.name) FROM role_grant g \
            JOIN role_scope rs ON rs.role_id = g.role_id JOIN scope s ON s.id = rs.scope_id \
            WHERE g.principal_id = ?1 AND g.organization_id = ?2 AND s.resource_id IS NULL) \
        FROM membership WHERE organization_id = ?2 AND principal_id = ?1";
    DEFAULT_RESOURCE = "SELECT indicator FROM resource WHERE is_default = 1 LIMIT 1";
}

/// What a principal may ask of a resource or an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeGrant {
    /// Seconds a token lives, where the resource says so.
    pub access_token_ttl: Option<i64>,
    /// Names of the scopes held.
    pub scopes: Vec<String>,
}

impl<M> System<'_, M> {
    /// Scopes of the resource `indicator` that `principal` holds; `None` when there is no such resource.
    pub async fn resource_grant(
        self,
        principal: PrincipalId,
        indicator: &str,
        organization: Option<OrganizationId>,
    ) -> Result<Option<ScopeGrant>, DbError> {
        let rows = self.exec.run(RESOURCE_GRANT, params![principal, indicator, organization]).await?;
        rows.first().map(scope_grant).transpose()
    }

    /// Organization scopes that `principal` holds in `organization`; `None` when it is not a member.
    pub async fn organization_grant(
        self,
        principal: PrincipalId,
        organization: OrganizationId,
    ) -> Result<Option<ScopeGrant>, DbError> {
        let rows = self.exec.run(ORGANIZATION_GRANT, params![principal, organization]).await?;
        rows.first().map(scope_grant).transpose()
    }

    /// Indicator of the default resource.
    pub async fn default_resource(self) -> Result<Option<String>, DbError> {
        self.exec.run(DEFAULT_RESOURCE, Vec::new()).await?.first().map(|row| row.text(0)).transpose()
    }
}

fn scope_grant(row: &Row) -> Result<ScopeGrant, DbError> {
    Ok(ScopeGrant { access_token_ttl: row.integer_opt(0)?, scopes: row.list(1)? })
}
