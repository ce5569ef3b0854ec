//! Roles given to principals.

use super::callers::{self, grants};
use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Tenant, Write};
use super::value::Row;
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, PrincipalKind, RoleGrantId, RoleId};
use crate::params;
use crate::policy::Rights;
use crate::rng::Rng;

statements! {
    GRANT_BUILTIN = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT ?1, ?2, ?3, id, ?5 FROM role WHERE key = ?4 ON CONFLICT (id) DO NOTHING RETURNING id";
    /// One row when the principal is in the organization: its kind, all its roles wherever, and the keys
    /// of the built-in ones that were given to itself there.
    ROLES_OF = concat!("SELECT p.kind, ", grants!(""), ", \
          (SELECT json_group_array(r.key ORDER BY r.id) FROM role_grant g JOIN role r ON r.id = g.role_id \
            WHERE g.organization_id = ?1 AND g.principal_id = p.id AND r.family = 'builtin') \
        FROM membership m JOIN principal p ON p.id = m.principal_id \
        WHERE m.organization_id = ?1 AND m.principal_id = ?2");
    /// ?3 JSON list of the keys that stay.
    TAKE_BUILTINS = "DELETE FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 AND EXISTS \
        (SELECT 1 FROM role r WHERE r.id = role_grant.role_id AND r.family = 'builtin' \
          AND r.key NOT IN (SELECT value FROM json_each(?3)))";
    /// ?3 JSON object: key to the id of the new grant. Roles that are held already stay as they are.
    GIVE_BUILTINS = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
        SELECT wanted.value, ?1, ?2, r.id, ?4 FROM json_each(?3) wanted JOIN role r ON r.key = wanted.key \
        WHERE true ON CONFLICT DO NOTHING";
    /// Id of the first grant, organization and times of what a principal holds at home or on the platform.
    HOME_GRANT = "SELECT min(g.id), o.id, o.name, min(g.created_at), max(g.created_at) FROM principal p \
        JOIN organization o ON o.id = p.organization_id JOIN role_grant g ON g.principal_id = p.id \
        WHERE p.id = ?1 AND (+g.organization_id = p.organization_id OR +g.organization_id IS NULL) GROUP BY o.id";
    GRANT = "INSERT INTO role_grant (id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
}

/// What somebody holds in an organization.
#[derive(Debug, Clone)]
pub struct RolesHeld {
    /// Person or machine.
    pub kind: PrincipalKind,
    /// All roles, in every organization and on the platform, by groups as well.
    pub rights: Rights,
    /// Keys of the built-in roles that were given to the principal itself there.
    pub keys: Vec<String>,
}

/// What a principal holds at home.
#[derive(Debug, Clone)]
pub struct HomeGrant {
    /// Id of the first grant.
    pub id: RoleGrantId,
    /// Home organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// When the first role was given.
    pub created_at: Millis,
    /// When the newest role was given.
    pub updated_at: Millis,
}

impl<M> Tenant<'_, M> {
    /// What `id` holds in this organization; `None` when it is not in it.
    pub async fn roles_of(self, id: PrincipalId) -> Result<Option<RolesHeld>, DbError> {
        let rows = self.exec.run(ROLES_OF, params![self.organization, id]).await?;
        rows.first().map(roles_held).transpose()
    }
}

impl Tenant<'_, Write> {
    /// Replaces the built-in roles given to `id` here by those with these keys.
    pub async fn replace_builtin_roles(
        self,
        id: PrincipalId,
        keys: &[&'static str],
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<(), DbError> {
        let kept = serde_json::Value::from(keys.to_vec()).to_string();
        self.exec.run(TAKE_BUILTINS, params![self.organization, id, kept]).await?;
        let given: serde_json::Map<String, serde_json::Value> =
            keys.iter().map(|key| ((*key).to_owned(), RoleGrantId::random(rng).get().into())).collect();
        let given = serde_json::Value::Object(given).to_string();
        self.exec.run(GIVE_BUILTINS, params![self.organization, id, given, now]).await.map(|_| ())
    }

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

impl<M> System<'_, M> {
    /// What `id` holds at home or on the platform; `None` when that is nothing.
    pub async fn home_grant(self, id: PrincipalId) -> Result<Option<HomeGrant>, DbError> {
        let rows = self.exec.run(HOME_GRANT, params![id]).await?;
        rows.first()
            .map(|row| {
                Ok(HomeGrant {
                    id: RoleGrantId::from_stored(row.integer(0)?),
                    organization: OrganizationId::from_stored(row.integer(1)?),
                    organization_name: row.text(2)?,
                    created_at: row.integer(3)?,
                    updated_at: row.integer(4)?,
                })
            })
            .transpose()
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
}

fn roles_held(row: &Row) -> Result<RolesHeld, DbError> {
    Ok(RolesHeld {
        kind: PrincipalKind::from_stored(&row.text(0)?)
            .ok_or(DbError::Shape { column: 0, wanted: "principal.kind" })?,
        rights: Rights::new(callers::roles(&row.text(1)?)?),
        keys: serde_json::from_str(&row.text(2)?)
            .map_err(|_| DbError::Shape { column: 2, wanted: "JSON list of role keys" })?,
    })
}
