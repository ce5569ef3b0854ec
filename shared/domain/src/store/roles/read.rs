//! Roles as they are found.

use crate::clock::Millis;
use crate::model::{IdSet, PrincipalKind, Role, RoleFamily, RoleId};
use crate::params;
use crate::policy::Rights;
use crate::store::callers::management_grants;
use crate::store::db::DbError;
use crate::store::memberships::read::platform_rights;
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`role`], in its order. Table: `r` role.
macro_rules! role_columns {
    () => {
        "r.id, r.name, r.description, r.principal_kind"
    };
}
pub(in crate::store) use role_columns;

/// Number of columns in `role_columns!`.
pub(in crate::store) const WIDTH: usize = 4;

/// Whether the role `r` is of a family, said so that the index `role_name` finds it.
macro_rules! in_family {
    ($family:literal) => {
        concat!(
            "r.family IN ('template', 'tenant', 'policy') AND r.family = '",
            $family,
            "' AND ifnull(r.organization_id, 0) = 0"
        )
    };
}
pub(in crate::store) use in_family;

statements! {
    FIND = concat!("SELECT ", role_columns!(), " FROM role r WHERE r.id = ?1 AND r.family = ?2");
    /// Organization roles with the ids of ?1 or the names of ?2.
    NAMED = concat!(
        "SELECT ", role_columns!(), " FROM role r WHERE r.id IN (SELECT value FROM json_each(?1)) AND r.family = 'template' \
         UNION SELECT ", role_columns!(), " FROM role r \
           WHERE ", in_family!("template"), " AND r.name IN (SELECT value FROM json_each(?2))"
    );
    /// Whether somebody holds the role, or will by an open invitation or by signing up.
    IS_ASSIGNED = "SELECT EXISTS (SELECT 1 FROM role_grant WHERE role_id = ?1) \
        OR EXISTS (SELECT 1 FROM organization_jit_role WHERE role_id = ?1) \
        OR EXISTS (SELECT 1 FROM invitation_role ir JOIN invitation i ON i.id = ir.invitation_id \
             WHERE ir.role_id = ?1 AND i.status = 'pending')";
    /// Of all who hold the role ?1 outside organizations.
    PLATFORM_KEYS_OF_HOLDERS = "SELECT DISTINCT r.key FROM role_grant held \
          JOIN role_grant g ON g.principal_id = held.principal_id AND g.organization_id IS NULL \
          JOIN role r ON r.id = g.role_id \
        WHERE held.role_id = ?1 AND held.organization_id IS NULL AND r.key IS NOT NULL";
    /// Whether anybody who may act holds the scope `all` of the resource ?1, as `callers` reads it.
    HAS_MANAGER = concat!(
        "SELECT EXISTS (SELECT 1 ", management_grants!("?1"), " \
           AND EXISTS (SELECT 1 FROM principal WHERE id = g.principal_id AND state = 'active') \
           AND EXISTS (SELECT 1 FROM credential WHERE principal_id = g.principal_id AND kind = 'client_secret' \
             AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)))"
    );
}

impl<M> System<'_, M> {
    /// One role of a family.
    pub async fn role(self, family: RoleFamily, id: RoleId) -> Result<Option<Role>, DbError> {
        self.exec.run(FIND, params![id, family.as_str()]).await?.first().map(|row| role(row, 0)).transpose()
    }

    /// Organization roles that have one of these ids or names, in no order.
    pub async fn roles_named(self, ids: &IdSet<RoleId>, names: &[String]) -> Result<Vec<Role>, DbError> {
        let names = serde_json::Value::from(names).to_string();
        let rows = self.exec.run(NAMED, params![ids.json(), names]).await?;
        rows.iter().map(|row| role(row, 0)).collect()
    }

    /// Whether somebody holds the role, or will by an open invitation or by signing up.
    pub async fn is_role_assigned(self, id: RoleId) -> Result<bool, DbError> {
        let rows = self.exec.run(IS_ASSIGNED, params![id]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }

    /// What those who hold a role outside organizations may do on the platform, all of them together.
    pub async fn platform_rights_of_holders(self, role: RoleId) -> Result<Rights, DbError> {
        let rows = self.exec.run(PLATFORM_KEYS_OF_HOLDERS, params![role]).await?;
        rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>().map(platform_rights)
    }

    /// Whether anybody who may act, and can get a token, can manage the installation, whose management resource is
    /// `indicator`.
    pub async fn has_manager(self, indicator: &str, now: Millis) -> Result<bool, DbError> {
        let rows = self.exec.run(HAS_MANAGER, params![indicator, now]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }
}

/// Reads the columns of `role_columns!` from `first` on.
pub(in crate::store) fn role(row: &Row, first: usize) -> Result<Role, DbError> {
    // A role for anybody is shown as one for users: no API has a third kind.
    let holder = PrincipalKind::from_stored(&row.text(first + 3)?).unwrap_or(PrincipalKind::User);
    Ok(Role {
        id: RoleId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        description: row.text_opt(first + 2)?,
        holder,
    })
}
