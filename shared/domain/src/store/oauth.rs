//! Resources, scopes and token revocation.

use super::db::DbError;
use super::tenant::{System, Write};
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId};
use crate::params;

statements! {
    /// ?1 principal, ?2 indicator: the resource, and which of its scopes the principal's platform roles give.
    RESOURCE_GRANT = "SELECT res.access_token_ttl, (SELECT json_group_array(DISTINCT s.name) FROM role_grant g \
            JOIN role_scope rs ON rs.role_id = g.role_id JOIN scope s ON s.id = rs.scope_id \
            WHERE g.principal_id = ?1 AND g.organization_id IS NULL AND s.resource_id = res.id) \
        FROM resource res WHERE res.indicator = ?2";
    /// ?1 principal, ?2 indicator, ?3 organization: the same by the roles held in the organization.
    RESOURCE_GRANT_IN_ORGANIZATION = "SELECT res.access_token_ttl, (SELECT json_group_array(DISTINCT s.name) \
            FROM role_grant g JOIN role_scope rs ON rs.role_id = g.role_id JOIN scope s ON s.id = rs.scope_id \
            WHERE g.principal_id = ?1 AND g.organization_id = ?3 AND s.resource_id = res.id) \
        FROM resource res WHERE res.indicator = ?2";
    /// ?1 principal, ?2 organization: membership, and the organization scopes held there. No row: not a member.
    ORGANIZATION_GRANT = "SELECT NULL, (SELECT json_group_array(DISTINCT s.name) FROM role_grant g \
            JOIN role_scope rs ON rs.role_id = g.role_id JOIN scope s ON s.id = rs.scope_id \
            WHERE g.principal_id = ?1 AND g.organization_id = ?2 AND s.resource_id IS NULL) \
        FROM membership WHERE organization_id = ?2 AND principal_id = ?1";
    DEFAULT_RESOURCE = "SELECT indicator FROM resource WHERE is_default = 1 LIMIT 1";
    REVOKE = "INSERT INTO revoked_token (jti, expires_at) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING";
    FORGET_EXPIRED = "DELETE FROM revoked_token WHERE expires_at < ?1";
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
        let rows = match organization {
            None => self.exec.run(RESOURCE_GRANT, params![principal, indicator]).await?,
            Some(organization) => {
                self.exec.run(RESOURCE_GRANT_IN_ORGANIZATION, params![principal, indicator, organization]).await?
            }
        };
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

impl System<'_, Write> {
    /// Marks a token as revoked until `expires_at`, and forgets those that have expired by `now`.
    pub async fn revoke_token(self, jti: &str, expires_at: Millis, now: Millis) -> Result<(), DbError> {
        self.exec.run(FORGET_EXPIRED, params![now]).await?;
        self.exec.run(REVOKE, params![jti, expires_at]).await.map(|_| ())
    }
}

fn scope_grant(row: &super::value::Row) -> Result<ScopeGrant, DbError> {
    let scopes = serde_json::from_str(&row.text(1)?)
        .map_err(|_| DbError::Shape { column: 1, wanted: "JSON list of scope names" })?;
    Ok(ScopeGrant { access_token_ttl: row.integer_opt(0)?, scopes })
}
