//! Roles as principals hold them, built-in ones by their keys.

use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, PrincipalKind, RoleGrantId};
use crate::params;
use crate::policy::Rights;
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::tenant::{System, Tenant};
use crate::store::value::Row;

statements! {
    /// One row when the principal is in the organization: its kind, all its roles wherever, and the keys
    /// of the built-in ones that were given to itself there.
    ROLES_OF = concat!("SELECT p.kind, ", grants!(""), ", \
          (SELECT json_group_array(held.key) FROM (SELECT r.key FROM role_grant g JOIN role r ON r.id = g.role_id \
            WHERE g.organization_id = ?1 AND g.principal_id = p.id AND r.family = 'builtin' ORDER BY r.id) held) \
        FROM membership m JOIN principal p ON p.id = m.principal_id \
        WHERE m.organization_id = ?1 AND m.principal_id = ?2");
    /// Id of the first grant, organization and times of what a principal holds at home or on the platform.
    HOME_GRANT = "SELECT min(g.id), o.id, o.name, min(g.created_at), max(g.created_at) FROM principal p \
        JOIN organization o ON o.id = p.organization_id JOIN role_grant g ON g.principal_id = p.id \
        WHERE p.id = ?1 AND (+g.organization_id = p.organization_id OR +g.organization_id IS NULL) GROUP BY o.id";
}

/// What a principal holds in an organization.
#[derive(Debug, Clone)]
pub struct RolesHeld {
    /// User or service account.
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

fn roles_held(row: &Row) -> Result<RolesHeld, DbError> {
    Ok(RolesHeld {
        kind: PrincipalKind::from_stored(&row.text(0)?)
            .ok_or(DbError::Shape { column: 0, wanted: "principal.kind" })?,
        rights: Rights::new(callers::roles(&row.text(1)?)?),
        keys: serde_json::from_str(&row.text(2)?)
            .map_err(|_| DbError::Shape { column: 2, wanted: "JSON list of role keys" })?,
    })
}
