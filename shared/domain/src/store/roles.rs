//! Roles given to principals.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Tenant, Write};
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, RoleGrantId, RoleId};
use crate::params;
use crate::rng::Rng;

statements! {
    GRANT_BUILTIN = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ?1, ?2, ?3, id, ?5 FROM role WHERE key = ?4 ON CONFLICT (id) DO NOTHING RETURNING id";
    GRANT = "INSERT INTO role_grant (id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    INSERT_TENANT_ROLE = "INSERT INTO role (id, family, name, description, principal_kind, created_at, updated_at) \
        VALUES (?1, 'tenant', ?2, ?3, 'service_account', ?4, ?4) ON CONFLICT (id) DO NOTHING RETURNING id";
}

impl Tenant<'_, Write> {
    /// Gives the built-in role `key` in this organization.
    pub async fn grant_builtin(
        self,
        principal: PrincipalId,
        key: &'static str,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<RoleGrantId, DbError> {
        System::new(self.exec).grant_builtin(Some(self.organization), principal, key, rng, now).await
    }
}

impl System<'_, Write> {
    /// Gives the built-in role `key` in an organization, or (`None`) on the platform.
    pub async fn grant_builtin(
        self,
        organization: Option<OrganizationId>,
        principal: PrincipalId,
        key: &'static str,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<RoleGrantId, DbError> {
        let params = |id| params![id, organization, principal, key, now];
        insert_new(self.exec, GRANT_BUILTIN, rng, RoleGrantId::random, params).await
    }

    /// Gives a role that is not built in, on the platform.
    pub async fn grant_role(
        self,
        principal: PrincipalId,
        role: RoleId,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<RoleGrantId, DbError> {
        let params = |id| params![id, principal, role, now];
        insert_new(self.exec, GRANT, rng, RoleGrantId::random, params).await
    }

    /// Makes a role for machine clients, known in the whole installation (Logto `/api/roles`).
    pub async fn insert_machine_role(
        self,
        name: &str,
        description: &str,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<RoleId, DbError> {
        let params = |id| params![id, name, description, now];
        insert_new(self.exec, INSERT_TENANT_ROLE, rng, RoleId::random, params).await
    }
}
